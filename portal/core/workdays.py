"""Working days: Monday to Friday without the Dutch public holidays (domain §3.9)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5
#: In the register of holidays, but an ordinary working day for municipalities.
WORKED = frozenset({"Good Friday"})


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    listed = holidays.country_holidays("NL", years=year, language="en_US")
    return frozenset(day for day, name in listed.items() if name not in WORKED)


def is_workday(day: date) -> bool:
    """Whether people work on this civil date. 5 May is free in lustrum years only."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def add(day: date, count: int) -> date:
    """The date `count` ≥ 0 working days after `day`; `day` itself, worked or not, is day zero."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def latest_start(today: date, count: int) -> date:
    """The latest day from which `count` working days have passed today: the turned-round question of `add`."""
    day = today
    while add(day, count) > today:
        day -= timedelta(days=1)
    return day


def between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    days = (end - start).days
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, days + 1))
