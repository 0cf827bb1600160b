"""Keep a filter of a list under a name, open the list with it, forget it. Everybody has only their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import select, update

from portal.core import clock, db
from portal.core.errors import Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.filters.models import SavedFilter
from portal.privacy.actor import Actor

constraint("uq_saved_filter_user_id_page_name", "name", N_("Zo heet al een filter van jou. Kies een andere naam."))

#: How many somebody keeps per list.
MOST = 8
LONGEST = 80

#: List (endpoint) → the names in its address that narrow it. Filled by the lists.
_lists: dict[str, frozenset[str]] = {}


def register(page: str, names: Collection[str]) -> None:
    """Let the filters of this list be kept; only these names of its address are."""
    _lists[page] = frozenset(names)


def known(page: str) -> bool:
    """Whether filters of this list can be kept."""
    return page in _lists


def of(actor: Actor, page: str) -> Sequence[SavedFilter]:
    """The actor's filters of a list, by name."""
    mine = select(SavedFilter).where(SavedFilter.user_id == actor.user_id, SavedFilter.page == page)
    return db.session.scalars(mine.order_by(SavedFilter.name, SavedFilter.id)).all()


def standard(saved: Sequence[SavedFilter]) -> str:
    """What the list opens with; empty when nothing was chosen for it."""
    return next((one.query for one in saved if one.is_standard), "")


def query_of(page: str, given: Mapping[str, str]) -> str:
    """The part of an address that narrows this list, always in one order; empty when nothing does."""
    kept = [(name, value[:LONGEST]) for name, value in sorted(given.items()) if name in _lists[page] and value]
    return urlencode(kept)


def save(actor: Actor, page: str, *, name: str, query: str, is_standard: bool = False) -> SavedFilter:
    """Keep a filter. Raises NotFound for an unknown list, Invalid for an empty filter or the ninth."""
    if page not in _lists or actor.user_id is None:
        raise NotFound
    clean = query_of(page, dict(parse_qsl(query)))
    if not clean:
        raise Invalid(name=N_("Kies eerst een filter in de lijst."))
    if len(of(actor, page)) >= MOST:
        raise Invalid(name=N_("Je hebt al 8 filters voor deze lijst. Gooi er eerst een weg."))
    made = SavedFilter(user_id=actor.user_id, page=page, name=name, query=clean, made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    if is_standard:
        set_standard(actor, made.id, True)
    return made


def set_standard(actor: Actor, filter_id: UUID, wanted: bool) -> SavedFilter:
    """Open its list with this filter from now on, or not any more. Raises NotFound for somebody else's."""
    row = _get(actor, filter_id)
    others = update(SavedFilter).where(SavedFilter.user_id == row.user_id, SavedFilter.page == row.page)
    db.session.execute(others.values(is_standard=False))
    row.is_standard = wanted
    db.session.flush()
    return row


def forget(actor: Actor, filter_id: UUID) -> str:
    """Throw a filter away; gives its list. Raises NotFound for somebody else's."""
    row = _get(actor, filter_id)
    db.session.delete(row)
    db.session.flush()
    return row.page


def _get(actor: Actor, filter_id: UUID) -> SavedFilter:
    row = db.session.scalar(
        select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == actor.user_id)
    )
    if row is None:
        raise NotFound
    return row
