"""The worker's list as it is talked about: one row per young person, and figures that count as the caseload page does.

Numbers and dates only: no notes, no words of a follow-up, no order but the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Select, and_, func, or_, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from portal.accounts.models import RoleAssignment, User
from portal.accounts.service import norms
from portal.appointments.models import Appointment, AppointmentParticipant, AppointmentStatus
from portal.contacts.models import EFFECTIVE, Contact, ContactParticipant, FollowUp, FollowUpKind, FollowUpStatus
from portal.core import clock, db
from portal.people import contact_norm
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment, PersonStatus
from portal.privacy.permissions import Role
from portal.reports.figures import RUNNING
from portal.talks.models import Talk
from portal.trajectories.models import Trajectory, TrajectoryStatus


@dataclass(frozen=True)
class Row:
    """What changed with one young person since the last talk, and how things stand."""

    person: Person
    is_new: bool  # came to this worker since the last talk
    contacts: int  # with this young person since then, by whomever
    effective: int
    silent_days: int  # since the last effective contact, or since registration
    is_silent: bool  # longer than the contact norm that holds for this young person
    late: int  # open follow-ups whose day has passed
    late_since: date | None
    next_on: date | None  # the first follow-up from today on
    closed: int  # follow-ups done since then
    promises: int  # made to this young person and still open: not kept, or not told what came of it
    promises_late: int
    next_at: datetime | None  # the first appointment still to come, with whomever
    asked: str  # who was asked to take over and has not answered yet
    trajectory: TrajectoryStatus | None  # that runs, or ended since then
    trajectory_changed: bool


@dataclass(frozen=True)
class Figures:
    """The caseload of one worker on one day; kept with the talk. Formation in FTE, norm in young people."""

    open_people: int
    people_late: int
    silent_people: int
    longest_silence: int | None
    active_trajectories: int
    overdue_follow_ups: int
    contacts: int
    effective: int
    arrived: int
    left: int
    follow_ups_closed: int
    promises: int
    promises_late: int
    formation: Decimal
    norm: Decimal
    contact_norm_days: int

    def to_json(self) -> dict[str, Any]:
        """As kept; decimals as text."""
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in vars(self).items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Figures:
        """What `to_json` kept."""
        return cls(**{**kept, "formation": Decimal(kept["formation"]), "norm": Decimal(kept["norm"])})


class Followed(NamedTuple):
    """The follow-ups with one young person, counted."""

    late: int = 0
    late_since: date | None = None
    next_on: date | None = None
    closed: int = 0
    promises: int = 0
    promises_late: int = 0


def rows(talk: Talk, since: date) -> list[Row]:
    """The young people this worker is first responsible for, by name; three statements."""
    today = clock.today()
    found = db.session.execute(_young_people(talk, since, today)).all()
    ids = [person.id for person, *_ in found]
    spoken, followed = _contacts(ids, since), _follow_ups(ids, since, today)
    made = []
    for person, arrived_on, norm_days, status, changed, next_at, asked in found:
        days = _silence(person, today)
        all_contacts, effective = spoken.get(person.id, (0, 0))
        made.append(
            Row(
                person=person,
                is_new=arrived_on >= since,
                contacts=all_contacts,
                effective=effective,
                silent_days=days,
                is_silent=days > norm_days,
                next_at=next_at,
                asked=asked or "",
                trajectory=TrajectoryStatus(status) if status else None,
                trajectory_changed=bool(changed) and clock.to_local(changed).date() >= since,
                **followed.get(person.id, Followed())._asdict(),
            )
        )
    return made


def figures(talk: Talk, since: date, listed: Sequence[Row]) -> Figures:
    """The figures that go with these rows; one statement."""
    today = clock.today()
    contacts, effective, overdue, left, fte, norm, days = db.session.execute(_totals(talk, since, today)).one()
    return Figures(
        open_people=len(listed),
        people_late=sum(row.late > 0 for row in listed),
        silent_people=sum(row.is_silent for row in listed),
        longest_silence=max((row.silent_days for row in listed), default=None),
        active_trajectories=sum(row.trajectory in RUNNING for row in listed),
        overdue_follow_ups=overdue,
        contacts=contacts,
        effective=effective,
        arrived=sum(row.is_new for row in listed),
        left=left,
        follow_ups_closed=sum(row.closed for row in listed),
        promises=sum(row.promises for row in listed),
        promises_late=sum(row.promises_late for row in listed),
        formation=fte,
        norm=fte * norm,
        contact_norm_days=days,
    )


def _mine(talk: Talk) -> ColumnElement[bool]:
    return and_(PersonAssignment.user_id == talk.worker_id, PersonAssignment.is_primary)


def _holds(talk: Talk, today: date) -> ColumnElement[bool]:
    return and_(
        _mine(talk),
        PersonAssignment.holds_on(today),
    )


def in_list(talk: Talk, today: date) -> ColumnElement[bool]:
    """SQL: the young people with an open dossier in the team of whom this worker is the first one responsible."""
    held = select(PersonAssignment.person_id).where(_holds(talk, today))
    return and_(Person.team_id == talk.team_id, Person.status == PersonStatus.OPEN, Person.id.in_(held))


def _young_people(talk: Talk, since: date, today: date) -> Select[*tuple[Any, ...]]:
    path = _latest_path(since)
    listed = (
        select(
            Person,
            PersonAssignment.since,
            contact_norm.days(today),
            path.c.status,
            path.c.status_since,
            _next_appointment(),
            _asked(),
        )
        .join(PersonAssignment, and_(PersonAssignment.person_id == Person.id, _holds(talk, today)))
        .outerjoin(path, true())
        .where(Person.team_id == talk.team_id, Person.status == PersonStatus.OPEN)
        .order_by(Person.sort_key, Person.id)
    )
    return contact_norm.joined(listed, today)


def _silence(person: Person, today: date) -> int:
    last = clock.to_local(person.last_contact_at or person.created_at).date()
    return max((today - last).days, 0)


def _contacts(ids: Iterable[UUID], since: date) -> dict[UUID, tuple[int, int]]:
    found = db.session.execute(
        select(
            ContactParticipant.person_id,
            func.count(),
            func.count().filter(Contact.result.in_(EFFECTIVE)),
        )
        .join(Contact, Contact.id == ContactParticipant.contact_id)
        .where(ContactParticipant.person_id.in_(ids), ContactParticipant.occurred_at >= clock.day_start(since))
        .group_by(ContactParticipant.person_id)
    )
    return {person_id: (count, effective) for person_id, count, effective in found}


def _follow_ups(ids: Iterable[UUID], since: date, today: date) -> dict[UUID, Followed]:
    is_open = FollowUp.status == FollowUpStatus.OPEN
    late, promise = and_(is_open, FollowUp.due_on < today), FollowUp.kind == FollowUpKind.PROMISE
    found = db.session.execute(
        select(
            FollowUp.person_id,
            func.count().filter(late),
            func.min(FollowUp.due_on).filter(late),
            func.min(FollowUp.due_on).filter(is_open, FollowUp.due_on >= today),
            func.count().filter(FollowUp.done_at >= clock.day_start(since)),
            func.count().filter(is_open, promise),
            func.count().filter(late, promise),
        )
        .where(FollowUp.person_id.in_(ids))
        .group_by(FollowUp.person_id)
    )
    return {row[0]: Followed(row[1], row[2], row[3], row[4], row[5], row[6]) for row in found}


def _latest_path(since: date) -> LateralFromClause:
    """The trajectory that runs or changed since then; one is open at a time, so the last to change is the one."""
    return (
        select(Trajectory.status, Trajectory.status_since)
        .where(
            Trajectory.person_id == Person.id,
            or_(Trajectory.status.in_(RUNNING), Trajectory.status_since >= clock.day_start(since)),
        )
        .order_by(Trajectory.status_since.desc())
        .limit(1)
        .lateral()
    )


def _next_appointment() -> ScalarSelect[datetime]:
    return (
        select(func.min(Appointment.starts_at))
        .join(AppointmentParticipant, AppointmentParticipant.appointment_id == Appointment.id)
        .where(
            AppointmentParticipant.person_id == Person.id,
            Appointment.status == AppointmentStatus.PLANNED,
            Appointment.starts_at >= clock.now(),
        )
        .scalar_subquery()
    )


def _asked() -> ScalarSelect[str]:
    return (
        select(User.name)
        .join(HandOver, HandOver.to_user_id == User.id)
        .where(HandOver.person_id == Person.id, HandOver.status == HandOverStatus.PROPOSED)
        .limit(1)
        .scalar_subquery()
    )


def _totals(talk: Talk, since: date, today: date) -> Select[*tuple[Any, ...]]:
    norm = norms.as_of(today)
    made = (Contact.team_id == talk.team_id, Contact.worker_id == talk.worker_id)
    period = (Contact.occurred_at >= clock.day_start(since), Contact.occurred_at < clock.day_end(today))
    late = (FollowUp.status == FollowUpStatus.OPEN, FollowUp.due_on < today)
    ended = (PersonAssignment.until > since, PersonAssignment.until <= today)
    return select(
        _count(*made, *period),
        _count(*made, *period, Contact.result.in_(EFFECTIVE)),
        _count(FollowUp.team_id == talk.team_id, FollowUp.assignee_id == talk.worker_id, *late),
        _count(PersonAssignment.team_id == talk.team_id, _mine(talk), *ended),
        _formation(talk, today),
        norm.c.caseload_norm,
        norm.c.contact_norm_days,
    ).where(norm.c.team_id == talk.team_id)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(type_=Integer)).where(*conditions).scalar_subquery()


def _formation(talk: Talk, today: date) -> ScalarSelect[Decimal]:
    return (
        select(func.coalesce(func.sum(RoleAssignment.fte), Decimal(0)))
        .where(
            RoleAssignment.user_id == talk.worker_id,
            RoleAssignment.team_id == talk.team_id,
            RoleAssignment.role == Role.YOUTH_WORKER,
            RoleAssignment.holds_on(today),
        )
        .scalar_subquery()
    )
