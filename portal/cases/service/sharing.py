"""A goal of a case that a credible messenger may read: told on purpose, after the young person's yes, on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from portal.cases.labels import DOMAIN
from portal.cases.models import Domain, Goal, GoalStatus
from portal.cases.service import planning
from portal.cases.service.finding import Seen, changed, to_stop
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.programmes import service as programmes
from portal.programmes.models import DisclosureBasis
from portal.programmes.service import Told
from portal.trajectories import service as trajectories
from portal.trajectories.models import Trajectory, TrajectoryStatus
from portal.trajectories.service.goals import SharedGoal

#: A messenger has met the young person, or will.
WITH_MESSENGER = (
    TrajectoryStatus.READY,
    TrajectoryStatus.ACTIVE,
    TrajectoryStatus.PAUSED,
    TrajectoryStatus.ENDING,
)
PURPOSE = "Begeleiding door een credible messenger"
REASON = "Een doel uit het plan van de casus is gedeeld."


def trajectory_of(actor: Actor, found: Seen) -> Trajectory | None:
    """The trajectory of the young person with a messenger, as far as this actor knows of it."""
    known = trajectories.for_person(actor, found.case.person)
    return next((one.trajectory for one in known if one.trajectory.status in WITH_MESSENGER), None)


def share(actor: Actor, goal_id: UUID, *, informed_on: date | None, version: int) -> Goal:
    """Let the messenger of the young person read a goal; `informed_on` is the day the young person said yes to it.

    Raises NotFound, Forbidden, Conflict (over, changed meanwhile, or no messenger) or Invalid.
    """
    found, goal = planning.open_goal(actor, goal_id, version)
    trajectory = trajectory_of(actor, found)
    if trajectory is None:
        raise Conflict
    if goal.shared_with != trajectory.id:
        if informed_on is None or informed_on > clock.today():
            raise Invalid(informed_on=N_("Kies de dag waarop de jongere ja zei. Dat kan niet in de toekomst."))
        told = Told(PURPOSE, DisclosureBasis.AGREED, REASON, informed_on)
        programmes.note(actor, found.case, Context.VOLUNTARY_GUIDANCE, told)
        goal.shared_with, goal.shared_on, goal.shared_by = trajectory.id, clock.today(), actor.user_id
    changed(actor, found, "shared_goal")
    return goal


def stop(actor: Actor, goal_id: UUID, *, version: int) -> Goal:
    """Let the messenger read a goal no longer, also while the case stands still. Raises as `share`."""
    found, goal = planning.open_goal(actor, goal_id, version, to_stop)
    goal.shared_with = goal.shared_on = goal.shared_by = None
    changed(actor, found, "shared_goal")
    return goal


def stop_all(case_id: UUID) -> None:
    """When a case is over, nobody reads its goals elsewhere any more; who asks logs it."""
    db.session.execute(
        update(Goal)
        .where(Goal.case_id == case_id, Goal.shared_with.is_not(None))
        .values(shared_with=None, shared_on=None, shared_by=None, version=Goal.version + 1)
    )


def goals_of(trajectory_id: UUID) -> Sequence[SharedGoal]:
    """The open goals shared with a trajectory, for the page of that trajectory, which logs them."""
    statement = (
        select(Goal.id, Goal.domain, Goal.body, Goal.due_on)
        .where(Goal.shared_with == trajectory_id, Goal.status == GoalStatus.OPEN)
        .order_by(Goal.id)
    )
    return [
        SharedGoal("case_goal", row.id, DOMAIN[Domain(row.domain)], row.body, row.due_on)
        for row in db.session.execute(statement)
    ]
