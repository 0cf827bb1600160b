"""Who may see and add attachments of a trajectory: its coordinator and the young person's worker, no messenger."""

from __future__ import annotations

from uuid import UUID

from portal.core.errors import Forbidden
from portal.documents.models import Owner
from portal.documents.owners import Record
from portal.privacy.actor import Actor
from portal.trajectories import policy
from portal.trajectories.service.finding import find, path
from portal.trajectories.workflow import MACHINE, Party


def attached_to(actor: Actor, trajectory_id: UUID) -> Record:
    """The trajectory as a record with files. Raises NotFound, Forbidden for who may not read the request."""
    seen = find(actor, trajectory_id)
    if not seen.reads_details or seen.party is Party.MESSENGER:
        raise Forbidden
    trajectory = seen.trajectory
    return Record(
        kind=Owner.TRAJECTORY,
        id=trajectory.id,
        person_id=trajectory.person_id,
        team_id=trajectory.team_id,
        context=trajectory.context,
        name=trajectory.number,
        url=path(trajectory.id),
        may_add=trajectory.status not in MACHINE.final,
        permission=policy.PERMISSION[seen.party],
        purpose=seen.purpose,
    )
