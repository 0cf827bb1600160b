"""When a mail may leave: the digest slots of domain §6.1, on the civil clock of Amsterdam."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.core import clock

SLOTS = (time(8, 30), time(13, 0))


@dataclass(frozen=True, order=True)
class Slot:
    """One slot of one civil date. `opens` is aware UTC: nothing of it leaves earlier."""

    opens: datetime
    on: date
    name: str  # "0830", part of the occurrence key


def of_day(day: date) -> list[Slot]:
    """The slots of a civil date. Both lie outside the hours that the clock change skips or repeats."""
    return [Slot(clock.from_local(datetime.combine(day, at)), day, f"{at:%H%M}") for at in SLOTS]


def candidates(now: datetime, since: datetime) -> Iterator[Slot]:
    """Slots for something that deserves a reminder since `since`, the best one first; never ends.

    First the slot of today that opened last, when the reminder already existed then: it is only late, after an outage
    for instance. Then those to come.
    """
    today = clock.to_local(now).date()
    opened = [slot for slot in of_day(today) if since <= slot.opens <= now]
    yield from opened[-1:]
    day = today
    while True:
        yield from (slot for slot in of_day(day) if slot.opens > now)
        day += timedelta(days=1)
