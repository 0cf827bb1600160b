"""The state machine of a trajectory as data (domain §3.8.4, I-09, I-10): event, from, to, who may, guards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.core.i18n import N_
from portal.core.machine import Guard, Machine, Step
from portal.trajectories.models import TrajectoryStatus


class Event(StrEnum):
    """Everything that can happen to a trajectory; stored in trajectory_event.event."""

    REQUEST = "request"
    ACCEPT = "accept"
    REJECT = "reject"
    PROPOSE_MATCH = "propose_match"
    YOUTH_OK = "youth_ok"
    MESSENGER_OK = "messenger_ok"
    DECLINE = "decline"
    FIRST_MEETING = "first_meeting"
    PAUSE = "pause"
    RESUME = "resume"
    REPLACE_MESSENGER = "replace_messenger"  # nobody else is known yet
    SWAP_MESSENGER = "swap_messenger"  # another one is proposed in the same step
    END = "end"
    CLOSE = "close"
    SAFETY_STOP = "safety_stop"
    UNDO = "undo"  # takes the step before it back; no transition of its own


class Party(StrEnum):
    """How somebody relates to one trajectory."""

    WORKER = "worker"  # responsible for the young person
    COORDINATOR = "coordinator"  # of the coordinating team
    MESSENGER = "messenger"  # proposed or matched
    DIRECTOR = "director"  # of the young person's team; reads the status only


@dataclass(frozen=True)
class Facts:
    """What the guards look at; the service reads it under the locks."""

    youth_agreed: bool = False  # on a date, at the request
    youth_ok: bool = False  # with this messenger
    messenger_ok: bool = False
    messenger_active: bool = False
    within_capacity: bool = False  # this trajectory included (I-10)


YOUTH_AGREED = Guard[Facts](lambda f: f.youth_agreed, N_("De jongere heeft nog niet gezegd dat die dit traject wil."))
MESSENGER_ACTIVE = Guard[Facts](lambda f: f.messenger_active, N_("Deze messenger is nu niet beschikbaar."))
WITHIN_CAPACITY = Guard[Facts](lambda f: f.within_capacity, N_("Deze messenger heeft geen plaats meer."))
BOTH_OK = Guard[Facts](
    lambda f: f.youth_ok and f.messenger_ok, N_("De jongere en de messenger zeggen eerst allebei ja.")
)


S, E = TrajectoryStatus, Event
COORDINATOR = frozenset({Party.COORDINATOR})
YOUTH_SIDE = frozenset({Party.WORKER, Party.COORDINATOR})
MESSENGER_SIDE = frozenset({Party.MESSENGER, Party.COORDINATOR})
ALL_SIDES = frozenset({Party.WORKER, Party.COORDINATOR, Party.MESSENGER})

#: These steps weigh on somebody who was not there; they are never taken without a reason.
NEEDS_REASON = frozenset({E.REJECT, E.SAFETY_STOP, E.SWAP_MESSENGER})

#: A coordinator may take an own step back this long, as long as nothing followed from it.
UNDO_WITHIN = timedelta(minutes=10)
#: What was said to everybody at once, or is taken back already, stays.
NEVER_UNDONE = frozenset({E.REQUEST, E.SAFETY_STOP, E.UNDO})

FINAL = frozenset({S.ENDED, S.REJECTED, S.STOPPED})
OPEN = tuple(state for state in S if state not in FINAL)

#: One row of the machine.
Transition = Step[Event, Facts]

STEPS: tuple[Transition, ...] = (
    Transition(E.ACCEPT, S.REQUESTED, S.MATCHING, COORDINATOR),
    Transition(E.REJECT, S.REQUESTED, S.REJECTED, COORDINATOR),
    Transition(E.PROPOSE_MATCH, S.MATCHING, S.MATCH_PROPOSED, COORDINATOR,
               (YOUTH_AGREED, MESSENGER_ACTIVE, WITHIN_CAPACITY)),
    Transition(E.YOUTH_OK, S.MATCH_PROPOSED, S.READY, YOUTH_SIDE,
               when=lambda f: f.messenger_ok and not f.youth_ok),
    Transition(E.YOUTH_OK, S.MATCH_PROPOSED, S.MATCH_PROPOSED, YOUTH_SIDE,
               when=lambda f: not (f.messenger_ok or f.youth_ok)),
    Transition(E.MESSENGER_OK, S.MATCH_PROPOSED, S.READY, MESSENGER_SIDE,
               when=lambda f: f.youth_ok and not f.messenger_ok),
    Transition(E.MESSENGER_OK, S.MATCH_PROPOSED, S.MATCH_PROPOSED, MESSENGER_SIDE,
               when=lambda f: not (f.youth_ok or f.messenger_ok)),
    Transition(E.FIRST_MEETING, S.READY, S.ACTIVE, MESSENGER_SIDE,
               (YOUTH_AGREED, BOTH_OK, MESSENGER_ACTIVE, WITHIN_CAPACITY)),
    Transition(E.DECLINE, S.MATCH_PROPOSED, S.MATCHING, ALL_SIDES),
    Transition(E.DECLINE, S.READY, S.MATCHING, ALL_SIDES),
    Transition(E.PAUSE, S.ACTIVE, S.PAUSED, COORDINATOR),
    Transition(E.RESUME, S.PAUSED, S.ACTIVE, COORDINATOR),
    *(Transition(E.SWAP_MESSENGER, status, S.MATCH_PROPOSED, COORDINATOR,
                 (YOUTH_AGREED, MESSENGER_ACTIVE, WITHIN_CAPACITY))
      for status in (S.MATCH_PROPOSED, S.READY, S.ACTIVE, S.PAUSED)),
    Transition(E.REPLACE_MESSENGER, S.ACTIVE, S.MATCHING, COORDINATOR),
    Transition(E.REPLACE_MESSENGER, S.PAUSED, S.MATCHING, COORDINATOR),
    Transition(E.END, S.ACTIVE, S.ENDING, COORDINATOR),
    Transition(E.END, S.PAUSED, S.ENDING, COORDINATOR),
    Transition(E.CLOSE, S.ENDING, S.ENDED, COORDINATOR),
    *(Transition(E.SAFETY_STOP, status, S.STOPPED, COORDINATOR) for status in OPEN),
)  # fmt: skip

MACHINE = Machine("trajectory", S.REQUESTED, FINAL, STEPS, NEEDS_REASON)

#: Who hears of a step that somebody else took; that it was taken back, the same people hear.
TELLS: dict[Party, frozenset[Event]] = {
    Party.WORKER: frozenset(E) - {E.REQUEST, E.YOUTH_OK, E.UNDO},
    Party.MESSENGER: frozenset(E) - {E.REQUEST, E.ACCEPT, E.REJECT, E.MESSENGER_OK, E.UNDO},
    # What asks for something of them; of the two answers the second, which makes it ready (rules.py).
    Party.COORDINATOR: frozenset({E.REQUEST, E.YOUTH_OK, E.MESSENGER_OK, E.DECLINE, E.SAFETY_STOP}),
}


def can_undo(event: Event, target: TrajectoryStatus) -> bool:
    """Whether a step of this kind that led to `target` can be taken back: a name that was read cannot be unread."""
    told_the_name = event in (E.YOUTH_OK, E.MESSENGER_OK) and target is S.READY
    return event not in NEVER_UNDONE and not told_the_name
