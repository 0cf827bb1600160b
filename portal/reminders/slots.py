"""When a bundled message may leave: the digest slots of domain §6.1, on the civil clock of Amsterdam.

A slot that falls in somebody's quiet hours moves to their end; a day that is quiet altogether has none, so that the
first slot after it carries everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.core import clock, workdays
from portal.reminders.quiet import STAFF, QuietHours

SLOTS = (time(8, 30), time(13, 0))
#: On the last working day before free days: what is due on those, and on the first working day after them.
AHEAD = time(10, 0)


@dataclass(frozen=True, order=True)
class Slot:
    """One slot of one civil date. `opens` is aware UTC: nothing of it leaves earlier."""

    opens: datetime
    on: date
    name: str  # "0830", part of the occurrence key


def of_day(day: date, quiet: QuietHours = STAFF) -> list[Slot]:
    """The slots of a civil date for somebody with these quiet hours, in order."""
    wanted = (*SLOTS, AHEAD) if before_free_days(day) else SLOTS
    times = {quiet.ends if quiet.night(at) else at for at in wanted}
    found = [Slot(clock.from_local(datetime.combine(day, at)), day, f"{at:%H%M}") for at in sorted(times)]
    # A free day has none; nor has an end of the night in the hour that spring skips, when that is quiet again.
    return [slot for slot in found if not quiet.at(slot.opens)]


def before_free_days(day: date) -> bool:
    """Whether this is the last working day before free ones: a Friday, or the day before a holiday."""
    return workdays.is_workday(day) and not workdays.is_workday(day + timedelta(days=1))


def candidates(now: datetime, since: datetime, quiet: QuietHours = STAFF) -> Iterator[Slot]:
    """Slots for something that deserves a reminder since `since`, the best one first; never ends.

    First the slot of today that opened last, when the reminder already existed then: it is only late, after an outage
    for instance. Then those to come. None lies in quiet hours, and none is late in them.
    """
    today = clock.to_local(now).date()
    if not quiet.at(now):
        opened = [slot for slot in of_day(today, quiet) if since <= slot.opens <= now]
        yield from opened[-1:]
    yield from after(now, quiet)


def after(now: datetime, quiet: QuietHours) -> Iterator[Slot]:
    """The slots to come, from `now` on; never ends."""
    day = clock.to_local(now).date()
    while True:
        yield from (slot for slot in of_day(day, quiet) if slot.opens > now)
        day += timedelta(days=1)
