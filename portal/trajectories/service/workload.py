"""What a messenger's trajectories mean for the register: places taken, access of the account, a short list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, TableValuedAlias, Text, Uuid, cast, column, func, select

from portal.core import db
from portal.core.registry import WorkItem
from portal.messengers import workload
from portal.messengers.models import CredibleMessenger
from portal.messengers.workload import Places
from portal.privacy import grants
from portal.privacy.actor import Actor
from portal.privacy.models import Action, GrantReason
from portal.trajectories import labels
from portal.trajectories.models import HOLDS_A_PLACE, Trajectory, TrajectoryStatus
from portal.trajectories.service.finding import as_seen, log, path, seen

#: From the yes of both sides on, the messenger knows who the young person is.
KNOWS_THE_PERSON = tuple(status for status in HOLDS_A_PLACE if status != TrajectoryStatus.MATCH_PROPOSED)


def places(messenger_ids: Collection[UUID]) -> Mapping[UUID, Places]:
    """Places per messenger that are taken; an open proposal holds one, so that none is promised twice (domain I-10).

    The database counts: whose places they are is not for everybody who may know how many are left.
    """
    per_status = _per_status(cast(list(messenger_ids), ARRAY(Uuid())))
    total, promised = func.sum(per_status.c.count), per_status.c.status == TrajectoryStatus.MATCH_PROPOSED
    statement = (
        select(per_status.c.messenger_id, total, func.coalesce(total.filter(promised), 0))
        .where(per_status.c.status.in_(HOLDS_A_PLACE))
        .group_by(per_status.c.messenger_id)
    )
    return {row[0]: Places(int(row[1]), int(row[2])) for row in db.session.execute(statement)}


def _per_status(messenger_ids: ColumnElement[Any]) -> TableValuedAlias:
    columns = (column("messenger_id", Uuid), column("status", Text), column("count", Integer))
    return func.places_taken(messenger_ids).table_valued(*columns, name="per_status")


def places_taken(messenger_id: UUID) -> int:
    """How many places of one messenger are taken; asked under the messenger's lock."""
    return places([messenger_id]).get(messenger_id, Places()).taken


def count_of(user_id: UUID) -> Select[int]:
    """How many trajectories wait for this account as messenger: what is left behind when it closes."""
    mine = select(CredibleMessenger.id).where(CredibleMessenger.user_id == user_id)
    per_status = _per_status(func.array(mine.scalar_subquery(), type_=ARRAY(Uuid)))
    counted = func.coalesce(func.sum(per_status.c.count), 0)
    return select(cast(counted, Integer)).where(per_status.c.status.in_(HOLDS_A_PLACE))


def account_changed(messenger_id: UUID, before: UUID | None, after: UUID | None) -> None:
    """Move the access to this messenger's young people from the old account to the new one."""
    statement = select(Trajectory).where(
        Trajectory.messenger_id == messenger_id, Trajectory.status.in_(KNOWS_THE_PERSON)
    )
    for trajectory in db.session.scalars(statement):
        if before is not None:
            grants.end(trajectory.id, user_id=before)
        if after is not None:
            let_know(trajectory, after)


def let_know(trajectory: Trajectory, user_id: UUID) -> None:
    """Let a messenger's account see the young person until the match ends."""
    grants.grant(
        trajectory.person_id,
        trajectory.team_id,
        reason=GrantReason.TRAJECTORY,
        record_id=trajectory.id,
        user_id=user_id,
    )


def running(actor: Actor, messenger_id: UUID) -> list[WorkItem]:
    """The trajectories that take a place of this messenger, for the messenger's own page; logged per row."""
    statement = (
        seen(actor)
        .where(Trajectory.messenger_id == messenger_id, Trajectory.status.in_(HOLDS_A_PLACE))
        .order_by(Trajectory.status_since)
    )
    found = [as_seen(row) for row in db.session.execute(statement)]
    log(actor, Action.LIST, found)
    return [
        WorkItem(
            title=s.title,
            subtitle=str(labels.STATUS[TrajectoryStatus(s.trajectory.status)]),
            url=path(s.trajectory.id),
            icon="route",
            meta=" · ".join(part for part in (s.trajectory.number if s.name else "", s.stadsdeel) if part),
        )
        for s in found
    ]


workload.register(places_taken=places, account_changed=account_changed, running=running)
