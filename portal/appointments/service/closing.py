"""What a contact does to appointments, and what keeps a dossier open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from portal.appointments import policy
from portal.appointments.models import Appointment, AppointmentParticipant
from portal.appointments.models import AppointmentStatus as Status
from portal.appointments.workflow import MACHINE, Change
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor

#: How far from the appointed hour a contact may lie that was not opened from the appointment.
MARGIN = timedelta(hours=1)


class Outcome(StrEnum):
    """What a contact says about the appointment it was."""

    HELD = "held"
    NO_SHOW = "no_show"
    MOVED = "moved"


CHANGES = {Outcome.HELD: Change.HOLD, Outcome.NO_SHOW: Change.MISS, Outcome.MOVED: Change.MOVE}


@dataclass(frozen=True)
class Happened:
    """A contact in the words of an agenda. `certain`: it says by itself what became of the appointment."""

    contact_id: UUID
    worker_id: UUID
    person_ids: frozenset[UUID]
    at: datetime
    outcome: Outcome
    certain: bool


def closes(*, happened: Happened, starts_at: datetime, ends_at: datetime, young: Collection[UUID]) -> bool:
    """Whether a contact is about an appointment it was not opened from.

    It was with everybody of the appointment, on the same civil day, at most an hour before or after it.
    """
    same_day = clock.to_local(happened.at).date() == clock.to_local(starts_at).date()
    near = starts_at - MARGIN <= happened.at <= ends_at + MARGIN
    return happened.certain and bool(young) and set(young) <= happened.person_ids and same_day and near


def settle(actor: Actor, happened: Happened, *, origin: UUID | None = None) -> Appointment | None:
    """Close the appointment that a contact is about, and return it.

    That is the one it was opened from, if it shares a young person and is still planned; else the only one of the
    author that it can be about, and none when there are several. The young people are locked by the caller. Raises
    NotFound for an origin out of reach.
    """
    if origin is not None and _visible(actor, origin) is None:
        raise NotFound
    found = _planned(happened, origin)
    chosen = [row for row in found if row.id == origin and _shares(row, happened)]
    if origin is None:
        chosen = [
            row
            for row in found
            if closes(happened=happened, starts_at=row.starts_at, ends_at=row.ends_at, young=_young(row))
        ]
    if len(chosen) != 1:
        return None
    _close(chosen[0], happened)
    return chosen[0]


def resettle(actor: Actor, happened: Happened) -> None:
    """After a change of the contact: plan again what it had closed, and close what it is about now.

    One that has a new moment stays moved; in a dossier that was closed since, nothing opens again.
    """
    before = _closed_by(happened.contact_id)
    for row in before:
        row.status, row.ended_at, row.contact_id = Status.PLANNED, None, None
        row.revision += 1
    db.session.flush()
    settle(actor, happened, origin=before[0].id if before else None)


def count_of(user_id: UUID) -> Select[int]:
    """How many appointments somebody still has: what is left behind when the account closes."""
    return select(func.count()).where(Appointment.owner_id == user_id, Appointment.status == Status.PLANNED)


def keeps_open(person_id: UUID) -> str | None:
    """Why a dossier cannot be closed yet."""
    planned = (
        select(Appointment.id)
        .join(AppointmentParticipant, AppointmentParticipant.appointment_id == Appointment.id)
        .where(AppointmentParticipant.person_id == person_id, Appointment.status == Status.PLANNED)
        .limit(1)
    )
    if db.session.scalar(planned) is not None:
        return N_("Er staat nog een afspraak. Leg het contact vast of zeg de afspraak af.")
    return None


def _visible(actor: Actor, appointment_id: UUID) -> UUID | None:
    return db.session.scalar(select(Appointment.id).where(Appointment.id == appointment_id, policy.visible(actor)))


def _planned(happened: Happened, origin: UUID | None) -> list[Appointment]:
    around = (
        Appointment.owner_id == happened.worker_id,
        Appointment.starts_at <= happened.at + MARGIN,
        Appointment.ends_at >= happened.at - MARGIN,
    )
    return list(
        db.session.scalars(
            select(Appointment)
            .where(Appointment.status == Status.PLANNED, *([Appointment.id == origin] if origin else around))
            .order_by(Appointment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _closed_by(contact_id: UUID) -> list[Appointment]:
    """What a contact closed and that can be planned again."""
    later = select(Appointment.moved_from_id).where(Appointment.moved_from_id.is_not(None), ~Appointment.withdrawn)
    in_closed = (
        select(AppointmentParticipant.appointment_id)
        .join(Person, Person.id == AppointmentParticipant.person_id)
        .where(Person.status != PersonStatus.OPEN)
    )
    return list(
        db.session.scalars(
            select(Appointment)
            .where(
                Appointment.contact_id == contact_id,
                or_(Appointment.status != Status.MOVED, Appointment.id.not_in(later)),
                Appointment.id.not_in(in_closed),
            )
            .order_by(Appointment.id)
            .with_for_update(key_share=True)
        )
    )


def _young(row: Appointment) -> set[UUID]:
    return {one.person_id for one in row.participants}


def _shares(row: Appointment, happened: Happened) -> bool:
    return not row.participants or bool(_young(row) & happened.person_ids)


def _close(row: Appointment, happened: Happened) -> None:
    row.status = MACHINE.step(CHANGES[happened.outcome], row.status, None).target
    row.ended_at, row.contact_id, row.reason = clock.now(), happened.contact_id, ""
    row.revision += 1
    db.session.flush()
