"""Measurements: the worker and the young person side by side, and what changed, for better or worse (domain §2.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from portal.cases.models import Case, CaseStatus, Domain, Goal, Measurement, Moment, Rater
from portal.cases.service.finding import Seen, case_of, changed, find
from portal.cases.service.terms import MEASURE_EVERY_MONTHS
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, constraint
from portal.core.i18n import N_
from portal.privacy.actor import Actor

#: While a plan is worked on, and at the talk half a year later.
MARKED_IN = (CaseStatus.RUNNING, CaseStatus.PAUSED, CaseStatus.CLOSING, CaseStatus.CLOSED)

BEFORE = N_("Toen was deze casus er nog niet.")

constraint("uq_case_measurement_once", "measured_on", N_("Op deze dag is dit al gemeten."))


@dataclass(frozen=True)
class Course:
    """How one rater saw one part of life change: the first level, the last one, and how often it was asked."""

    domain: Domain
    rater: Rater
    first: int
    last: int
    times: int

    @property
    def change(self) -> int:
        """1 forward, 0 the same, -1 back; declining counts as much as improving."""
        return (self.last > self.first) - (self.last < self.first)


@dataclass(frozen=True)
class Scale:
    """What was filled in on one goal; an empty level was not asked."""

    moment: Moment
    measured_on: date
    worker_level: int | None = None
    youth_level: int | None = None
    assisted: bool = False
    note: str = ""


def of_case(case_id: UUID) -> Sequence[Measurement]:
    """All measurements of a case, oldest first."""
    return db.session.scalars(
        select(Measurement).where(Measurement.case_id == case_id).order_by(Measurement.measured_on, Measurement.id)
    ).all()


def courses(measured: Iterable[Measurement]) -> list[Course]:
    """Per part of life and rater the way from the first level to the last, in the order of the parts of life."""
    places, raters = list(Domain), list(Rater)

    def key(one: Measurement) -> tuple[int, int]:
        return places.index(Domain(one.domain)), raters.index(Rater(one.rater))

    found = []
    for (domain, rater), group in groupby(sorted(measured, key=lambda one: (*key(one), one.measured_on)), key=key):
        rows = list(group)
        found.append(Course(places[domain], raters[rater], rows[0].level, rows[-1].level, len(rows)))
    return found


def to_measure(actor: Actor, goal_id: UUID) -> tuple[Seen, Goal]:
    """A goal that may be measured now: while the case is worked on, and once after it was closed.

    Raises NotFound, Forbidden for who only reads, Conflict when it is too late or too early.
    """
    found = find(actor, case_of(Goal, goal_id))
    if not found.works:
        raise Forbidden
    if not moments(found.case) or found.stands_still:
        raise Conflict
    return found, db.session.get_one(Goal, goal_id)


def moments(case: Case) -> tuple[Moment, ...]:
    """Which moments a measurement can be of in this state of the case."""
    if case.status == CaseStatus.CLOSED:
        return (Moment.FOLLOW_UP,)
    if case.status in (CaseStatus.RUNNING, CaseStatus.PAUSED, CaseStatus.CLOSING):
        return (Moment.START, Moment.INTERIM, Moment.END)
    return (Moment.START,) if case.status == CaseStatus.PLANNING else ()


def measure(actor: Actor, goal_id: UUID, scale: Scale) -> list[Measurement]:
    """Write down how it stands, as the worker sees it, as the young person says, or both.

    What the young person says is only taken when it was filled in together (I-27).
    Raises as `to_measure`, and Invalid for a level out of 1–5, a day to come, or nothing filled in.
    """
    found, goal = to_measure(actor, goal_id)
    check(scale, moments(found.case), since=found.case.opened_on)
    _ensure_first(goal, scale)
    made = [
        Measurement(
            case_id=goal.case_id,
            team_id=goal.team_id,
            goal_id=goal.id,
            domain=goal.domain,
            moment=scale.moment,
            rater=rater,
            level=level,
            assisted=rater is Rater.YOUTH and scale.assisted,
            measured_on=scale.measured_on,
            note=scale.note,
            by_id=actor.user_id,
            at=clock.now(),
        )
        for rater, level in _levels(scale)
        if level is not None
    ]
    db.session.add_all(made)
    if found.case.status != CaseStatus.CLOSED:
        found.case.measure_due_on = clock.months_later(scale.measured_on, MEASURE_EVERY_MONTHS)
    changed(actor, found, "measurements")
    return made


def _ensure_first(goal: Goal, scale: Scale) -> None:
    """The start is where others are compared with: it does not change once it is there, or when the end is known."""
    if scale.moment is not Moment.START:
        return
    raters = [rater for rater, level in _levels(scale) if level is not None]
    known = exists().where(
        Measurement.goal_id == goal.id,
        or_(and_(Measurement.moment == Moment.START, Measurement.rater.in_(raters)), Measurement.moment == Moment.END),
    )
    if db.session.scalar(select(known)):
        raise Invalid(moment=N_("Het begin is al gemeten. Kies een ander moment."))


def _levels(scale: Scale) -> tuple[tuple[Rater, int | None], ...]:
    return (Rater.WORKER, scale.worker_level), (Rater.YOUTH, scale.youth_level)


def ensure_markable(found: Seen) -> None:
    """Raises Forbidden for who only reads, Conflict before there is a plan and after it is all over."""
    if not found.works:
        raise Forbidden
    if found.case.status not in MARKED_IN or found.stands_still:
        raise Conflict


def mark(actor: Actor, case_id: UUID, *, mark: int, on: date, assisted: bool, version: int) -> Case:
    """Write down which mark the young person gives for the help, from 1 to 10, in place of the one before.

    Only taken when it was filled in together (I-27). Raises NotFound, Forbidden, Conflict or Invalid.
    """
    found = find(actor, case_id, lock=True)
    ensure_markable(found)
    db.ensure_version(found.case, version)
    if on > clock.today():
        raise Invalid(on=N_("Deze dag moet nog komen."))
    if on < found.case.opened_on:
        raise Invalid(on=BEFORE)
    if not assisted:
        raise Invalid(assisted=N_("Vul dit alleen in als de jongere het zelf zegt."))
    found.case.satisfaction, found.case.satisfaction_on = mark, on
    changed(actor, found, "satisfaction")
    return found.case


def check(scale: Scale, possible: Sequence[Moment], *, since: date) -> None:
    """The rules of a measurement that need no database; `since`: the day the case was opened. Raises Invalid."""
    if scale.moment not in possible:
        raise Invalid(moment=N_("Dit kan nu niet."))
    if scale.measured_on > clock.today():
        raise Invalid(measured_on=N_("Deze dag moet nog komen."))
    if scale.measured_on < since:
        raise Invalid(measured_on=BEFORE)
    levels = {"worker_level": scale.worker_level, "youth_level": scale.youth_level}
    if all(level is None for level in levels.values()):
        raise Invalid(worker_level=N_("Vul ten minste één van de twee in."))
    wrong = {name: N_("Kies een van de mogelijkheden.") for name, level in levels.items() if level not in _LEVELS}
    if wrong:
        raise Invalid(**wrong)
    if scale.youth_level is not None and not scale.assisted:
        raise Invalid(assisted=N_("Vul dit alleen in als de jongere het zelf zegt."))


_LEVELS = {None, 1, 2, 3, 4, 5}
