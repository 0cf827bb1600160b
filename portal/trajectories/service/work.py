"""What trajectories ask of somebody today, for "Mijn dag"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, literal, or_, select

from portal.core import clock, db
from portal.core.registry import WorkItem
from portal.people import ties
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories import labels, policy
from portal.trajectories.models import Match, MatchStatus, Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service.board import NORM, WITHOUT_MATCH, waited, waiting_since, waits_since
from portal.trajectories.service.finding import Seen, as_seen, log, path, seen
from portal.trajectories.workflow import Party

MOST = 50
#: A coordinator has a board for all of them; here the first of each kind are enough.
FIRST_OF_KIND = 5


@dataclass(frozen=True)
class Group:
    """Work of one kind: what is shown and how much there is. Without a status it is everything that waits."""

    status: S | None
    items: Sequence[WorkItem]
    total: int


def work(actor: Actor) -> list[Group]:
    """What waits for this actor, longest first: for coordinators per state, for the others as one list.

    Logged per young person, as every list. When nothing waits there is one empty group.
    """
    statement = ties.written_once(actor, "trajectories that wait", lambda: _work(actor))
    rows = [(as_seen(row), row.of) for row in db.session.execute(statement)]
    log(actor, Action.LIST, [one for one, _ in rows])
    return [group for kind in _kinds(actor) if (group := _group(kind, rows)).items] or [Group(None, [], 0)]


def _work(actor: Actor) -> Select[Any]:
    picked = _picked(actor)
    return (
        seen(actor)
        .join(picked, picked.c.id == Trajectory.id)
        .add_columns(picked.c.of)
        .order_by(waits_since(), Trajectory.id)
    )


def _kinds(actor: Actor) -> tuple[S | None, ...]:
    return (S.REQUESTED, S.MATCHING, S.MATCH_PROPOSED, S.ENDING, None) if policy.coordinates(actor) else (None,)


def _group(status: S | None, rows: Sequence[tuple[Seen, int]]) -> Group:
    if status is None:
        own = [one for one, _ in rows if one.party is not Party.COORDINATOR]
        return Group(None, [_item(one) for one in own], len(own))
    coordinated = [(one, of) for one, of in rows if one.party is Party.COORDINATOR and one.trajectory.status == status]
    return Group(status, [_item(one) for one, _ in coordinated], coordinated[0][1] if coordinated else 0)


def _picked(actor: Actor) -> Subquery:
    coordinated = policy.is_party(actor, Party.COORDINATOR)
    kind = (coordinated, Trajectory.status)
    listed = (
        select(
            Trajectory.id,
            coordinated.label("coordinated"),
            func.row_number().over(partition_by=kind, order_by=(waits_since(), Trajectory.id)).label("n"),
            func.count().over(partition_by=kind).label("of"),
        )
        .where(_asks(actor))
        .subquery()
    )
    first = or_(listed.c.n <= FIRST_OF_KIND, and_(~listed.c.coordinated, listed.c.n <= MOST))
    return select(listed).where(first).subquery()


def _asks(actor: Actor) -> ColumnElement[bool]:
    late_answer = and_(Trajectory.status == S.MATCH_PROPOSED, Trajectory.status_since < waiting_since(NORM))
    return or_(
        and_(
            policy.is_party(actor, Party.COORDINATOR),
            or_(Trajectory.status.in_((S.REQUESTED, S.MATCHING, S.ENDING)), late_answer),
        ),
        and_(policy.is_party(actor, Party.WORKER), _open_answer(Match.youth_ok_at.is_(None))),
        and_(policy.is_party(actor, Party.MESSENGER), _open_answer(Match.messenger_ok_at.is_(None))),
        and_(policy.is_party(actor, Party.MESSENGER), Trajectory.status == S.READY),
    )


def _open_answer(missing: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(literal(1)).where(Match.trajectory_id == Trajectory.id, Match.status == MatchStatus.PROPOSED, missing)


def _item(one: Seen) -> WorkItem:
    trajectory = one.trajectory
    status = S(trajectory.status)
    asks = "" if one.party is Party.COORDINATOR else str(labels.ASKS.get((one.party, status)) or labels.STATUS[status])
    return WorkItem(
        title=one.title,
        subtitle=asks or one.stadsdeel,  # for a coordinator the heading says what is asked
        url=path(trajectory.id),
        icon="route",
        meta=labels.waiting(waited(_since(trajectory), clock.today())),
    )


def _since(trajectory: Trajectory) -> datetime:
    """As the board counts it."""
    if trajectory.status in WITHOUT_MATCH:
        return trajectory.searching_since or trajectory.requested_at
    return trajectory.status_since
