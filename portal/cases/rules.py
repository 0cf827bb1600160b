"""Reminder rules of cases (domain §6.2): R04 contact, R09 plan, R10 measurement, R33 nomination, own actions,
conferences, news. Of a silence (R05) the ladder of the young person tells, by the norm of the level."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, literal, not_, or_, select

from portal.accounts import working
from portal.accounts.models import RoleAssignment, User
from portal.accounts.service import norms
from portal.cases import policy
from portal.cases.models import (
    ActionStatus,
    Case,
    CaseStatus,
    CaseStep,
    Conference,
    ConferenceStatus,
    Goal,
    GoalStatus,
    Invitee,
    Nomination,
    NominationStatus,
    Task,
)
from portal.cases.workflow import OVER, Event
from portal.contacts.models import FollowUp, FollowUpKind, FollowUpStatus
from portal.contacts.rules import DIRECTOR_AFTER, WAITS, assignee_can_act, follow_up_link
from portal.core import workdays
from portal.core.i18n import N_
from portal.core.registry import Rule, Term
from portal.in_view.models import CaseLevel
from portal.messengers.models import CredibleMessenger
from portal.people.asking import guides
from portal.privacy.models import DeclaredRelation
from portal.privacy.permissions import Role
from portal.reminders import asking
from portal.trajectories.models import HOLDS_A_PLACE, Trajectory

PLAN_AHEAD = 14  # days before the plan runs out
MEASURE_AHEAD = 7
SECOND_AFTER = 10  # working days
WITH_A_PLAN = (CaseStatus.PLANNING, CaseStatus.RUNNING)


class Stage(IntEnum):
    """How far something due has come."""

    AHEAD = 0
    DUE = 1


@lru_cache(maxsize=2)
def level_norm(day: date) -> Subquery:
    """SQL to join: of whom no more days (`days`) may pass than the level of their case allows, by the norm of the team
    on that day; a case that stands still asks nothing, and in the district the contact norm of the team holds."""
    norm = norms.as_of(day)
    allowed = {CaseLevel.IN_BETWEEN: norm.c.in_between_norm_days, CaseLevel.CITY: norm.c.city_norm_days}
    return (
        select(Case.person_id, case(allowed, value=Case.level).label("days"))
        .join(norm, norm.c.team_id == Case.team_id)
        .where(Case.level.in_(allowed), Case.status.not_in((*OVER, CaseStatus.PAUSED)))
        .subquery("level_norm")
    )


def plan_due(today: date, *, ahead: int = PLAN_AHEAD) -> Select[Any]:
    """Cases whose plan runs out within `ahead` days, or that have none on the day there should be one (R09). During a
    pause none can be agreed on: it is asked for afterwards."""
    rows = _of_case(Case.plan_due_on, _stage(Case.plan_due_on, today), Case.plan_due_on - timedelta(days=ahead))
    return _to_who_leads(rows, today).where(
        Case.status.in_(WITH_A_PLAN), Case.plan_due_on <= today + timedelta(days=ahead), ~policy.stands_still()
    )


def measurement_due(today: date, *, ahead: int = MEASURE_AHEAD) -> Select[Any]:
    """Cases that are to be measured within `ahead` days, the follow-up after half a year included (R10); after a
    pause, not in it."""
    rows = _of_case(
        Case.measure_due_on, _stage(Case.measure_due_on, today), Case.measure_due_on - timedelta(days=ahead)
    )
    return _to_who_leads(rows, today).where(
        Case.status.not_in((CaseStatus.PAUSED, CaseStatus.ARCHIVED, CaseStatus.BROKEN_OFF)),
        Case.measure_due_on <= today + timedelta(days=ahead),
        ~policy.stands_still(),
    )


def pause_over(today: date) -> Select[Any]:
    """Cases whose pause has ended."""
    rows = _of_case(Case.paused_until, Stage.DUE, Case.paused_until)
    return _to_who_leads(rows, today).where(
        Case.status == CaseStatus.PAUSED, Case.paused_until <= today, ~policy.stands_still()
    )


def _of_case(due_on: Any, stage: Any, since: Any) -> Select[Any]:
    return asking.question(
        object_id=Case.id,
        person_id=Case.person_id,
        team_id=Case.team_id,
        due_on=due_on,
        recipient_id=RoleAssignment.user_id,
        stage=stage,
        since=asking.midnight(since),
    ).select_from(Case)


def _stage(due_on: Any, today: date) -> ColumnElement[int]:
    return case((due_on <= today, int(Stage.DUE)), else_=int(Stage.AHEAD))


def _to(statement: Select[Any], recipient: Any, today: date) -> Select[Any]:
    """For somebody of the team of the case who still works there."""
    return (
        statement.join(User, User.id == recipient)
        .join(RoleAssignment, and_(RoleAssignment.user_id == User.id, RoleAssignment.team_id == Case.team_id))
        .where(RoleAssignment.role.in_(policy.IN_HAND), asking.works(today))
        .distinct()
    )


def _to_who_leads(statement: Select[Any], today: date) -> Select[Any]:
    """For who is in charge; when that is nobody who works in the team any more, for its directors."""
    return (
        statement.join(
            RoleAssignment, and_(RoleAssignment.team_id == Case.team_id, RoleAssignment.role.in_(policy.IN_HAND))
        )
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            asking.works(today),
            or_(
                User.id == Case.director_id,
                and_(RoleAssignment.role == Role.JV_DIRECTOR, policy.nobody_leads(today), ~_knows_them()),
            ),
        )
        .distinct()
    )


def _knows_them() -> ColumnElement[bool]:
    """Whether this colleague said to know the young person of the case in private (domain I-24)."""
    return exists(literal(1)).where(
        DeclaredRelation.user_id == RoleAssignment.user_id,
        DeclaredRelation.person_id == Case.person_id,
        DeclaredRelation.ended_at.is_(None),
    )


def contact_late(today: date, *, after: int = DIRECTOR_AFTER) -> Select[Any]:
    """Follow-ups late for `after` working days, or due while nobody can act on them, for who is in charge of the case
    and guides the young person too (R04). Directors of the team hear of it in any case."""
    rows = asking.question(
        object_id=FollowUp.id,
        person_id=FollowUp.person_id,
        team_id=FollowUp.team_id,
        due_on=FollowUp.due_on,
        recipient_id=Case.director_id,
        since=FollowUp.updated_at,
    ).join(Case, Case.person_id == FollowUp.person_id)
    waited = FollowUp.due_on <= workdays.latest_start(today, after)
    orphaned = and_(FollowUp.due_on <= today, not_(assignee_can_act(today)))
    return _to(rows, Case.director_id, today).where(
        FollowUp.status == FollowUpStatus.OPEN,
        FollowUp.kind != FollowUpKind.PROMISE,
        or_(waited, orphaned),
        Case.status.not_in(OVER),
        Case.director_id != FollowUp.assignee_id,
        guides(Case.director_id, Case.person_id, today),
        not_(working.in_team(Case.director_id, Case.team_id, today, Role.JV_DIRECTOR)),
    )


def action_due(today: date) -> Select[Any]:
    """Own open actions, from the day before; for an action of somebody outside, or of who does not work in the team
    any more, who leads the case."""
    own = working.in_team(Task.owner_id, Case.team_id, today, *policy.IN_HAND) & working.has_account(Task.owner_id)
    to_lead = or_(Task.owner_id.is_(None), not_(own))
    return asking.either(
        _to(_of_action(Task.owner_id, today), Task.owner_id, today),
        _to_who_leads(_of_action(RoleAssignment.user_id, today), today).where(to_lead),
    )


def _of_action(recipient_id: Any, today: date) -> Select[Any]:
    rows = asking.question(
        object_id=Task.id,
        person_id=Case.person_id,
        team_id=Case.team_id,
        due_on=Task.due_on,
        recipient_id=recipient_id,
        stage=_stage(Task.due_on, today),
        since=asking.announced_since(Task.due_on, today),
    )
    return (
        rows.select_from(Case)
        .join(Task, Task.case_id == Case.id)
        .where(
            Task.status == ActionStatus.OPEN,
            Case.status.not_in(OVER),
            asking.announced(Task.due_on, today),
            ~policy.stands_still(),
        )
    )


def conference_due(today: date) -> Select[Any]:
    """Conferences of today and tomorrow, for who was asked."""
    day = asking.civil(Conference.starts_at)
    rows = (
        asking.question(
            object_id=Conference.id,
            person_id=Case.person_id,
            team_id=Case.team_id,
            due_on=day,
            recipient_id=Invitee.user_id,
            stage=_stage(day, today),
            since=asking.announced_since(day, today),
        )
        .join(Case, Case.id == Conference.case_id)
        .join(Invitee, Invitee.conference_id == Conference.id)
    )
    return _to(rows, Invitee.user_id, today).where(
        Conference.status == ConferenceStatus.PLANNED, day >= today - asking.NEWS_DAYS, asking.announced(day, today)
    )


def to_second(today: date, *, after: int = SECOND_AFTER) -> Select[Any]:
    """Nominations without a second reader: at once, and again when it takes long (R33)."""
    late_since = workdays.latest_start(today, after)
    asked_on = asking.civil(Nomination.nominated_at)
    roles = case((Nomination.level == CaseLevel.CITY, Role.MANAGER), else_=Role.JV_DIRECTOR)
    return (
        asking.question(
            object_id=Nomination.id,
            team_id=Nomination.team_id,
            due_on=asked_on,
            recipient_id=RoleAssignment.user_id,
            stage=case((asked_on <= late_since, int(Stage.DUE)), else_=int(Stage.AHEAD)),
            since=Nomination.nominated_at,
        )
        .join(RoleAssignment, RoleAssignment.team_id == Nomination.team_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            Nomination.status == NominationStatus.PROPOSED,
            or_(RoleAssignment.role == roles, RoleAssignment.role == Role.MANAGER),
            RoleAssignment.user_id != Nomination.nominated_by,
            ~_knows(RoleAssignment.user_id),
            asking.works(today),
        )
        .distinct()
    )


def _knows(user_id: Any) -> ColumnElement[bool]:
    """Whether this colleague said to know the young person of the nomination in private (domain I-24)."""
    return exists(literal(1)).where(
        Case.id == Nomination.case_id,
        DeclaredRelation.person_id == Case.person_id,
        DeclaredRelation.user_id == user_id,
        DeclaredRelation.ended_at.is_(None),
    )


def news(today: date) -> Select[Any]:
    """Steps that somebody else took in the last days, for who has the case in hand."""
    happened_on = asking.civil(CaseStep.at)
    rows = asking.question(
        object_id=CaseStep.id,
        person_id=Case.person_id,
        team_id=Case.team_id,
        due_on=happened_on,
        recipient_id=Case.director_id,
        since=CaseStep.at,
    ).join(Case, Case.id == CaseStep.case_id)
    return _to(rows, Case.director_id, today).where(
        happened_on >= today - asking.NEWS_DAYS,
        CaseStep.event != Event.OPEN,
        Case.director_id.is_distinct_from(CaseStep.by_id),
    )


def goal_shared(today: date) -> Select[Any]:
    """Trajectories with which a goal was shared in the last days, for the messenger."""
    return (
        asking.question(
            object_id=Trajectory.id,
            person_id=Trajectory.person_id,
            team_id=Trajectory.team_id,
            due_on=Goal.shared_on,
            recipient_id=CredibleMessenger.user_id,
            since=asking.midnight(Goal.shared_on),
        )
        .join(Goal, Goal.shared_with == Trajectory.id)
        .join(CredibleMessenger, CredibleMessenger.id == Trajectory.messenger_id)
        .join(User, User.id == CredibleMessenger.user_id)
        .where(
            Goal.shared_on >= today - asking.NEWS_DAYS,
            Goal.status == GoalStatus.OPEN,
            Trajectory.status.in_(HOLDS_A_PLACE),
            User.deactivated_at.is_(None),
        )
        .distinct()
    )


def trajectory_link(trajectory_id: UUID) -> str:
    """The page of the trajectory, where its messenger reads the goals."""
    return f"/trajecten/{trajectory_id}"


def step_link(step_id: UUID) -> str:
    """The step's address, which leads to its case."""
    return f"/casussen/stappen/{step_id}"


def case_link(case_id: UUID) -> str:
    """The page of the case."""
    return f"/casussen/{case_id}"


def action_link(task_id: UUID) -> str:
    """The page where an action is ended."""
    return f"/casussen/acties/{task_id}"


def conference_link(conference_id: UUID) -> str:
    """The page of the conference."""
    return f"/casussen/overleggen/{conference_id}"


def nomination_link(nomination_id: UUID) -> str:
    """Where the second reader answers."""
    return f"/voordrachten/{nomination_id}"


_IN_HAND = N_("Wie de regie heeft")
_LEADS = N_("Wie de regie heeft, of de regisseurs als die er niet meer werkt")

RULES = (
    Rule(
        code="R04-casus",
        label=N_(
            "Je krijgt dit omdat je de regie hebt in een casus en een vervolg van een collega te lang blijft liggen."
        ),
        object_type="follow_up",
        due=contact_late,
        link=follow_up_link,
        terms=(Term("after", N_("Te laat sinds"), DIRECTOR_AFTER, 1, 10, WAITS),),
        audience=_IN_HAND,
        stages={0: N_("Een vervolg in een casus is te laat")},
    ),
    Rule(
        code="R09",
        label=N_(
            "Je krijgt dit omdat je de regie hebt in een casus, of regisseur bent, en het plan afloopt of ontbreekt."
        ),
        object_type="youth_case",
        due=plan_due,
        link=case_link,
        terms=(Term("ahead", N_("Zo lang van tevoren"), PLAN_AHEAD, 3, 30, N_("dagen")),),
        audience=_LEADS,
        stages={Stage.AHEAD: N_("Een plan loopt bijna af"), Stage.DUE: N_("Er is een nieuw plan nodig")},
    ),
    Rule(
        code="R10",
        label=N_("Je krijgt dit omdat je de regie hebt in een casus, of regisseur bent, en er weer gemeten wordt."),
        object_type="youth_case",
        due=measurement_due,
        link=case_link,
        terms=(Term("ahead", N_("Zo lang van tevoren"), MEASURE_AHEAD, 1, 21, N_("dagen")),),
        audience=_LEADS,
        stages={Stage.AHEAD: N_("Binnenkort een meting"), Stage.DUE: N_("Er is een meting nodig")},
    ),
    Rule(
        code="CAS-pauze",
        label=N_("Je krijgt dit omdat je de regie hebt in een casus die stil staat, of regisseur bent."),
        object_type="youth_case",
        due=pause_over,
        link=case_link,
        audience=_LEADS,
        stages={Stage.DUE: N_("De pauze van een casus is om")},
    ),
    Rule(
        code="CAS-actie",
        label=N_("Je krijgt dit omdat je een actie hebt in een casus, of de regie."),
        object_type="case_action",
        due=action_due,
        link=action_link,
        audience=N_("Wie de actie doet"),
        stages={Stage.AHEAD: N_("Morgen: een actie uit een casus"), Stage.DUE: N_("Een actie uit een casus")},
    ),
    Rule(
        code="CAS-overleg",
        label=N_("Je krijgt dit omdat je gevraagd bent voor een casusoverleg."),
        object_type="case_conference",
        due=conference_due,
        link=conference_link,
        audience=N_("Wie gevraagd is"),
        stages={Stage.AHEAD: N_("Binnenkort: een casusoverleg"), Stage.DUE: N_("Vandaag: een casusoverleg")},
    ),
    Rule(
        code="R33",
        label=N_("Je krijgt dit omdat een voordracht een tweede lezer nodig heeft."),
        object_type="case_nomination",
        due=to_second,
        link=nomination_link,
        terms=(Term("after", N_("Nog niet gelezen na"), SECOND_AFTER, 1, 20, N_("werkdagen")),),
        audience=N_("Tweede lezers"),
        stages={Stage.AHEAD: N_("Een voordracht om te lezen"), Stage.DUE: N_("Een voordracht wacht nog op jou")},
    ),
    Rule(
        code="CAS-doel",
        label=N_("Je krijgt dit omdat je een jongere begeleidt en een doel met je is gedeeld."),
        object_type="trajectory",
        due=goal_shared,
        link=trajectory_link,
        audience=N_("De credible messenger"),
        stages={0: N_("Er is een doel met je gedeeld")},
        news=True,
    ),
    Rule(
        code="CAS",
        label=N_("Je krijgt dit omdat je de regie hebt in deze casus."),
        object_type="case_step",
        due=news,
        link=step_link,
        audience=_IN_HAND,
        stages={0: N_("Nieuws over een casus")},
        news=True,
    ),
)
