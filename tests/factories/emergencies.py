"""A use of emergency access that has ended, without the reading right it gave."""

from __future__ import annotations

from datetime import timedelta

from portal.accounts.models import User
from portal.core import clock, db, sealing
from portal.core.ids import new_id
from portal.emergency.models import EmergencyAccess, Need
from portal.people.models import Person


def ended(young: Person, by: User, *, reason: str = "Er werd gebeld over een vermissing.") -> EmergencyAccess:
    """Inside a unit of work; committed by it."""
    row_id, end = new_id(), clock.now() - timedelta(hours=1)
    row = EmergencyAccess(
        id=row_id,
        person_id=young.id,
        team_id=young.team_id,
        kenmerk=young.pseudonym,
        user_id=by.id,
        need=Need.DANGER,
        reason_sealed=sealing.seal(reason, table="emergency_access", column="reason_sealed", row_id=row_id),
        started_at=end - timedelta(minutes=60),
        ends_at=end,
    )
    db.session.add(row)
    return row
