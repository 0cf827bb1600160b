"""What a signal leads to. Features say what they make of it; the outcomes without a record are plain words.

`register(outcome, maker)` is called once at start (portal.registrations). A maker gets the director, the signal and
what was filled in, makes or attaches its record in the same transaction, and says what it is; None when that comes
later. Then `finder` says, when the signal is closed, what came of it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.contacts.models import FollowUp, FollowUpKind
from portal.contacts.service import follow_ups
from portal.core import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.groups import service as groups
from portal.in_view.models import YouthInView
from portal.people import service as people
from portal.places import service as places
from portal.places.models import LocationStatus
from portal.privacy.actor import Actor
from portal.signals.models import Signal, SignalOutcome
from portal.signals.service.finding import Seen
from portal.signals.workflow import OF_A_PERSON


@dataclass(frozen=True)
class Verdict:
    """What the director fills in with a decision; which parts are needed depends on the outcome."""

    outcome: SignalOutcome
    motivation: str = ""
    interest: str = ""  # what is best for the young person
    victim_perspective: str = ""
    guardian_note: str = ""
    approval_note: str = ""
    worker_id: UUID | None = None
    on: date | None = None
    group_id: UUID | None = None
    location_id: UUID | None = None


@dataclass(frozen=True)
class Ref:
    """The record that came of a signal."""

    kind: str  # its table
    id: UUID
    label: str  # how it is called, without a name of anybody


Maker = Callable[[Actor, Signal, Verdict], Ref | None]
Finder = Callable[[UUID], Ref | None]
_makers: dict[SignalOutcome, Maker] = {}
_finders: dict[SignalOutcome, Finder] = {}

#: Outcomes that make no record here: closing asks in words what was done.
PLAIN = frozenset(
    {SignalOutcome.NO_ACTION, SignalOutcome.ADVISE_REPORTER, SignalOutcome.CARE_REPORT, SignalOutcome.EMERGENCY,
     SignalOutcome.REFER}
)  # fmt: skip


def register(outcome: SignalOutcome, maker: Maker, finder: Finder | None = None) -> None:
    """Let a feature make something of a signal; doing it again changes nothing, another maker is a mistake.

    `finder(signal_id)` looks up what came of a signal whose maker had nothing to show yet.
    """
    if _makers.setdefault(outcome, maker) is not maker:
        raise ValueError(f"outcome {outcome} registered twice")
    if finder is not None:
        _finders[outcome] = finder


def offered(signal: Signal) -> tuple[SignalOutcome, ...]:
    """The outcomes a director can choose for this signal, in the order of the dossier."""
    known = (outcome for outcome in SignalOutcome if outcome in PLAIN or outcome in _makers)
    return tuple(outcome for outcome in known if outcome not in OF_A_PERSON or signal.person_id is not None)


def found(outcome: SignalOutcome, signal_id: UUID) -> Ref | None:
    """What came of a signal since the decision, for outcomes of which a record is made later."""
    finder = _finders.get(outcome)
    return finder(signal_id) if finder else None


def waits_for_record(outcome: str | None) -> bool:
    """Whether words are not enough to close: a record has to be there."""
    return outcome in _finders


def make(actor: Actor, signal: Signal, verdict: Verdict) -> Ref | None:
    """Make or attach what this outcome leads to; None for words only. Raises Invalid."""
    if verdict.outcome in PLAIN:
        return None
    maker = _makers.get(verdict.outcome)
    if maker is None:
        raise Invalid(outcome=N_("Kies een van de mogelijkheden."))
    return maker(actor, signal, verdict)


# --- what comes of it in features below ------------------------------------------------------------------------------


def one_contact(actor: Actor, signal: Signal, verdict: Verdict) -> Ref:
    """A worker of the young person gets a next step for a day."""
    made = ask_worker(actor, signal, verdict, what=signal.number)
    return Ref("follow_up", made.id, f"{made.due_on:%d-%m-%Y}")


def ask_worker(
    actor: Actor, signal: Signal, verdict: Verdict, *, what: str, kind: FollowUpKind = FollowUpKind.CONTACT
) -> FollowUp:
    """Give a worker of the young person something to do by a day. Raises Invalid."""
    if signal.person_id is None:
        raise Invalid(outcome=N_("Koppel eerst een jongere met een dossier aan dit signaal."))
    if verdict.worker_id is None:
        raise Invalid(worker_id=N_("Kies wie het contact legt."))
    if verdict.on is None:
        raise Invalid(on=N_("Kies een dag."))
    return follow_ups.plan_for(
        actor, signal.person_id, assignee_id=verdict.worker_id, due_on=verdict.on, what=what, kind=kind
    )


def propose_in_view(actor: Actor, signal: Signal, verdict: Verdict) -> None:
    """A worker is asked to propose it; somebody else decides (I-13), so the record comes later."""
    ask_worker(actor, signal, verdict, what=f"In beeld voorstellen: {signal.number}", kind=FollowUpKind.PROPOSE)


def proposal(found: Seen) -> Ref | None:
    """The proposal that a director finds on the page of the signal; a view that was emptied is no longer there."""
    asked = found.directs and found.signal.outcome == SignalOutcome.REGISTER_IN_VIEW
    return proposal_of(found.signal.id) if asked else None


def proposal_of(signal_id: UUID) -> Ref | None:
    """The proposal that rests on a signal, the latest when there are several."""
    statement = select(YouthInView).where(YouthInView.source_signal_id == signal_id)
    made = db.session.scalars(statement.order_by(YouthInView.id.desc()).limit(1)).first()
    return Ref("youth_in_view", made.id, made.number) if made else None


def to_propose(actor: Actor, person_id: UUID) -> list[tuple[UUID, str]]:
    """Signals on which a proposal for this young person can rest, by id and number: all that its worker may know."""
    people.get(actor, person_id)
    listed = func.signals_to_propose(person_id).table_valued("id", "number")
    return [(UUID(str(row.id)), row.number) for row in db.session.execute(select(listed.c.id, listed.c.number))]


def watch_location(actor: Actor, signal: Signal, verdict: Verdict) -> Ref:
    """A place that is watched already, or was put in the list a moment ago."""
    wanted = verdict.location_id or signal.location_id
    if wanted is None:
        raise Invalid(location_id=N_("Kies een locatie. Staat de plek er niet bij? Zet die eerst in de lijst."))
    try:
        location = places.kept(actor, wanted)
    except NotFound:
        raise Invalid(location_id=N_("Kies een van de mogelijkheden.")) from None
    if location.status == LocationStatus.ENDED:
        raise Invalid(location_id=N_("Deze plek wordt niet meer gevolgd. Zet hem opnieuw in de lijst."))
    return Ref("monitored_location", location.id, location.name)


def group_first_step(actor: Actor, signal: Signal, verdict: Verdict) -> Ref:
    """A group in the register: the first step of its approach."""
    wanted = verdict.group_id or signal.group_id
    if wanted is None:
        raise Invalid(group_id=N_("Kies een groep. Staat de groep er niet bij? Zet die eerst in het register."))
    try:
        group = groups.kept(actor, wanted)
    except NotFound:
        raise Invalid(group_id=N_("Kies een van de mogelijkheden.")) from None
    return Ref("youth_group", group.id, group.code)


register(SignalOutcome.ONE_CONTACT, one_contact)
register(SignalOutcome.REGISTER_IN_VIEW, propose_in_view, proposal_of)
register(SignalOutcome.MONITOR_LOCATION, watch_location)
register(SignalOutcome.GROUP_STEP1, group_first_step)
