"""Who was there: the young people of a contact, locked, as far as its writer reaches them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from portal.contacts.models import Contact, ContactParticipant
from portal.core import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.people import policy as people
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission

MAX_PEOPLE = 20  # named in one contact


def reachable(actor: Actor, person_ids: Collection[UUID], keep: Collection[UUID] = ()) -> list[Person]:
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


def everybody(actor: Actor, contact: Contact) -> list[Person]:
    """The young people of a contact, locked. Raises NotFound when the actor writes about none of them any more."""
    ids = {participant.person_id for participant in contact.participants}
    people_service.hold_all(ids)
    if out_of_reach(actor, ids) == ids:
        raise NotFound
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).execution_options(populate_existing=True)))


def out_of_reach(actor: Actor, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of these young people about whom the actor may not write; in a contact that exists they stay, unseen."""
    reached = select(Person.id).where(Person.id.in_(person_ids), people.visible(actor, Permission.CONTACTS_WRITE))
    return set(person_ids) - set(db.session.scalars(reached))


def participant(contact: Contact, person: Person) -> ContactParticipant:
    """One young person in a contact, with the teams of both."""
    return ContactParticipant(
        contact_id=contact.id,
        person_id=person.id,
        contact_team_id=contact.team_id,
        person_team_id=person.team_id,
        occurred_at=contact.occurred_at,
    )
