"""Reading appointments: one, a stretch of the calendar, and what comes next with a young person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.appointments import policy
from portal.appointments.models import Appointment, AppointmentColleague, AppointmentParticipant
from portal.appointments.models import AppointmentStatus as Status
from portal.appointments.policy import TEAM_ROLES
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people import policy as people
from portal.people import service as people_service
from portal.people import ties
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role

#: Most appointments of one page, and how long one without an outcome is asked about.
SHOWN = 400
UNSETTLED = timedelta(days=14)


@dataclass(frozen=True)
class Young:
    """A young person in an appointment, by the name this actor may see."""

    id: UUID
    name: str
    phone: str


@dataclass(frozen=True)
class Line:
    """One appointment as this actor may see it: without `told` neither what nor where."""

    appointment: Appointment
    owner: str
    mine: bool
    told: bool
    young: Sequence[Young] = ()
    others: int = 0  # young people out of this actor's reach
    going: Mapping[UUID, str] = field(default_factory=dict)  # colleagues who go along, by id
    reader_id: UUID | None = None

    @property
    def owned(self) -> bool:
        """Whether the reader made it."""
        return self.appointment.owner_id == self.reader_id

    @property
    def colleagues(self) -> list[str]:
        """The names of those who go along, without the reader."""
        return [name for user_id, name in self.going.items() if user_id != self.reader_id]

    @property
    def day(self) -> date:
        """The civil day on which it begins."""
        return clock.to_local(self.appointment.starts_at).date()

    @property
    def names(self) -> str:
        """The young people in one line."""
        return ", ".join(one.name for one in self.young)

    @property
    def what(self) -> str:
        """What it is about, if this actor may know."""
        return self.appointment.what if self.told else ""

    @property
    def place(self) -> str:
        """Where it is, if this actor may know."""
        return self.appointment.place if self.told else ""


@dataclass(frozen=True)
class Page:
    """One appointment with everything its page shows."""

    line: Line
    chain: Sequence[Appointment]  # all moments it was planned for, first one in front
    may_change: bool
    may_move: bool  # also one that a contact closed as moved
    may_edit: bool  # company, subject and place: the owner's
    may_undo: bool
    may_record: bool
    may_hand_over: bool


@dataclass(frozen=True)
class Busy:
    """That a colleague is taken, and nothing more."""

    who: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Upcoming:
    """The next appointment with a young person."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    what: str
    place: str
    owner: str


def get(actor: Actor, appointment_id: UUID, condition: ColumnElement[bool] | None = None) -> Appointment:
    """The appointment with this id. Raises NotFound out of reach. Logs nothing by itself."""
    statement = select(Appointment).where(Appointment.id == appointment_id, policy.visible(actor))
    if condition is not None:
        statement = statement.where(condition)
    row = db.session.scalar(statement)
    if row is None:
        raise NotFound
    return row


def read(actor: Actor, appointment_id: UUID) -> Page:
    """One appointment for its page, logged as read for each young person shown. Raises NotFound."""
    lines = _lines(actor, Action.READ, _rows(actor, Appointment.id == appointment_id, policy.visible(actor)))
    if not lines:
        raise NotFound
    row = lines[0].appointment
    may_change = policy.can_change(actor, row)
    return Page(
        line=lines[0],
        chain=_chain(row),
        may_change=may_change and row.status == Status.PLANNED,
        may_move=may_change and (row.status == Status.PLANNED or needs_moment(row)),
        may_edit=may_change and row.status == Status.PLANNED and row.owner_id == actor.user_id,
        may_undo=may_change and policy.can_undo(row),
        may_record=row.status == Status.PLANNED and bool(lines[0].young) and actor.can(Permission.CONTACTS_WRITE),
        may_hand_over=policy.directs(actor, row) and row.status == Status.PLANNED,
    )


def _chain(row: Appointment) -> list[Appointment]:
    if not row.moves and row.status != Status.MOVED:
        return [row]
    return list(
        db.session.scalars(
            select(Appointment)
            .where(Appointment.chain_id == row.chain_id, ~Appointment.withdrawn)
            .order_by(Appointment.created_at, Appointment.id)
        )
    )


def needs_moment(row: Appointment) -> bool:
    """Whether it was moved, by a contact, and has no new moment yet."""
    later = select(Appointment.id).where(Appointment.moved_from_id == row.id, ~Appointment.withdrawn)
    return row.status == Status.MOVED and db.session.scalar(later) is None


def has_team(actor: Actor) -> bool:
    """Whether there is an agenda of a team to see: a director's whole, for a worker when colleagues are taken."""
    return bool(TEAM_ROLES & actor.role_names)


def agenda(actor: Actor, *, first: date, until: date, team: bool = False, action: Action = Action.LIST) -> list[Line]:
    """The appointments from civil date `first` up to and without `until`, in order; logged as a list.

    Own ones, and with `team` those of the teams this actor directs. Those that were moved stand where they are now.
    """
    mine = policy.takes_part(actor)
    directed = actor.teams(Permission.CONTACTS_READ, Reach.TEAM)
    whose = or_(mine, Appointment.team_id.in_(directed)) if team else mine
    return _lines(actor, action, _rows(actor, whose, Appointment.status != Status.MOVED, *_between(first, until)))


def busy(actor: Actor, *, first: date, until: date) -> list[Busy]:
    """When colleagues of the teams in which the actor is a youth worker are taken: no names, no subject, no place."""
    teams = [team for role, team in actor.roles if role == Role.YOUTH_WORKER]
    rows = db.session.execute(
        select(User.name, Appointment.starts_at, Appointment.ends_at)
        .join(User, User.id == Appointment.owner_id)
        .where(
            Appointment.team_id.in_(teams),
            ~policy.takes_part(actor),
            Appointment.status.in_((Status.PLANNED, Status.HELD)),
            *_between(first, until),
        )
        .order_by(Appointment.starts_at, User.sort_key, Appointment.id)
        .limit(SHOWN)
    )
    return [Busy(*row) for row in rows]


def of_today(actor: Actor) -> list[Line]:
    """Own appointments of today, and those of the last two weeks of which nobody said what became of them."""
    today = clock.today()
    statement = ties.written_once(actor, "appointments of today", lambda: _rows(actor, *_of_today(actor, today)))
    return _lines(actor, Action.LIST, statement)


def _of_today(actor: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    since, end = clock.day_start(today - UNSETTLED), clock.day_end(today)
    open_before = and_(
        Appointment.status == Status.PLANNED, Appointment.starts_at >= since, Appointment.owner_id == actor.user_id
    )
    of_day = and_(
        Appointment.starts_at >= clock.day_start(today), Appointment.status.in_((Status.PLANNED, Status.HELD))
    )
    return policy.takes_part(actor), Appointment.starts_at < end, or_(open_before, of_day)


def upcoming(actor: Actor, person_ids: Collection[UUID]) -> Mapping[UUID, Upcoming]:
    """The next planned appointment with each of these young people, as far as this actor may see it; one statement.

    The page around it logs the reading.
    """
    rows = db.session.execute(upcoming_rows(actor, person_ids))
    return {
        person_id: Upcoming(id_, starts_at, ends_at, what, place, owner)
        for person_id, id_, starts_at, ends_at, what, place, owner in rows
    }


def upcoming_rows(
    actor: Actor, person_ids: Collection[UUID | BindParameter[UUID]]
) -> Select[UUID, UUID, datetime, datetime, str, str, str]:
    """The statement of `upcoming`: person_id, and the fields of Upcoming in order."""
    return (
        select(
            AppointmentParticipant.person_id,
            Appointment.id,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.what,
            Appointment.place,
            User.name,
        )
        .ext(distinct_on(AppointmentParticipant.person_id))
        .join(Appointment, Appointment.id == AppointmentParticipant.appointment_id)
        .join(User, User.id == Appointment.owner_id)
        .where(
            AppointmentParticipant.person_id.in_(person_ids),
            Appointment.status == Status.PLANNED,
            Appointment.ends_at > ties.moment(),
            policy.visible(actor),
        )
        .order_by(AppointmentParticipant.person_id, Appointment.starts_at, Appointment.id)
    )


def _between(first: date, until: date) -> tuple[ColumnElement[bool], ...]:
    return (Appointment.starts_at >= clock.day_start(first), Appointment.starts_at < clock.day_start(until))


def _lines(actor: Actor, action: Action, statement: Select[Any]) -> list[Line]:
    """One statement (of `_rows`), and one for the log."""
    found: dict[UUID, Line] = {}
    subjects: list[Subject] = []
    for row, owner, mine, told, going, person, seen, detailed in db.session.execute(statement):
        with_whom = {UUID(user_id): name for user_id, name in going or ()}
        line = found.setdefault(row.id, Line(row, owner, mine, told, going=with_whom, reader_id=actor.user_id))
        if person is None:
            continue
        if not seen:
            found[row.id] = replace(line, others=line.others + 1)
            continue
        one = Young(person.id, person.short_name if detailed else person.first_name, person.phone)
        found[row.id] = replace(line, young=[*line.young, one])
        subjects.append(Subject("appointment", row.id, person.id, person.team_id))
    access_log.record(
        actor,
        action,
        subjects,
        permission=Permission.CONTACTS_READ,
        purpose=people_service.purpose_of_lists(actor, Permission.CONTACTS_READ),
    )
    return list(found.values())


def _rows(actor: Actor, *conditions: ColumnElement[bool]) -> Select[Any]:
    """One row per young person, and one for an appointment without; the first of the moment in front."""
    moment = (Appointment.starts_at, Appointment.ends_at, Appointment.id)
    chosen = (
        select(Appointment.id).where(~Appointment.withdrawn, *conditions).order_by(*moment).limit(SHOWN).correlate(None)
    )
    columns: tuple[Any, ...] = (
        Appointment,
        User.name,
        policy.takes_part(actor),
        policy.told(actor),
        _going(),
        Person,
        people.visible(actor, Permission.CONTACTS_READ),
        people.detailed(actor),
    )
    return (
        select(*columns)
        .join(User, User.id == Appointment.owner_id)
        .outerjoin(AppointmentParticipant, AppointmentParticipant.appointment_id == Appointment.id)
        .outerjoin(Person, Person.id == AppointmentParticipant.person_id)
        .where(Appointment.id.in_(chosen))
        .order_by(*moment, Person.sort_key, Person.id)
    )


@cache
def _going() -> ColumnElement[Any]:
    """Ids and names of who goes along, by name."""
    account = aliased(User)
    pair = func.jsonb_build_array(account.id, account.name)
    return (
        select(func.jsonb_agg(aggregate_order_by(pair, account.sort_key, account.id), type_=JSONB))
        .join(AppointmentColleague, AppointmentColleague.user_id == account.id)
        .where(AppointmentColleague.appointment_id == Appointment.id)
        .correlate(Appointment)
        .scalar_subquery()
    )
