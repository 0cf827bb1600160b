"""Cases of young people in view: at every level and in every state, each with what goes with that state.

One in Noord is told in full: too heavy for the district, too light for the city, with a plan, measurements that go up
and down, a conference that was and one to come. What is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import RoleAssignment, User
from portal.cases.models import (
    ActionStatus,
    Case,
    CasePartner,
    CaseStatus,
    CaseStep,
    Conference,
    ConferenceStatus,
    Decision,
    Domain,
    Goal,
    GoalStatus,
    Invitee,
    Measurement,
    Moment,
    Nomination,
    NominationStatus,
    Plan,
    PlanStatus,
    Rater,
    Task,
)
from portal.cases.service.measuring import MARKED_IN
from portal.cases.service.sharing import PURPOSE, REASON, WITH_MESSENGER
from portal.cases.service.terms import MEASURE_EVERY_MONTHS
from portal.cases.workflow import OVER, Event
from portal.core import clock, db
from portal.demo.case_texts import TEXTS
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.in_view.models import IN_VIEW, CaseLevel, YouthInView
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.privacy.permissions import Role
from portal.programmes.models import Disclosure, DisclosureBasis, DisclosureStatus
from portal.trajectories.models import Trajectory

#: One in so many young people in view has a case.
ONE_IN = 5
PILOT = ("N", "T", "F")
#: How far each of so many cases in a row has come.
STATES = (
    CaseStatus.RUNNING, CaseStatus.RUNNING, CaseStatus.PLANNING, CaseStatus.RUNNING, CaseStatus.RUNNING,
    CaseStatus.CLOSED, CaseStatus.RUNNING, CaseStatus.PAUSED, CaseStatus.RUNNING, CaseStatus.CLOSING,
    CaseStatus.RUNNING, CaseStatus.INTAKE, CaseStatus.RUNNING, CaseStatus.ARCHIVED, CaseStatus.RUNNING,
)  # fmt: skip
#: Days a case has been going on in a state, at least and at most.
AGE = {
    CaseStatus.INTAKE: (1, 5), CaseStatus.PLANNING: (6, 26), CaseStatus.RUNNING: (30, 170),
    CaseStatus.PAUSED: (90, 170), CaseStatus.CLOSING: (150, 170), CaseStatus.CLOSED: (250, 330),
    CaseStatus.ARCHIVED: (400, 430),
}  # fmt: skip
GOALS = (
    (Domain.WORK_EDUCATION, "Elke dag naar school"), (Domain.TIME_USE, "Twee keer per week sporten"),
    (Domain.FINANCE, "Weten hoeveel schuld er is en een plan maken"), (Domain.HOME_RELATIONS, "Thuis weer samen eten"),
    (Domain.SOCIAL_NETWORK, "Iemand hebben om mee te praten"), (Domain.HOUSING, "Een vaste plek om te slapen"),
)  # fmt: skip
PARTNERS = ("Leerplicht", "Wijkagent", "Schuldhulp", "Jeugdreclassering", "School")


@dataclass(frozen=True)
class Cast:
    """The people around one case."""

    view: YouthInView
    worker: UUID
    director: UUID

    @property
    def stadsdeel(self) -> str:
        """Where the young person is in view."""
        return self.view.stadsdeel_code


def leave(seed: int, today: date) -> None:
    """The cases as they stand today; those that are there already stay as they are."""
    known = set(db.session.scalars(select(Case.person_id)))
    paths = db.session.scalars(select(Trajectory).where(Trajectory.status.in_(WITH_MESSENGER)))
    guided = {path.person_id: path for path in paths}
    for n, cast in enumerate(_casts(seed)):
        if cast.view.person_id not in known:
            _tell(seed, today, cast, n, guided.get(cast.view.person_id) if cast.view.person_id else None)
    db.session.flush()
    for team_id in _directors():
        _ask_further(team_id, today)
    db.session.flush()


def _ask_further(team_id: UUID, today: date) -> None:
    """In a team where none does, one nomination from the district that waits for its second reader."""
    worker = PersonAssignment.user_id
    known = exists().where(Nomination.case_id == Case.id)
    waiting = exists().where(Nomination.team_id == team_id, Nomination.status == NominationStatus.PROPOSED)
    row = db.session.execute(
        select(Case, YouthInView.stadsdeel_code, worker)
        .join(YouthInView, YouthInView.id == Case.view_id)
        .join(PersonAssignment, PersonAssignment.person_id == Case.person_id)
        .where(Case.team_id == team_id, Case.status == CaseStatus.RUNNING, Case.level == CaseLevel.DISTRICT)
        .where(PersonAssignment.is_primary, PersonAssignment.until.is_(None), ~known, ~waiting)
        .order_by(Case.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return
    case, stadsdeel, worker_id = row
    day = _weekday(today - timedelta(days=9))
    db.session.add(
        Nomination(
            case_id=case.id, team_id=team_id, case_number=case.number, nominated_by=worker_id, nominated_at=at(day, 9),
            level=CaseLevel.IN_BETWEEN if stadsdeel in PILOT else CaseLevel.CITY, youth_informed_on=day,
            **TEXTS.weighing,
        )
    )  # fmt: skip


def _casts(seed: int) -> Iterator[Cast]:
    """The young people in view who have a case, with their first worker and their director; the story first."""
    directors = _directors()
    rows = db.session.execute(
        select(YouthInView, PersonAssignment.user_id, User.login)
        .join(Person, Person.id == YouthInView.person_id)
        .join(PersonAssignment, PersonAssignment.person_id == YouthInView.person_id)
        .join(User, User.id == PersonAssignment.user_id)
        .where(
            YouthInView.status.in_(IN_VIEW),
            Person.status == PersonStatus.OPEN,
            PersonAssignment.is_primary,
            PersonAssignment.until.is_(None),
        )
        .order_by(YouthInView.id)
    ).all()
    fit = [(view, worker, login) for view, worker, login in rows if view.team_id in directors]
    story = next((row for row in fit if row[2] == "jongerenwerker" and row[0].stadsdeel_code == "N"), None)
    if story:
        yield Cast(story[0], story[1], directors[story[0].team_id])
    for view, worker, _login in fit:
        chosen = dice(seed, "case", view.person_id).randrange(ONE_IN) == 0
        if chosen and (story is None or view.id != story[0].id):
            yield Cast(view, worker, directors[view.team_id])


def _directors() -> dict[UUID, UUID]:
    held = select(RoleAssignment.team_id, RoleAssignment.user_id).where(RoleAssignment.role == Role.JV_DIRECTOR)
    return dict(list(db.session.execute(held.order_by(RoleAssignment.user_id.desc()))))


def _tell(seed: int, today: date, cast: Cast, n: int, path: Trajectory | None) -> None:
    """One case with everything that goes with its state; the first is the story of Noord."""
    chance = dice(seed, "case-told", cast.view.person_id)
    story = n == 0
    status = CaseStatus.RUNNING if story else STATES[n % len(STATES)]
    opened = today - timedelta(days=150 if story else chance.randint(*AGE[status]))
    between = story or (cast.stadsdeel in PILOT and chance.random() < 0.3)
    level = CaseLevel.IN_BETWEEN if between else CaseLevel.CITY if chance.random() < 0.06 else CaseLevel.DISTRICT
    case = _case(seed, cast, n, status, level, opened, today, chance)
    cast.view.level = level
    db.session.add(case)
    db.session.flush()
    told = Telling(seed, case, cast, opened, today, chance)
    told.steps()
    told.partners(story=story)
    if status == CaseStatus.INTAKE:
        return
    goals = told.goals(4 if story else chance.randint(1, 3))
    told.plan()
    if path is not None and status == CaseStatus.RUNNING:
        told.share(goals[0], path)
    if status != CaseStatus.PLANNING:
        told.measurements(goals)
        told.conferences()
    told.actions(goals)
    if level != CaseLevel.DISTRICT:
        told.nomination()


def _case(
    seed: int, cast: Cast, n: int, status: CaseStatus, level: CaseLevel, opened: date, today: date, chance: Random
) -> Case:
    over = status in OVER
    in_hand = None if status == CaseStatus.INTAKE else cast.worker if chance.random() < 0.4 else cast.director
    between = level == CaseLevel.IN_BETWEEN
    return Case(
        id=ident(seed, "case", at(opened, 10), cast.view.person_id),
        number=f"CAS-{opened.year}-{50000 + n:05d}",  # far from the numbers the sequence gives out
        person_id=cast.view.person_id,
        team_id=cast.view.team_id,
        view_id=cast.view.id,
        level=level,
        status=status,
        status_since=at(opened + timedelta(days=_DAY_OF.get(status, 1)), 10),
        opened_on=opened,
        opened_by=cast.director,
        director_id=in_hand,
        reason=chance.choice(TEXTS.reasons),
        intake=chance.choice(TEXTS.intakes) if between else "",
        research_consent_on=opened + timedelta(days=3) if between and chance.random() < 0.7 else None,
        plan_due_on=None if over else _plan_due(status, opened),
        measure_due_on=_measure_due(status, opened, today),
        paused_until=today + timedelta(days=20) if status == CaseStatus.PAUSED else None,
        closing_summary=chance.choice(TEXTS.endings) if over or status == CaseStatus.CLOSING else "",
        closed_on=opened + timedelta(days=185) if over else None,
        **_marked(status, opened, today, dice(seed, "case-mark", cast.view.person_id)),
    )


def _marked(status: CaseStatus, opened: date, today: date, chance: Random) -> dict[str, Any]:
    """What most young people say of the help, once there is something to say."""
    when = min(opened + timedelta(days=184 if status in OVER else 120), today)
    if status not in MARKED_IN or when < opened + timedelta(days=60) or chance.random() < 0.2:
        return {}
    return {"satisfaction": chance.choice((3, 5, 6, 7, 7, 8, 8, 9)), "satisfaction_on": when}


#: After how many days a case came into its state.
_DAY_OF = {
    CaseStatus.INTAKE: 0, CaseStatus.PLANNING: 2, CaseStatus.RUNNING: 21, CaseStatus.PAUSED: 80,
    CaseStatus.CLOSING: 148, CaseStatus.CLOSED: 185, CaseStatus.ARCHIVED: 380,
}  # fmt: skip


def _plan_due(status: CaseStatus, opened: date) -> date:
    agreed = status not in (CaseStatus.INTAKE, CaseStatus.PLANNING)
    return clock.months_later(opened + timedelta(days=21), 6) if agreed else opened + timedelta(days=30)


def _measure_due(status: CaseStatus, opened: date, today: date) -> date | None:
    if status in (CaseStatus.INTAKE, CaseStatus.PLANNING, CaseStatus.ARCHIVED):
        return None
    if status == CaseStatus.CLOSED:
        return clock.months_later(opened + timedelta(days=185), 6)
    due = opened + timedelta(days=30)
    while due < today - timedelta(days=2):
        due = clock.months_later(due, MEASURE_EVERY_MONTHS)
    return due


@dataclass
class Telling:
    """What belongs to one case."""

    seed: int
    case: Case
    cast: Cast
    opened: date
    today: date
    chance: Random

    @property
    def of(self) -> dict[str, Any]:
        """What every part of the case carries."""
        return {"case_id": self.case.id, "team_id": self.case.team_id}

    def day(self, days: int) -> date:
        """So many days after the opening, never after today."""
        return min(self.opened + timedelta(days=days), self.today)

    def steps(self) -> None:
        """The way to the state of now."""
        status = CaseStatus(self.case.status)
        walked = [(0, Event.OPEN, "", CaseStatus.INTAKE)]
        if status != CaseStatus.INTAKE:
            walked.append((2, Event.ASSIGN, CaseStatus.INTAKE, CaseStatus.PLANNING))
        if status not in (CaseStatus.INTAKE, CaseStatus.PLANNING):
            walked.append((21, Event.AGREE_PLAN, CaseStatus.PLANNING, CaseStatus.RUNNING))
        if status == CaseStatus.PAUSED:
            walked.append((80, Event.PAUSE, CaseStatus.RUNNING, CaseStatus.PAUSED))
        if status in (CaseStatus.CLOSING, CaseStatus.CLOSED, CaseStatus.ARCHIVED):
            walked.append((148, Event.PROPOSE_CLOSE, CaseStatus.RUNNING, CaseStatus.CLOSING))
        if status in OVER:
            walked.append((185, Event.CLOSE, CaseStatus.CLOSING, CaseStatus.CLOSED))
        if status == CaseStatus.ARCHIVED:
            walked.append((380, Event.FOLLOW_UP, CaseStatus.CLOSED, CaseStatus.ARCHIVED))
        for days, event, before, after in walked:
            moment = at(self.day(days), 10)
            db.session.add(
                CaseStep(
                    **self.of, id=ident(self.seed, "case-step", moment, self.case.id, event), at=moment,
                    by_id=self.cast.director, event=event, from_status=before, to_status=after,
                    note=TEXTS.notes.get(event, ""),
                )
            )  # fmt: skip

    def partners(self, *, story: bool) -> None:
        """Organisations that work along."""
        for name in self.chance.sample(PARTNERS, 3 if story else self.chance.randint(1, 2)):
            db.session.add(CasePartner(**self.of, name=name, agreed=TEXTS.agreed[name], since=self.day(3)))

    def share(self, goal: Goal, path: Trajectory) -> None:
        """The messenger of the young person reads one goal."""
        when = max(self.day(30), path.started_on or self.today)
        goal.shared_with, goal.shared_on, goal.shared_by = path.id, when, self.cast.worker
        moment = at(when, 11)
        db.session.add(
            Disclosure(
                id=ident(self.seed, "goal-shared", moment, goal.id), person_id=path.person_id, team_id=path.team_id,
                context=self.case.context, context_to=path.context, purpose=PURPOSE, reason=REASON,
                basis=DisclosureBasis.AGREED, by_id=self.cast.worker, at=moment, informed_on=when,
                status=DisclosureStatus.APPROVED,
            )
        )  # fmt: skip

    def goals(self, count: int) -> list[Goal]:
        """Goals for different parts of life; those of a case that is over were rounded off."""
        over = self.case.status in OVER
        made = [
            Goal(
                **self.of, id=ident(self.seed, "case-goal", at(self.day(5), 11), self.case.id, domain), domain=domain,
                body=body, owner_id=self.cast.worker, due_on=self.opened + timedelta(days=150),
                status=GoalStatus.CLOSED if over else GoalStatus.OPEN,
                attainment=self.chance.choice((-1, 0, 0, 1)) if over else None,
                closed_on=self.day(150) if over else None,
            )
            for domain, body in self.chance.sample(GOALS, count)
        ]  # fmt: skip
        db.session.add_all(made)
        db.session.flush()
        return made

    def plan(self) -> None:
        """The plan, agreed or being written."""
        agreed = self.case.status != CaseStatus.PLANNING
        begin = self.day(21)
        db.session.add(
            Plan(
                **self.of, version_no=1, status=PlanStatus.AGREED if agreed else PlanStatus.DRAFT,
                youth_voice=self.chance.choice(TEXTS.youth), guardian_voice=self.chance.choice(TEXTS.guardians),
                agreed_on=begin if agreed else None, valid_from=begin, valid_until=clock.months_later(begin, 6),
            )
        )  # fmt: skip

    def measurements(self, goals: list[Goal]) -> None:
        """At the start, and every three months; some go forward, some back."""
        moments = [(30, Moment.START), (120, Moment.INTERIM)]
        if self.case.status in (CaseStatus.CLOSING, *OVER):
            moments.append((146, Moment.END))
        if self.case.status == CaseStatus.ARCHIVED:
            moments.append((375, Moment.FOLLOW_UP))
        for goal in goals:
            level, drift = self.chance.randint(2, 3), self.chance.choice((-1, 0, 1, 1))
            for n, (days, moment) in enumerate(moments):
                if self.opened + timedelta(days=days) > self.today:
                    continue
                for rater in Rater:
                    own = rater is Rater.YOUTH
                    value = max(1, min(5, level + n * drift + (self.chance.choice((0, 1)) if own else 0)))
                    db.session.add(
                        Measurement(
                            **self.of, goal_id=goal.id, domain=goal.domain, moment=moment, rater=rater, level=value,
                            assisted=own, measured_on=self.day(days), by_id=self.cast.worker, at=at(self.day(days), 15),
                        )
                    )  # fmt: skip

    def conferences(self) -> None:
        """One that was held with its decision, and one to come."""
        for days in (40, 100):
            if self.opened + timedelta(days=days) < self.today:
                self._conference(self.opened + timedelta(days=days), held=True)
        if self.case.status in (CaseStatus.RUNNING, CaseStatus.PAUSED):
            self._conference(_weekday(self.today + timedelta(days=self.chance.randint(1, 30))), held=False)

    def _conference(self, day: date, *, held: bool) -> None:
        made = Conference(
            **self.of, id=ident(self.seed, "case-conference", at(day, 14), self.case.id), starts_at=at(day, 14),
            place="Stadsdeelkantoor, zaal 2", status=ConferenceStatus.HELD if held else ConferenceStatus.PLANNED,
            held_on=day if held else None, minutes=self.chance.choice(TEXTS.minutes) if held else "",
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        of = {**self.of, "conference_id": made.id}
        for user_id in dict.fromkeys((self.cast.worker, self.cast.director)):
            db.session.add(Invitee(**of, user_id=user_id, present=True if held else None))
        db.session.add(Invitee(**of, name="Leerplicht", present=self.chance.random() < 0.8 if held else None))
        if held:
            body, moment = self.chance.choice(TEXTS.decisions), at(day, 15)
            db.session.add(Decision(**of, body=body, by_id=self.cast.director, at=moment))

    def actions(self, goals: list[Goal]) -> None:
        """Some done, some still to do; one of another organisation. Nothing is open in what is closing or over."""
        done = self.case.status in (CaseStatus.CLOSING, *OVER)
        for n, what in enumerate(self.chance.sample(TEXTS.actions, 3)):
            outside = n == 2
            due = self.day(60 + 20 * n) if n == 0 or done else self.today + timedelta(days=self.chance.randint(-2, 20))
            ended = n == 0 or done
            db.session.add(
                Task(
                    **self.of, goal_id=goals[n % len(goals)].id, what=what, due_on=due,
                    owner_id=None if outside else self.cast.worker, owner_name="Leerplicht" if outside else "",
                    status=ActionStatus.DONE if ended else ActionStatus.OPEN, ended_on=due if ended else None,
                    result="Gelukt." if ended else "",
                )
            )  # fmt: skip

    def nomination(self) -> None:
        """How the case came to its level."""
        reader = self.cast.director if self.cast.director != self.cast.worker else None
        if reader is None:
            return
        day = self.day(10)
        db.session.add(
            Nomination(
                **self.of, case_number=self.case.number, level=self.case.level, status=NominationStatus.ACCEPTED,
                nominated_by=self.cast.worker, nominated_at=at(day, 9), second_reader_id=reader,
                youth_informed_on=day, answered_on=self.day(18), answered_by=TEXTS.answerers[self.case.level],
                **TEXTS.weighing,
            )
        )  # fmt: skip


def _weekday(day: date) -> date:
    return day + timedelta(days=8 - day.isoweekday()) if day.isoweekday() > 5 else day
