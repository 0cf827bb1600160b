"""Figures over cases (domain §5.2): RPT-19, the level in between, and RPT-12, what came of the goals.

Counted in the role that reads no names, for some teams together. Small numbers are not shown (domain I-23), and going
back is counted as going forward is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, distinct, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.cases.models import (
    Case,
    CasePartner,
    CaseStatus,
    CaseStep,
    Conference,
    ConferenceStatus,
    Goal,
    GoalStatus,
    Measurement,
    Moment,
)
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.core.i18n import N_
from portal.core.registry import Figure
from portal.core.small import SMALLEST, shown
from portal.in_view.models import CaseLevel, SourceKind, YouthInView
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission

OBSERVED = timedelta(days=180)  # so long after the end a new start would show
START, AGAIN = aliased(Measurement, name="start"), aliased(Case, name="again")


@dataclass(frozen=True)
class Span:
    """What is counted: these teams together, from the first day to the last, both included."""

    team_ids: Sequence[UUID]
    first: date
    last: date


@dataclass(frozen=True)
class Part:
    """A part of a whole; no count when it or the rest is too small to show."""

    count: int | None
    whole: int | None

    @property
    def rate(self) -> float | None:
        """Between 0 and 1."""
        return self.count / self.whole if self.count is not None and self.whole else None


@dataclass(frozen=True)
class Course:
    """What became of one part of life, as one kind of rater saw it; all None when a number is too small."""

    domain: str
    rater: str
    improved: int | None
    same: int | None
    declined: int | None


@dataclass(frozen=True)
class Numbers:
    """Everything on the page; None is too small to show, or not known."""

    levels: dict[str, int | None]  # cases on the last day
    inflow: dict[str, int | None]  # level in between, by what led to being in view
    partners: float | None  # organisations per case in between
    days_to_meeting: int | None  # the middle one
    scaled_up: int | None
    scaled_down: int | None
    reached: Part  # goals that came as far as was hoped, or further
    satisfaction: float | None  # the mean of the marks young people gave
    marks: int | None
    measured: Part  # closed cases with a measurement at the end
    no_new_start: Part
    courses: Sequence[Course]


def count(actor: Actor, team_ids: Sequence[UUID], first: date, last: date) -> Numbers:
    """The figures of these teams in a period. Raises Forbidden for who sees no figures."""
    actor.require(Permission.CASELOAD_READ)
    span = Span(team_ids, first, last)
    with db.counting():
        row = db.session.execute(totals(span)).one()._mapping
        found = db.session.execute(courses(span)).all()
    return Numbers(
        levels={level: shown(row[f"level_{level}"]) for level in CaseLevel},
        inflow={source: shown(row[f"from_{source}"]) for source in SourceKind},
        partners=_mean(row["partners"], row[f"level_{CaseLevel.IN_BETWEEN}"]),
        days_to_meeting=round(row["days"]) if row["meetings"] >= SMALLEST else None,
        scaled_up=shown(row["up"]),
        scaled_down=shown(row["down"]),
        reached=part(row["reached"], row["goals"]),
        satisfaction=float(row["satisfaction"]) if row["marks"] >= SMALLEST else None,
        marks=row["marks"] or None,
        measured=part(row["measured"], row["closed"]),
        no_new_start=part(row["observable"] - row["started_again"], row["observable"]),
        courses=[_course(*one) for one in found],
    )


def part(number: int, whole: int) -> Part:
    """A part of a whole, without the count when it or the rest gives few people away."""
    small = any(0 < each < SMALLEST for each in (number, whole - number))
    return Part(None if small or not whole else number, shown(whole))


def _mean(total: int, over: int) -> float | None:
    return total / over if over >= SMALLEST else None


def _course(domain: str, rater: str, improved: int, same: int, declined: int) -> Course:
    if any(shown(each) is None for each in (improved, same, declined)):
        return Course(domain, rater, None, None, None)
    return Course(domain, rater, improved, same, declined)


# --- the statements --------------------------------------------------------------------------------------------------


def totals(span: Span) -> Select[Any]:
    """Every single number, in one row."""
    columns: list[Any] = [
        *(_cases(_running_on(span), Case.level == level).label(f"level_{level}") for level in CaseLevel),
        *(_inflow(span, source).label(f"from_{source}") for source in SourceKind),
        _partners(span).label("partners"),
        *_meetings(span),
        _steps(span, Event.SCALE_UP).label("up"),
        _steps(span, Event.SCALE_DOWN).label("down"),
        _goals(span).label("goals"),
        _goals(span, Goal.attainment >= 0).label("reached"),
        *_marks(span),
        _cases(_closed_in(span)).label("closed"),
        _cases(_closed_in(span), _has_end()).label("measured"),
        _cases(_observable(span)).label("observable"),
        _cases(_observable(span), _starts_again()).label("started_again"),
    ]
    return select(*columns)


def courses(span: Span) -> Select[Any]:
    """Per part of life and kind of rater how many young people went forward, stayed and went back: the last
    measurement at the end in the period, beside that of the same goal at the start by the same rater."""
    last = (
        select(Measurement.domain, Measurement.rater, Measurement.level, START.level.label("began"))
        .select_from(Measurement)
        .join(Case, Case.id == Measurement.case_id)
        .join(
            START,
            and_(
                START.goal_id == Measurement.goal_id,
                START.rater == Measurement.rater,
                START.moment == Moment.START,
            ),
        )
        .where(
            Measurement.team_id.in_(span.team_ids),
            Measurement.moment == Moment.END,
            Measurement.measured_on.between(span.first, span.last),
        )
        .ext(distinct_on(Case.person_id, Measurement.domain, Measurement.rater))
        .order_by(
            Case.person_id,
            Measurement.domain,
            Measurement.rater,
            Measurement.measured_on.desc(),
            START.measured_on,
        )
        .subquery("last")
    )
    return (
        select(
            last.c.domain,
            last.c.rater,
            func.count().filter(last.c.level > last.c.began),
            func.count().filter(last.c.level == last.c.began),
            func.count().filter(last.c.level < last.c.began),
        )
        .group_by(last.c.domain, last.c.rater)
        .order_by(last.c.domain, last.c.rater.desc())
    )


def _running_on(span: Span) -> ColumnElement[bool]:
    """Cases that people worked on at the end of the last day, at the level they have now."""
    return and_(
        Case.team_id.in_(span.team_ids),
        Case.opened_on <= span.last,
        Case.status != CaseStatus.BROKEN_OFF,
        or_(Case.closed_on.is_(None), Case.closed_on > span.last),
    )


def _closed_in(span: Span) -> ColumnElement[bool]:
    return and_(Case.team_id.in_(span.team_ids), Case.closed_on.between(span.first, span.last))


def _observable(span: Span) -> ColumnElement[bool]:
    """Closed so long before a day of the period that half a year after it is known."""
    return and_(Case.team_id.in_(span.team_ids), Case.closed_on.between(span.first - OBSERVED, span.last - OBSERVED))


def _starts_again() -> ColumnElement[bool]:
    later = select(AGAIN.id).where(
        AGAIN.person_id == Case.person_id,
        AGAIN.opened_on > Case.closed_on,
        AGAIN.opened_on <= Case.closed_on + OBSERVED,
    )
    return later.exists()


def _has_end() -> ColumnElement[bool]:
    return select(Measurement.id).where(Measurement.case_id == Case.id, Measurement.moment == Moment.END).exists()


def _cases(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(distinct(Case.id))).where(*conditions).scalar_subquery()


def _inflow(span: Span, source: SourceKind) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Case)
        .join(YouthInView, YouthInView.id == Case.view_id)
        .where(
            Case.team_id.in_(span.team_ids),
            Case.level == CaseLevel.IN_BETWEEN,
            Case.opened_on.between(span.first, span.last),
            YouthInView.source_kind == source,
        )
        .scalar_subquery()
    )


def _partners(span: Span) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(CasePartner)
        .join(Case, Case.id == CasePartner.case_id)
        .where(
            _running_on(span),
            Case.level == CaseLevel.IN_BETWEEN,
            CasePartner.holds_on(span.last),
        )
        .scalar_subquery()
    )


def _meetings(span: Span) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The middle number of days from opening to the first conference in between, and over how many cases."""
    first = (
        select((func.min(Conference.held_on) - Case.opened_on).label("days"))
        .select_from(Conference)
        .join(Case, Case.id == Conference.case_id)
        .where(
            Conference.status == ConferenceStatus.HELD,
            Case.team_id.in_(span.team_ids),
            Case.level == CaseLevel.IN_BETWEEN,
            Case.opened_on.between(span.first, span.last),
        )
        .group_by(Case.id, Case.opened_on)
        .subquery("first")
    )
    middle = func.percentile_cont(0.5).within_group(first.c.days)
    return (
        select(middle).scalar_subquery().label("days"),
        select(func.count()).select_from(first).scalar_subquery().label("meetings"),
    )


def _steps(span: Span, event: Event) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(CaseStep)
        .where(
            CaseStep.team_id.in_(span.team_ids),
            CaseStep.event == event,
            CaseStep.at >= clock.day_start(span.first),
            CaseStep.at < clock.day_end(span.last),
        )
        .scalar_subquery()
    )


def _marks(span: Span) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The mean of the marks of the period, and how many there are; of each case the last.

    The latest wait until there are as many as may be shown: who looks every day would work out each single mark.
    """
    order = Case.satisfaction_on, Case.updated_at, Case.id
    given = (
        select(Case.satisfaction, func.row_number().over(order_by=order).label("place"), func.count().over().label("n"))
        .where(Case.team_id.in_(span.team_ids), Case.satisfaction_on.between(span.first, span.last))
        .subquery("given")
    )
    whole = given.c.place <= given.c.n - given.c.n % SMALLEST
    return (
        select(func.avg(given.c.satisfaction)).where(whole).scalar_subquery().label("satisfaction"),
        select(func.count()).select_from(given).where(whole).scalar_subquery().label("marks"),
    )


def _goals(span: Span, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    closed = (
        Goal.team_id.in_(span.team_ids),
        Goal.status == GoalStatus.CLOSED,
        Goal.closed_on.between(span.first, span.last),
    )
    return select(func.count()).select_from(Goal).where(*closed, *conditions).scalar_subquery()


STOCK = Figure(
    "case_levels",
    N_("Casussen per niveau"),
    N_("Casussen waaraan op de laatste dag van de periode gewerkt werd, op het niveau dat ze nu hebben."),
    totals,
)
BETWEEN = Figure(
    "case_between",
    N_("Tussenproblematiek"),
    N_(
        "Wat in de periode begon, waar het uit kwam, hoeveel organisaties meewerken, en hoeveel dagen tot het eerste"
        " overleg: de helft was sneller."
    ),
    totals,
)
REACHED = Figure(
    "case_goals_reached",
    N_("Doelen gehaald"),
    N_("Doelen die zo ver kwamen als gehoopt, of verder, van alle doelen die in de periode zijn afgerond."),
    totals,
    unit="%",
)
SATISFACTION = Figure(
    "case_satisfaction",
    N_("Cijfer van jongeren"),
    N_(
        "Het gemiddelde cijfer, van 1 tot 10, dat jongeren in de periode gaven voor de hulp. Per casus het laatste,"
        " en telkens als er vijf bij zijn."
    ),
    totals,
)
NO_NEW_START = Figure(
    "case_no_new_start",
    N_("Geen nieuwe casus binnen een half jaar"),
    N_("Van wie een half jaar geleden of langer klaar was: wie in dat half jaar geen nieuwe casus kreeg."),
    totals,
    unit="%",
)
COURSES = Figure(
    "case_courses",
    N_("Vooruit, gelijk en achteruit"),
    N_(
        "Jongeren met een meting aan het begin en aan het eind, van dezelfde kijker. Achteruit telt net zo mee als"
        " vooruit."
    ),
    courses,
)
FIGURES = (STOCK, BETWEEN, REACHED, SATISFACTION, NO_NEW_START, COURSES)
