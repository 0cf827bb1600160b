"""Who may see and add attachments of a case: who works on it; a coordinator reads the case without them."""

from __future__ import annotations

from uuid import UUID

from portal.cases import policy
from portal.cases.service.finding import find, path
from portal.core.errors import Forbidden
from portal.documents.models import Owner
from portal.documents.owners import Record
from portal.privacy.actor import Actor


def attached_to(actor: Actor, case_id: UUID) -> Record:
    """The case as a record with files. Raises NotFound, Forbidden for who only reads along."""
    found = find(actor, case_id)
    if not found.works:
        raise Forbidden
    case = found.case
    return Record(
        kind=Owner.CASE,
        id=case.id,
        person_id=case.person_id,
        team_id=case.team_id,
        context=case.context,
        name=case.number,
        url=path(case.id),
        may_add=found.is_open and found.goes_on,
        permission=policy.PERMISSION[found.party],
        purpose=policy.PURPOSE[found.party],
    )
