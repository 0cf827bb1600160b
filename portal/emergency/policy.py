"""Which uses of emergency access an actor may see: all, those of young people of the own team, or the own ones."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from portal.emergency.models import EmergencyAccess
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach, Role


def visible(actor: Actor) -> ColumnElement[bool]:
    """One condition for the list and for a single one."""
    if actor.can(Permission.EMERGENCY_REVIEW):
        return true()
    teams = actor.teams(Permission.EMERGENCY_READ, Reach.TEAM)
    return or_(EmergencyAccess.user_id == actor.user_id, EmergencyAccess.team_id.in_(teams))


def may_know_why(actor: Actor, row: EmergencyAccess) -> bool:
    """Whether the reason may be shown: it can tell about a young person, so not to a manager."""
    if actor.can(Permission.EMERGENCY_REVIEW) or row.user_id == actor.user_id:
        return True
    return (Role.JV_DIRECTOR, row.team_id) in actor.roles
