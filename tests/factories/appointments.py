"""Invented appointments (demogegevens)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.accounts.models import User
from portal.appointments.models import (
    Appointment,
    AppointmentColleague,
    AppointmentParticipant,
    AppointmentStatus,
)
from portal.core import clock, db
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action


def appointment(
    *people: Person,
    owner: User,
    team_id: UUID | None = None,
    at: datetime | None = None,
    minutes: int = 30,
    what: str = "Sollicitatie oefenen",
    place: str = "Buurthuis De Meeuw",
    status: AppointmentStatus = AppointmentStatus.PLANNED,
    colleagues: Sequence[User] = (),
) -> Appointment:
    """An appointment as it stands in the database. Inside a unit of work."""
    start, made_id = at or clock.now() + timedelta(hours=1), new_id()
    made = Appointment(
        id=made_id,
        chain_id=made_id,
        team_id=people[0].team_id if people else team_id,
        owner_id=owner.id,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        what=what,
        place=place,
        status=status,
        ended_at=None if status == AppointmentStatus.PLANNED else clock.now(),
    )
    made.participants = [
        AppointmentParticipant(
            appointment_id=made.id,
            person_id=person.id,
            appointment_team_id=made.team_id,
            person_team_id=person.team_id,
        )
        for person in people
    ]
    made.colleagues = [AppointmentColleague(appointment_id=made.id, user_id=user.id) for user in colleagues]
    db.session.add(made)
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("appointment", made.id, team_id=made.team_id))
    return made
