"""Invented proposals to hand over (demogegevens)."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import User
from portal.core import clock, db
from portal.people.models import HandOver, Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action


def proposal(young: Person, giver: User, receiver: User, *, at: datetime | None = None, note: str = "") -> HandOver:
    """A proposal that waits for an answer. Inside a unit of work."""
    made = HandOver(
        person_id=young.id,
        team_id=young.team_id,
        from_user_id=giver.id,
        to_user_id=receiver.id,
        proposed_by=giver.id,
        proposed_at=at or clock.now(),
        note=note,
    )
    db.session.add(made)
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("hand_over", made.id, young.id, young.team_id))
    return made
