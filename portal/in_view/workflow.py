"""The state machine of a young person in view as data (domain §3.8.2, I-13…I-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.core.i18n import N_
from portal.core.machine import Guard, Machine, Step
from portal.in_view.models import ViewStatus

REVIEW_MONTHS = 6
#: So many reviews before a manager has to agree with another half year.
REVIEWS = 4
SUSPENDED_AFTER = timedelta(days=30)  # after the day of the review (I-14)
LETTER_WITHIN = timedelta(days=30)  # AVG art. 14 lid 3: within a month
OBJECTION_MONTHS = 1  # AVG art. 12 lid 3
YOUNGEST, OLDEST, ALONE_FROM = 8, 27, 12  # completed years (I-15)
OWN_LETTER_ONLY_FROM = 16  # under this age the parent with authority gets a letter as well


class Event(StrEnum):
    """Everything that can happen to a view; stored in in_view_step.event."""

    PROPOSE = "propose"  # makes it; no step of the machine
    APPROVE = "approve"
    REJECT = "reject"
    REVIEW = "review"
    ALLOW_LONGER = "allow_longer"
    SUSPEND = "suspend"
    END = "end"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    DECLINE = "decline"
    OBJECT = "object"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


class Party(StrEnum):
    """How somebody relates to one view."""

    WORKER = "worker"  # responsible for the young person
    DIRECTOR = "director"  # of the young person's team
    RECEIVER = "receiver"  # director of the team it may go to
    MANAGER = "manager"  # of the team; asked after the fourth review
    OFFICER = "officer"  # the privacy officer: objections and letters that are late
    SYSTEM = "system"


@dataclass(frozen=True)
class Facts:
    """What the guards look at; the service reads it under the lock."""

    reasoned: bool = False  # every part of the reason is there, and where it comes from
    own_proposal: bool = True  # the actor proposed it
    own_decision: bool = True  # the actor decided that it should be
    wipes: bool = False  # it ends for a reason for which everything that was written goes
    age: int = 0  # completed years on the day
    care_partner: bool = False
    heard: bool = False  # the young person's own words are there
    review_no: int = 0  # reviews held
    allowed: bool = False  # a manager allowed the next one
    review_missed: bool = False  # I-14 holds today


REASONED = Guard[Facts](lambda f: f.reasoned, N_("De reden is nog niet compleet."))
OTHER_PERSON = Guard[Facts](
    lambda f: not f.own_proposal, N_("Jij deed dit voorstel. Een andere regisseur beslist erover.")
)
OTHER_JUDGE = Guard[Facts](
    lambda f: not (f.own_decision or f.own_proposal),
    N_("Jij stelde dit voor of besloot dit. Een ander beslist over het bezwaar."),
)
OTHER_WIPES = Guard[Facts](
    lambda f: not (f.own_decision or f.own_proposal),
    N_("Jij stelde dit voor of besloot dit. Een ander zegt of het ten onrechte was: dan wordt alles gewist."),
    "end_reason",
)
OLD_ENOUGH = Guard[Facts](lambda f: f.age >= YOUNGEST, N_("Een kind onder de 8 jaar komt niet in beeld."))
YOUNG_ENOUGH = Guard[Facts](lambda f: f.age <= OLDEST, N_("Wie ouder is dan 27 jaar, komt of blijft niet in beeld."))
CARE_PARTNER = Guard[Facts](
    lambda f: f.age >= ALONE_FROM or f.care_partner, N_("Onder de 12 jaar doet altijd een zorgpartner mee.")
)
HEARD = Guard[Facts](lambda f: f.heard, N_("Schrijf op wat de jongere er zelf van vindt."), "youth_voice")
FEW_REVIEWS = Guard[Facts](
    lambda f: f.review_no < REVIEWS or f.allowed,
    N_("Na vier herbeoordelingen moet de manager het goed vinden dat het langer duurt."),
)
AFTER_FOUR = Guard[Facts](lambda f: f.review_no >= REVIEWS, N_("Dit is pas nodig na vier herbeoordelingen."))

S, E = ViewStatus, Event
DIRECTOR, RECEIVER = frozenset({Party.DIRECTOR}), frozenset({Party.RECEIVER})
TEAM = frozenset({Party.WORKER, Party.DIRECTOR})
JUDGE = frozenset({Party.DIRECTOR, Party.OFFICER})
MANAGER, SYSTEM = frozenset({Party.MANAGER}), frozenset({Party.SYSTEM})
FINAL = frozenset({S.ENDED})
#: Steps that are never taken without a reason.
NEEDS_REASON = frozenset(
    {E.REJECT, E.REVIEW, E.ALLOW_LONGER, E.END, E.TRANSFER, E.DECLINE, E.OBJECT, E.UPHOLD, E.DISMISS}
)
Transition = Step[Event, Facts]

# In the order in which they are offered: the likely step of a state first.
STEPS: tuple[Transition, ...] = (
    Transition(E.APPROVE, S.PROPOSED, S.ACTIVE, DIRECTOR,
               (OTHER_PERSON, REASONED, OLD_ENOUGH, YOUNG_ENOUGH, CARE_PARTNER)),
    Transition(E.REJECT, S.PROPOSED, S.ENDED, DIRECTOR),
    *(Transition(E.REVIEW, status, S.ACTIVE, DIRECTOR, (HEARD, FEW_REVIEWS, YOUNG_ENOUGH))
      for status in (S.ACTIVE, S.SUSPENDED)),
    *(Transition(E.ALLOW_LONGER, status, status, MANAGER, (AFTER_FOUR,)) for status in (S.ACTIVE, S.SUSPENDED)),
    *(Transition(E.END, status, S.ENDED, DIRECTOR, (), lambda f: not f.wipes) for status in (S.ACTIVE, S.SUSPENDED)),
    *(Transition(E.END, status, S.ENDED, DIRECTOR, (OTHER_WIPES,), lambda f: f.wipes)
      for status in (S.ACTIVE, S.SUSPENDED)),
    *(Transition(E.OBJECT, status, S.UNDER_OBJECTION, TEAM)
      for status in (S.ACTIVE, S.SUSPENDED, S.TRANSFER_PENDING)),
    Transition(E.TRANSFER, S.ACTIVE, S.TRANSFER_PENDING, DIRECTOR),
    Transition(E.ACCEPT, S.TRANSFER_PENDING, S.ACTIVE, RECEIVER),
    Transition(E.DECLINE, S.TRANSFER_PENDING, S.ACTIVE, RECEIVER | DIRECTOR),
    Transition(E.UPHOLD, S.UNDER_OBJECTION, S.ENDED, JUDGE, (OTHER_JUDGE,)),
    Transition(E.DISMISS, S.UNDER_OBJECTION, S.ACTIVE, DIRECTOR, (OTHER_JUDGE,), lambda f: not f.review_missed),
    Transition(E.DISMISS, S.UNDER_OBJECTION, S.SUSPENDED, DIRECTOR, (OTHER_JUDGE,), lambda f: f.review_missed),
    *(Transition(E.SUSPEND, status, S.SUSPENDED, SYSTEM, (), lambda f: f.review_missed)
      for status in (S.ACTIVE, S.TRANSFER_PENDING)),
)  # fmt: skip

MACHINE = Machine("youth_in_view", S.PROPOSED, FINAL, STEPS, NEEDS_REASON)
