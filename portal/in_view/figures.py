"""The figures of young people in view (domain §5.2, RPT-05): stock and flow, each one statement with its definition.

Every statement gives one row per team: team_id, then named columns. Stock and flow add up: the stock of the day before
the period, plus inflow, minus outflow, is the stock of its last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.core import db
from portal.core.i18n import N_
from portal.core.registry import Figure
from portal.core.small import SMALLEST
from portal.in_view.models import InViewReview, ViewEndReason, ViewStatus, YouthInView
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Span:
    """What is counted: these teams, from the first day to the last, both included."""

    team_ids: Sequence[UUID]
    first: date
    last: date


@dataclass(frozen=True)
class Counted:
    """The figures of one team, or of all together."""

    stock: int
    inflow: int
    outflow: int
    reasons: Mapping[str, int]  # how the outflow ended
    median_days: int | None
    reviews_due: int
    reviews_in_time: int

    @property
    def in_time_rate(self) -> float | None:
        """Reviews in time of all that were due."""
        return self.reviews_in_time / self.reviews_due if self.reviews_due else None


def in_view_on(day: Any) -> ColumnElement[bool]:
    """In view at the end of this day: decided by then, and not over yet."""
    return and_(YouthInView.registered_on <= day, or_(YouthInView.ended_on.is_(None), YouthInView.ended_on > day))


def stock_and_flow(span: Span) -> Select[Any]:
    """Stock, inflow, and outflow in total and by reason, and the median of the days in view of the outflow."""
    came = YouthInView.registered_on.between(span.first, span.last)
    went = and_(YouthInView.ended_on.between(span.first, span.last), YouthInView.registered_on.is_not(None))
    days = YouthInView.ended_on - YouthInView.registered_on
    reasons = [
        func.count().filter(went, YouthInView.end_reason == reason).label(f"ended_{reason}") for reason in ViewEndReason
    ]
    return (
        select(
            YouthInView.team_id,
            func.count().filter(in_view_on(span.last)).label("stock"),
            func.count().filter(came).label("inflow"),
            func.count().filter(went).label("outflow"),
            func.percentile_cont(0.5).within_group(days).filter(went).label("median_days"),
            *reasons,
        )
        .where(YouthInView.team_id.in_(span.team_ids), YouthInView.registered_on.is_not(None))
        .group_by(YouthInView.team_id)
    )


def reviews_in_time(span: Span) -> Select[Any]:
    """Reviews of which the day was in the period: `due`, held or not, and `in_time`, held by that day."""
    held = select(
        InViewReview.team_id, InViewReview.due_on, (InViewReview.held_on <= InViewReview.due_on).label("in_time")
    ).where(InViewReview.due_on.between(span.first, span.last), InViewReview.team_id.in_(span.team_ids))
    missed = select(YouthInView.team_id, YouthInView.next_review_on, YouthInView.review_no < 0).where(
        YouthInView.next_review_on.between(span.first, span.last),
        YouthInView.status.in_((ViewStatus.ACTIVE, ViewStatus.SUSPENDED)),
        YouthInView.team_id.in_(span.team_ids),
    )
    both = held.union_all(missed).subquery("both")
    counted = func.count().filter(both.c.in_time).label("in_time")
    return select(both.c.team_id, func.count().label("due"), counted).group_by(both.c.team_id)


def count(actor: Actor, team_ids: Sequence[UUID], first: date, last: date) -> dict[UUID, Counted]:
    """The figures of these teams in a period, per team. Raises Forbidden for who sees no figures."""
    actor.require(Permission.CASELOAD_READ)
    span = Span(team_ids, first, last)
    with db.counting():
        rows = {row.team_id: row._mapping for row in db.session.execute(stock_and_flow(span))}
        reviews = {row.team_id: row for row in db.session.execute(reviews_in_time(span))}
    return {team_id: _counted(rows.get(team_id, {}), reviews.get(team_id)) for team_id in team_ids}


def together(parts: Sequence[Counted]) -> Counted:
    """The figures of several teams as one; a median of medians would be no median, so there is none."""
    reasons: dict[str, int] = {}
    for part in parts:
        for reason, number in part.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + number
    return Counted(
        stock=sum(part.stock for part in parts),
        inflow=sum(part.inflow for part in parts),
        outflow=sum(part.outflow for part in parts),
        reasons=reasons,
        median_days=parts[0].median_days if len(parts) == 1 else None,
        reviews_due=sum(part.reviews_due for part in parts),
        reviews_in_time=sum(part.reviews_in_time for part in parts),
    )


def _counted(row: Mapping[Any, Any], reviews: Any) -> Counted:
    reasons = {str(reason): row.get(f"ended_{reason}", 0) for reason in ViewEndReason}
    median = row.get("median_days")
    return Counted(
        stock=row.get("stock", 0),
        inflow=row.get("inflow", 0),
        outflow=row.get("outflow", 0),
        reasons={reason: number for reason, number in reasons.items() if number},
        median_days=None if median is None or row["outflow"] < SMALLEST else round(median),
        reviews_due=reviews.due if reviews else 0,
        reviews_in_time=reviews.in_time if reviews else 0,
    )


STOCK = Figure(
    "in_view_stock",
    N_("Stand"),
    N_("Jongeren die op de laatste dag van de periode in beeld zijn: er is besloten, en het is nog niet voorbij."),
    stock_and_flow,
)
INFLOW = Figure(
    "in_view_inflow",
    N_("Erbij"),
    N_("Besluiten in de periode om een jongere in beeld te nemen. Wie later opnieuw komt, telt opnieuw."),
    stock_and_flow,
)
OUTFLOW = Figure(
    "in_view_outflow",
    N_("Eraf"),
    N_("Jongeren die in de periode uit beeld gingen, per reden. Ook wie na een bezwaar is gewist, telt mee."),
    stock_and_flow,
)
MEDIAN_DAYS = Figure(
    "in_view_median_days",
    N_("Dagen in beeld"),
    N_(
        "Van wie in de periode uit beeld ging, was de helft korter in beeld dan dit aantal dagen. Bij minder dan vijf "
        "staat het er niet."
    ),
    stock_and_flow,
    unit=N_("dagen"),
)
REVIEWED_IN_TIME = Figure(
    "in_view_reviewed_in_time",
    N_("Op tijd herbeoordeeld"),
    N_("Herbeoordelingen die op of voor hun dag zijn gedaan, gedeeld door alle met hun dag in de periode."),
    reviews_in_time,
    unit="%",
)
FIGURES = (STOCK, INFLOW, OUTFLOW, MEDIAN_DAYS, REVIEWED_IN_TIME)
