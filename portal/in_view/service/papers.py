"""Who may see and add attachments of a view: who knows whose it is, while it may be worked on."""

from __future__ import annotations

from uuid import UUID

from portal.core.errors import Forbidden
from portal.documents.models import Owner
from portal.documents.owners import Record
from portal.in_view import policy
from portal.in_view.models import ViewStatus
from portal.in_view.service.finding import find, is_writable
from portal.privacy.actor import Actor


def attached_to(actor: Actor, view_id: UUID) -> Record:
    """The view as a record with files. Raises NotFound, Forbidden for who knows it by number only."""
    seen = find(actor, view_id)
    view = seen.view
    if not seen.named or view.person_id is None:
        raise Forbidden
    return Record(
        kind=Owner.VIEW,
        id=view.id,
        person_id=view.person_id,
        team_id=view.team_id,
        context=view.context,
        name=view.number,
        url=f"/in-beeld/{view.id}",
        may_add=view.status == ViewStatus.PROPOSED or is_writable(view),
        permission=policy.PERMISSION[seen.party],
        purpose=policy.PURPOSE[seen.party],
    )
