"""Recording and changing a contact, and what that does to follow-ups and to the young person's last contact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import array

from portal.appointments import service as appointments
from portal.appointments.service import Happened
from portal.contacts import policy
from portal.contacts.models import (
    EFFECTIVE,
    Channel,
    Confidentiality,
    Contact,
    ContactParticipant,
    ContactPurpose,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Outcome,
    Result,
)
from portal.contacts.service.reading import get
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.people import policy as people
from portal.people import service as people_service
from portal.people import ties
from portal.people.models import Person, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.privacy.sources import Source

MAX_AGE = timedelta(days=30)  # domain I-12
MAX_AHEAD = timedelta(minutes=5)
MAX_FOLLOW_UP = timedelta(days=366)
MAX_PEOPLE = 20  # named in one contact
MOST_PRESENT = 999

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


@dataclass(frozen=True)
class Details:
    """What a contact was: the moment aware, the duration in minutes or None."""

    channel: Channel
    result: Result
    purpose: ContactPurpose
    occurred_at: datetime
    duration_min: int | None = None
    place: str = ""
    note: str = ""
    confidentiality: Confidentiality = Confidentiality.TEAM
    headcount: int | None = None  # young people present in all, those who are named among them
    source: Source = Source.STREET


@dataclass(frozen=True)
class Next:
    """The follow-up that comes out of a contact; a promise says what. With a time it is an appointment instead."""

    due_on: date
    what: str = ""
    kind: FollowUpKind = FollowUpKind.CONTACT
    starts_at: datetime | None = None  # aware
    place: str = ""
    despite_clash: bool = False


@dataclass(frozen=True)
class Recorded:
    """The contact, and whether this call made it (a form sent twice makes it once)."""

    contact: Contact
    new: bool


def record(
    actor: Actor,
    *,
    person_ids: Collection[UUID],
    details: Details,
    key: UUID,
    follow_up: Next | None = None,
    from_follow_up: UUID | None = None,
    from_appointment: UUID | None = None,
    told: Outcome | None = None,
) -> Recorded:
    """Record a contact with these young people, once per `key`.

    `told` is what came of the promise in `from_follow_up`, when the young person heard it in this contact.
    Raises NotFound for whom or what is out of reach, Invalid for a moment or day that cannot be.
    """
    actor.require(Permission.CONTACTS_WRITE)
    earlier = by_key(actor, key)
    if earlier:
        return Recorded(earlier, new=False)
    check_moment(details.occurred_at)
    check_follow_up(follow_up)
    present = _reachable(actor, person_ids)
    check_headcount(details.headcount, len(present))
    check_source(actor, details.source)
    contact = _insert(actor, present, details, key)
    if told is not None:
        _answer(contact, present, from_follow_up, told)
    origin = {from_follow_up} if from_follow_up else set[UUID]()
    said = origin if told is not None else set[UUID]()
    stood_in = people_service.stood_in_for(actor, [person.id for person in present])
    _settle(contact, present, origin=origin, said=said, has_next=follow_up is not None, stood_in=stood_in)
    appointments.settle(actor, _happened(contact, present), origin=from_appointment)
    _plan(actor, contact, present, _carried(follow_up, from_follow_up, contact), stood_in)
    _recount(present)
    _log(actor, Action.CREATE, contact, present)
    return Recorded(contact, new=True)


def change(
    actor: Actor, contact_id: UUID, *, person_ids: Collection[UUID], details: Details, version: int | None
) -> Contact:
    """Change an own contact within the term. Raises Forbidden after it, Conflict for an outdated version."""
    contact = get(actor, contact_id)
    if not policy.can_edit(actor, contact):
        raise Forbidden
    db.ensure_version(contact, version)
    if details.occurred_at != contact.occurred_at.replace(second=0, microsecond=0):
        check_moment(details.occurred_at)
    were_there = {p.person_id for p in contact.participants}
    _lock({*person_ids, *were_there})
    chosen = _reachable(actor, person_ids, keep=were_there)
    before = list(db.session.scalars(select(Person).where(Person.id.in_(were_there))))
    hidden = out_of_reach(actor, were_there)
    present = [*chosen, *(person for person in before if person.id in hidden)]
    check_headcount(details.headcount, len(present))
    check_source(actor, details.source)
    put(actor, contact, details, present=present, before=before)
    return contact


def put(
    actor: Actor, contact: Contact, details: Details, *, present: Sequence[Person], before: Sequence[Person]
) -> None:
    """Make the contact these details, with those `present` in place of those `before`, and everything that follows.

    Checks nothing. The young people are locked by `everybody` or the like.
    """
    changed = differing(contact, details)
    for name, value in changed.items():
        setattr(contact, name, value)
    if "source" in changed:
        db.session.execute(update(FollowUp).where(FollowUp.contact_id == contact.id).values(source=contact.source))
    _rejoin(contact, present)
    _resettle(contact, present)
    appointments.resettle(actor, _happened(contact, present))
    _recount({person.id: person for person in [*before, *present]}.values())
    _log(actor, Action.UPDATE, contact, present, list(changed))


def differing(contact: Contact, details: Details) -> dict[str, Any]:
    """The fields that would change, with their new values; an unchanged moment keeps its seconds."""
    values = asdict(details)
    if values["occurred_at"] == contact.occurred_at.replace(second=0, microsecond=0):
        values["occurred_at"] = contact.occurred_at
    return {name: value for name, value in values.items() if getattr(contact, name) != value}


def everybody(actor: Actor, contact: Contact) -> list[Person]:
    """The young people of a contact, locked. Raises NotFound when the actor writes about none of them any more."""
    ids = {participant.person_id for participant in contact.participants}
    _lock(ids)
    if out_of_reach(actor, ids) == ids:
        raise NotFound
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).execution_options(populate_existing=True)))


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


def check_moment(occurred_at: datetime) -> None:
    """Raise Invalid for a moment in the future or more than thirty days ago (domain I-12)."""
    now = clock.now()
    if occurred_at > now + MAX_AHEAD:
        raise Invalid(occurred_at=N_("Dit moment is nog niet geweest. Kies een moment tot nu."))
    if occurred_at < now - MAX_AGE:
        raise Invalid(occurred_at=N_("Dit is meer dan 30 dagen geleden. Kies een later moment."))


def check_source(actor: Actor, source: Source) -> None:
    """Raise Invalid for what the actor may not know, and therefore does not write down."""
    if source not in policy.may_know(actor):
        raise Invalid(source=N_("Dit kun jij niet kiezen. Bel de begeleider als je zoiets hoort."))


def check_headcount(headcount: int | None, named: int) -> None:
    """Raise Invalid when fewer were present than are named, or more than can be."""
    if headcount is not None and headcount < named:
        raise Invalid(headcount=N_("Dit zijn er minder dan de jongeren die bij dit contact staan."))
    if headcount is not None and headcount > MOST_PRESENT:
        raise Invalid(headcount=N_("Vul hoogstens 999 in."))


def check_follow_up(follow_up: Next | None) -> None:
    """Raise Invalid for a follow-up in the past or more than a year ahead, and for a promise of nothing."""
    if follow_up is None:
        return
    check_day(follow_up.due_on, "follow_up_on")
    if follow_up.kind == FollowUpKind.PROMISE and not follow_up.what.strip():
        raise Invalid(follow_up_what=N_("Schrijf wat je belooft."))


def check_day(due_on: date, field: str) -> None:
    """Raise Invalid beside `field` when a follow-up cannot fall on this day."""
    today = clock.today()
    if due_on < today:
        raise Invalid(**{field: N_("Kies vandaag of een latere dag.")})
    if due_on > today + MAX_FOLLOW_UP:
        raise Invalid(**{field: N_("Kies een dag binnen een jaar.")})


# --- who -------------------------------------------------------------------------------------------------------------


def _lock(person_ids: Collection[UUID]) -> None:
    """Also those the actor no longer reaches."""
    db.session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    )


def _reachable(actor: Actor, person_ids: Collection[UUID], keep: Collection[UUID] = ()) -> list[Person]:
    """The young people with whom the actor may record, locked; a closed dossier only where it was `keep` already.

    Contacts with the same young people settle one after the other.
    """
    if not person_ids:
        raise Invalid(people=N_("Kies minstens één jongere."))
    if len(person_ids) > MAX_PEOPLE:
        raise Invalid(people=N_("Kies hoogstens twintig jongeren."))
    found = db.session.scalars(
        select(Person)
        .where(Person.id.in_(person_ids), people.visible(actor, Permission.CONTACTS_WRITE))
        .order_by(Person.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)  # as they are under the lock
    ).all()
    if len(found) != len(set(person_ids)):
        raise NotFound
    if any(person.status != PersonStatus.OPEN and person.id not in keep for person in found):
        raise Invalid(people=N_("Het dossier van deze jongere is afgesloten."))
    return list(found)


def out_of_reach(actor: Actor, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of these young people about whom the actor may not write; in a contact that exists they stay, unseen."""
    reached = select(Person.id).where(Person.id.in_(person_ids), people.visible(actor, Permission.CONTACTS_WRITE))
    return set(person_ids) - set(db.session.scalars(reached))


# --- the contact -----------------------------------------------------------------------------------------------------


def by_key(actor: Actor, key: UUID) -> Contact | None:
    """What this form made before. A second sending waits here until the first is saved or refused."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(key), 0))))
    return db.session.scalar(select(Contact).where(Contact.worker_id == actor.user_id, Contact.idempotency_key == key))


def _insert(actor: Actor, present: Sequence[Person], details: Details, key: UUID) -> Contact:
    trajectory_id = ties.trajectory_of(actor, {person.id for person in present})
    contact = Contact(
        id=new_id(),
        team_id=people.acting_team(actor, present),
        context=Context.VOLUNTARY_GUIDANCE if trajectory_id else Context.JV_DISTRICT,
        worker_id=actor.user_id,
        trajectory_id=trajectory_id,
        idempotency_key=key,
        **asdict(details),
    )
    contact.participants = [_participant(contact, person) for person in present]  # set, so that none are looked for
    db.session.add(contact)
    db.session.flush()
    return contact


def _participant(contact: Contact, person: Person) -> ContactParticipant:
    return ContactParticipant(
        contact_id=contact.id,
        person_id=person.id,
        contact_team_id=contact.team_id,
        person_team_id=person.team_id,
        occurred_at=contact.occurred_at,
    )


def _rejoin(contact: Contact, present: Sequence[Person]) -> None:
    wanted = {person.id for person in present}
    removed = [p for p in contact.participants if p.person_id not in wanted]
    kept = {p.person_id for p in contact.participants} & wanted
    for participant in removed:
        contact.participants.remove(participant)
    for participant in contact.participants:
        participant.occurred_at = contact.occurred_at
    contact.participants += [_participant(contact, person) for person in present if person.id not in kept]
    db.session.flush()
    if removed:
        _withdraw_plans(contact, [p.person_id for p in removed])


# --- what follows ----------------------------------------------------------------------------------------------------


def _plan(
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


#: What an appointment calls the fields of the form that it comes from.
APPOINTMENT_FIELDS = {
    "starts_at": "follow_up_at", "ends_at": "follow_up_at", "what": "follow_up_what", "place": "follow_up_place",
}  # fmt: skip


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


def _carried(follow_up: Next | None, from_follow_up: UUID | None, contact: Contact) -> Next | None:
    """After an attempt the new follow-up is about the same, unless something else was written."""
    if follow_up is None or follow_up.what or from_follow_up is None or policy.is_effective(contact.result):
        return follow_up
    what = db.session.scalar(
        select(FollowUp.what).where(FollowUp.id == from_follow_up, FollowUp.done_by_contact_id == contact.id)
    )
    return replace(follow_up, what=what or "")


def _answer(contact: Contact, present: Sequence[Person], promise_id: UUID | None, outcome: Outcome) -> None:
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


def _settle(
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


def _happened(contact: Contact, present: Sequence[Person]) -> Happened:
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


def _resettle(contact: Contact, present: Sequence[Person]) -> None:
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
    _settle(contact, present, origin=before, said=before, has_next=planned is not None)


def _withdraw_plans(contact: Contact, person_ids: Collection[UUID]) -> None:
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


def _recount(present: Iterable[Person]) -> None:
    """Set last_contact_at anew from the effective contacts; the dossier's version does not move."""
    ids = [person.id for person in present]
    latest = func.last_contact_of(Person.id, array(EFFECTIVE))  # also of those that the author may not see
    statement = update(Person).where(Person.id.in_(ids)).values(last_contact_at=latest)
    db.session.execute(statement, execution_options={"synchronize_session": False})
    for person in present:
        db.session.expire(person, ["last_contact_at"])


def _log(actor: Actor, action: Action, contact: Contact, present: Iterable[Person], fields: Sequence[str] = ()) -> None:
    access_log.record(
        actor,
        action,
        [Subject("contact", contact.id, person.id, person.team_id) for person in present],
        permission=Permission.CONTACTS_WRITE,
        purpose=Purpose.OWN_CASELOAD,
        context=contact.context,
        fields=fields,
    )
