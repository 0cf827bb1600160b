"""Writing a step: the state and its trace, in one place for who reports, who judges, and the terms."""

from __future__ import annotations

from portal.core import clock, db
from portal.privacy.actor import Actor
from portal.signals.models import Signal, SignalStep
from portal.signals.workflow import Transition


def move(actor: Actor, signal: Signal, row: Transition, note: str = "") -> None:
    """Take a step that the machine allowed; the caller logs it."""
    now = clock.now()
    db.session.add(
        SignalStep(
            signal_id=signal.id,
            team_id=signal.team_id,
            at=now,
            by_id=actor.user_id,
            event=row.event,
            from_status=row.source,
            to_status=row.target,
            note=note,
        )
    )
    if row.target != row.source:
        signal.status, signal.status_since = row.target, now
    db.session.flush()
