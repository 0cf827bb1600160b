"""What becomes of appointments when a young person gets another worker, or when their owner leaves."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, true

from portal.appointments.models import Appointment, AppointmentColleague, AppointmentParticipant
from portal.appointments.models import AppointmentStatus as Status
from portal.appointments.workflow import MACHINE, Change
from portal.core import clock, db
from portal.people.models import Person, PersonAssignment


def hand_over(person: Person, from_user_id: UUID, to_user_id: UUID) -> None:
    """Planned appointments with this young person become the receiver's.

    One with others whom the giver still guides stays the giver's, and the receiver goes along.
    """
    with_person = exists().where(
        AppointmentParticipant.appointment_id == Appointment.id, AppointmentParticipant.person_id == person.id
    )
    for row in _planned(from_user_id, with_person):
        going = {one.user_id for one in row.colleagues}
        if _guides_one_of(from_user_id, {one.person_id for one in row.participants}):
            row.colleagues += [AppointmentColleague(appointment_id=row.id, user_id=to_user_id)] * (
                to_user_id not in going
            )
        else:
            _give(row, to_user_id)
    db.session.flush()


def people_of(user_id: UUID) -> set[UUID]:
    """The young people of somebody's planned appointments."""
    statement = (
        select(AppointmentParticipant.person_id)
        .join(Appointment, Appointment.id == AppointmentParticipant.appointment_id)
        .where(Appointment.owner_id == user_id, Appointment.status == Status.PLANNED)
    )
    return set(db.session.scalars(statement))


def leave(user_id: UUID, to_user_id: UUID | None, team_ids: Collection[UUID] | None) -> None:
    """What is left of who leaves, in these teams (None: all): appointments with no young people go to who takes
    everything, or are cancelled; the leaver goes along nowhere any more."""
    scope: ColumnElement[bool] = true() if team_ids is None else Appointment.team_id.in_(team_ids)
    for row in _planned(user_id, scope):
        if to_user_id is not None:
            _give(row, to_user_id)
        else:
            row.status, row.ended_at = MACHINE.step(Change.CANCEL, row.status, None).target, clock.now()
            row.revision += 1
    db.session.flush()
    planned = select(Appointment.id).where(Appointment.status == Status.PLANNED, scope)
    db.session.execute(
        delete(AppointmentColleague).where(
            AppointmentColleague.user_id == user_id, AppointmentColleague.appointment_id.in_(planned)
        ),
        execution_options={"synchronize_session": False},
    )


def _planned(owner_id: UUID, condition: ColumnElement[bool]) -> list[Appointment]:
    return list(
        db.session.scalars(
            select(Appointment)
            .where(Appointment.owner_id == owner_id, Appointment.status == Status.PLANNED, condition)
            .order_by(Appointment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _guides_one_of(user_id: UUID, person_ids: Collection[UUID]) -> bool:
    held = exists().where(
        PersonAssignment.person_id.in_(person_ids),
        PersonAssignment.user_id == user_id,
        PersonAssignment.holds_on(clock.today()),
    )
    return db.session.scalar(select(held)) is True


def _give(row: Appointment, to_user_id: UUID) -> None:
    row.owner_id, row.revision = to_user_id, row.revision + 1
    row.colleagues = [one for one in row.colleagues if one.user_id != to_user_id]
