"""Reminder rules of appointments: the day before, the morning of the day, and when nobody said what became of it.

They name no young person: what is in the mail is that there is an appointment, and where to look.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.accounts import absence, working
from portal.accounts.models import RoleAssignment, User
from portal.appointments.models import Appointment, AppointmentColleague, AppointmentStatus
from portal.core.i18n import N_
from portal.core.registry import Rule
from portal.privacy.permissions import Role
from portal.reminders import asking

#: How long an appointment without an outcome is asked about.
ASKED = timedelta(days=14)


class Stage(IntEnum):
    """How far an appointment has come."""

    DAY_BEFORE = 0
    DAY_ITSELF = 1
    UNSETTLED = 2
    DIRECTOR = 3


def to_come(today: date) -> Select[Any]:
    """Planned appointments that are announced and not over, for the owner or who stands in, and who goes along."""
    owners = _coming(Appointment.owner_id, today).where(~absence.away(Appointment.owner_id))
    along = _coming(AppointmentColleague.user_id, today).join(
        AppointmentColleague, AppointmentColleague.appointment_id == Appointment.id
    )
    done_by = absence.cover(today)
    stand_ins = _coming(done_by.c.replacement_id, today, done_by.c.since).join(
        done_by, and_(done_by.c.user_id == Appointment.owner_id, done_by.c.team_id == Appointment.team_id)
    )
    return _together(owners, along, stand_ins)


def unsettled(today: date) -> Select[Any]:
    """Appointments of the last two weeks whose day has passed without an outcome, for the owner."""
    day = asking.civil(Appointment.starts_at)
    return (
        _about(Appointment.owner_id, Stage.UNSETTLED, func.greatest(asking.midnight(day + 1), Appointment.updated_at))
        .join(User, User.id == Appointment.owner_id)
        .where(
            Appointment.status == AppointmentStatus.PLANNED,
            day < today,
            day >= today - ASKED,
            User.deactivated_at.is_(None),
            _still_works(today),
        )
    )


def left_alone(today: date) -> Select[Any]:
    """Planned appointments that are announced while their owner cannot come, for the team's directors."""
    alone = or_(not_(_still_works(today)), absence.uncovered(Appointment.owner_id, Appointment.team_id, today))
    asked = _about(RoleAssignment.user_id, Stage.DIRECTOR, Appointment.updated_at).where(*_ahead(today), alone)
    return asking.to_role(asked, Role.JV_DIRECTOR, Appointment.team_id, today)


def _coming(recipient: Any, today: date, began: Any = None) -> Select[Any]:
    day = asking.civil(Appointment.starts_at)
    since = func.greatest(asking.announced_since(day, today), Appointment.created_at)
    stage = case((day > today, literal(int(Stage.DAY_BEFORE))), else_=literal(int(Stage.DAY_ITSELF)))
    account = aliased(User)
    open_account = exists(literal(1)).where(account.id == recipient, account.deactivated_at.is_(None))
    return _about(recipient, stage, func.greatest(since, began) if began is not None else since).where(
        *_ahead(today), open_account
    )


def _ahead(today: date) -> tuple[ColumnElement[bool], ...]:
    """Planned, announced and not over."""
    return (
        Appointment.status == AppointmentStatus.PLANNED,
        asking.announced(asking.civil(Appointment.starts_at), today),
        Appointment.ends_at > func.app_now(),
    )


def _together(*arms: Select[Any]) -> Select[Any]:
    """One question out of several; who is told twice is told once."""
    every = union_all(*arms).subquery("every")
    keys: list[Any] = [column for column in every.c if column.name != "since"]
    return select(*keys, func.min(every.c.since).label("since")).group_by(*keys)


def _still_works(today: date) -> ColumnElement[bool]:
    owner = Appointment.owner_id
    return and_(working.in_team(owner, Appointment.team_id, today), working.has_account(owner))


def _about(recipient: Any, stage: Any, since: Any) -> Select[Any]:
    return asking.question(
        object_id=Appointment.id,
        team_id=Appointment.team_id,
        due_on=asking.civil(Appointment.starts_at),
        recipient_id=recipient,
        stage=stage,
        since=since,
    ).select_from(Appointment)


def link(appointment_id: UUID) -> str:
    """The appointment itself."""
    return f"/agenda/{appointment_id}"


RULES = (
    Rule(
        code="AFS",
        label=N_("Je krijgt dit omdat je een afspraak hebt."),
        object_type="appointment",
        due=to_come,
        link=link,
        stages={Stage.DAY_BEFORE: N_("Morgen een afspraak"), Stage.DAY_ITSELF: N_("Vandaag een afspraak")},
    ),
    Rule(
        code="AFS-na",
        label=N_("Je krijgt dit omdat nog niet vastligt hoe je afspraak ging."),
        object_type="appointment",
        due=unsettled,
        link=link,
        stages={Stage.UNSETTLED: N_("Hoe ging je afspraak?")},
    ),
    Rule(
        code="AFS-regie",
        label=N_("Je krijgt dit omdat in je team een afspraak staat van iemand die er niet is."),
        object_type="appointment",
        due=left_alone,
        link=link,
        stages={Stage.DIRECTOR: N_("Een afspraak in je team heeft niemand")},
    ),
)
