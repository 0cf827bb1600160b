"""Who may sign in, and which staff an actor may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, select, true

from portal.accounts.models import RoleAssignment, User
from portal.core import clock
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach
from portal.settings import settings

DEMO_DOMAIN = "@demo.example"


def may_sign_in(user: Any) -> bool:
    """Whether the account is open; the accounts of the demo exist in a demo only. `user`: a User or a row of one."""
    return user.deactivated_at is None and (settings().demo or not user.email.lower().endswith(DEMO_DOMAIN))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The staff this actor may see: everybody, or those with a role now or later in the actor's own teams."""
    reach = actor.reach(Permission.USERS_READ)
    if reach is None:
        return false()
    if reach == Reach.ALL:
        return true()
    teams = actor.teams(Permission.USERS_READ, Reach.TEAM)
    lasting = RoleAssignment.not_over(clock.today())
    return User.id.in_(select(RoleAssignment.user_id).where(RoleAssignment.team_id.in_(teams), lasting))
