"""How a messenger's status changes (domain §3.8.8), as data; screening and supervision are not guarded yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Conflict
from portal.messengers.models import MessengerStatus as S


class Change(StrEnum):
    """A decision of the coordinator about a messenger."""

    START_TRAINING = "start_training"
    CERTIFY = "certify"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True)
class Transition:
    """One row of the machine."""

    change: Change
    source: S
    target: S


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Change.START_TRAINING, S.CANDIDATE, S.IN_TRAINING),
    Transition(Change.CERTIFY, S.IN_TRAINING, S.CERTIFIED),
    Transition(Change.ACTIVATE, S.CERTIFIED, S.ACTIVE),
    Transition(Change.PAUSE, S.ACTIVE, S.PAUSED),
    Transition(Change.RESUME, S.PAUSED, S.ACTIVE),
    *(Transition(Change.END, status, S.ENDED) for status in S if status is not S.ENDED),
)


def possible(status: str) -> list[Transition]:
    """The changes that can be made from this status."""
    return [row for row in TRANSITIONS if row.source == status]


def step(change: Change, status: str) -> Transition:
    """The transition of `change` from `status`. Raises Conflict when the status has changed in the meantime."""
    row = next((row for row in possible(status) if row.change is change), None)
    if row is None:
        raise Conflict
    return row
