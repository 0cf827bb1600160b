"""Invented absences and duties (demogegevens)."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.accounts.models import Absence, Duty, Team, User
from portal.core import clock, db


def absence(
    who: User, *, replacement: User | None = None, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Absence:
    """Somebody who is away, from an hour ago for a week unless told otherwise. Inside a unit of work."""
    made = Absence(
        user_id=who.id,
        replacement_id=replacement.id if replacement else None,
        starts_at=starts_at or clock.now() - timedelta(hours=1),
        ends_at=ends_at or clock.now() + timedelta(days=7),
    )
    db.session.add(made)
    db.session.flush()
    return made


def duty(who: User, team: Team, *, starts_at: datetime | None = None, ends_at: datetime | None = None) -> Duty:
    """Somebody with duty for a team, from an hour ago until tomorrow unless told otherwise. Inside a unit of work."""
    made = Duty(
        user_id=who.id,
        team_id=team.id,
        starts_at=starts_at or clock.now() - timedelta(hours=1),
        ends_at=ends_at or clock.now() + timedelta(days=1),
    )
    db.session.add(made)
    db.session.flush()
    return made
