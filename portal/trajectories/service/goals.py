"""Goals that others shared with a trajectory, for who takes part in it: read here, kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.trajectories import policy
from portal.trajectories.service.finding import Seen


@dataclass(frozen=True)
class SharedGoal:
    """What was told of one goal: nothing of how it goes, nor of where it comes from."""

    kind: str  # of the record it is kept in, for the log
    id: UUID
    about: Any  # the part of life, as people read it
    body: str
    due_on: date


#: The goals shared with a trajectory now.
Source = Callable[[UUID], Sequence[SharedGoal]]
_sources: list[Source] = []


def register_goals(source: Source) -> None:
    """Let a feature show its goals where they were shared."""
    if source not in _sources:
        _sources.append(source)


def shared(actor: Actor, found: Seen) -> list[SharedGoal]:
    """The goals shared with this trajectory, logged per goal; none for who may not know whose it is or read why."""
    if not (found.named and found.reads_details):
        return []
    trajectory = found.trajectory
    goals = [goal for source in _sources for goal in source(trajectory.id)]
    access_log.record(
        actor,
        Action.READ,
        [Subject(goal.kind, goal.id, trajectory.person_id, trajectory.team_id) for goal in goals],
        permission=policy.PERMISSION[found.party],
        purpose=found.purpose,
        context=Context.VOLUNTARY_GUIDANCE,
    )
    return goals
