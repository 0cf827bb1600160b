"""What else is planned at the same time: for the owner, for who goes along, and for the same young people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select

from portal.accounts.models import User
from portal.appointments.models import Appointment, AppointmentColleague, AppointmentParticipant, AppointmentStatus
from portal.core import db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor

SHOWN = 10


class ClashKind(StrEnum):
    """Who has two appointments at once."""

    OWN = "own"
    COLLEAGUE = "colleague"
    YOUNG = "young"


@dataclass(frozen=True)
class Clash:
    """Somebody who is taken, and when; `who` is the name that the actor may see, empty for the actor."""

    kind: ClashKind
    who: str
    starts_at: datetime
    ends_at: datetime


class Clashing(Invalid):
    """The moment is taken; planning it all the same takes saying so."""

    def __init__(self, found: list[Clash]) -> None:
        super().__init__(starts_at=N_("Op dit moment is er al een afspraak. Kies een ander moment, of plan toch."))
        self.found = found


def check(
    actor: Actor,
    wanted: Appointment,
    *,
    user_ids: Collection[UUID],
    person_ids: Collection[UUID],
    despite: bool,
) -> None:
    """Raise Clashing when somebody is taken, unless `despite` that.

    The users stay locked until the transaction ends (the young people are already), so that two who plan the same
    hour at the same moment do not both find it free. Appointments of the same chain do not count.
    """
    db.session.execute(select(User.id).where(User.id.in_(user_ids)).order_by(User.id).with_for_update(key_share=True))
    if despite:
        return
    with db.session.no_autoflush:
        found = [*_of_users(actor, wanted, user_ids), *_of_young(actor, wanted, person_ids)]
    if found:
        raise Clashing(sorted(found, key=lambda clash: (clash.starts_at, clash.kind, clash.who))[:SHOWN])


def _of_users(actor: Actor, wanted: Appointment, user_ids: Collection[UUID]) -> list[Clash]:
    along = select(AppointmentColleague.appointment_id, AppointmentColleague.user_id)
    owned = select(Appointment.id.label("appointment_id"), Appointment.owner_id.label("user_id"))
    taken = owned.union(along).subquery()
    rows = db.session.execute(
        _overlapping(wanted)
        .add_columns(User.id, User.name)
        .join(taken, taken.c.appointment_id == Appointment.id)
        .join(User, User.id == taken.c.user_id)
        .where(User.id.in_(user_ids))
    )
    return [
        Clash(ClashKind.OWN, "", starts, ends)
        if user_id == actor.user_id
        else Clash(ClashKind.COLLEAGUE, name, starts, ends)
        for starts, ends, user_id, name in rows
    ]


def _of_young(actor: Actor, wanted: Appointment, person_ids: Collection[UUID]) -> list[Clash]:
    rows = db.session.execute(
        _overlapping(wanted)
        .add_columns(Person, people.detailed(actor))
        .join(AppointmentParticipant, AppointmentParticipant.appointment_id == Appointment.id)
        .join(Person, Person.id == AppointmentParticipant.person_id)
        .where(Person.id.in_(person_ids), people.visible(actor))
    )
    return [
        Clash(ClashKind.YOUNG, person.short_name if detailed else person.first_name, starts, ends)
        for starts, ends, person, detailed in rows
    ]


def _overlapping(wanted: Appointment) -> Select[datetime, datetime]:
    return select(Appointment.starts_at, Appointment.ends_at).where(
        Appointment.status == AppointmentStatus.PLANNED,
        Appointment.starts_at < wanted.ends_at,
        Appointment.ends_at > wanted.starts_at,
        Appointment.chain_id != wanted.chain_id,
    )
