"""A worker asks for a trajectory; the coordinators of a team may then see the young person until it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import RoleAssignment, Team, User
from portal.core import clock, db
from portal.core.errors import Invalid, constraint
from portal.core.i18n import N_
from portal.people import service as people
from portal.people.models import Person, PersonStatus
from portal.privacy import grants
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action, GrantReason
from portal.privacy.permissions import Permission, Role
from portal.programmes import service as programmes
from portal.programmes.models import ProgrammeLine
from portal.trajectories.models import Trajectory, TrajectoryEvent
from portal.trajectories.service.finding import Seen, log
from portal.trajectories.workflow import MACHINE, Event, Party

constraint(
    "uq_trajectory_open",
    "",
    N_("Deze jongere heeft al een traject dat loopt. Een nieuw traject kan pas als dat is afgerond."),
)


def coordinating_teams() -> Sequence[Team]:
    """The teams that can find a match: those with a coordinator whose account is open, by name."""
    today = clock.today()
    coordinator = exists().where(
        RoleAssignment.team_id == Team.id,
        RoleAssignment.role == Role.CM_COORDINATOR,
        RoleAssignment.holds_on(today),
        RoleAssignment.user_id == User.id,
        User.deactivated_at.is_(None),
    )
    return db.session.scalars(select(Team).where(Team.active, coordinator).order_by(Team.name)).all()


def _check_line(actor: Actor, person_id: UUID, line_id: UUID) -> None:
    if line_id not in {line.id for line in possible_lines(actor, person_id)[0]}:
        raise Invalid(programme_line_id=N_("Kies een van de mogelijkheden."))


def possible_lines(actor: Actor, person_id: UUID) -> tuple[Sequence[ProgrammeLine], UUID | None]:
    """The lines that a trajectory can be part of: it is voluntary, so they are; and the one this young person is in."""
    return programmes.lines_for(actor, person_id, context=Context.VOLUNTARY_GUIDANCE)


def request(
    actor: Actor,
    person_id: UUID,
    *,
    request_text: str,
    youth_agreed_on: date,
    coordination_team_id: UUID,
    wish: str = "",
    languages: Sequence[str] = (),
    interests: Sequence[str] = (),
    programme_line_id: UUID | None = None,
) -> Trajectory:
    """Ask for a credible messenger for a young person who said yes to that on `youth_agreed_on`.

    Raises NotFound outside the own caseload, Invalid for a closed dossier, a date ahead or a team without coordinators.
    """
    person = people.get(actor, person_id, Permission.TRAJECTORIES_REQUEST)
    people.hold(person)
    _check(person, youth_agreed_on, coordination_team_id)
    if programme_line_id is not None:
        _check_line(actor, person_id, programme_line_id)
    now = clock.now()
    trajectory = Trajectory(
        number=db.next_number("TRJ"),
        person_id=person.id,
        team_id=person.team_id,
        coordination_team_id=coordination_team_id,
        status=MACHINE.first,
        status_since=now,
        requested_by=actor.user_id,
        requested_at=now,
        request_text=request_text,
        wish=wish,
        languages=sorted(set(languages)),
        interests=sorted(set(interests)),
        youth_agreed_on=youth_agreed_on,
        programme_line_id=programme_line_id,
    )
    db.session.add(trajectory)
    db.session.flush()
    _tell_and_grant(actor, trajectory)
    return trajectory


def _check(person: Person, youth_agreed_on: date, coordination_team_id: UUID) -> None:
    if person.status != PersonStatus.OPEN:
        raise Invalid(**{"": N_("Dit dossier is gesloten. Heropen het eerst.")})
    if youth_agreed_on > clock.today():
        raise Invalid(youth_agreed_on=N_("Deze dag moet nog komen."))
    if coordination_team_id not in {team.id for team in coordinating_teams()}:
        raise Invalid(coordination_team_id=N_("Dit team heeft nu geen coördinator. Kies een ander team."))


def _tell_and_grant(actor: Actor, trajectory: Trajectory) -> None:
    db.session.add(
        TrajectoryEvent(
            trajectory_id=trajectory.id,
            team_id=trajectory.team_id,
            at=trajectory.requested_at,
            by_id=actor.user_id,
            event=Event.REQUEST,
            to_status=trajectory.status,
        )
    )
    let_coordinators(trajectory)
    db.session.flush()
    log(actor, Action.CREATE, [Seen(trajectory, frozenset({Party.WORKER}), named=True, fully_named=True)])


def let_coordinators(trajectory: Trajectory) -> None:
    """Let the coordinators see the young person until the trajectory ends."""
    grants.grant(
        trajectory.person_id,
        trajectory.team_id,
        reason=GrantReason.TRAJECTORY,
        record_id=trajectory.id,
        grantee_team_id=trajectory.coordination_team_id,
        role=Role.CM_COORDINATOR,
    )
