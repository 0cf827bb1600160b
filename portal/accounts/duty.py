"""Who is on duty: SQL conditions for reminders and lists.

On duty is who stands in the register of a team at that moment, still holds a role in it, and is not away.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.orm import aliased

from portal.accounts import absence
from portal.accounts.models import Duty, RoleAssignment, User

#: Aliases are made once: making one costs more than many a statement takes.
HELD, ACCOUNT = aliased(RoleAssignment), aliased(User)


def running(*, at: Any = None) -> ColumnElement[bool]:
    """The duty holds at this moment (default: now, by the database's clock); the end is exclusive."""
    moment = func.app_now() if at is None else at
    return and_(Duty.starts_at <= moment, Duty.ends_at > moment)


def present(today: date) -> ColumnElement[bool]:
    """Whether who stands in the register still works in that team and is not away now."""
    works = exists(literal(1)).where(
        HELD.user_id == Duty.user_id,
        HELD.team_id == Duty.team_id,
        HELD.holds_on(today),
    )
    account = exists(literal(1)).where(ACCOUNT.id == Duty.user_id, ACCOUNT.deactivated_at.is_(None))
    return and_(works, account, ~absence.away(Duty.user_id))


def on_duty(today: date, *, at: Any = None) -> Select[UUID, UUID]:
    """Who is on duty now for which team: user_id, team_id."""
    return select(Duty.user_id, Duty.team_id).where(running(at=at), present(today))
