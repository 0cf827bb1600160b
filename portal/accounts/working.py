"""Whether somebody works somewhere: SQL conditions over columns of a statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, literal
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleAssignment, User
from portal.privacy.permissions import Role

#: Aliases are made once: making one costs more than many a statement takes.
HELD, ACCOUNT = aliased(RoleAssignment), aliased(User)


def in_team(user_id: Any, team_id: Any, day: Any, *roles: Role) -> ColumnElement[bool]:
    """Whether the person of one column has one of these roles, or any, in the team of another on this civil date."""
    held = exists(literal(1)).where(HELD.user_id == user_id, HELD.team_id == team_id, HELD.holds_on(day))
    return held.where(HELD.role.in_(roles)) if roles else held


def has_account(user_id: Any) -> ColumnElement[bool]:
    """Whether the person of this column still has an open account."""
    return exists(literal(1)).where(ACCOUNT.id == user_id, ACCOUNT.deactivated_at.is_(None))
