"""Reading contacts: one, the timeline of a young person, and what a worker used lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, exists, func, not_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.contacts import policy
from portal.contacts.models import Channel, Contact, ContactCorrection, ContactParticipant, ContactPurpose, FollowUp
from portal.core import clock, db, paging
from portal.core.errors import Forbidden, NotFound
from portal.people import policy as people
from portal.people import service as people_service
from portal.people import ties
from portal.people.models import Person
from portal.people.service import purposes
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.privacy.purposes import PARTS, Part, PurposeNeeded

#: What a correction may put right, in the order of the form.
CORRECTABLE = ("channel", "result", "purpose", "headcount", "place", "note", "source", "occurred_at")
RECENT = 4
LATELY = timedelta(days=90)
MOST = 60
NEWEST = ContactParticipant.occurred_at, ContactParticipant.contact_id  # the order of a timeline


@dataclass(frozen=True)
class Participant:
    """A young person in a contact, by the name this actor may see."""

    id: UUID
    name: str


@dataclass(frozen=True)
class FieldChange:
    """Both versions of one field; a moment for `occurred_at`, else text."""

    field: str
    old: str | datetime
    new: str | datetime


@dataclass(frozen=True)
class Corrected:
    """One correction, with the fields in the order of the form."""

    correction: ContactCorrection
    changes: Sequence[FieldChange]
    can_see: bool  # this actor may say to have seen it


@dataclass(frozen=True)
class Page:
    """One contact with everything its page shows."""

    contact: Contact
    author: str
    people: Sequence[Participant]
    others: int  # participants out of this actor's reach
    follow_ups: Sequence[FollowUp]
    is_author: bool
    can_edit: bool
    can_correct: bool
    last_edit_day: date
    corrections: Sequence[Corrected]  # oldest first


@dataclass(frozen=True)
class Moment:
    """One contact in a timeline."""

    contact: Contact
    author: str
    corrected: bool


@dataclass(frozen=True)
class Habits:
    """What the form starts with for this worker."""

    channel: Channel
    purpose: ContactPurpose
    places: Sequence[str]
    recent_people: Sequence[UUID]


def get(actor: Actor, contact_id: UUID) -> Contact:
    """The contact with this id. Raises NotFound when this actor may not read it. Logs nothing by itself."""
    statement = (
        select(Contact)
        .where(Contact.id == contact_id, policy.visible(actor))
        .options(joinedload(Contact.participants), joinedload(Contact.corrections))
    )
    contact = db.session.scalars(statement).unique().one_or_none()
    if contact is None:
        raise NotFound
    return contact


def read(actor: Actor, contact_id: UUID) -> Page:
    """One contact for its page, logged as read for each young person shown. Raises NotFound."""
    contact = get(actor, contact_id)
    shown = db.session.execute(
        select(Person, people.detailed(actor))
        .join(ContactParticipant, ContactParticipant.person_id == Person.id)
        .where(ContactParticipant.contact_id == contact.id, people.visible(actor, Permission.CONTACTS_READ))
        .order_by(Person.sort_key, Person.id)
    ).all()
    people_shown = [(person, bool(detailed)) for person, detailed in shown]
    purpose = people_service.purpose_of_lists(actor, Permission.CONTACTS_READ)
    if contact.worker_id != actor.user_id:
        purpose = _purpose(actor, people_shown)
    _log_read(actor, contact, [person for person, _ in shown], purpose)
    return Page(
        contact=contact,
        author=_author(actor, contact),
        people=[Participant(p.id, p.short_name if detailed else p.first_name) for p, detailed in shown],
        others=len(contact.participants) - len(shown),
        follow_ups=_follow_ups_of(actor, contact),
        is_author=contact.worker_id == actor.user_id,
        can_edit=policy.can_edit(actor, contact),
        can_correct=policy.can_correct(actor, contact),
        last_edit_day=policy.last_edit_day(contact),
        corrections=_corrections_of(actor, contact),
    )


def _author(actor: Actor, contact: Contact) -> str:
    """The name of who recorded it; that of the actor is known."""
    if contact.worker_id == actor.user_id:
        return actor.name
    return db.session.scalar(select(User.name).where(User.id == contact.worker_id)) or ""


def timeline(actor: Actor, person: Person, *, cursor: str | None = None, size: int = 20) -> paging.Page[Moment]:
    """The contacts of a young person that this actor may read, newest first. The dossier logs the reading."""
    if cursor is None:
        found = ties.ask_about(actor, person, ("timeline", size), lambda: _timeline(actor, person).limit(size + 1))
    else:
        older = paging.after(_timeline(actor, person), NEWEST, paging.place(cursor), descending=True)
        found = db.session.execute(older.limit(size + 1))
    rows = [Moment(*row) for row in found]
    return paging.page(rows, lambda m: (m.contact.occurred_at.isoformat(), m.contact.id), size=size)


def _timeline(actor: Actor, person: Person) -> Select[Contact, str, bool]:
    return (
        select(Contact, User.name, exists().where(ContactCorrection.contact_id == Contact.id))
        .join(ContactParticipant, ContactParticipant.contact_id == Contact.id)
        .join(User, User.id == Contact.worker_id)
        .where(ContactParticipant.person_id == ties.young(person), policy.visible(actor, person))
        .order_by(*(column.desc() for column in NEWEST))
    )


def hidden_contacts(actor: Actor, person: Person) -> ScalarSelect[int]:
    """How many contacts of a young person within reach are not meant for this actor, as one value for a statement
    that asks more: a number, nothing more."""
    in_reach = people.known(people.holds(actor, Permission.CONTACTS_READ, person))
    return (
        select(func.count())
        .select_from(ContactParticipant)
        .join(Contact, Contact.id == ContactParticipant.contact_id)
        .where(
            ContactParticipant.person_id == ties.young(person),
            and_(in_reach, not_(policy.note_open(actor, person))),
            policy.released(actor, person),
        )
        .scalar_subquery()
    )


def habits(actor: Actor) -> Habits:
    """How and what for this worker logged last, where, and with whom; two statements."""
    lately = db.session.execute(
        select(Contact.channel, Contact.purpose, Contact.place)
        .where(Contact.worker_id == actor.user_id, Contact.occurred_at > clock.now() - LATELY)
        .order_by(Contact.occurred_at.desc())
        .limit(MOST)
    ).all()
    places = dict.fromkeys(row.place for row in lately if row.place)
    return Habits(
        channel=Channel(lately[0].channel) if lately else Channel.STREET,
        purpose=ContactPurpose(lately[0].purpose) if lately else ContactPurpose.CONNECTION,
        places=list(places)[:RECENT],
        recent_people=_recent_people(actor),
    )


def _recent_people(actor: Actor) -> list[UUID]:
    return list(
        db.session.scalars(
            select(ContactParticipant.person_id)
            .join(Contact, Contact.id == ContactParticipant.contact_id)
            .join(Person, Person.id == ContactParticipant.person_id)
            .where(
                Contact.worker_id == actor.user_id,
                Contact.occurred_at > clock.now() - LATELY,
                people.visible(actor, Permission.CONTACTS_WRITE),
            )
            .group_by(ContactParticipant.person_id)
            .order_by(func.max(Contact.occurred_at).desc(), ContactParticipant.person_id)
            .limit(RECENT)
        )
    )


def _follow_ups_of(actor: Actor, contact: Contact) -> Sequence[FollowUp]:
    return db.session.scalars(
        select(FollowUp)
        .where(FollowUp.contact_id == contact.id, policy.follow_up_visible(actor))
        .options(selectinload(FollowUp.person))
        .order_by(FollowUp.due_on, FollowUp.id)
    ).all()


def _corrections_of(actor: Actor, contact: Contact) -> list[Corrected]:
    if not contact.corrections:
        return []
    if _was_closed(actor, contact):
        return []
    answering = db.session.scalar(select(exists().where(Contact.id == contact.id, policy.answers_for(actor))))
    return [
        Corrected(row, changes_of(row), can_see=bool(answering) and row.seen_at is None and row.by_id != actor.user_id)
        for row in contact.corrections
    ]


def _was_closed(actor: Actor, contact: Contact) -> bool:
    """Whether an earlier version came from a source this actor may not know: then the versions stay closed."""
    if actor.role_names & policy.TEAM_ROLES:
        return False
    earlier = {row.before["source"] for row in contact.corrections if "source" in row.before}
    return not earlier <= policy.may_know(actor)


def changes_of(correction: ContactCorrection) -> list[FieldChange]:
    """Both versions of what was corrected."""
    return [
        FieldChange(field, _from_text(field, correction.before[field]), _from_text(field, correction.after[field]))
        for field in CORRECTABLE
        if field in correction.before
    ]


def _from_text(field: str, value: str) -> str | datetime:
    return datetime.fromisoformat(value) if field == "occurred_at" else value


def _purpose(actor: Actor, shown: Sequence[tuple[Person, bool]]) -> Purpose:
    """Why this contact is read: as the dossier of who was there. Raises PurposeNeeded, Forbidden without notes."""
    if not any(detailed for _, detailed in shown):
        return Purpose.OWN_CASELOAD
    needed: PurposeNeeded | None = None
    for person, _detailed in shown:
        try:
            return _with_notes(actor, purposes.of(actor, person))
        except PurposeNeeded as error:
            needed = needed or error
    raise needed or NotFound


def _with_notes(actor: Actor, purpose: Purpose) -> Purpose:
    """A coordinator reads the contacts of trajectories they guide; those are all the contacts they reach."""
    if purpose == Purpose.MATCHING:
        return Purpose.SUPERVISION
    if Part.NOTES not in PARTS[purpose]:
        raise Forbidden
    return purpose


def _log_read(actor: Actor, contact: Contact, shown: Sequence[Person], purpose: Purpose) -> None:
    access_log.record(
        actor,
        Action.READ,
        [Subject("contact", contact.id, person.id, person.team_id) for person in shown],
        permission=Permission.CONTACTS_READ,
        purpose=purpose,
        context=contact.context,
    )
