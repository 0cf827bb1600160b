"""The state machines of a case, a conference and a nomination as data (domain §3.8.3, §3.5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.cases.models import CaseStatus, ConferenceStatus, NominationStatus
from portal.core.i18n import N_
from portal.core.machine import Guard, Machine, Step


class Event(StrEnum):
    """Everything that can happen to a case; stored in case_step.event."""

    OPEN = "open"
    ASSIGN = "assign"
    AGREE_PLAN = "agree_plan"
    SCALE_UP = "scale_up"
    SCALE_DOWN = "scale_down"
    PAUSE = "pause"
    RESUME = "resume"
    PROPOSE_CLOSE = "propose_close"
    KEEP_ON = "keep_on"  # what still stood open turned out to need more time
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
    BREAK_OFF = "break_off"


class Party(StrEnum):
    """How somebody relates to one case."""

    WORKER = "worker"  # responsible for the young person
    DIRECTOR = "director"  # of the young person's team
    IN_CHARGE = "in_charge"  # has the case in hand and answers for the young person no further
    INVOLVED = "involved"  # watches over a goal, does an action or is asked to a conference; reads
    COORDINATOR = "coordinator"  # of a trajectory of the young person; reads


@dataclass(frozen=True)
class Facts:
    """What the guards look at; the service reads it under the lock."""

    youth_voice: bool = False  # in the plan being written
    goals: int = 0  # open ones
    accepted: bool = False  # a partner said yes to the wanted level
    promises: int = 0  # to the young person, still open
    actions: int = 0  # still open
    unmeasured: int = 0  # goals without a measurement at the end
    followed_up: bool = False  # there is a measurement from after the end
    goes_on: bool = True  # the view it came from does
    stands_still: bool = False  # that view is suspended, disputed or on its way elsewhere


YOUTH_VOICE = Guard[Facts](lambda f: f.youth_voice, N_("Schrijf eerst in het plan wat de jongere er zelf van vindt."))
GOALS = Guard[Facts](lambda f: f.goals > 0, N_("Het plan heeft nog geen doel."), "goals")
ACCEPTED = Guard[Facts](lambda f: f.accepted, N_("De partner heeft nog geen ja gezegd op een voordracht."))
PROMISES = Guard[Facts](
    lambda f: f.promises == 0, N_("Er staat nog een belofte open. Vertel de jongere eerst wat ervan is gekomen."), ""
)
ACTIONS = Guard[Facts](
    lambda f: f.actions == 0,
    N_("Er staat nog een actie open. Rond die af, of schrijf op wie die overneemt."),
    "actions",
)
MEASURED = Guard[Facts](lambda f: f.unmeasured == 0, N_("Nog niet elk doel heeft een eindmeting."), "measured")
FOLLOWED_UP = Guard[Facts](lambda f: f.followed_up, N_("Doe eerst de nameting, samen met de jongere als dat kan."))

GOES_ON = Guard[Facts](
    lambda f: f.goes_on, N_("De jongere is nu niet gewoon in beeld. Er begint niets nieuws, tot daarover is besloten.")
)
MOVES = Guard[Facts](
    lambda f: not f.stands_still, N_("In beeld zijn staat stil. De casus ook, tot daarover is besloten.")
)

S, E = CaseStatus, Event
DIRECTOR = frozenset({Party.DIRECTOR})
#: Who works on it; a step that weighs more is for the director of the team.
TEAM = frozenset({Party.DIRECTOR, Party.WORKER, Party.IN_CHARGE})
WORK_DONE = (PROMISES, ACTIONS, MEASURED)

#: These steps weigh on somebody who was not there; they are never taken without a reason.
NEEDS_REASON = frozenset({E.SCALE_UP, E.SCALE_DOWN, E.PAUSE, E.PROPOSE_CLOSE, E.KEEP_ON, E.BREAK_OFF})
FINAL = frozenset({S.ARCHIVED, S.BROKEN_OFF})
#: Nobody works on these any more; after the closing only the follow-up is still to come.
OVER = frozenset({S.CLOSED, S.ARCHIVED, S.BROKEN_OFF})
WORKED_ON = tuple(state for state in S if state not in OVER)

#: One row of the machine.
Transition = Step[Event, Facts]

STEPS: tuple[Transition, ...] = (
    Transition(E.ASSIGN, S.INTAKE, S.PLANNING, DIRECTOR, (GOES_ON,)),
    Transition(E.AGREE_PLAN, S.PLANNING, S.RUNNING, TEAM, (GOES_ON, YOUTH_VOICE, GOALS)),
    Transition(E.AGREE_PLAN, S.RUNNING, S.RUNNING, TEAM, (GOES_ON, YOUTH_VOICE, GOALS)),
    Transition(E.PROPOSE_CLOSE, S.RUNNING, S.CLOSING, TEAM, (MOVES, *WORK_DONE)),
    Transition(E.SCALE_UP, S.RUNNING, S.RUNNING, DIRECTOR, (GOES_ON, ACCEPTED)),
    Transition(E.SCALE_DOWN, S.RUNNING, S.RUNNING, DIRECTOR, (MOVES,)),
    Transition(E.PAUSE, S.RUNNING, S.PAUSED, DIRECTOR, (GOES_ON,)),
    Transition(E.RESUME, S.PAUSED, S.RUNNING, TEAM, (GOES_ON,)),
    Transition(E.PROPOSE_CLOSE, S.PAUSED, S.CLOSING, TEAM, (MOVES, *WORK_DONE)),
    Transition(E.CLOSE, S.CLOSING, S.CLOSED, DIRECTOR, (MOVES, *WORK_DONE)),
    Transition(E.KEEP_ON, S.CLOSING, S.RUNNING, DIRECTOR, (GOES_ON,)),
    Transition(E.FOLLOW_UP, S.CLOSED, S.ARCHIVED, TEAM, (MOVES, FOLLOWED_UP)),
    *(Transition(E.ASSIGN, state, state, DIRECTOR) for state in (S.PLANNING, S.RUNNING, S.PAUSED, S.CLOSING)),
    Transition(E.BREAK_OFF, S.INTAKE, S.BROKEN_OFF, DIRECTOR),
    Transition(E.BREAK_OFF, S.PLANNING, S.BROKEN_OFF, DIRECTOR),
)

MACHINE = Machine("youth_case", S.INTAKE, FINAL, STEPS, NEEDS_REASON)


class Meeting(StrEnum):
    """What can happen to a conference."""

    HOLD = "hold"
    CANCEL = "cancel"


CONFERENCE = Machine[Meeting, None](
    "case_conference",
    ConferenceStatus.PLANNED,
    frozenset({ConferenceStatus.HELD, ConferenceStatus.CANCELLED}),
    (
        Step(Meeting.HOLD, ConferenceStatus.PLANNED, ConferenceStatus.HELD, TEAM),
        Step(Meeting.CANCEL, ConferenceStatus.PLANNED, ConferenceStatus.CANCELLED, TEAM),
    ),
)


class Ask(StrEnum):
    """What can happen to a nomination."""

    SECOND = "second"
    ACCEPT = "accept"
    REFUSE = "refuse"


N = NominationStatus

NOMINATION = Machine[Ask, None](
    "case_nomination",
    N.PROPOSED,
    frozenset({N.ACCEPTED, N.REFUSED}),
    (
        Step(Ask.SECOND, N.PROPOSED, N.SECONDED),
        Step(Ask.REFUSE, N.PROPOSED, N.REFUSED),
        Step(Ask.ACCEPT, N.SECONDED, N.ACCEPTED, DIRECTOR),
        Step(Ask.REFUSE, N.SECONDED, N.REFUSED, DIRECTOR),
    ),
)
