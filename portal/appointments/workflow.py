"""How the status of an appointment changes, as data."""

from __future__ import annotations

from enum import StrEnum

from portal.appointments.models import AppointmentStatus as S
from portal.core.machine import Machine, Step


class Change(StrEnum):
    """What can happen to an appointment."""

    HOLD = "hold"
    MISS = "miss"
    CANCEL = "cancel"
    MOVE = "move"
    UNDO = "undo"


FINAL = frozenset(S) - {S.PLANNED}

STEPS: tuple[Step[Change, None], ...] = (
    Step(Change.HOLD, S.PLANNED, S.HELD),
    Step(Change.MISS, S.PLANNED, S.NO_SHOW),
    Step(Change.CANCEL, S.PLANNED, S.CANCELLED),
    Step(Change.MOVE, S.PLANNED, S.MOVED),
    *(Step(Change.UNDO, status, S.PLANNED) for status in S if status in FINAL),
)

MACHINE = Machine("appointment", S.PLANNED, FINAL, STEPS)
