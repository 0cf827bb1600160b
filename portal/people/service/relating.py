"""Related persons: guardian, parent, coach, mentor, confidant. Contacts of a young person, without a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.core import db, sealing
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.people.models import MAX_RELATED, Person, RelatedPerson, RelatedRole
from portal.people.service.finding import get, log_read, purpose_of_lists, subject
from portal.privacy import access_log
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class RelatedDetails:
    """What is known of a related person."""

    role: RelatedRole
    name: str
    phone: str = ""
    may_be_contacted: bool = False
    valid_until: date | None = None


def get_related(actor: Actor, person_id: UUID, related_id: UUID) -> tuple[Person, RelatedPerson]:
    """A related person and the young person they belong to, to change. Raises NotFound. Logs nothing by itself."""
    person = get(actor, person_id, Permission.PEOPLE_UPDATE)
    related = db.session.scalar(
        select(RelatedPerson).where(RelatedPerson.id == related_id, RelatedPerson.person_id == person_id)
    )
    if related is None:
        raise NotFound
    return person, related


def read_related(actor: Actor, person_id: UUID, related_id: UUID) -> tuple[Person, RelatedPerson]:
    """As `get_related`, for a page that shows them: logged as read."""
    person, related = get_related(actor, person_id, related_id)
    purpose = purpose_of_lists(actor, Permission.PEOPLE_UPDATE)
    log_read(actor, person, purpose=purpose, permission=Permission.PEOPLE_UPDATE)
    return person, related


def add_related(actor: Actor, person_id: UUID, *, details: RelatedDetails) -> RelatedPerson:
    """Add somebody around a young person. Raises NotFound, or Invalid at the eleventh."""
    person = get(actor, person_id, Permission.PEOPLE_UPDATE)
    held = select(func.count()).select_from(RelatedPerson).where(RelatedPerson.person_id == person_id)
    if (db.session.scalar(held) or 0) >= MAX_RELATED:
        raise Invalid(name=N_("Er staan al 10 contactpersonen. Haal er eerst een weg."))
    related = RelatedPerson(id=new_id(), person_id=person.id, team_id=person.team_id)
    _fill(related, details)
    db.session.add(related)
    _log(actor, person)
    return related


def update_related(actor: Actor, person_id: UUID, related_id: UUID, *, details: RelatedDetails) -> RelatedPerson:
    """Change a related person. Raises NotFound."""
    person, related = get_related(actor, person_id, related_id)
    _fill(related, details)
    _log(actor, person)
    return related


def remove_related(actor: Actor, person_id: UUID, related_id: UUID) -> None:
    """Take a related person off the dossier; nothing else refers to them. Raises NotFound."""
    person, related = get_related(actor, person_id, related_id)
    db.session.delete(related)
    _log(actor, person)


def _fill(related: RelatedPerson, details: RelatedDetails) -> None:
    related.role, related.name = details.role, details.name
    related.may_be_contacted, related.valid_until = details.may_be_contacted, details.valid_until
    if related.phone != details.phone:
        related.phone_sealed = (
            sealing.seal(details.phone, table="related_person", column="phone_sealed", row_id=related.id)
            if details.phone
            else None
        )


def _log(actor: Actor, person: Person) -> None:
    db.session.flush()
    access_log.record(
        actor,
        Action.UPDATE,
        subject(person),
        permission=Permission.PEOPLE_UPDATE,
        context=person.context,
        fields=["related"],
    )
