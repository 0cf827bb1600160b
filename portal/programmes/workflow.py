"""The state machine of an enrolment as data: a second person decides, or the young person does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.core.i18n import N_
from portal.core.machine import Guard, Machine, Step
from portal.programmes.models import DisclosureStatus, EnrolmentStatus


class Event(StrEnum):
    """Everything that can happen to an enrolment; stored in enrolment_event.event."""

    PROPOSE = "propose"  # the beginning, no step of its own
    ACCEPT = "accept"
    AGREE = "agree"  # the young person said yes; then nobody else has to
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXTEND = "extend"
    END = "end"
    LAPSE = "lapse"  # the period is over


class Party(StrEnum):
    """How somebody relates to one enrolment."""

    WORKER = "worker"  # guides the young person, or works where the group is
    DIRECTOR = "director"  # of the team
    COORDINATOR = "coordinator"  # of a trajectory of the young person; reads what is voluntary
    CALENDAR = "calendar"  # nobody: the portal itself
    OFFICER = "officer"  # of privacy; of a disclosure, not of an enrolment


@dataclass(frozen=True)
class Facts:
    """What the guards look at."""

    voluntary: bool = False
    agreed: bool = False  # the young person, on a date
    by_another: bool = False  # than who proposed it
    told: bool = True  # what it was told with may be read here
    runs: bool = True  # programme and line, on the day that counts
    later: bool = True  # the new end is after the old one
    within_term: bool = True  # not further ahead than a year


RUNS = Guard[Facts](lambda f: f.runs, N_("Dit programma of deze lijn loopt dan niet."))
AGREED = Guard[Facts](lambda f: f.agreed, N_("De jongere heeft nog geen ja gezegd."), "youth_agreed_on")
BY_ANOTHER = Guard[Facts](lambda f: f.by_another, N_("Wie het voorstelt, beslist niet zelf. Vraag een collega."))
TOLD = Guard[Facts](lambda f: f.told, N_("Eerst moet iemand de verstrekking goedkeuren waarmee dit is gedeeld."))
LATER = Guard[Facts](lambda f: f.later, N_("Kies een dag na het einde van nu."), "until")
WITHIN_TERM = Guard[Facts](lambda f: f.within_term, N_("Verleng hoogstens een jaar vanaf vandaag."), "until")

S, E = EnrolmentStatus, Event
WORKER, DIRECTOR = frozenset({Party.WORKER}), frozenset({Party.DIRECTOR})
NEEDS_REASON = frozenset({E.DECLINE, E.EXTEND})
FINAL = frozenset({S.ENDED, S.DECLINED})

#: One row of the machine.
Transition = Step[Event, Facts]


def _voluntary(facts: Facts) -> bool:
    return facts.voluntary


def _decided(facts: Facts) -> bool:
    return not facts.voluntary


STEPS: tuple[Transition, ...] = (
    Transition(E.ACCEPT, S.PROPOSED, S.ENROLLED, DIRECTOR, (BY_ANOTHER, TOLD, RUNS), _decided),
    Transition(E.AGREE, S.PROPOSED, S.ENROLLED, WORKER, (AGREED, TOLD, RUNS), _voluntary),
    Transition(E.DECLINE, S.PROPOSED, S.DECLINED, DIRECTOR, (), _decided),
    Transition(E.WITHDRAW, S.PROPOSED, S.DECLINED, WORKER),
    Transition(E.EXTEND, S.ENROLLED, S.ENROLLED, DIRECTOR, (LATER, WITHIN_TERM, RUNS), _decided),
    Transition(E.EXTEND, S.ENROLLED, S.ENROLLED, WORKER, (LATER, WITHIN_TERM, RUNS), _voluntary),
    Transition(E.END, S.ENROLLED, S.ENDED, WORKER | DIRECTOR),
    Transition(E.LAPSE, S.ENROLLED, S.ENDED, frozenset({Party.CALENDAR})),
)

MACHINE = Machine("enrolment", S.PROPOSED, FINAL, STEPS, NEEDS_REASON)


class Verdict(StrEnum):
    """What is said of a disclosure by another than who made it."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Telling:
    """What the guard of a disclosure looks at."""

    by_another: bool


OTHER = Guard[Telling](lambda t: t.by_another, N_("Wie iets wil delen, keurt dat niet zelf goed. Vraag een collega."))
APPROVERS, D = frozenset({Party.DIRECTOR, Party.OFFICER}), DisclosureStatus

DISCLOSURE = Machine[Verdict, Telling](
    "disclosure",
    D.PROPOSED,
    frozenset({D.APPROVED, D.REFUSED}),
    (
        Step(Verdict.APPROVE, D.PROPOSED, D.APPROVED, APPROVERS, (OTHER,)),
        Step(Verdict.REFUSE, D.PROPOSED, D.REFUSED, APPROVERS, (OTHER,)),
    ),
    frozenset({Verdict.REFUSE}),
)
