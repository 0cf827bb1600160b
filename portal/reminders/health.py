"""The dead-man's switch: whether ticks come, and whether what is due leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import extract, func, select

from portal.core import db
from portal.reminders.models import Dispatch, DispatchState, Heartbeat
from portal.settings import settings

MISSED_TICKS = 3
LONGEST_DUE = 300  # seconds


@dataclass(frozen=True)
class Sign:
    """The last sign of life of one source of ticks. `age` in seconds of the database's real clock."""

    source: str
    at: datetime  # moment on the clock people see
    age: float
    ticks: int

    @property
    def fresh(self) -> bool:
        """Whether it came within three ticks."""
        return self.age <= MISSED_TICKS * settings().tick_seconds


@dataclass(frozen=True)
class Status:
    """What /health/scheduler says. `oldest_due`: seconds the longest waiting mail is past its time; 0 for none."""

    signs: tuple[Sign, ...]
    oldest_due: float
    counts: dict[str, int]

    @property
    def ticking(self) -> bool:
        """Whether any source of ticks is alive; one is enough."""
        return any(sign.fresh for sign in self.signs)

    @property
    def ok(self) -> bool:
        """Whether reminders go out as they should."""
        return self.ticking and self.oldest_due <= LONGEST_DUE

    def count(self, state: DispatchState) -> int:
        """How many mails are in a state."""
        return self.counts.get(state, 0)


def status() -> Status:
    """Ask the database; three statements."""
    age = extract("epoch", func.now() - Heartbeat.real_at)
    rows = db.session.execute(
        select(Heartbeat.source, Heartbeat.beat_at, age, Heartbeat.ticks).order_by(Heartbeat.source)
    )
    signs = tuple(Sign(source, at, float(seconds), ticks) for source, at, seconds, ticks in rows)
    waiting = Dispatch.state.in_([DispatchState.PENDING, DispatchState.CLAIMED])
    late = db.session.scalar(select(extract("epoch", func.app_now() - func.min(Dispatch.not_before))).where(waiting))
    counted = db.session.execute(select(Dispatch.state, func.count()).group_by(Dispatch.state))
    return Status(signs, max(0.0, float(late or 0)), {row.state: row[1] for row in counted})
