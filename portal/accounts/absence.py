"""Who is away at this moment and who stands in: SQL conditions for rights, reminders and lists.

The work that is stood in for is that of a youth worker: the young people somebody answers for. Coordinators and
directors share theirs with the others of their team.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from portal.accounts.models import Absence, RoleAssignment, User
from portal.privacy.permissions import Role

#: The role whose work can be stood in for.
STOOD_IN = Role.YOUTH_WORKER

#: Aliases are made once: making one costs more than many a statement takes.
AWAY, BACK = aliased(Absence), aliased(Absence)
HELD, ACCOUNT, ABSENT = aliased(RoleAssignment), aliased(User), aliased(Absence)


def running(row: type[Absence] = Absence, *, at: Any = None) -> ColumnElement[bool]:
    """The absence holds at this moment (default: now, by the database's clock); the end is exclusive."""
    moment = func.app_now() if at is None else at
    return and_(row.starts_at <= moment, row.ends_at > moment)


def away(user_id: Any, *, at: Any = None) -> Exists:
    """Whether the person of this column is away at this moment."""
    return exists(literal(1)).where(AWAY.user_id == user_id, running(AWAY, at=at))


def back_since(user_id: Any, since: Any) -> Exists:
    """Whether the person of this column came back between `since` and now."""
    return exists(literal(1)).where(
        BACK.user_id == user_id, BACK.ends_at > BACK.starts_at, BACK.ends_at > since, BACK.ends_at <= func.app_now()
    )


def stood_in_for(user_id: UUID | SQLColumnExpression[UUID], *, at: Any = None) -> Select[UUID]:
    """The colleagues for whom this person stands in at this moment."""
    return select(Absence.user_id).where(
        Absence.replacement_id == user_id, Absence.declined_at.is_(None), running(at=at)
    )


@lru_cache(maxsize=2)
def cover(today: date | ColumnElement[date]) -> Subquery:
    """Who does whose work now, by team: user_id (away), team_id, replacement_id, absence_id, since, declines excluded.

    Only those who can: a role in that team today, an open account, and not away themselves. A chain is not followed.
    """
    return (
        select(
            ABSENT.user_id,
            HELD.team_id,
            ABSENT.replacement_id,
            ABSENT.id.label("absence_id"),
            func.greatest(ABSENT.starts_at, ABSENT.updated_at).label("since"),
        )
        .join(HELD, HELD.user_id == ABSENT.replacement_id)
        .join(ACCOUNT, ACCOUNT.id == ABSENT.replacement_id)
        .where(
            running(ABSENT),
            ABSENT.declined_at.is_(None),
            HELD.role == STOOD_IN,
            HELD.holds_on(today),
            ACCOUNT.deactivated_at.is_(None),
            ~away(ABSENT.replacement_id),
        )
        .distinct()
        .subquery("cover")
    )


def uncovered(user_id: Any, team_id: Any, today: date) -> ColumnElement[bool]:
    """Whether the person of this column is away, with nobody who can do their work in the team of that column."""
    done_by = cover(today)
    return and_(
        away(user_id),
        ~exists(literal(1)).where(done_by.c.user_id == user_id, done_by.c.team_id == team_id),
    )
