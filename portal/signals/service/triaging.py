"""Judging signals: taking, asking, recognising, deciding, closing, and telling the reporter."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.signals import policy
from portal.signals.models import (
    PERHAPS_VICTIM,
    Feedback,
    Signal,
    SignalAssessment,
    SignalOutcome,
    SignalStatus,
    SubjectKind,
    VictimPerspective,
)
from portal.signals.service import outcomes
from portal.signals.service.finding import Seen, find, log
from portal.signals.service.moving import move
from portal.signals.service.outcomes import Verdict
from portal.signals.service.reporting import YOUNG
from portal.signals.workflow import MACHINE, Event, Facts, Party


def take(actor: Actor, signal_id: UUID, *, version: int | None) -> Signal:
    """Begin to judge. Of two directors the second gets Conflict. Raises NotFound, Forbidden or Conflict."""
    found = _locked(actor, signal_id, version)
    row = MACHINE.step(Event.TAKE, found.signal.status, Facts(), found.parties)
    found.signal.taken_by_id = actor.user_id
    move(actor, found.signal, row)
    _log(actor, found, "status")
    return found.signal


def ask(actor: Actor, signal_id: UUID, *, version: int | None, words: str) -> Signal:
    """Ask the reporter something; they get a message that there is a question. Raises as `take`, or Invalid."""
    found = _locked(actor, signal_id, version)
    row = MACHINE.step(Event.ASK_INFO, found.signal.status, Facts(), found.parties)
    if not words:
        raise Invalid(note=N_("Schrijf je vraag op."))
    move(actor, found.signal, row, words)
    _log(actor, found, "status")
    return found.signal


def identify(actor: Actor, signal_id: UUID, *, version: int | None, person_id: UUID) -> Signal:
    """Say whose dossier it is about; the nickname goes. Raises as `take`, or Invalid."""
    found = _locked(actor, signal_id, version)
    signal = found.signal
    row = MACHINE.step(Event.IDENTIFY, signal.status, Facts(stub=signal.nickname_sealed is not None), found.parties)
    try:
        person = people.get(actor, person_id)
    except NotFound:
        raise Invalid(person_id=N_("Kies een van de mogelijkheden.")) from None
    if person.team_id != signal.team_id:
        raise Invalid(person_id=N_("Deze jongere hoort bij een ander team. Overleg met de regisseur daar."))
    if policy.knows(actor, person.id):
        raise Invalid(person_id=N_("Je kent deze jongere privé. Vraag een collega om dit signaal te beoordelen."))
    signal.person_id, signal.nickname_sealed, signal.stub_until = person.id, None, None
    signal.under_twelve = person.age_on(clock.today()) < YOUNG
    move(actor, signal, row)
    _log(actor, found, "person_id")
    return signal


def decide(actor: Actor, signal_id: UUID, *, version: int | None, verdict: Verdict) -> Signal:
    """Decide what is done, with the reasons; what it leads to is made in the same transaction.

    Raises NotFound, Forbidden, Conflict (somebody else decided meanwhile) or Invalid.
    """
    found = _locked(actor, signal_id, version)
    signal = found.signal
    if verdict.victim_perspective:
        signal.victim_perspective = VictimPerspective(verdict.victim_perspective)
    row = MACHINE.step(Event.DECIDE, signal.status, facts(signal, verdict), found.parties)
    if signal.subject_kind == SubjectKind.PERSON and not verdict.interest:
        raise Invalid(interest=N_("Schrijf eerst op wat het beste is voor de jongere."))
    if not verdict.motivation:
        raise Invalid(motivation=N_("Schrijf op waarom je dit besluit."))
    ref = outcomes.make(actor, signal, verdict)
    signal.outcome, signal.decided_at = verdict.outcome, clock.now()
    db.session.add(_assessment(actor, signal, verdict, ref))
    move(actor, signal, row)
    _log(actor, found, "status", "outcome")
    return signal


def facts(signal: Signal, verdict: Verdict) -> Facts:
    """What the machine looks at with a decision."""
    return Facts(
        outcome=verdict.outcome,
        perhaps_victim=signal.kind in PERHAPS_VICTIM,
        victim_considered=signal.victim_perspective != VictimPerspective.NOT_APPLICABLE,
        under_twelve=signal.under_twelve,
        guarded=bool(verdict.guardian_note and verdict.approval_note),
        identified=signal.person_id is not None,
    )


def _assessment(actor: Actor, signal: Signal, verdict: Verdict, ref: outcomes.Ref | None) -> SignalAssessment:
    return SignalAssessment(
        signal_id=signal.id,
        team_id=signal.team_id,
        assessor_id=actor.user_id,
        decided_at=signal.decided_at,
        outcome=verdict.outcome,
        interest=verdict.interest,
        motivation=verdict.motivation,
        guardian_note=verdict.guardian_note,
        approval_note=verdict.approval_note,
        follow_up_kind=ref.kind if ref else "",
        follow_up_id=ref.id if ref else None,
        follow_up_label=ref.label if ref else "",
    )


def close(actor: Actor, signal_id: UUID, *, version: int | None, done: str = "") -> Signal:
    """Close what was followed up; `done` says in words what that was when no record does. Raises as `decide`."""
    found = _locked(actor, signal_id, version)
    signal, judged = found.signal, _judged(found)
    ref = outcomes.found(SignalOutcome(judged.outcome), signal.id) if judged else None
    words = "" if outcomes.waits_for_record(signal.outcome) else done
    known = ref.label if ref else words or (judged.follow_up_label if judged else "")
    row = MACHINE.step(Event.CLOSE, signal.status, Facts(followed_up=bool(known)), found.parties)
    if judged is not None:
        judged.follow_up_label = known
        judged.follow_up_kind, judged.follow_up_id = (
            (ref.kind, ref.id) if ref else (judged.follow_up_kind, judged.follow_up_id)
        )
    signal.nickname_sealed = signal.stub_until = None
    move(actor, signal, row)
    _log(actor, found, "status")
    return signal


def _judged(found: Seen) -> SignalAssessment | None:
    return db.session.scalar(select(SignalAssessment).where(SignalAssessment.signal_id == found.signal.id))


def tell(actor: Actor, signal_id: UUID, *, version: int | None, feedback: Feedback) -> Signal:
    """Let the reporter know how it went, without saying what was decided. Raises as `take`."""
    found = _locked(actor, signal_id, version)
    signal = found.signal
    row = MACHINE.step(Event.TELL, signal.status, Facts(told=signal.feedback_at is not None), found.parties)
    signal.feedback, signal.feedback_at = feedback, clock.now()
    move(actor, signal, row)
    _log(actor, found, "feedback")
    return signal


def workers(signal: Signal) -> Mapping[UUID, str]:
    """Who is responsible for the young person, to plan a contact for."""
    if signal.person_id is None:
        return {}
    found = people.workers([signal.person_id]).get(signal.person_id, [])
    return {worker.user_id: worker.name for worker in found}


def needs_words(found: Seen, judged: SignalAssessment | None) -> bool:
    """Whether closing asks in words what was done."""
    open_end = found.signal.status in (SignalStatus.FOLLOWED_UP, SignalStatus.EMERGENCY)
    return open_end and not (judged and judged.follow_up_label) and not outcomes.waits_for_record(found.signal.outcome)


def _locked(actor: Actor, signal_id: UUID, version: int | None) -> Seen:
    found = find(actor, signal_id, lock=True)
    MACHINE.ensure_party(Event.TAKE, frozenset(found.parties))
    db.ensure_version(found.signal, version)
    return Seen(found.signal, frozenset({Party.DIRECTOR}))


def _log(actor: Actor, found: Seen, *fields: str) -> None:
    log(actor, Action.UPDATE, [found], fields=fields)
