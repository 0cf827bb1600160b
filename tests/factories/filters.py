"""Saved filters for tests, straight into the database (demogegevens)."""

from portal.accounts.models import User
from portal.core import clock, db
from portal.filters.models import SavedFilter


def saved_filter(user: User, *, name: str = "Lang geen contact", query: str = "contact=long") -> SavedFilter:
    """A filter of the list of young people."""
    made = SavedFilter(user_id=user.id, page="people.index", name=name, query=query, made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made
