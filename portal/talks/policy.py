"""Who may hold a talk, who may read one, and when there are names in it.

A talk is between two people: the one who holds it and the worker. Somebody who came to the team later sees when there
was a talk and its figures on the caseload page, not what was written.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_

from portal.core import clock
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach
from portal.talks.models import Talk, TalkStatus


def may_hold(actor: Actor, team_id: UUID) -> bool:
    """Whether this actor holds talks with the workers of a team."""
    return team_id in actor.teams(Permission.TALKS_HOLD, Reach.TEAM)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The talks this actor takes part in: as the one who holds it, while that is still their team, or as the worker."""
    holds = and_(Talk.held_by_id == actor.user_id, Talk.team_id.in_(actor.teams(Permission.TALKS_HOLD, Reach.TEAM)))
    return or_(holds, Talk.worker_id == actor.user_id)


def holds(actor: Actor, talk: Talk) -> bool:
    """Whether this actor is the one who holds this talk."""
    return talk.held_by_id == actor.user_id and may_hold(actor, talk.team_id)


def is_open(talk: Talk) -> bool:
    """Whether the talk is going on: opened, not closed, and still the same day."""
    return talk.status == TalkStatus.OPEN and talk.open_until is not None and clock.now() < talk.open_until


def shows_names(actor: Actor, talk: Talk) -> bool:
    """Whether this actor sees the names of the young people now: who holds the talk, while it is going on."""
    return is_open(talk) and holds(actor, talk)


def status_of(talk: Talk) -> TalkStatus:
    """The state as it is now: a talk that was left open has been held when its day is over."""
    if talk.status == TalkStatus.OPEN and not is_open(talk):
        return TalkStatus.HELD
    return TalkStatus(talk.status)


def may_write(actor: Actor, talk: Talk) -> bool:
    """Whether this actor may add a note: both may, from the moment the talk was opened."""
    taken_place = status_of(talk) in (TalkStatus.OPEN, TalkStatus.HELD)
    return taken_place and (holds(actor, talk) or talk.worker_id == actor.user_id)
