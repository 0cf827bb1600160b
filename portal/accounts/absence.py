"""Who is away at this moment and who stands in: SQL conditions for rights, reminders and lists.

The work that is stood in for is that of a youth worker: the young people somebody answers for. Coordinators and
directors share theirs with the others of their team.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, SQLColumnExpression, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Absence, RoleAssignment, User
from portal.privacy.permissions import Role

#: The role whose work can be stood in for.
STOOD_IN = Role.YOUTH_WORKER


def running(row: type[Absence] = Absence, *, at: Any = None) -> ColumnElement[bool]:
    """The absence holds at this moment (default: now, by the database's clock); the end is exclusive."""
    moment = func.app_now() if at is None else at
    return and_(row.starts_at <= moment, row.ends_at > moment)


def away(user_id: Any, *, at: Any = None) -> Exists:
    """Whether the person of this column is away at this moment."""
    row = aliased(Absence)
    return exists().where(row.user_id == user_id, running(row, at=at))


def back_since(user_id: Any, since: Any) -> Exists:
    """Whether the person of this column came back between `since` and now."""
    row = aliased(Absence)
    return exists().where(
        row.user_id == user_id, row.ends_at > row.starts_at, row.ends_at > since, row.ends_at <= func.app_now()
    )


def stood_in_for(user_id: UUID | SQLColumnExpression[UUID], *, at: Any = None) -> Select[UUID]:
    """The colleagues for whom this person stands in at this moment."""
    return select(Absence.user_id).where(
        Absence.replacement_id == user_id, Absence.declined_at.is_(None), running(at=at)
    )


def cover(today: date) -> Subquery:
    """Who does whose work now, by team: user_id (away), team_id, replacement_id, absence_id, since, declines excluded.

    Only those who can: a role in that team today, an open account, and not away themselves. A chain is not followed.
    """
    held, account, absent = aliased(RoleAssignment), aliased(User), aliased(Absence)
    return (
        select(
            absent.user_id,
            held.team_id,
            absent.replacement_id,
            absent.id.label("absence_id"),
            func.greatest(absent.starts_at, absent.updated_at).label("since"),
        )
        .join(held, held.user_id == absent.replacement_id)
        .join(account, account.id == absent.replacement_id)
        .where(
            running(absent),
            absent.declined_at.is_(None),
            held.role == STOOD_IN,
            held.valid_from <= today,
            or_(held.valid_until.is_(None), held.valid_until >= today),
            account.deactivated_at.is_(None),
            ~away(absent.replacement_id),
        )
        .distinct()
        .subquery("cover")
    )


def uncovered(user_id: Any, team_id: Any, today: date) -> ColumnElement[bool]:
    """Whether the person of this column is away, with nobody who can do their work in the team of that column."""
    done_by = cover(today)
    return and_(
        away(user_id),
        ~exists().where(done_by.c.user_id == user_id, done_by.c.team_id == team_id),
    )
