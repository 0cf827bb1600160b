"""What trajectories ask of somebody today, for "Mijn dag"."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from portal.core import clock, db
from portal.core.registry import WorkItem
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories import labels, policy
from portal.trajectories.models import Match, MatchStatus, Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service.board import waited
from portal.trajectories.service.finding import Seen, as_seen, log, path, seen
from portal.trajectories.workflow import Party

MOST = 50


def work_items(actor: Actor) -> list[WorkItem]:
    """What waits for this actor, longest first: requests and replies for coordinators, answers for the others.

    Logged per young person, as every list.
    """
    statement = seen(actor).where(_asks(actor)).order_by(Trajectory.status_since, Trajectory.id).limit(MOST)
    found = [as_seen(row) for row in db.session.execute(statement)]
    log(actor, Action.LIST, found)
    return [_item(one) for one in found]


def _asks(actor: Actor) -> ColumnElement[bool]:
    return or_(
        and_(
            policy.is_party(actor, Party.COORDINATOR),
            Trajectory.status.in_((S.REQUESTED, S.MATCHING, S.MATCH_PROPOSED, S.ENDING)),
        ),
        and_(policy.is_party(actor, Party.WORKER), _open_answer(Match.youth_ok_at.is_(None))),
        and_(policy.is_party(actor, Party.MESSENGER), _open_answer(Match.messenger_ok_at.is_(None))),
        and_(policy.is_party(actor, Party.MESSENGER), Trajectory.status == S.READY),
    )


def _open_answer(missing: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Match.trajectory_id == Trajectory.id, Match.status == MatchStatus.PROPOSED, missing)


def _item(one: Seen) -> WorkItem:
    trajectory = one.trajectory
    status = S(trajectory.status)
    return WorkItem(
        title=one.title,
        subtitle=str(labels.ASKS.get((one.party, status)) or labels.STATUS[status]),
        url=path(trajectory.id),
        icon="route",
        meta=labels.waiting(waited(trajectory.status_since, clock.today())),
        happened_at=trajectory.status_since,
    )
