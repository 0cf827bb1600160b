"""Who may see and add attachments of a young person: who reads the notes, and who writes in the dossier."""

from __future__ import annotations

from uuid import UUID

from portal.core.errors import Forbidden
from portal.documents.models import Owner
from portal.documents.owners import Record
from portal.people.models import PersonStatus
from portal.people.service import purposes
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission
from portal.privacy.purposes import PARTS, Part


def attached_to(actor: Actor, person_id: UUID) -> Record:
    """The young person as a record with files. Raises NotFound, PurposeNeeded, Forbidden for who reads no notes."""
    card, purpose = purposes.card(actor, person_id)
    if not card.detailed or Part.NOTES not in PARTS[purpose]:
        raise Forbidden
    person = card.person
    return Record(
        kind=Owner.PERSON,
        id=person.id,
        person_id=person.id,
        team_id=person.team_id,
        context=person.context,
        name=card.name,
        url=f"/jongeren/{person.id}",
        may_add=Permission.PEOPLE_UPDATE in card.may and person.status == PersonStatus.OPEN,
        permission=Permission.PEOPLE_READ,
        purpose=purpose,
    )
