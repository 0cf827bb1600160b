"""Figures over signals (domain RPT-06): counted without reading one, small numbers not shown.

Whoever knows somebody in private counts without the signals about them: the database leaves those out (I-24).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import Organisation
from portal.core import clock, db, workdays
from portal.core.i18n import N_
from portal.core.registry import Figure
from portal.core.small import SMALLEST, hidden
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach
from portal.signals.models import Signal, SignalOutcome, SignalStatus

#: Rows of several columns, without what is in a signal.
Counted = Select[*tuple[Any, ...]]
YEARS = 4
OPENS, CLOSES = time(9), time(17)
HELP = frozenset({SignalOutcome.ONE_CONTACT, SignalOutcome.REFER, SignalOutcome.CARE_REPORT})
MEASURE = frozenset(
    {SignalOutcome.REGISTER_IN_VIEW, SignalOutcome.ADD_TO_CASE, SignalOutcome.GROUP_STEP1,
     SignalOutcome.MONITOR_LOCATION, SignalOutcome.EMERGENCY}
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One number; None is too small to show, or would give a small one away."""

    key: str
    count: int | None


@dataclass(frozen=True)
class Numbers:
    """The signals of one year, as far as this actor counts them."""

    received: int
    kinds: Sequence[Line]
    organisations: Sequence[Line]
    outcomes: Sequence[Line]
    decided: int
    on_time: int | None
    help: int | None
    measure: int | None
    hours: float | None  # working hours to a decision, the middle one


def years() -> list[int]:
    """The years that can be chosen, the latest first."""
    this = clock.today().year
    return [this - n for n in range(YEARS)]


def received(actor: Actor, year: int) -> Counted:
    """SELECT of the signals of one year that this actor counts, without what is in them. What was a mistake is not."""
    mine = actor.teams(Permission.SIGNALS_COUNT, Reach.TEAM)
    columns = (Signal.kind, Signal.outcome, Signal.received_at, Signal.triage_due_at, Signal.decided_at)
    statement = select(*columns, Signal.reporter_organisation_id).where(
        Signal.received_at >= clock.day_start(date(year, 1, 1)),
        Signal.received_at < clock.day_start(date(year + 1, 1, 1)),
        Signal.status != SignalStatus.VOID,
    )
    return statement if actor.teams(Permission.SIGNALS_COUNT, Reach.ALL) else statement.where(Signal.team_id.in_(mine))


def numbers(actor: Actor, year: int) -> Numbers:
    """The figures of one year."""
    with db.counting():
        rows = db.session.execute(received(actor, year)).all()
    names = _names(rows)
    decided = [row for row in rows if row.decided_at is not None]
    hours = [working_hours(row.received_at, row.decided_at) for row in decided]
    outcomes, (helped, measures, _) = _decided(Counter(row.outcome for row in decided))
    return Numbers(
        received=len(rows),
        kinds=_shown(Counter(row.kind for row in rows)),
        organisations=_shown(Counter(names[row.reporter_organisation_id] for row in rows)),
        outcomes=outcomes,
        decided=len(decided),
        on_time=_part(sum(row.decided_at <= row.triage_due_at for row in decided), len(decided)),
        help=helped if decided else None,
        measure=measures if decided else None,
        hours=median(hours) if len(hours) >= SMALLEST else None,
    )


def _names(rows: Sequence[Row[Any]]) -> Mapping[Any, str]:
    wanted = {row.reporter_organisation_id for row in rows}
    found = select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(found)}


def _part(count: int, whole: int) -> int | None:
    """A part of a whole, unless it or the rest is too small to show."""
    return hidden([count, whole - count])[0] if whole else None


def _shown(counts: Counter[Any]) -> list[Line]:
    """The most first, without what is too small and what would give it away."""
    ranked = _ranked(counts)
    return [Line(key, count) for (key, _), count in zip(ranked, hidden([count for _, count in ranked]), strict=True)]


def _ranked(counts: Counter[Any]) -> list[tuple[str, int]]:
    return sorted(((str(key), count) for key, count in counts.items()), key=lambda pair: (-pair[1], pair[0]))


def _decided(counts: Counter[Any]) -> tuple[list[Line], list[int | None]]:
    """The outcomes, the most first; and how many were help, a measure, and neither. The page shows both, so what is
    left out of the one may not follow from the other."""
    groups = [{key: counts[key] for key in counts if _group(key) == group} for group in range(3)]
    totals = hidden([sum(group.values()) for group in groups])
    known: dict[Any, int | None] = dict.fromkeys(counts)
    for group, total in zip(groups, totals, strict=True):
        if total is not None:
            known |= zip(group, hidden(list(group.values())), strict=True)
    named = {str(key): count for key, count in known.items()}
    return [Line(key, named[key]) for key, _ in _ranked(counts)], totals


def _group(outcome: Any) -> int:
    return 0 if outcome in HELP else 1 if outcome in MEASURE else 2


def working_hours(start: datetime, end: datetime) -> float:
    """Hours between two aware moments that lie on working days between nine and five."""
    first, last = clock.to_local(start), clock.to_local(end)
    total, day = 0.0, first.date()
    while day <= last.date():
        if workdays.is_workday(day):
            opened = max(start, clock.from_local(datetime.combine(day, OPENS)))
            closed = min(end, clock.from_local(datetime.combine(day, CLOSES)))
            total += max(0.0, (closed - opened) / timedelta(hours=1))
        day += timedelta(days=1)
    return total


def _count(*conditions: Any) -> Counted:
    return select(Signal.team_id, func.count().label("value")).where(*conditions).group_by(Signal.team_id)


FIGURES = (
    Figure(
        "RPT-06-ontvangen", N_("Ontvangen signalen"),
        N_("Alle signalen die in het jaar zijn gedaan, zonder de signalen die de melder zelf introk."),
        lambda: _count(Signal.status != SignalStatus.VOID),
    ),
    Figure(
        "RPT-06-op-tijd", N_("Op tijd beoordeeld"),
        N_("Van de signalen met een besluit: hoeveel kregen dat binnen de termijn die bij de spoed hoort."),
        lambda: _count(Signal.decided_at <= Signal.triage_due_at),
    ),
    Figure(
        "RPT-06-uren", N_("Werkuren tot een besluit"),
        N_("De middelste van alle signalen met een besluit. Een werkuur ligt op een werkdag tussen negen en vijf uur."),
        lambda: _count(Signal.decided_at.is_not(None)),
    ),
    Figure(
        "RPT-06-hulp", N_("Leidde tot hulp"),
        N_("Besluiten voor een contact, toeleiden of een zorgmelding, naast besluiten om te volgen of in te grijpen."),
        lambda: _count(Signal.outcome.in_(HELP)),
    ),
)  # fmt: skip
