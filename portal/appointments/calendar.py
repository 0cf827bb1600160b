"""Which stretch of the calendar a page shows, and how it is cut: a day by the hour, a week by day, a team by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.appointments.service import Busy, Line
from portal.core import clock

Entry = Line | Busy

DAY = timedelta(days=1)
#: Hours that a day shows even when nothing is planned.
OPENS, CLOSES = 9, 18
#: The years in which an agenda can be opened.
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)


class Shape(StrEnum):
    """How the agenda is shown; the values are words in its address."""

    DAY = "dag"
    WEEK = "week"
    LIST = "lijst"


LENGTH = {Shape.DAY: DAY, Shape.WEEK: 7 * DAY, Shape.LIST: 14 * DAY}


@dataclass(frozen=True)
class Stretch:
    """The civil days from `first` up to and without `until`, around the `day` that was asked for."""

    shape: Shape
    day: date

    @property
    def first(self) -> date:
        """The first day: of a week its Monday."""
        return self.day - self.day.weekday() * DAY if self.shape is Shape.WEEK else self.day

    @property
    def until(self) -> date:
        """The day after the last."""
        return self.first + LENGTH[self.shape]

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - DAY

    @property
    def before(self) -> date:
        """The day to ask for to see the stretch before this one."""
        return self.day - LENGTH[self.shape]

    @property
    def after(self) -> date:
        """The day to ask for to see the stretch after this one."""
        return self.day + LENGTH[self.shape]

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + n * DAY for n in range(LENGTH[self.shape].days)]


@dataclass(frozen=True)
class Column:
    """One day, or one person, with what is planned."""

    title: str
    day: date | None
    entries: Sequence[Entry]


def read(shape: str | None, day: str | None) -> Stretch:
    """What an address asks for; the list from today for anything that makes no sense."""
    try:
        asked = date.fromisoformat(day or "")
    except ValueError:
        asked = clock.today()
    chosen = Shape(shape) if shape in set(Shape) else Shape.LIST
    return Stretch(chosen, asked if FIRST_DAY < asked < LAST_DAY else clock.today())


def starts(entry: Entry) -> datetime:
    """When it begins."""
    return entry.starts_at if isinstance(entry, Busy) else entry.appointment.starts_at


def by_day(stretch: Stretch, entries: Iterable[Entry]) -> list[Column]:
    """A column per day, also for days without appointments."""
    found: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=starts):
        found[clock.to_local(starts(entry)).date()].append(entry)
    return [Column("", day, found[day]) for day in stretch.days]


def by_person(entries: Iterable[Entry], own: str) -> list[Column]:
    """A column per person who has something planned, the reader's own in front."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=starts):
        found[whose(entry)].append(entry)
    names = sorted(found, key=lambda name: (name != own, name))
    return [Column(name, None, found[name]) for name in names]


def by_hour(entries: Iterable[Entry]) -> list[tuple[int, list[Entry]]]:
    """The hours of a day with what begins in each."""
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=starts):
        found[clock.to_local(starts(entry)).hour].append(entry)
    hours = {*found, *range(OPENS, CLOSES)}
    return [(hour, found[hour]) for hour in range(min(hours), max(hours) + 1)]


def whose(entry: Entry) -> str:
    """Whose time it takes."""
    return entry.who if isinstance(entry, Busy) else entry.owner
