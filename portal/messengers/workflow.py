"""How a messenger's status changes (domain §3.8.8), as data; screening and supervision are not guarded yet."""

from __future__ import annotations

from enum import StrEnum

from portal.core.machine import Machine, Step
from portal.messengers.models import MessengerStatus as S


class Change(StrEnum):
    """A decision of the coordinator about a messenger."""

    START_TRAINING = "start_training"
    CERTIFY = "certify"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


STEPS: tuple[Step[Change, None], ...] = (
    Step(Change.START_TRAINING, S.CANDIDATE, S.IN_TRAINING),
    Step(Change.CERTIFY, S.IN_TRAINING, S.CERTIFIED),
    Step(Change.ACTIVATE, S.CERTIFIED, S.ACTIVE),
    Step(Change.PAUSE, S.ACTIVE, S.PAUSED),
    Step(Change.RESUME, S.PAUSED, S.ACTIVE),
    *(Step(Change.END, status, S.ENDED) for status in S if status is not S.ENDED),
)

MACHINE = Machine("credible_messenger", S.CANDIDATE, frozenset({S.ENDED}), STEPS)
