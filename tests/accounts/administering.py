"""What an administrator sends, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from portal.accounts.models import RoleAssignment, Team, User
from portal.core import db
from portal.privacy.models import AccessEvent, Action
from tests.factories import World


def details(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "version": "0", "name": "Noor van den Berg", "login": "noor", "email": "noor@voorbeeld.example", "phone": "",
        "organisation_id": str(world.foundation.id), "role": "youth_worker", "team_id": str(world.noord.id),
        "fte": "0,8", "valid_from": "2026-01-01", "valid_until": "",
    } | changes  # fmt: skip


def found(login: str) -> User | None:
    with db.unit_of_work():
        return db.session.scalars(select(User).where(User.login == login)).one_or_none()


def held(user: User) -> list[tuple[str, str, date | None]]:
    """Role, team and last day of each role, oldest first."""
    with db.unit_of_work():
        rows = db.session.execute(
            select(RoleAssignment.role, Team.name, RoleAssignment.valid_until)
            .join(Team, Team.id == RoleAssignment.team_id)
            .where(RoleAssignment.user_id == user.id)
            .order_by(RoleAssignment.valid_from, RoleAssignment.id)
        )
        return [(role, team, until) for role, team, until in rows]


def administered() -> list[AccessEvent]:
    with db.unit_of_work():
        chosen = (
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.action == Action.ADMINISTER)
            .order_by(AccessEvent.id)
        )
        return list(db.session.scalars(chosen))
