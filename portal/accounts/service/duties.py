"""The register of who is on duty: planned per team by its director, read by the whole team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.accounts import absence, duty
from portal.accounts.models import Duty, RoleAssignment, Team, User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role

constraint("ex_duty_overlap", "user_id", N_("Deze collega heeft in deze tijd al dienst."))

AHEAD = timedelta(days=28)  # how far the page shows
LONGEST = timedelta(days=14)
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """One duty as it is shown."""

    id: UUID
    user_id: UUID
    name: str
    phone: str
    team: str
    starts_at: datetime
    ends_at: datetime
    running: bool
    away: bool  # not there after all: absent, or no longer in the team


@dataclass(frozen=True)
class Callable:
    """Somebody who can be called now for what cannot wait."""

    user_id: UUID
    name: str
    phone: str  # empty: known under no number
    on_duty: bool  # else it is a director of the team


# --- reading ---------------------------------------------------------------------------------------------------------


def overview(actor: Actor) -> list[Line]:
    """The duties of the actor's own teams, of now and the coming four weeks; one statement."""
    now = clock.now()
    statement = (
        select(Duty, User.name, User.phone, Team.name.label("team"), duty.present(clock.today()).label("there"))
        .join(User, User.id == Duty.user_id)
        .join(Team, Team.id == Duty.team_id)
        .where(Duty.team_id.in_(_own_teams(actor)), Duty.ends_at > now, Duty.starts_at < now + AHEAD)
        .where(Duty.ends_at > Duty.starts_at)
        .order_by(Duty.starts_at, Team.name, User.sort_key, Duty.id)
    )
    return [
        Line(row.id, row.user_id, name, phone, team, row.starts_at, row.ends_at, row.starts_at <= now, away=not there)
        for row, name, phone, team, there in db.session.execute(statement)
    ]


def to_call(team_ids: Collection[UUID]) -> Mapping[UUID, list[Callable]]:
    """Whom to call now, per team: who is on duty, and without anybody on duty its directors; nobody who is away.

    A team in which nobody can be called is absent. One statement.
    """
    on_duty = select(Duty.id).where(
        Duty.user_id == User.id, Duty.team_id == RoleAssignment.team_id, duty.running(), duty.present(clock.today())
    )
    statement = (
        select(RoleAssignment.team_id, User.id, User.name, User.phone, on_duty.exists().label("on_duty"))
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.team_id.in_(team_ids), RoleAssignment.holds_on(clock.today()), User.deactivated_at.is_(None)
        )
        .where(or_(on_duty.exists(), and_(RoleAssignment.role == Role.JV_DIRECTOR, ~absence.away(User.id))))
        .distinct()
        .order_by(User.name, User.id)
    )
    found = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.team_id].append(row)
    return {team_id: _first(rows) for team_id, rows in found.items()}


def _first(rows: Sequence[Any]) -> list[Callable]:
    chosen = [row for row in rows if row.on_duty] or rows
    return [Callable(row.id, row.name, row.phone, row.on_duty) for row in chosen]


def own_teams(actor: Actor) -> Sequence[Team]:
    """The teams in which the actor holds a role, by name."""
    return db.session.scalars(select(Team).where(Team.id.in_(_own_teams(actor)), Team.active).order_by(Team.name)).all()


def _own_teams(actor: Actor) -> set[UUID]:
    return {team_id for _role, team_id in actor.roles}


# --- planning --------------------------------------------------------------------------------------------------------


def teams(actor: Actor) -> Sequence[Team]:
    """The teams whose duties the actor plans, by name."""
    return db.session.scalars(select(Team).where(Team.id.in_(_planned(actor)), Team.active).order_by(Team.name)).all()


def candidates(actor: Actor) -> Sequence[User]:
    """Who can have duty in those teams: a role today and an open account; by name."""
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id.in_(_planned(actor)), RoleAssignment.holds_on(clock.today())
    )
    open_ = select(User).where(User.id.in_(held), User.deactivated_at.is_(None))
    return db.session.scalars(open_.order_by(User.sort_key, User.id)).all()


def plan(actor: Actor, *, team_id: UUID, user_id: UUID, starts_at: datetime, ends_at: datetime) -> Duty:
    """Give somebody of the team duty from `starts_at` until `ends_at` (aware, exclusive).

    Raises NotFound for a team the actor does not direct, Invalid for a colleague or period that cannot be.
    """
    if team_id not in _planned(actor):
        raise NotFound
    if not db.session.scalar(select(_works(user_id, team_id))):
        raise Invalid(user_id=N_("Deze collega werkt niet in dit team."))
    _check(starts_at, ends_at)
    made = Duty(team_id=team_id, user_id=user_id, starts_at=starts_at, ends_at=ends_at)
    db.session.add(made)
    db.session.flush()
    _log(actor, made)
    return made


def withdraw(actor: Actor, duty_id: UUID) -> None:
    """End a duty that runs, or take back one that is to come. Raises NotFound, or Conflict when it is over."""
    row = db.session.scalar(
        select(Duty)
        .where(Duty.id == duty_id, Duty.team_id.in_(_planned(actor)))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    if row.ends_at <= clock.now() or row.ends_at == row.starts_at:
        raise Conflict
    row.ends_at = max(clock.now(), row.starts_at)
    db.session.flush()
    _log(actor, row)


def _planned(actor: Actor) -> set[UUID]:
    return set(actor.teams(Permission.ABSENCES_MANAGE, Reach.TEAM))


def _works(user_id: UUID, team_id: UUID) -> ColumnElement[bool]:
    return (
        select(RoleAssignment.id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.user_id == user_id,
            RoleAssignment.team_id == team_id,
            RoleAssignment.holds_on(clock.today()),
            User.deactivated_at.is_(None),
        )
        .exists()
    )


def _check(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= clock.now():
        raise Invalid(ends_at=N_("Dit is al geweest. Kies een later moment."))
    if ends_at <= starts_at:
        raise Invalid(ends_at=N_("Kies een eind na het begin."))
    if ends_at - starts_at > LONGEST:
        raise Invalid(ends_at=N_("Kies een dienst van hoogstens twee weken."))
    if starts_at > clock.now() + FARTHEST:
        raise Invalid(starts_at=N_("Kies een moment binnen een jaar."))


def _log(actor: Actor, row: Duty) -> None:
    access_log.record(
        actor,
        Action.ADMINISTER,
        Subject("duty", row.id, team_id=row.team_id),
        permission=Permission.ABSENCES_MANAGE,
        fields=["user_id", "starts_at", "ends_at"],
    )
