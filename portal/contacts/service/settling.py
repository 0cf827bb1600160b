"""What a contact does to what was planned: it closes follow-ups and promises, and plans what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import array

from portal.appointments import service as appointments
from portal.appointments.service import Happened
from portal.contacts import policy
from portal.contacts.models import EFFECTIVE, Contact, FollowUp, FollowUpKind, FollowUpStatus, Outcome, Result
from portal.contacts.service.details import Next
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor

#: What a result means for the appointment it was; with the others nobody was spoken.
OUTCOMES = {
    Result.REACHED: appointments.Outcome.HELD,
    Result.BRIEF: appointments.Outcome.HELD,
    Result.HANDED_OVER: appointments.Outcome.HELD,
    Result.DECLINED: appointments.Outcome.HELD,
    Result.RESCHEDULED: appointments.Outcome.MOVED,
}
#: Results that say so by themselves, also in a contact that was not opened from the appointment.
CERTAIN = (*EFFECTIVE, Result.NO_SHOW, Result.RESCHEDULED)
#: What an appointment calls the fields of the form that it comes from.
APPOINTMENT_FIELDS = {
    "starts_at": "follow_up_at", "ends_at": "follow_up_at", "what": "follow_up_what", "place": "follow_up_place",
}  # fmt: skip


def closes(*, mine: bool, due_on: date, contact_on: date, is_origin: bool, effective: bool, has_next: bool) -> bool:
    """Whether a contact closes an open follow-up of one of its young people.

    It concerns the one it was opened from, and the author's own that were due by then. An effective contact closes
    those; an attempt only when a new follow-up takes their place, so that nobody is lost by not picking up.
    """
    concerned = is_origin or (mine and due_on <= contact_on)
    return concerned and (effective or has_next)


def tells(*, said: bool, effective: bool, outcome: str | None) -> bool:
    """Whether a contact closes an open promise: the author says that the young person heard the outcome in it."""
    return said and effective and outcome is not None


def made_on(promise: FollowUp) -> date:
    """The civil date of a promise: that of the contact it came out of."""
    in_contact = select(Contact.occurred_at).where(Contact.id == promise.contact_id)
    return clock.to_local(db.session.scalar(in_contact) or promise.created_at).date()


def plan(
    actor: Actor,
    contact: Contact,
    present: Sequence[Person],
    follow_up: Next | None,
    stood_in: Mapping[UUID, UUID],
) -> None:
    """The follow-up is the author's; of a replacement it is the colleague's, who finds it when back."""
    if follow_up is None:
        return
    if follow_up.starts_at is not None:
        _make_appointment(actor, present, follow_up, follow_up.starts_at)
        return
    db.session.add_all(
        FollowUp(
            person_id=person.id,
            team_id=person.team_id,
            context=contact.context,
            source=contact.source,
            contact_id=contact.id,
            assignee_id=stood_in.get(person.id, actor.user_id),
            kind=follow_up.kind,
            what=follow_up.what,
            due_on=follow_up.due_on,
        )
        for person in present
    )
    db.session.flush()


def _make_appointment(actor: Actor, present: Sequence[Person], wanted: Next, starts_at: datetime) -> None:
    try:
        appointments.plan(
            actor,
            person_ids=[person.id for person in present],
            starts_at=starts_at,
            what=wanted.what,
            place=wanted.place,
            despite_clash=wanted.despite_clash,
        )
    except Invalid as error:
        raise Invalid(**{APPOINTMENT_FIELDS.get(name, name): text for name, text in error.errors.items()}) from error


def carried(follow_up: Next | None, from_follow_up: UUID | None, contact: Contact) -> Next | None:
    """After an attempt the new follow-up is about the same, unless something else was written."""
    if follow_up is None or follow_up.what or from_follow_up is None or policy.is_effective(contact.result):
        return follow_up
    what = db.session.scalar(
        select(FollowUp.what).where(FollowUp.id == from_follow_up, FollowUp.done_by_contact_id == contact.id)
    )
    return replace(follow_up, what=what or "")


def answer(contact: Contact, present: Sequence[Person], promise_id: UUID | None, outcome: Outcome) -> None:
    """Write down what came of the promise. Raises Invalid when the young person cannot have heard it here."""
    if not policy.is_effective(contact.result):
        raise Invalid(told=N_("Je hebt de jongere niet gesproken. Laat dit dan leeg."))
    row = db.session.scalar(
        select(FollowUp)
        .where(
            FollowUp.id == promise_id,
            FollowUp.kind == FollowUpKind.PROMISE,
            FollowUp.status == FollowUpStatus.OPEN,
            FollowUp.person_id.in_([person.id for person in present]),
        )
        .with_for_update(key_share=True)
    )
    if row is None or clock.to_local(contact.occurred_at).date() < made_on(row):
        raise Invalid(told=N_("Deze belofte hoort niet bij dit contact, of is al verteld."))
    row.outcome = outcome


def settle(
    contact: Contact,
    present: Sequence[Person],
    *,
    origin: set[UUID],
    said: set[UUID],
    has_next: bool,
    stood_in: Mapping[UUID, UUID] | None = None,
) -> None:
    """Close what this contact closes, a promise only when `said`; a replacement does it for who is away."""
    whose = {person.id: {contact.worker_id, (stood_in or {}).get(person.id, contact.worker_id)} for person in present}
    candidates = db.session.scalars(
        select(FollowUp)
        .where(
            FollowUp.person_id.in_([person.id for person in present]),
            FollowUp.status == FollowUpStatus.OPEN,
            or_(FollowUp.assignee_id.in_(set().union(*whose.values())), FollowUp.id.in_(origin | said)),
            or_(FollowUp.contact_id.is_(None), FollowUp.contact_id != contact.id),
        )
        .order_by(FollowUp.id)
        .with_for_update(key_share=True)
    )
    for row in candidates:
        if row.kind == FollowUpKind.PROMISE:
            settled = tells(said=row.id in said, effective=policy.is_effective(contact.result), outcome=row.outcome)
        else:
            settled = closes(
                mine=row.assignee_id in whose[row.person_id],
                due_on=row.due_on,
                contact_on=clock.to_local(contact.occurred_at).date(),
                is_origin=row.id in origin,
                effective=policy.is_effective(contact.result),
                has_next=has_next,
            )
        if settled:
            row.status, row.done_at, row.done_by_contact_id = FollowUpStatus.DONE, clock.now(), contact.id
            if row.kind == FollowUpKind.PROMISE:
                row.told_on = clock.to_local(contact.occurred_at).date()
    db.session.flush()


def resettle(contact: Contact, present: Sequence[Person]) -> None:
    """After a change: open again what this contact had closed, then close what it closes now.

    In a dossier that was closed since, nothing opens again.
    """
    closed = db.session.scalars(
        select(FollowUp)
        .join(Person, Person.id == FollowUp.person_id)
        .where(FollowUp.done_by_contact_id == contact.id, Person.status == PersonStatus.OPEN)
    ).all()
    for row in closed:
        row.status, row.done_at, row.done_by_contact_id, row.told_on = FollowUpStatus.OPEN, None, None, None
    db.session.flush()
    planned = db.session.scalar(
        select(FollowUp.id)
        .where(FollowUp.contact_id == contact.id, FollowUp.status != FollowUpStatus.CANCELLED)
        .limit(1)
    )
    before = {row.id for row in closed}
    settle(contact, present, origin=before, said=before, has_next=planned is not None)


def happened(contact: Contact, present: Sequence[Person]) -> Happened:
    """What the contact tells an agenda: a no-show and a rescheduling by themselves, an attempt only when asked."""
    result = Result(contact.result)
    return Happened(
        contact_id=contact.id,
        worker_id=contact.worker_id,
        person_ids=frozenset(person.id for person in present),
        at=contact.occurred_at,
        outcome=OUTCOMES.get(result, appointments.Outcome.NO_SHOW),
        certain=result in CERTAIN,
    )


def withdraw_plans(contact: Contact, person_ids: Collection[UUID]) -> None:
    """A young person who was not there after all gets no follow-up from it. A promise stays until it is answered."""
    for row in db.session.scalars(
        select(FollowUp).where(
            FollowUp.contact_id == contact.id,
            FollowUp.person_id.in_(person_ids),
            FollowUp.status == FollowUpStatus.OPEN,
            FollowUp.kind != FollowUpKind.PROMISE,
        )
    ):
        row.status = FollowUpStatus.CANCELLED


def recount(present: Iterable[Person]) -> None:
    """Set last_contact_at anew from the effective contacts; the dossier's version does not move."""
    ids = [person.id for person in present]
    latest = func.last_contact_of(Person.id, array(EFFECTIVE))  # also of those that the author may not see
    statement = update(Person).where(Person.id.in_(ids)).values(last_contact_at=latest)
    db.session.execute(statement, execution_options={"synchronize_session": False})
    for person in present:
        db.session.expire(person, ["last_contact_at"])
