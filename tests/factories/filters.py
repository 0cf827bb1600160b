"""Saved filters for tests, straight into the database (demogegevens)."""

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.filters.models import SavedFilter


def saved_filter(user: User, *, name: str = "", query: str = "contact=long") -> SavedFilter:
    """A filter of the list of young people."""
    made = SavedFilter(
        user_id=user.id,
        page="people.index",
        name=name or f"Filter {new_id().hex[-8:]}",
        query=query,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made
