"""Questions of reminder rules (portal.reminders.asking) that go to who works with a young person."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal

from portal.accounts.models import RoleAssignment, User
from portal.people.models import PersonAssignment
from portal.privacy.permissions import Role
from portal.reminders import asking


def to_workers(statement: Select[Any], person_id: Any, team_id: Any, today: date) -> Select[Any]:
    """The same question for the youth workers of this team who are responsible for the young person today; its
    recipient is PersonAssignment.user_id."""
    held = and_(RoleAssignment.user_id == PersonAssignment.user_id, RoleAssignment.team_id == team_id)
    return (
        statement.join(PersonAssignment, PersonAssignment.person_id == person_id)
        .join(User, User.id == PersonAssignment.user_id)
        .join(RoleAssignment, held)
        .where(RoleAssignment.role == Role.YOUTH_WORKER, asking.works(today), PersonAssignment.holds_on(today))
        .distinct()
    )


def guides(user_id: Any, person_id: Any, today: date) -> ColumnElement[bool]:
    """Whether the person of one column is responsible for the young person of another today."""
    return exists(literal(1)).where(
        PersonAssignment.person_id == person_id, PersonAssignment.user_id == user_id, PersonAssignment.holds_on(today)
    )
