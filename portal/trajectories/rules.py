"""Reminder rules of trajectories: R11, no match yet (domain §6.2), and the news that a trajectory moved on."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, case, column, func, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import TableValuedAlias

from portal.accounts.models import RoleAssignment, User
from portal.core import workdays
from portal.core.i18n import N_
from portal.core.registry import Rule, Term
from portal.messengers.models import CredibleMessenger
from portal.people.asking import to_workers
from portal.people.models import PersonAssignment
from portal.privacy.permissions import Role
from portal.reminders import asking
from portal.trajectories.models import Match, Trajectory, TrajectoryEvent, TrajectoryStatus
from portal.trajectories.workflow import TELLS, Event, Party

COORDINATORS_AFTER = 5  # working days after the request
MANAGERS_AFTER = 10
LOOK_BACK = timedelta(days=370)  # older requests were reminded of long ago
WITHOUT_MATCH = (TrajectoryStatus.REQUESTED, TrajectoryStatus.MATCHING)


#: The step that a step took back.
UNDONE = aliased(TrajectoryEvent, name="undone")


class News(IntEnum):
    """What the news is: a step, or that one was taken back."""

    STEP = 0
    TAKEN_BACK = 1


class Stage(IntEnum):
    """How far a request without a match has come on the ladder."""

    COORDINATORS = 0
    MANAGERS = 1


def unmatched_to_coordinators(today: date, *, after: int = COORDINATORS_AFTER) -> Select[Any]:
    """Requests without a match for `after` working days, for the coordinators of the team that should find one."""
    return _unmatched(today, after, Role.CM_COORDINATOR, Stage.COORDINATORS)


def unmatched_to_managers(today: date, *, after: int = MANAGERS_AFTER) -> Select[Any]:
    """Requests without a match for `after` working days, for the managers of the coordinating team."""
    return _unmatched(today, after, Role.MANAGER, Stage.MANAGERS)


def _unmatched(today: date, count: int, role: Role, stage: Stage) -> Select[Any]:
    terms = _terms(today, count)
    waiting = (
        asking.question(
            object_id=Trajectory.id,
            person_id=Trajectory.person_id,
            team_id=Trajectory.team_id,
            due_on=terms.c.due_on,
            recipient_id=RoleAssignment.user_id,
            stage=stage,
            since=asking.midnight(terms.c.due_on),
        )
        .join(terms, terms.c.requested_on == asking.civil(_needs_one_since()))
        .where(Trajectory.status.in_(WITHOUT_MATCH))
    )
    return asking.to_role(waiting, role, Trajectory.coordination_team_id, today)


def _needs_one_since() -> ColumnElement[Any]:
    """The request, or the moment the last messenger stopped."""
    return func.coalesce(Trajectory.searching_since, Trajectory.requested_at)


def _terms(today: date, count: int) -> TableValuedAlias:
    """Per day of request on which the term has passed: the day it passed. Holidays are known to Python only.

    Two arrays and not a list of values, so that the statement stays the same from day to day and is compiled once.
    """
    latest = workdays.latest_start(today, count)
    days = [latest - timedelta(days=n) for n in range(LOOK_BACK.days)]
    due = [workdays.add(day, count) for day in days]
    pairs = func.unnest(literal(days, ARRAY(Date)), literal(due, ARRAY(Date)))
    return pairs.table_valued(column("requested_on", Date), column("due_on", Date), name="terms").render_derived()


def news(today: date) -> Select[Any]:
    """Every step of the last days, for those concerned who did not take it themselves and still have this part."""
    workers = _steps(today, Party.WORKER, PersonAssignment.user_id)
    return asking.either(
        to_workers(workers, Trajectory.person_id, Trajectory.team_id, today),
        _to_coordinators(today),
        _to_messengers(today),
    )


def _steps(today: date, party: Party, recipient: Any) -> Select[Any]:
    happened_on = asking.civil(TrajectoryEvent.at)
    return (
        asking.question(
            object_id=TrajectoryEvent.id,
            person_id=Trajectory.person_id,
            team_id=Trajectory.team_id,
            due_on=happened_on,
            recipient_id=recipient,
            stage=case((UNDONE.id.is_not(None), int(News.TAKEN_BACK)), else_=int(News.STEP)),
            since=TrajectoryEvent.at,
        )
        .join(Trajectory, Trajectory.id == TrajectoryEvent.trajectory_id)
        .outerjoin(UNDONE, UNDONE.id == TrajectoryEvent.undoes_id)
        .where(
            happened_on >= today - asking.NEWS_DAYS,
            func.coalesce(UNDONE.event, TrajectoryEvent.event).in_(TELLS[party]),
            recipient.is_distinct_from(TrajectoryEvent.by_id),
        )
    )


def _to_coordinators(today: date) -> Select[Any]:
    """One yes asks for nothing; the second, or a step taken back, does."""
    one_yes = and_(
        func.coalesce(UNDONE.event, TrajectoryEvent.event).in_((Event.YOUTH_OK, Event.MESSENGER_OK)),
        TrajectoryEvent.to_status != TrajectoryStatus.READY,
    )
    steps = _steps(today, Party.COORDINATOR, RoleAssignment.user_id).where(~one_yes)
    return asking.to_role(steps, Role.CM_COORDINATOR, Trajectory.coordination_team_id, today)


def _to_messengers(today: date) -> Select[Any]:
    """The messenger who was proposed or matched at that moment, also when this step ended it."""
    return (
        _steps(today, Party.MESSENGER, CredibleMessenger.user_id)
        .join(Match, Match.trajectory_id == Trajectory.id)
        .join(CredibleMessenger, CredibleMessenger.id == Match.messenger_id)
        .join(User, User.id == CredibleMessenger.user_id)
        .join(
            RoleAssignment,
            and_(RoleAssignment.user_id == User.id, RoleAssignment.team_id == CredibleMessenger.team_id),
        )
        .where(
            RoleAssignment.role == Role.CREDIBLE_MESSENGER,
            asking.works(today),
            Match.proposed_at <= func.coalesce(UNDONE.at, TrajectoryEvent.at),
            or_(Match.ended_at.is_(None), Match.ended_at >= func.coalesce(UNDONE.at, TrajectoryEvent.at)),
        )
    )


def trajectory_link(trajectory_id: UUID) -> str:
    """The page of the trajectory."""
    return f"/trajecten/{trajectory_id}"


def caseload_link(_trajectory_id: UUID) -> str:
    """Managers see figures, not trajectories."""
    return "/caseload"


def event_link(event_id: UUID) -> str:
    """The step's address, which leads to its trajectory."""
    return f"/trajecten/stappen/{event_id}"


RULES = (
    Rule(
        code="R11",
        label=N_("Je krijgt dit omdat je coördinator bent en een aanvraag te lang zonder match is."),
        object_type="trajectory",
        due=unmatched_to_coordinators,
        link=trajectory_link,
        terms=(Term("after", N_("Zonder match sinds"), COORDINATORS_AFTER, 1, 20, N_("werkdagen")),),
        audience=N_("Coördinatoren"),
        stages={Stage.COORDINATORS: N_("Een aanvraag wacht op een match")},
    ),
    Rule(
        code="R11-manager",
        label=N_("Je krijgt dit omdat een aanvraag bij je team te lang zonder match is."),
        object_type="trajectory",
        due=unmatched_to_managers,
        link=caseload_link,
        terms=(Term("after", N_("Zonder match sinds"), MANAGERS_AFTER, 1, 40, N_("werkdagen")),),
        audience=N_("Managers, alleen als aantal"),
        stages={Stage.MANAGERS: N_("Een aanvraag bij je team wacht te lang op een match")},
    ),
    Rule(
        code="TRJ",
        label=N_("Je krijgt dit omdat je bij dit traject hoort."),
        object_type="trajectory_event",
        due=news,
        link=event_link,
        audience=N_("Wie bij het traject hoort"),
        stages={News.STEP: N_("Nieuws over een traject"), News.TAKEN_BACK: N_("Een stap is teruggedraaid")},
        news=True,
    ),
)
