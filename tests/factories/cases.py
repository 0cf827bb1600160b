"""Invented cases (demogegevens), brought to a state by the same steps people take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.sessions import actor_of
from portal.cases import service
from portal.cases.models import (
    Case,
    CasePartner,
    CaseStatus,
    CaseStep,
    Conference,
    Decision,
    Domain,
    Goal,
    Invitee,
    Measurement,
    Moment,
    Nomination,
    Plan,
    PlanStatus,
    Rater,
    Task,
)
from portal.cases.service import Answers, planning
from portal.cases.service.nominating import Weighing
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.core.ids import new_id
from portal.in_view.models import CaseLevel, YouthInView
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from tests.factories import in_view

REASON = "School, wijkagent en jongerenwerk lopen langs elkaar heen; samen lukt het wel."
WEIGHING = Weighing(
    "Rust op school en iemand die blijft.",
    "Wat wij kunnen is gedaan, en het gaat niet beter. Er is meer nodig dan een stadsdeel heeft.",
    "Gesprekken, sport, hulp met school.",
    "De jongere blijft thuis en op school.",
    clock.today(),
)


def opened(young: Person, director: User, *, worker: User, level: CaseLevel = CaseLevel.DISTRICT) -> Case:
    """A case of a young person who is in view, without anybody in charge. Inside a unit of work."""
    if not db.session.scalar(select(YouthInView.id).where(YouthInView.person_id == young.id)):
        in_view.active(young, worker, director)
    intake = "Te zwaar voor het stadsdeel, te licht voor de stad." if level == CaseLevel.IN_BETWEEN else ""
    return service.open_case(actor_of(director), young.id, reason=REASON, level=level, intake=intake)


def take(case: Case, who: User, event: Event, **answers: object) -> None:
    """One step, with the version as it is now."""
    given = Answers(**answers)  # type: ignore[arg-type]
    service.decide(actor_of(who), case.id, event, version=case.version, answers=given)


def planned(young: Person, director: User, *, worker: User, level: CaseLevel = CaseLevel.DISTRICT) -> Case:
    """A case in which a plan with one goal is being made."""
    made = opened(young, director, worker=worker, level=level)
    take(made, director, Event.ASSIGN, director_id=director.id)
    goal(made, worker)
    today = clock.today()
    planning.write_plan(
        actor_of(worker),
        made.id,
        youth_voice="Ik wil weer naar school.",
        guardian_voice="",
        valid_from=today,
        valid_until=clock.months_later(today, 6),
    )
    return made


def running(young: Person, director: User, *, worker: User, level: CaseLevel = CaseLevel.DISTRICT) -> Case:
    """A case with an agreed plan."""
    made = planned(young, director, worker=worker, level=level)
    take(made, director, Event.AGREE_PLAN, on=clock.today())
    return made


def goal(case: Case, worker: User, domain: Domain = Domain.WORK_EDUCATION) -> Goal:
    """A goal for one part of life."""
    return planning.add_goal(
        actor_of(worker),
        case.id,
        domain=domain,
        body="Elke dag naar school",
        owner_id=worker.id,
        due_on=clock.today() + timedelta(days=90),
    )


@dataclass(frozen=True)
class Complete:
    """A running case with one of everything, by its rows: whoever may make them."""

    case: Case
    goal: Goal
    task: Task
    conference: Conference
    partner: CasePartner
    nomination: Nomination
    step: CaseStep

    @property
    def ids(self) -> dict[str, UUID]:
        """By the name each has in an address."""
        return {
            "case_id": self.case.id, "goal_id": self.goal.id, "task_id": self.task.id, "case_step_id": self.step.id,
            "conference_id": self.conference.id, "case_partner_id": self.partner.id,
            "nomination_id": self.nomination.id,
        }  # fmt: skip


def complete(young: Person, view_id: UUID, worker: User, *, partner: User | None = None) -> Complete:
    """The rows of a case that runs, in one context and one team. Inside a unit of work."""
    today, now = clock.today(), clock.now()
    case = Case(
        id=new_id(), number=db.next_number("CAS"), person_id=young.id, team_id=young.team_id, view_id=view_id,
        level=CaseLevel.IN_BETWEEN, status=CaseStatus.RUNNING, status_since=now, opened_on=today, opened_by=worker.id,
        director_id=worker.id, reason=REASON, intake="Te zwaar voor het stadsdeel.",
        plan_due_on=today + timedelta(days=30), measure_due_on=today + timedelta(days=14),
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    of: dict[str, Any] = {"case_id": case.id, "team_id": case.team_id}
    goal_ = Goal(**of, id=new_id(), domain=Domain.TIME_USE, body="Weer sporten", owner_id=worker.id, due_on=today)
    meeting = Conference(**of, id=new_id(), starts_at=now + timedelta(hours=2), place="Buurthuis")
    db.session.add_all([goal_, meeting])
    db.session.flush()
    made = Complete(
        case,
        goal_,
        Task(**of, what="Sportclub bellen", owner_id=worker.id, due_on=today, goal_id=goal_.id),
        meeting,
        CasePartner(**of, name="Leerplicht", since=today, user_id=partner.id if partner else None),
        Nomination(
            **of, case_number=case.number, level=CaseLevel.CITY, nominated_by=worker.id, nominated_at=now,
            **WEIGHING._asdict(),
        ),
        CaseStep(**of, at=now, by_id=worker.id, event=Event.AGREE_PLAN, to_status=CaseStatus.RUNNING),
    )  # fmt: skip
    db.session.add_all([
        made.task, made.partner, made.nomination, made.step,
        Plan(**of, version_no=1, youth_voice="Ik wil sporten.", status=PlanStatus.AGREED, agreed_on=today,
             valid_from=today, valid_until=today + timedelta(days=90)),
        Measurement(**of, goal_id=goal_.id, domain=goal_.domain, moment=Moment.START, rater=Rater.WORKER, level=2,
                    measured_on=today, by_id=worker.id, at=now),
        Invitee(**of, conference_id=meeting.id, user_id=worker.id),
        Decision(**of, conference_id=meeting.id, body="Samen naar de club.", by_id=worker.id, at=now),
    ])  # fmt: skip
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("youth_case", case.id, young.id, young.team_id))
    return made
