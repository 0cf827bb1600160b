"""Attachments for tests, straight into the database (demogegevens)."""

from portal.accounts.models import User
from portal.core import db, sealing
from portal.core.ids import new_id
from portal.documents.models import Attachment, FileKind, Owner
from portal.people.models import Person


def attachment(person: Person, by: User, *, name: str = "brief school.txt", content: bytes = b"Beste,") -> Attachment:
    """A text file with a young person."""
    row_id = new_id()
    made = Attachment(
        id=row_id,
        owner_kind=Owner.PERSON,
        owner_id=person.id,
        person_id=person.id,
        team_id=person.team_id,
        context=person.context,
        kind=FileKind.TXT,
        size=len(content),
        created_by=by.id,
        name_sealed=sealing.seal(name, table="attachment", column="name_sealed", row_id=row_id),
        content_sealed=sealing.seal_bytes(content, table="attachment", column="content_sealed", row_id=row_id),
    )
    db.session.add(made)
    db.session.flush()
    return made
