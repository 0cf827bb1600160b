"""How soon a signal is judged (domain §6.2, R01), and how long what is in it is kept (domain §2.8.1)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from portal.core import clock, workdays
from portal.signals.models import Urgency

#: Working days to judge, and after how many of them a reminder comes: three fifths of the term.
DAYS = {Urgency.NORMAL: (5, 3), Urgency.SOON: (2, 1)}
ACUTE = timedelta(hours=4)
ACUTE_REMIND = ACUTE * 3 / 5
OPENS, CLOSES = time(9), time(17)

STUB = timedelta(days=14)
VOID = timedelta(days=30)
NO_ACTION_MONTHS = 6


def of(urgency: Urgency, now: datetime) -> tuple[datetime, datetime]:
    """When a signal of `now` is reminded of, and when it is to be judged; aware moments."""
    if urgency is Urgency.ACUTE:
        return now + ACUTE_REMIND, now + ACUTE
    days, remind = DAYS[urgency]
    today = clock.to_local(now).date()
    return _at(workdays.add(today, remind), OPENS), _at(workdays.add(today, days), CLOSES)


def _at(day: date, hour: time) -> datetime:
    return clock.from_local(datetime.combine(day, hour))


def six_months_before(now: datetime) -> datetime:
    """The moment six civil months before `now`; the last day of a shorter month."""
    local = clock.to_local(now)
    month = local.month - NO_ACTION_MONTHS
    year, month = (local.year, month) if month > 0 else (local.year - 1, month + 12)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    moved = datetime.combine(date(year, month, min(local.day, last)), local.time())
    return clock.from_local(moved.replace(tzinfo=None))
