"""How the status of an appointment changes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.appointments.models import AppointmentStatus as S
from portal.core.errors import Conflict


class Change(StrEnum):
    """What can happen to an appointment."""

    HOLD = "hold"
    MISS = "miss"
    CANCEL = "cancel"
    MOVE = "move"
    UNDO = "undo"


@dataclass(frozen=True)
class Transition:
    """One row of the machine."""

    change: Change
    source: S
    target: S


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Change.HOLD, S.PLANNED, S.HELD),
    Transition(Change.MISS, S.PLANNED, S.NO_SHOW),
    Transition(Change.CANCEL, S.PLANNED, S.CANCELLED),
    Transition(Change.MOVE, S.PLANNED, S.MOVED),
    *(Transition(Change.UNDO, status, S.PLANNED) for status in S if status is not S.PLANNED),
)


def step(change: Change, status: str) -> S:
    """The status after `change`. Raises Conflict when it cannot be made (any more) from this status."""
    for row in TRANSITIONS:
        if row.change is change and row.source == status:
            return row.target
    raise Conflict
