"""Who sees which appointments, and who may change one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, true

from portal.appointments.models import Appointment, AppointmentColleague, AppointmentParticipant
from portal.core import clock
from portal.people import policy as people
from portal.people import ties
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach, Role

#: Who sees appointments of others: the workers of the young person, and the director of a team.
TEAM_ROLES = frozenset({Role.YOUTH_WORKER, Role.JV_DIRECTOR})

UNDO_WITHIN = timedelta(minutes=30)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Own appointments, those of the teams this actor directs, and those with young people they guide.

    A messenger or coordinator sees only their own: what a worker plans can tell what the street must not know.
    """
    return ties.written_once(actor, "appointments", lambda: _visible(actor))


def _visible(actor: Actor) -> ColumnElement[bool]:
    if not actor.can(Permission.CONTACTS_READ):
        return takes_part(actor)
    team = people.visible(people.acting_as(actor, TEAM_ROLES), Permission.CONTACTS_READ)
    directed = actor.teams(Permission.CONTACTS_READ, Reach.TEAM)
    return or_(takes_part(actor), Appointment.team_id.in_(directed), exists(_with_young(team)))


def takes_part(actor: Actor) -> ColumnElement[bool]:
    """Appointments the actor made, goes along to, or has now for a colleague who is away."""
    return or_(own(actor), stood_in(actor))


def own(actor: Actor) -> ColumnElement[bool]:
    """Appointments the actor made or goes along to."""
    return or_(Appointment.owner_id == actor.user_id, Appointment.id.in_(_invited(actor)))


def stood_in(actor: Actor) -> ColumnElement[bool]:
    """Appointments of the colleagues for whom the actor stands in now, in teams where both work."""
    teams = [team for role, team in actor.roles if role == Role.YOUTH_WORKER]
    return and_(Appointment.owner_id.in_(actor.replaces), Appointment.team_id.in_(teams))


def told(actor: Actor) -> ColumnElement[bool]:
    """Whether what it is about and where may be shown: with nobody, with somebody in reach, or as who goes along."""
    young = exists(_with_young(true()))
    reached = exists(_with_young(people.visible(actor, Permission.CONTACTS_READ)))
    return or_(~young, reached, Appointment.id.in_(_invited(actor)))


def changeable(actor: Actor) -> ColumnElement[bool]:
    """Appointments this actor may move or cancel: their own, those they stand in for, and as director the team's."""
    writes = literal(actor.can(Permission.CONTACTS_WRITE))
    directed = actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM)
    return or_(
        and_(or_(Appointment.owner_id == actor.user_id, stood_in(actor)), writes), Appointment.team_id.in_(directed)
    )


def can_change(actor: Actor, row: Appointment) -> bool:
    """The same as `changeable`, for one that was read."""
    stands_in = row.owner_id in actor.replaces and (Role.YOUTH_WORKER, row.team_id) in actor.roles
    owns = (row.owner_id == actor.user_id or stands_in) and actor.can(Permission.CONTACTS_WRITE)
    return owns or directs(actor, row)


def directs(actor: Actor, row: Appointment) -> bool:
    """Whether the actor is a director of its team."""
    return row.team_id in actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM)


def can_undo(row: Appointment) -> bool:
    """Whether it stopped being planned by hand, and a short while ago."""
    return row.contact_id is None and row.ended_at is not None and row.ended_at > clock.now() - UNDO_WITHIN


def _invited(actor: Actor) -> Select[Any]:
    return select(AppointmentColleague.appointment_id).where(AppointmentColleague.user_id == actor.user_id)


def _with_young(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(AppointmentParticipant.person_id)
        .join(Person, Person.id == AppointmentParticipant.person_id)
        .where(AppointmentParticipant.appointment_id == Appointment.id, condition)
        .correlate(Appointment)  # only: a statement around it may have participants of its own
    )
