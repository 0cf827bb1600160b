"""One clock for Python and PostgreSQL.

`now()` and the SQL function `app_now()` add the same offset, kept in the table `app_clock`. Only a demo or a
test may set it (the web role cannot write that table; the function `app_clock_set` exists for those who may).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_offset = timedelta(0)
_frozen_at: datetime | None = None


def now() -> datetime:
    """Aware UTC time, with the demo or test offset."""
    return _frozen_at or datetime.now(UTC) + _offset


def setting() -> tuple[timedelta, datetime | None]:
    """How the clock was moved or stopped, to notice that what was worked out belongs to another moment."""
    return _offset, _frozen_at


def wall() -> datetime:
    """Aware UTC time without any offset, for what has a clock of its own, such as an authenticator app."""
    return datetime.now(UTC)


def today() -> date:
    """The civil date in Amsterdam."""
    return now().astimezone(AMSTERDAM).date()


def to_local(moment: datetime) -> datetime:
    """An aware moment as wall-clock time in Amsterdam."""
    return moment.astimezone(AMSTERDAM)


def from_local(moment: datetime) -> datetime:
    """A naive Amsterdam wall-clock time as aware UTC; the first of the two in the autumn hour."""
    return moment.replace(tzinfo=AMSTERDAM).astimezone(UTC)


def day_start(day: date) -> datetime:
    """The moment a civil day in Amsterdam begins, aware UTC; a day has 23, 24 or 25 hours."""
    return from_local(datetime.combine(day, time.min))


def day_end(day: date) -> datetime:
    """The moment the next civil day begins (exclusive end), aware UTC."""
    return day_start(day + timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month (domain §3.9)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_CLOCK = text("SELECT shift, frozen_at FROM app_clock")


def synchronise(session: Session | Connection) -> None:
    """Take over the offset the database uses. Called per unit of work, only where the clock is adjustable."""
    global _offset, _frozen_at
    row = session.execute(_CLOCK).one_or_none()
    _offset, _frozen_at = (row.shift, row.frozen_at) if row else (timedelta(0), None)


def shift(session: Session, by: timedelta) -> None:
    """Move the clock of every process by `by` (demo and tests only; the database refuses others)."""
    session.execute(text("SELECT app_clock_set((SELECT shift FROM app_clock) + :by, NULL)"), {"by": by})
    synchronise(session)


def freeze(session: Session, at: datetime | None) -> None:
    """Stop the clock at `at`, or let it run again with None (tests only)."""
    session.execute(text("SELECT app_clock_set(interval '0', :at)"), {"at": at})
    synchronise(session)
