"""Planning a talk, opening the list for it under one purpose, and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from portal.accounts.models import RoleAssignment, Team, User
from portal.core import clock, db, near
from portal.core.errors import Conflict, NotFound, constraint
from portal.core.i18n import N_
from portal.people.models import PersonAssignment
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role
from portal.talks import policy
from portal.talks.models import Occasion, Talk, TalkStatus
from portal.talks.service import caseload

PLANNED_ALREADY = N_("Met deze medewerker is al een gesprek gepland.")
constraint("uq_talk_planned", "worker", PLANNED_ALREADY)

#: How far the first talk with a worker looks back.
FIRST_LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Colleague:
    """A worker in a team, to have a talk with."""

    team_id: UUID
    team: str
    user_id: UUID
    name: str


def workers(actor: Actor) -> Sequence[Colleague]:
    """The youth workers of the teams in which this actor holds talks, but oneself, by name."""
    found = db.session.execute(
        select(Team.id, Team.name, User.id, User.name)
        .select_from(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .join(Team, Team.id == RoleAssignment.team_id)
        .where(
            RoleAssignment.team_id.in_(actor.teams(Permission.TALKS_HOLD, Reach.TEAM)),
            RoleAssignment.role == Role.YOUTH_WORKER,
            RoleAssignment.holds_on(clock.today()),
            User.id != actor.user_id,
            User.deactivated_at.is_(None),
        )
        .order_by(User.sort_key, User.id, Team.name)
    )
    return [Colleague(*row) for row in found]


def plan(actor: Actor, *, team_id: UUID, worker_id: UUID, planned_on: date) -> Talk:
    """Plan a talk. Raises NotFound for a worker of another team, Invalid for a day that cannot be."""
    if (team_id, worker_id) not in {(each.team_id, each.user_id) for each in workers(actor)}:
        raise NotFound
    near.ensure_day("planned_on", planned_on)
    talk = Talk(team_id=team_id, worker_id=worker_id, held_by_id=actor.user_id, planned_on=planned_on)
    db.session.add(talk)
    db.session.flush()
    log(actor, talk, Action.CREATE)
    return talk


def to_hold(actor: Actor, talk_id: UUID, version: int | None, status: TalkStatus) -> Talk:
    """A talk that this actor holds, in this state, locked. Raises NotFound or Conflict."""
    talk = db.session.scalar(select(Talk).where(Talk.id == talk_id, policy.visible(actor)).with_for_update())
    if talk is None or not policy.holds(actor, talk):
        raise NotFound
    db.ensure_version(talk, version)
    if policy.status_of(talk) != status:
        raise Conflict
    return talk


def open_list(actor: Actor, talk_id: UUID, *, version: int | None, occasion: Occasion) -> Talk:
    """Open the worker's list for the length of this talk: until it is closed, at most until the day is over.

    The purpose is supervision, for this talk alone. Raises NotFound; Conflict when it is not planned any more, when
    the worker left the team, or when somebody else has this list open.
    """
    talk = to_hold(actor, talk_id, version, TalkStatus.PLANNED)
    if (talk.team_id, talk.worker_id) not in {(each.team_id, each.user_id) for each in workers(actor)}:
        raise Conflict
    _end_open(talk)
    since = _last_time(talk)
    talk.figures = caseload.figures(talk, since, caseload.rows(talk, since)).to_json()
    talk.status, talk.occasion, talk.since_on = TalkStatus.OPEN, occasion, since
    talk.opened_at, talk.open_until = clock.now(), clock.day_end(clock.today())
    _changed(actor, talk)
    return talk


def _end_open(talk: Talk) -> None:
    """A talk that was left open on another day has been held. Raises Conflict for one that is going on."""
    other = db.session.scalar(
        select(Talk)
        .where(Talk.team_id == talk.team_id, Talk.worker_id == talk.worker_id, Talk.status == TalkStatus.OPEN)
        .with_for_update()
    )
    if other is None:
        return
    if policy.is_open(other):
        raise Conflict
    other.status = TalkStatus.HELD
    db.session.flush()


def _last_time(talk: Talk) -> date:
    """The day of the talk before with this worker in this team, whoever held it."""
    at = db.session.scalar(
        select(func.max(Talk.opened_at)).where(Talk.team_id == talk.team_id, Talk.worker_id == talk.worker_id)
    )
    return clock.to_local(at).date() if at else clock.today() - FIRST_LOOKS_BACK


def close(actor: Actor, talk_id: UUID, *, version: int | None) -> Talk:
    """The talk is over: the names are gone, the figures stay. Raises NotFound or Conflict."""
    talk = to_hold(actor, talk_id, version, TalkStatus.OPEN)
    talk.status = TalkStatus.HELD
    _changed(actor, talk)
    return talk


def cancel(actor: Actor, talk_id: UUID, *, version: int | None) -> Talk:
    """A planned talk does not take place. Raises NotFound or Conflict."""
    talk = to_hold(actor, talk_id, version, TalkStatus.PLANNED)
    talk.status = TalkStatus.CANCELLED
    _changed(actor, talk)
    return talk


def _changed(actor: Actor, talk: Talk) -> None:
    with db.conflicts_as_409():
        db.session.flush()
    log(actor, talk, Action.UPDATE, "status")


def log(actor: Actor, talk: Talk, action: Action, *fields: str) -> None:
    """What was done with a talk, under the permission it was done with."""
    access_log.record(
        actor,
        action,
        Subject("talk", talk.id, team_id=talk.team_id),
        permission=Permission.TALKS_HOLD if policy.holds(actor, talk) else Permission.TALKS_READ,
        purpose=Purpose.SUPERVISION,
        fields=fields,
    )


def opened(actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    """Whether the actor holds a talk now with a worker of this young person: its one purpose covers the whole list."""
    return exists().where(
        Talk.held_by_id == actor.user_id,
        Talk.status == TalkStatus.OPEN,
        Talk.open_until > clock.now(),
        Talk.worker_id == PersonAssignment.user_id,
        PersonAssignment.person_id == person_id,
        PersonAssignment.holds_on(clock.today()),
    )
