"""The one place that notes changes: at the flush, whatever service made them. Features say which fields they watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, insert, inspect
from sqlalchemy.orm import UOWTransaction, object_session

from portal.core import clock, sealing
from portal.core.db import PortalSession
from portal.core.ids import new_id
from portal.history.models import How, RecordChange

TABLE = "record_change"


@dataclass(frozen=True)
class Watched:
    """Which fields of a table are remembered; `named` is the one that says which record came or went."""

    fields: tuple[str, ...]
    named: str = ""
    person: str = "person_id"  # the column that leads to the young person


_watched: dict[type[Any], Watched] = {}


def watch(model: type[Any], *fields: str, named: str = "", person: str = "person_id") -> None:
    """Remember changes in these columns of a model that carries a young person and a team.

    A column that ends in `_sealed` is opened first. With `named` also that a record was added to a young person who was
    known already, or removed. Only rows changed as objects are seen, not statements over many rows.
    """
    if named and model not in _watched:
        event.listen(model, "after_delete", _removed)
    _watched[model] = Watched(fields, named, person)


@event.listens_for(PortalSession, "after_flush")
def _keep(session: PortalSession, _context: UOWTransaction) -> None:
    rows = [row for found in (_changed(session), _come(session)) for row in found]
    if rows:
        session.connection().execute(insert(RecordChange), rows)


def _changed(session: PortalSession) -> Iterator[dict[str, Any]]:
    for record in session.dirty:
        watched = _watched.get(type(record))
        for name in watched.fields if watched else ():
            history = inspect(record).attrs[name].history
            if watched and history.added and history.deleted:
                before, after = (_plain(record, name, values[0]) for values in (history.deleted, history.added))
                if before != after:
                    yield _row(session, watched, record, name.removesuffix("_sealed"), How.CHANGED, before, after)


def _come(session: PortalSession) -> Iterator[dict[str, Any]]:
    new = _made_here(session)
    for record in session.new:
        watched = _watched.get(type(record))
        if watched and watched.named and getattr(record, watched.person) not in new:
            value = _plain(record, watched.named, getattr(record, watched.named))
            yield _row(session, watched, record, watched.named, How.ADDED, "", value)


def _made_here(session: PortalSession) -> set[UUID]:
    """The records made in this transaction: what comes with a new one is no change in it."""
    transaction = session.get_transaction()
    known: tuple[Any, set[UUID]] = session.info.get("made here", (None, set()))
    if known[0] is not transaction:
        known = session.info["made here"] = (transaction, set())
    known[1].update(record.id for record in session.new if type(record) in _watched)
    return known[1]


def _removed(_mapper: Any, connection: Connection, record: Any) -> None:
    """Also of what falls out of a list, which no session calls deleted."""
    watched, session = _watched[type(record)], object_session(record)
    if isinstance(session, PortalSession):
        value = _plain(record, watched.named, getattr(record, watched.named))
        row = _row(session, watched, record, watched.named, How.REMOVED, value, "")
        connection.execute(insert(RecordChange), [row])


def _plain(record: Any, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_sealed"):
        return sealing.unseal(value, table=record.__tablename__, column=name, row_id=record.id)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _row(
    session: PortalSession, watched: Watched, record: Any, field: str, how: How, before: str, after: str
) -> dict[str, Any]:
    row_id = new_id()
    return {
        "id": row_id,
        "person_id": getattr(record, watched.person),
        "team_id": record.team_id,
        "at": clock.now(),
        "by_id": session.info.get("actor_id"),
        "kind": record.__tablename__,
        "record_id": record.id,
        "field": field,
        "how": how,
        "before_sealed": _seal(before, "before_sealed", row_id),
        "after_sealed": _seal(after, "after_sealed", row_id),
    }


def _seal(text: str, column: str, row_id: UUID) -> bytes | None:
    return sealing.seal(text, table=TABLE, column=column, row_id=row_id) if text else None
