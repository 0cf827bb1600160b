"""How the watch over a place changes, as data."""

from __future__ import annotations

from enum import StrEnum

from portal.core.machine import Machine, Step
from portal.places.models import LocationStatus as S


class Event(StrEnum):
    """A decision about a place."""

    START = "start"  # the place was taken into the list; no step of its own
    INTENSIFY = "intensify"
    MONITOR = "monitor"
    CALM = "calm"
    KEEP = "keep"  # it was looked at again, and stays as it is
    END = "end"


STEPS: tuple[Step[Event, None], ...] = (
    *(Step[Event, None](Event.INTENSIFY, status, S.PRIORITY) for status in (S.MONITORED, S.QUIET)),
    *(Step[Event, None](Event.MONITOR, status, S.MONITORED) for status in (S.PRIORITY, S.QUIET)),
    *(Step[Event, None](Event.CALM, status, S.QUIET) for status in (S.MONITORED, S.PRIORITY)),
    *(Step[Event, None](Event.KEEP, status, status) for status in (S.MONITORED, S.PRIORITY, S.QUIET)),
    *(Step[Event, None](Event.END, status, S.ENDED) for status in (S.MONITORED, S.PRIORITY, S.QUIET)),
)

MACHINE = Machine("monitored_location", S.MONITORED, frozenset({S.ENDED}), STEPS)
