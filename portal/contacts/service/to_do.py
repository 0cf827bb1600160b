"""What has to be done, in lists: of one worker, of a team, with one young person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Over, Select, and_, bindparam, func, not_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Team, User
from portal.contacts import policy
from portal.contacts.models import (
    EFFECTIVE,
    Contact,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
)
from portal.core import clock, db
from portal.people import contact_norm, ties
from portal.people import policy as people
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.people.service import NextStep
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach
from portal.reminders import asking, snoozing

SHOWN = 100
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """A follow-up in a list, with the name this actor may see."""

    id: UUID
    person_id: UUID
    name: str
    what: str
    due_on: date
    last_contact_at: datetime | None
    phone: str
    assignee: str
    channel: str  # of the contact it came out of, or empty
    kind: FollowUpKind
    version: int
    outcome: str | None = None  # of a promise
    told_on: date | None = None  # of a promise that is closed
    reminder: snoozing.Standing | None = None  # of who the list is for, where it was asked

    @property
    def is_promise(self) -> bool:
        """Whether the young person must be told what came of it."""
        return self.kind == FollowUpKind.PROMISE

    @property
    def to_tell(self) -> bool:
        """A promise whose outcome is known, but not to the young person."""
        return self.outcome is not None and self.told_on is None


@dataclass(frozen=True)
class TeamNumbers:
    """Figures of some teams together; the contacts are those of the last seven days."""

    open_dossiers: int
    late_follow_ups: int
    effective_contacts: int
    long_without_contact: int


@dataclass(frozen=True)
class Agenda:
    """What one worker has to do; the numbers count everything, the lists hold the first hundred."""

    late: Sequence[Task]
    today: Sequence[Task]
    ahead: Sequence[Task]
    to_tell: Sequence[Task]  # promises whose outcome the young person has still to hear, whatever their day
    stood_in: Mapping[str, Sequence[Task]]  # of colleagues who are away, by their name
    late_count: int
    today_count: int
    ahead_count: int
    to_tell_count: int


@dataclass(frozen=True)
class Plans:
    """What was agreed with one young person: next steps, and promises with how they ended."""

    steps: Sequence[Task]
    promises: Sequence[Task]  # open ones first due first, then those told last


def agenda(actor: Actor) -> Agenda:
    """Open follow-ups up to a week ahead, the actor's own and those of colleagues who are away now; logged as a list.

    One statement, the own ones first.
    """
    today = clock.today()
    found = db.session.execute(ties.written_once(actor, "agenda", lambda: _agenda(actor, today))).all()
    theirs = [row for row in found if row[0].assignee_id != actor.user_id][:SHOWN]
    mine = [row for row in found if row[0].assignee_id == actor.user_id][:SHOWN]
    for row, *_, is_shared, _late, _now, _ahead, _to_tell in theirs:
        access_log.acts_for(actor, row.person_id, None if is_shared else row.assignee_id)
    log(actor, Action.LIST, [row[0] for row in (*mine, *theirs)], Permission.CONTACTS_READ)
    tasks = [replace(as_task(*row[:4]), reminder=snoozing.as_standing(row[4])) for row in mine]
    to_do = [task for task in tasks if not task.to_tell]
    late, now, ahead, to_tell = found[0][-4:] if found else (0, 0, 0, 0)
    return Agenda(
        late=[t for t in to_do if t.due_on < today],
        today=[t for t in to_do if t.due_on == today],
        ahead=[t for t in to_do if t.due_on > today],
        to_tell=[task for task in tasks if task.to_tell],
        stood_in=_by_assignee([as_task(*row[:4]) for row in theirs]),
        late_count=late,
        today_count=now,
        ahead_count=ahead,
        to_tell_count=to_tell,
    )


def _agenda(actor: Actor, today: date) -> Select[Any]:
    own, shared = FollowUp.assignee_id == actor.user_id, people.assigned(actor)
    return (
        _open(actor, or_(own, _stood_in(actor)) if actor.replaces else own, _comes_up(today))
        .add_columns(snoozing.standing(actor, FollowUp.id), shared, *_counts(own, today))
        .order_by(None)
        .order_by(not_(own), FollowUp.due_on, Person.sort_key, FollowUp.id)
        .limit(2 * SHOWN if actor.replaces else SHOWN)
    )


def _stood_in(actor: Actor) -> ColumnElement[bool]:
    """Of a colleague who is away, about a young person for whom the actor stands in."""
    about = FollowUp.person_id.in_(select(Person.id).where(people.stood_in(actor)))
    return and_(FollowUp.assignee_id.in_(actor.replaces), about)


def _by_assignee(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    by_name: dict[str, list[Task]] = {}
    for task in tasks:
        by_name.setdefault(task.assignee, []).append(task)
    return by_name


def late_in_teams(actor: Actor) -> list[Task]:
    """Open follow-ups that are late in the teams this actor directs, longest first; logged as a list."""
    teams = actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM)
    found = db.session.execute(
        _open(actor, FollowUp.team_id.in_(teams), FollowUp.due_on < clock.today()).limit(SHOWN)
    ).all()
    log(actor, Action.LIST, [row for row, *_ in found], Permission.CONTACTS_READ)
    return [as_task(*row) for row in found]


def team_numbers(actor: Actor) -> TeamNumbers:
    """How the actor's teams stand, in numbers without names; one statement. Raises Forbidden without the right."""
    actor.require(Permission.CASELOAD_READ)
    teams = select(Team.id)
    if not actor.teams(Permission.CASELOAD_READ, Reach.ALL):
        teams = teams.where(Team.id.in_(actor.teams(Permission.CASELOAD_READ)))
    known = (Person.team_id.in_(teams), Person.status == PersonStatus.OPEN)
    late = (FollowUp.team_id.in_(teams), FollowUp.status == FollowUpStatus.OPEN, FollowUp.due_on < clock.today())
    spoken = (Contact.team_id.in_(teams), Contact.result.in_(EFFECTIVE), Contact.occurred_at > clock.now() - AHEAD)
    counts = [select(func.count()).where(*conditions) for conditions in (known, late, spoken)]
    counts.append(_long_silent(known))
    with db.counting():
        row = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return TeamNumbers(*row)


def _long_silent(known: Iterable[ColumnElement[bool]]) -> Select[int]:
    """As the caseload counts them: whole days, since the registration when there was no contact yet."""
    today = clock.today()
    last = asking.civil(func.coalesce(Person.last_contact_at, Person.created_at))
    counted = select(func.count()).select_from(Person).where(*known, today - last > contact_norm.days(today))
    return contact_norm.joined(counted, today)


def plans_for(actor: Actor, person: Person) -> Plans:
    """The open follow-ups of one young person, and the promises of before. The dossier logs the reading."""
    rows = ties.ask_about(actor, person, "plans", lambda: _plans(actor, person))
    tasks = [as_task(*row) for row in rows]
    return Plans([task for task in tasks if not task.is_promise], [task for task in tasks if task.is_promise])


def _plans(actor: Actor, person: Person) -> Select[FollowUp, bool, str, str]:
    answered = and_(FollowUp.kind == FollowUpKind.PROMISE, FollowUp.status == FollowUpStatus.DONE)
    return (
        task_rows(actor)
        .where(
            FollowUp.person_id == ties.young(person),
            policy.follow_up_visible(actor, about=person),
            or_(FollowUp.status == FollowUpStatus.OPEN, answered),
        )
        .order_by(FollowUp.told_on.desc().nulls_first(), FollowUp.due_on, FollowUp.id)
        .limit(SHOWN)
    )


def next_steps(actor: Actor, person_ids: Collection[UUID]) -> Mapping[UUID, NextStep]:
    """The first open follow-up of each of these young people within reach."""
    statement = ties.written_once(actor, "next steps", lambda: _next_steps(actor))
    rows = db.session.execute(statement, {"young": list(person_ids)})
    return {row.person_id: NextStep(row.what, row.due_on) for row in rows}


def _next_steps(actor: Actor) -> Select[UUID, str, date]:
    return (
        select(FollowUp.person_id, FollowUp.what, FollowUp.due_on)
        .ext(distinct_on(FollowUp.person_id))
        .where(
            FollowUp.person_id.in_(bindparam("young", expanding=True)),
            FollowUp.status == FollowUpStatus.OPEN,
            policy.follow_up_visible(actor),
        )
        .order_by(FollowUp.person_id, FollowUp.due_on, FollowUp.id)
    )


def task_rows(actor: Actor) -> Select[FollowUp, bool, str, str]:
    return ties.written_once(actor, "tasks", lambda: _task_rows(actor))


def _task_rows(actor: Actor) -> Select[FollowUp, bool, str, str]:
    return (
        select(FollowUp, people.detailed(actor), User.name, func.coalesce(Contact.channel, ""))
        .join(Person, Person.id == FollowUp.person_id)
        .join(User, User.id == FollowUp.assignee_id)
        .outerjoin(Contact, Contact.id == FollowUp.contact_id)
        .options(contains_eager(FollowUp.person))
    )


def _open(actor: Actor, *conditions: ColumnElement[bool]) -> Select[FollowUp, bool, str, str]:
    return (
        task_rows(actor)
        .where(FollowUp.status == FollowUpStatus.OPEN, policy.follow_up_visible(actor), *conditions)
        .order_by(FollowUp.due_on, Person.sort_key, FollowUp.id)
    )


def _comes_up(today: date) -> ColumnElement[bool]:
    """Due within a week, or a promise of which only the telling is left."""
    return or_(FollowUp.due_on <= today + AHEAD, FollowUp.outcome.is_not(None))


def _counts(own: ColumnElement[bool], today: date) -> list[Over[int]]:
    """How many own ones there are, also beyond the rows that are asked for: late, today, ahead, to tell."""
    to_do = and_(own, FollowUp.outcome.is_(None))
    asked = (FollowUp.due_on < today, FollowUp.due_on == today, FollowUp.due_on > today)
    counted = [and_(to_do, when) for when in asked] + [and_(own, FollowUp.outcome.is_not(None))]
    return [func.count().filter(each).over() for each in counted]


def as_task(row: FollowUp, detailed: bool, assignee: str, channel: str) -> Task:
    person = row.person
    return Task(
        id=row.id,
        person_id=row.person_id,
        name=person.short_name if detailed else person.first_name,
        what=row.what,
        due_on=row.due_on,
        last_contact_at=person.last_contact_at,
        phone=person.phone,
        assignee=assignee,
        channel=channel,
        kind=FollowUpKind(row.kind),
        version=row.version,
        outcome=row.outcome,
        told_on=row.told_on,
    )


def log(
    actor: Actor, action: Action, rows: Sequence[FollowUp], permission: Permission, fields: Sequence[str] = ()
) -> None:
    access_log.record(
        actor,
        action,
        [Subject("follow_up", row.id, row.person_id, row.team_id) for row in rows],
        permission=permission,
        purpose=people_service.purpose_of_lists(actor, permission),
        fields=fields,
    )
