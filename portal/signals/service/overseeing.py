"""What a privacy officer knows of signals (domain §4.2: metadata): how many wait and how long, and whether what leads
to somebody goes in time. Counted in a role that reads no words and no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.accounts.models import Team
from portal.core import clock, db
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission
from portal.signals.models import DECIDED, UNDECIDED, Signal, SignalStatus, SignalStep
from portal.signals.service import terms
from portal.signals.workflow import Event

#: What was taken away is counted over so long.
LOOKED_BACK = timedelta(days=365)
KEPT_YEARS = 3  # holdings.py
GONE = (Event.EXPIRE, Event.LAPSE)


@dataclass(frozen=True)
class Line:
    """The signals of one team, in numbers and days."""

    team: str
    kept: int  # with something in them that may lead to somebody
    open: int  # nobody decided yet
    late: int  # of those: over the term for judging
    oldest: datetime | None
    untold: int  # decided, and the reporter did not hear
    nicknames: int
    next_lapse: datetime | None  # when the first nickname goes
    overdue: int  # should have been taken away already
    expired: int  # taken away in the past year: the term was over
    lapsed: int  # the same: a nickname without a decision


def overview(actor: Actor) -> list[Line]:
    """One line per team that has signals, by name. Raises Forbidden."""
    actor.require(Permission.SIGNALS_OVERSEE)
    now = clock.now()
    with db.counting():
        rows = db.session.execute(_kept(now)).all()
        gone = _gone(now)
    names: dict[UUID, str] = dict(list(db.session.execute(select(Team.id, Team.name))))
    lines = [_line(row, names, gone[row.team_id]) for row in rows]
    return sorted(lines, key=lambda line: line.team)


def count_late(actor: Actor) -> int:
    """How many signals are over the term for judging. Raises Forbidden."""
    actor.require(Permission.SIGNALS_OVERSEE)
    late = (Signal.status.in_(UNDECIDED), Signal.triage_due_at <= clock.now())
    with db.counting():
        return db.session.scalar(select(func.count()).select_from(Signal).where(*late)) or 0


def _line(row: Any, names: Mapping[UUID, str], gone: Mapping[str, int]) -> Line:
    counted = {name: value for name, value in row._mapping.items() if name != "team_id"}
    return Line(team=names[row.team_id], expired=gone.get(Event.EXPIRE, 0), lapsed=gone.get(Event.LAPSE, 0), **counted)


def _kept(now: datetime) -> Any:
    waiting, stub = Signal.status.in_(UNDECIDED), Signal.stub_until.is_not(None)
    return select(
        Signal.team_id,
        func.count().filter(Signal.status != SignalStatus.STRIPPED).label("kept"),
        func.count().filter(waiting).label("open"),
        func.count().filter(waiting, Signal.triage_due_at <= now).label("late"),
        func.min(Signal.received_at).filter(waiting).label("oldest"),
        func.count().filter(Signal.status.in_(DECIDED), Signal.feedback_at.is_(None)).label("untold"),
        func.count().filter(waiting, stub).label("nicknames"),
        func.min(Signal.stub_until).filter(waiting).label("next_lapse"),
        func.count().filter(_overdue(now)).label("overdue"),
    ).group_by(Signal.team_id)


def _overdue(now: datetime) -> ColumnElement[bool]:
    """What `expiring.sweep` should have stripped more than a day ago, and what is older than its term."""
    since = now - timedelta(days=1)
    local = clock.to_local(now).date()
    return or_(
        and_(Signal.status.in_(UNDECIDED), Signal.stub_until <= since),
        and_(Signal.status == SignalStatus.NO_ACTION, Signal.decided_at <= terms.six_months_before(since)),
        and_(Signal.status == SignalStatus.VOID, Signal.status_since <= since - terms.VOID),
        and_(
            Signal.status != SignalStatus.STRIPPED,
            Signal.received_at <= clock.day_start(clock.months_later(local, -12 * KEPT_YEARS)),
        ),
    )


def _gone(now: datetime) -> Mapping[UUID, Mapping[str, int]]:
    statement = (
        select(SignalStep.team_id, SignalStep.event, func.count())
        .where(SignalStep.event.in_(GONE), SignalStep.at > now - LOOKED_BACK)
        .group_by(SignalStep.team_id, SignalStep.event)
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for team_id, event, count in db.session.execute(statement):
        found[team_id][event] = count
    return found


def total(lines: Sequence[Line], name: str) -> int:
    """The sum of one number over the teams."""
    return sum(getattr(line, name) for line in lines)


def age(moment: datetime | None, today: date) -> int | None:
    """Days since a moment."""
    return None if moment is None else (today - clock.to_local(moment).date()).days
