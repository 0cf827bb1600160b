"""Periods of reports: civil dates in Amsterdam, and the ones that can be chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core import clock


@dataclass(frozen=True)
class Period:
    """Inclusive civil dates in Amsterdam."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The moment the first day begins, aware UTC; a day of 23 or 25 hours is a day."""
        return clock.day_start(self.first)

    @property
    def end(self) -> datetime:
        """The moment the day after the last begins, aware UTC (exclusive)."""
        return clock.day_end(self.last)


def last_30_days(today: date) -> Period:
    """Today and the 29 days before."""
    return Period(today - timedelta(days=29), today)


def this_month(today: date) -> Period:
    """From the first of the month."""
    return Period(today.replace(day=1), today)


def last_month(today: date) -> Period:
    """The whole month before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def this_quarter(today: date) -> Period:
    """From the first day of the quarter."""
    return Period(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today)


def this_year(today: date) -> Period:
    """From 1 January."""
    return Period(date(today.year, 1, 1), today)


#: By the word that stands in the address.
NAMED: Mapping[str, Callable[[date], Period]] = {
    "30-dagen": last_30_days,
    "deze-maand": this_month,
    "vorige-maand": last_month,
    "dit-kwartaal": this_quarter,
    "dit-jaar": this_year,
}
