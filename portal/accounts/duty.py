"""Who is on duty: SQL conditions for reminders and lists.

On duty is who stands in the register of a team at that moment, still holds a role in it, and is not away.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from portal.accounts import absence, working
from portal.accounts.models import Duty


def running(*, at: Any = None) -> ColumnElement[bool]:
    """The duty holds at this moment (default: now, by the database's clock); the end is exclusive."""
    moment = func.app_now() if at is None else at
    return and_(Duty.starts_at <= moment, Duty.ends_at > moment)


def present(today: date) -> ColumnElement[bool]:
    """Whether who stands in the register still works in that team and is not away now."""
    works = working.in_team(Duty.user_id, Duty.team_id, today)
    account = working.has_account(Duty.user_id)
    return and_(works, account, ~absence.away(Duty.user_id))


def on_duty(today: date, *, at: Any = None) -> Select[UUID, UUID]:
    """Who is on duty now for which team: user_id, team_id."""
    return select(Duty.user_id, Duty.team_id).where(running(at=at), present(today))
