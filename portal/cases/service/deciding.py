"""Every step of a case: under the row lock, by the machine in workflow.py, with its traces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Select, and_, exists, func, select, update

from portal.cases.models import (
    LEVELS,
    ActionStatus,
    Case,
    CaseStep,
    Goal,
    GoalStatus,
    Measurement,
    Moment,
    Nomination,
    Plan,
    PlanStatus,
    Rater,
    Task,
)
from portal.cases.service import nominating, planning, sharing
from portal.cases.service.finding import Seen, find, log
from portal.cases.service.terms import FIRST_MEASURE_AFTER, FOLLOW_UP_MONTHS, LONGEST_PAUSE_MONTHS
from portal.cases.workflow import GOES_ON, MACHINE, MOVES, Event, Facts, Transition
from portal.contacts.models import FollowUp, FollowUpKind, FollowUpStatus
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.in_view.models import CaseLevel, YouthInView
from portal.privacy.actor import Actor
from portal.privacy.models import Action

#: What is said on the page of a case, so that a step it stops is not offered.
OF_VIEW = frozenset({GOES_ON, MOVES})


@dataclass(frozen=True)
class Answers:
    """What somebody fills in with a step; which parts are needed depends on the event."""

    note: str = ""
    on: date | None = None  # the day the young person agreed, or until when a pause lasts
    director_id: UUID | None = None
    level: CaseLevel | None = None


@dataclass
class Held:
    """A case under its lock, with what a step needs."""

    actor: Actor
    seen: Seen
    answers: Answers

    @property
    def case(self) -> Case:
        """The record itself."""
        return self.seen.case


def decide(actor: Actor, case_id: UUID, event: Event, *, version: int, answers: Answers) -> Case:
    """Take one step.

    Raises NotFound, Forbidden (not this actor's to decide), Conflict (moved on in the meantime) or Invalid.
    """
    found = find(actor, case_id, lock=True)
    db.ensure_version(found.case, version)
    held = Held(actor, found, answers)
    known = replace(facts(found.case, answers.level), goes_on=found.goes_on, stands_still=found.stands_still)
    row = MACHINE.step(event, found.case.status, known, found.parties)
    if event in MACHINE.needs_reason and not answers.note:
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    EFFECTS[event](held, row)
    _move(held, row)
    return found.case


def facts(case: Case, level: str | None = None) -> Facts:
    """What the guards look at, in one statement; `level` is the one that is asked for."""
    writing = exists().where(Plan.case_id == case.id, Plan.status == PlanStatus.DRAFT, Plan.youth_voice != "")
    goals = and_(Goal.case_id == case.id, Goal.status == GoalStatus.OPEN)
    accepted = exists().where(_accepted(case), Nomination.level == (level or _next_level(case.level)))
    row = db.session.execute(
        select(
            writing,
            _count(Goal, goals),
            accepted,
            _count(FollowUp, _open_promise(case)),
            _count(Task, and_(Task.case_id == case.id, Task.status == ActionStatus.OPEN)),
            _unmeasured(case),
            exists().where(Measurement.case_id == case.id, Measurement.moment == Moment.FOLLOW_UP),
        )
    ).one()
    return Facts(*row)


def actions(found: Seen) -> list[Transition]:
    """What this actor can do with the case now; of the guards only those about its view are asked."""
    known = Facts(goes_on=found.goes_on, stands_still=found.stands_still)
    rows = MACHINE.possible(found.case.status, known, found.parties)
    return [row for row in rows if _makes_sense(row, found.case) and OF_VIEW.isdisjoint(row.failing(known))]


def ensure_possible(found: Seen, event: Event) -> None:
    """Before its page is shown: raises Forbidden or Conflict when this actor cannot take this step now."""
    MACHINE.choose(event, found.case.status, Facts(), found.parties)


def ensure_party(found: Seen, event: Event) -> None:
    """Before its form is read: raises Forbidden when this is never for this actor to decide."""
    MACHINE.ensure_party(event, found.parties)


def levels_for(case: Case, event: Event) -> list[CaseLevel]:
    """The levels that a step up or down can lead to."""
    place = LEVELS.index(CaseLevel(case.level))
    return list(LEVELS[place + 1 :] if event is Event.SCALE_UP else LEVELS[:place])


def _next_level(level: str) -> str:
    place = LEVELS.index(CaseLevel(level))
    return LEVELS[min(place + 1, len(LEVELS) - 1)]


def _makes_sense(row: Transition, case: Case) -> bool:
    if row.event in (Event.SCALE_UP, Event.SCALE_DOWN):
        return bool(levels_for(case, row.event))
    return True


def _accepted(case: Case) -> ColumnElement[bool]:
    return and_(Nomination.case_id == case.id, nominating.holds())


def _open_promise(case: Case) -> ColumnElement[bool]:
    return and_(
        FollowUp.person_id == case.person_id,
        FollowUp.kind == FollowUpKind.PROMISE,
        FollowUp.status == FollowUpStatus.OPEN,
    )


def _unmeasured(case: Case) -> ScalarSelect[int]:
    """Open goals that nobody measured at the end."""
    done = exists().where(
        Measurement.goal_id == Goal.id, Measurement.moment == Moment.END, Measurement.rater == Rater.WORKER
    )
    return _count(Goal, and_(Goal.case_id == case.id, Goal.status == GoalStatus.OPEN, ~done))


def _count(of: type[Goal | FollowUp | Task], condition: ColumnElement[bool]) -> ScalarSelect[int]:
    counted: Select[int] = select(func.count(type_=Integer)).select_from(of).where(condition)
    return counted.scalar_subquery()


def _move(held: Held, row: Transition) -> None:
    """Write the state, its trace and the access-log row."""
    case, now = held.case, clock.now()
    db.session.add(
        CaseStep(
            case_id=case.id,
            team_id=case.team_id,
            at=now,
            by_id=held.actor.user_id,
            event=row.event,
            from_status=row.source,
            to_status=row.target,
            note=held.answers.note,
        )
    )
    if row.target != row.source:
        case.status, case.status_since = row.target, now
    db.session.flush()
    log(held.actor, Action.UPDATE, [held.seen], fields=("status",))


# --- what a step does besides moving on --------------------------------------


def _nothing(_held: Held, _row: Transition) -> None:
    """Some steps only change the state."""


def _assign(held: Held, _row: Transition) -> None:
    if held.answers.director_id not in {user.id for user in planning.colleagues(held.case.team_id)}:
        raise Invalid(director_id=N_("Kies een van de mogelijkheden."))
    held.case.director_id = held.answers.director_id


def _agree_plan(held: Held, row: Transition) -> None:
    plan = db.session.scalars(select(Plan).where(Plan.case_id == held.case.id, Plan.status == PlanStatus.DRAFT)).one()
    on = held.answers.on
    if on is None or on > clock.today():
        raise Invalid(on=N_("Kies de dag waarop de jongere ja zei. Dat kan niet in de toekomst."))
    db.session.execute(
        update(Plan)
        .where(Plan.case_id == held.case.id, Plan.status == PlanStatus.AGREED)
        .values(status=PlanStatus.REPLACED)
    )
    plan.status, plan.agreed_on = PlanStatus.AGREED, on
    held.case.plan_due_on = plan.valid_until
    if row.source != row.target:
        held.case.measure_due_on = clock.today() + FIRST_MEASURE_AFTER


def _scale(held: Held, row: Transition) -> None:
    if held.answers.level not in levels_for(held.case, row.event):
        raise Invalid(level=N_("Kies een van de mogelijkheden."))
    if held.answers.level == CaseLevel.IN_BETWEEN and not held.case.intake:
        held.case.intake = held.answers.note
    held.case.level = str(held.answers.level)
    if held.case.level != CaseLevel.IN_BETWEEN:
        held.case.research_consent_on = None
    view = db.session.get(YouthInView, held.case.view_id)
    if view is not None and view.person_id is not None:
        view.level = held.case.level


def _pause(held: Held, _row: Transition) -> None:
    until = held.answers.on
    if until is None or until <= clock.today():
        raise Invalid(on=N_("Kies een dag die nog komt."))
    if until > clock.months_later(clock.today(), LONGEST_PAUSE_MONTHS):
        raise Invalid(on=N_("Een pauze duurt hoogstens drie maanden."))
    held.case.paused_until = until


def _resume(held: Held, _row: Transition) -> None:
    held.case.paused_until = None


def _propose_close(held: Held, _row: Transition) -> None:
    held.case.paused_until = None
    held.case.closing_summary = held.answers.note


def _close(held: Held, _row: Transition) -> None:
    sharing.stop_all(held.case.id)
    held.case.closed_on = clock.today()
    held.case.plan_due_on = None
    held.case.measure_due_on = clock.months_later(clock.today(), FOLLOW_UP_MONTHS)


def _end(held: Held, _row: Transition) -> None:
    sharing.stop_all(held.case.id)
    held.case.plan_due_on = held.case.measure_due_on = None


EFFECTS: dict[Event, Callable[[Held, Transition], None]] = {
    Event.ASSIGN: _assign,
    Event.AGREE_PLAN: _agree_plan,
    Event.SCALE_UP: _scale,
    Event.SCALE_DOWN: _scale,
    Event.PAUSE: _pause,
    Event.RESUME: _resume,
    Event.PROPOSE_CLOSE: _propose_close,
    Event.KEEP_ON: _nothing,
    Event.CLOSE: _close,
    Event.FOLLOW_UP: _end,
    Event.BREAK_OFF: _end,
}
