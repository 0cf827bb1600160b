"""The state machine of a signal as data (domain §3.8.1, I-17, I-18)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.core.i18n import N_
from portal.core.machine import Guard, Machine, Step
from portal.signals.models import DECIDED, UNDECIDED, SignalOutcome
from portal.signals.models import SignalStatus as S


class Event(StrEnum):
    """Everything that can happen to a signal; stored in signal_step.event."""

    SUBMIT = "submit"
    TAKE = "take"
    ASK_INFO = "ask_info"
    ANSWER = "answer"
    IDENTIFY = "identify"  # who was not known yet turns out to be somebody with a dossier
    DECIDE = "decide"
    CLOSE = "close"
    TELL = "tell"  # the reporter hears that something was done, not what
    WITHDRAW = "withdraw"
    EXPIRE = "expire"  # the term is over: what leads to somebody goes
    LAPSE = "lapse"  # a nickname without a decision: the same, after two weeks


class Party(StrEnum):
    """How somebody relates to one signal."""

    REPORTER = "reporter"
    DIRECTOR = "director"  # of the team that judges it
    PORTAL = "portal"  # the terms


#: These are about one young person with a dossier.
OF_A_PERSON = frozenset({SignalOutcome.ONE_CONTACT, SignalOutcome.REGISTER_IN_VIEW, SignalOutcome.ADD_TO_CASE})


@dataclass(frozen=True)
class Facts:
    """What the guards look at; the service reads it under the lock."""

    outcome: SignalOutcome | None = None
    perhaps_victim: bool = False
    victim_considered: bool = False
    under_twelve: bool = False
    guarded: bool = False  # parents and an extra pair of eyes are written down
    identified: bool = False  # a young person with a dossier
    stub: bool = False  # a nickname
    followed_up: bool = False  # what came of it is known
    told: bool = False
    term_over: bool = False


VICTIM = Guard[Facts](
    lambda f: f.victim_considered or not f.perhaps_victim,
    N_("Kijk eerst of deze jongere zelf slachtoffer is."),
    "victim_perspective",
)
GUARDED = Guard[Facts](
    lambda f: f.guarded or not f.under_twelve,
    N_("De jongere is jonger dan 12. Schrijf op hoe de ouders erbij zijn en wie extra heeft meegekeken."),
    "guardian_note",
)
KNOWN = Guard[Facts](
    lambda f: f.identified or f.outcome not in OF_A_PERSON,
    N_("Koppel eerst een jongere met een dossier aan dit signaal."),
    "outcome",
)
FOLLOWED_UP = Guard[Facts](lambda f: f.followed_up, N_("Schrijf op wat er gedaan is."), "follow_up_label")
TERM_OVER = Guard[Facts](lambda f: f.term_over, N_("De termijn is nog niet voorbij."))

E = Event
REPORTER, DIRECTOR, PORTAL = (frozenset({party}) for party in Party)
DECIDING = (VICTIM, GUARDED, KNOWN)

#: One row of the machine.
Transition = Step[Event, Facts]


STEPS: tuple[Transition, ...] = (
    Transition(E.SUBMIT, S.NEW, S.TO_TRIAGE, REPORTER),
    Transition(E.TAKE, S.TO_TRIAGE, S.IN_TRIAGE, DIRECTOR),
    Transition(E.DECIDE, S.IN_TRIAGE, S.FOLLOWED_UP, DIRECTOR, DECIDING,
               when=lambda f: f.outcome not in (SignalOutcome.NO_ACTION, SignalOutcome.EMERGENCY)),
    Transition(E.DECIDE, S.IN_TRIAGE, S.NO_ACTION, DIRECTOR, DECIDING,
               when=lambda f: f.outcome is SignalOutcome.NO_ACTION),
    Transition(E.DECIDE, S.IN_TRIAGE, S.EMERGENCY, DIRECTOR, DECIDING,
               when=lambda f: f.outcome is SignalOutcome.EMERGENCY),
    Transition(E.ASK_INFO, S.IN_TRIAGE, S.WAITING_INFO, DIRECTOR),
    Transition(E.ANSWER, S.WAITING_INFO, S.IN_TRIAGE, REPORTER),
    Transition(E.IDENTIFY, S.IN_TRIAGE, S.IN_TRIAGE, DIRECTOR, when=lambda f: f.stub),
    *(Transition(E.CLOSE, status, S.CLOSED, DIRECTOR, (FOLLOWED_UP,)) for status in (S.FOLLOWED_UP, S.EMERGENCY)),
    *(Transition(E.TELL, status, status, DIRECTOR, when=lambda f: not f.told) for status in DECIDED),
    *(Transition(E.WITHDRAW, status, S.VOID, REPORTER) for status in UNDECIDED),
    *(Transition(E.LAPSE, status, S.STRIPPED, PORTAL, (TERM_OVER,), when=lambda f: f.stub) for status in UNDECIDED),
    *(Transition(E.EXPIRE, status, S.STRIPPED, PORTAL, (TERM_OVER,)) for status in (S.NO_ACTION, S.VOID)),
)  # fmt: skip

MACHINE = Machine(
    "signal", S.NEW, frozenset({S.CLOSED, S.STRIPPED}), STEPS, frozenset({E.DECIDE, E.ASK_INFO, E.ANSWER, E.WITHDRAW})
)
