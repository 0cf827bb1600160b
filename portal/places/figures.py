"""The figures of monitored locations (domain §5.2, RPT-07): stock, who came by, and what changed, per team.

They are about places and about nobody, so that small numbers are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal, select

from portal.core import clock, db
from portal.core.i18n import N_
from portal.core.registry import Figure
from portal.places.models import LocationStatus, LocationStep, MonitoredLocation, Observation
from portal.places.service import EVERY, WATCHED
from portal.places.workflow import Event
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission

QUIET_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Span:
    """What is counted: these teams, from the first day to the last, both included."""

    team_ids: Sequence[UUID]
    first: date
    last: date


@dataclass(frozen=True)
class Counted:
    """The figures of one team, or of all together."""

    stock: int = 0
    priority: int = 0
    seen: int = 0
    started: int = 0
    raised: int = 0
    calmed: int = 0
    calmed_late: int = 0
    ended: int = 0

    @property
    def seen_rate(self) -> float | None:
        """Places somebody came by, of all that are watched."""
        return self.seen / self.stock if self.stock else None


NAMES = tuple(field.name for field in fields(Counted))


def standing(span: Span) -> Select[Any]:
    """On the last day: places that are watched, with priority, and those somebody came by in thirty days."""
    end = clock.day_end(span.last)
    last = (
        select(LocationStep.to_status)
        .where(LocationStep.location_id == MonitoredLocation.id, LocationStep.at < end)
        .order_by(LocationStep.at.desc(), LocationStep.id.desc())
        .limit(1)
        .correlate(MonitoredLocation)
        .scalar_subquery()
    )
    visit = exists(literal(1)).where(
        Observation.location_id == MonitoredLocation.id,
        Observation.seen_at >= end - EVERY,
        Observation.seen_at < end,
        Observation.withdrawn_at.is_(None),
    )
    there = (
        select(MonitoredLocation.team_id, last.label("status"), visit.label("seen"))
        .where(MonitoredLocation.team_id.in_(span.team_ids))
        .subquery("there")
    )
    watched = there.c.status.in_(WATCHED)
    return select(
        there.c.team_id,
        func.count().filter(watched).label("stock"),
        func.count().filter(there.c.status == LocationStatus.PRIORITY).label("priority"),
        func.count().filter(and_(watched, there.c.seen)).label("seen"),
    ).group_by(there.c.team_id)


def changes(span: Span) -> Select[Any]:
    """Decisions in the period by kind; `calmed_late`: quiet after ninety days in the list or more."""
    calmed = LocationStep.event == Event.CALM
    long_after = LocationStep.at >= func.timezone(clock.AMSTERDAM.key, MonitoredLocation.since_on + QUIET_AFTER)
    kinds = {
        "started": LocationStep.event == Event.START,
        "raised": LocationStep.event == Event.INTENSIFY,
        "calmed": calmed,
        "calmed_late": and_(calmed, long_after),
        "ended": LocationStep.event == Event.END,
    }
    counted: list[Any] = [func.count().filter(which).label(name) for name, which in kinds.items()]
    return (
        select(MonitoredLocation.team_id, *counted)
        .join(LocationStep, LocationStep.location_id == MonitoredLocation.id)
        .where(
            MonitoredLocation.team_id.in_(span.team_ids),
            LocationStep.at >= clock.day_start(span.first),
            LocationStep.at < clock.day_end(span.last),
        )
        .group_by(MonitoredLocation.team_id)
    )


def count(actor: Actor, team_ids: Sequence[UUID], first: date, last: date) -> dict[UUID, Counted]:
    """The figures of these teams in a period, per team. Raises Forbidden for who sees no figures."""
    actor.require(Permission.CASELOAD_READ)
    span = Span(team_ids, first, last)
    with db.counting():
        rows = [*db.session.execute(standing(span)), *db.session.execute(changes(span))]
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.team_id, {}).update(_numbers(row._mapping))
    return {team_id: Counted(**found.get(team_id, {})) for team_id in team_ids}


def _numbers(row: Mapping[Any, Any]) -> dict[str, int]:
    return {name: row[name] for name in NAMES if name in row}


def together(parts: Sequence[Counted]) -> Counted:
    """The figures of several teams as one."""
    return Counted(**{name: sum(getattr(part, name) for part in parts) for name in NAMES})


FIGURES = (
    Figure(
        "places_stock",
        N_("In het oog"),
        N_("Plekken die op de laatste dag worden gevolgd, gewoon of met voorrang. Rustig telt niet mee."),
        standing,
    ),
    Figure("places_priority", N_("Met voorrang"), N_("Daarvan de plekken waar het team eerst langsgaat."), standing),
    Figure(
        "places_seen",
        N_("Kort geleden bezocht"),
        N_("Gevolgde plekken waar in de laatste dertig dagen van de periode iemand langs was en opschreef wat er was."),
        standing,
    ),
    Figure("places_started", N_("Erbij"), N_("Plekken die in de periode in de lijst kwamen."), changes),
    Figure(
        "places_raised", N_("Voorrang gekregen"), N_("Besluiten in de periode om hier eerst te gaan kijken."), changes
    ),
    Figure("places_calmed", N_("Rustig"), N_("Besluiten in de periode dat het er rustig is."), changes),
    Figure(
        "places_calmed_late",
        N_("Rustig na 90 dagen"),
        N_("Daarvan de plekken die toen negentig dagen of langer in de lijst stonden."),
        changes,
    ),
    Figure("places_ended", N_("Gestopt"), N_("Plekken die in de periode uit de lijst gingen."), changes),
)
