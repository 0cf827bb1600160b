"""Recording and changing a contact: once per form, and with everything that follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from portal.appointments import service as appointments
from portal.contacts import policy
from portal.contacts.models import Contact, FollowUp, Outcome
from portal.contacts.service import present as who
from portal.contacts.service import settling
from portal.contacts.service.details import (
    Details,
    Next,
    check_follow_up,
    check_headcount,
    check_moment,
    check_source,
)
from portal.contacts.service.reading import get
from portal.core import db
from portal.core.errors import Forbidden
from portal.core.ids import new_id
from portal.people import policy as people
from portal.people import service as people_service
from portal.people import ties
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


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
    present = who.reachable(actor, person_ids)
    check_headcount(details.headcount, len(present))
    check_source(actor, details.source)
    contact = _insert(actor, present, details, key)
    if told is not None:
        settling.answer(contact, present, from_follow_up, told)
    origin = {from_follow_up} if from_follow_up else set[UUID]()
    said = origin if told is not None else set[UUID]()
    stood_in = people_service.stood_in_for(actor, [person.id for person in present])
    settling.settle(contact, present, origin=origin, said=said, has_next=follow_up is not None, stood_in=stood_in)
    appointments.settle(actor, settling.happened(contact, present), origin=from_appointment)
    settling.plan(actor, contact, present, settling.carried(follow_up, from_follow_up, contact), stood_in)
    settling.recount(present)
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
    people_service.hold_all({*person_ids, *were_there})
    chosen = who.reachable(actor, person_ids, keep=were_there)
    before = list(db.session.scalars(select(Person).where(Person.id.in_(were_there))))
    hidden = who.out_of_reach(actor, were_there)
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
    settling.resettle(contact, present)
    appointments.resettle(actor, settling.happened(contact, present))
    settling.recount({person.id: person for person in [*before, *present]}.values())
    _log(actor, Action.UPDATE, contact, present, list(changed))


def differing(contact: Contact, details: Details) -> dict[str, Any]:
    """The fields that would change, with their new values; an unchanged moment keeps its seconds."""
    values = asdict(details)
    if values["occurred_at"] == contact.occurred_at.replace(second=0, microsecond=0):
        values["occurred_at"] = contact.occurred_at
    return {name: value for name, value in values.items() if getattr(contact, name) != value}


def by_key(actor: Actor, key: UUID) -> Contact | None:
    """What this form made before. A second sending waits here until the first is saved or refused."""
    db.hold(key)
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
    contact.participants = [who.participant(contact, person) for person in present]  # set, so that none are looked for
    db.session.add(contact)
    db.session.flush()
    return contact


def _rejoin(contact: Contact, present: Sequence[Person]) -> None:
    wanted = {person.id for person in present}
    removed = [p for p in contact.participants if p.person_id not in wanted]
    kept = {p.person_id for p in contact.participants} & wanted
    for participant in removed:
        contact.participants.remove(participant)
    for participant in contact.participants:
        participant.occurred_at = contact.occurred_at
    contact.participants += [who.participant(contact, person) for person in present if person.id not in kept]
    db.session.flush()
    if removed:
        settling.withdraw_plans(contact, [p.person_id for p in removed])


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
