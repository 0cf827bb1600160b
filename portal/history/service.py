"""Reading what was changed. Whether somebody may is asked of the record, before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import db
from portal.history.models import How, RecordChange

SHOWN = 100


@dataclass(frozen=True)
class Change:
    """One change in plain values; codes are still codes, a colleague's id is a name already."""

    at: datetime
    by: str  # empty: the portal itself
    kind: str
    field: str
    how: How
    before: str
    after: str


def changes(person_id: UUID, *, kinds: Collection[str]) -> Sequence[Change]:
    """The last hundred changes in records of these tables about a young person, newest first. Logs nothing."""
    rows = db.session.scalars(
        select(RecordChange)
        .where(RecordChange.person_id == person_id, RecordChange.kind.in_(kinds))
        .order_by(RecordChange.at.desc(), RecordChange.id.desc())
        .limit(SHOWN)
    ).all()
    values = [(row, row.text("before"), row.text("after")) for row in rows]
    names = _names({row.by_id for row in rows} | {_id(text) for _row, *texts in values for text in texts})
    return [
        Change(
            row.at,
            names.get(row.by_id, ""),
            row.kind,
            row.field,
            How(row.how),
            names.get(_id(before), before),
            names.get(_id(after), after),
        )
        for row, before, after in values
    ]


def _names(ids: Collection[UUID | None]) -> dict[UUID | None, str]:
    wanted = [one for one in ids if one is not None]
    rows = db.session.scalars(select(User).where(User.id.in_(wanted))) if wanted else ()
    return {user.id: user.name for user in rows}


def _id(text: str) -> UUID | None:
    """The id a value is, if it is one."""
    with suppress(ValueError):
        return UUID(text) if len(text) == 36 else None
    return None
