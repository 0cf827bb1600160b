"""Who works where: small questions other features ask, each one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.privacy.permissions import Role


def _holders(role: Role, team_id: UUID, on: date) -> Select[UUID]:
    return select(RoleAssignment.user_id).where(
        RoleAssignment.role == role, RoleAssignment.team_id == team_id, RoleAssignment.holds_on(on)
    )


def partners() -> Sequence[User]:
    """Accounts of external partners that are open today, by name."""
    external = select(RoleAssignment.user_id).where(
        RoleAssignment.role == Role.EXTERNAL_PARTNER, RoleAssignment.holds_on(clock.today())
    )
    statement = select(User).where(User.id.in_(external), User.deactivated_at.is_(None))
    return db.session.scalars(statement.order_by(User.sort_key, User.id)).all()


def names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of staff by id, those of closed accounts included; ids that nobody has are absent."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def holders(role: Role, team_id: UUID, on: date) -> list[UUID]:
    """Who holds a role in a team on a day and has an open account, for instance to be reminded; by id."""
    held = User.id.in_(_holders(role, team_id, on))
    return list(db.session.scalars(select(User.id).where(held, User.deactivated_at.is_(None)).order_by(User.id)))
