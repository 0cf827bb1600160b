"""On which lines of programmes trajectories run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.trajectories.models import HOLDS_A_PLACE, Trajectory


def running(line_ids: Collection[UUID], teams: Sequence[UUID] | None) -> Select[Any, Any, int]:
    """How many trajectories with a messenger there are per line and team, in these teams or in all."""
    line, team = Trajectory.programme_line_id, Trajectory.team_id
    statement = select(line, team, func.count()).where(line.in_(line_ids), Trajectory.status.in_(HOLDS_A_PLACE))
    if teams is not None:
        statement = statement.where(Trajectory.team_id.in_(teams))
    return statement.group_by(line, team)
