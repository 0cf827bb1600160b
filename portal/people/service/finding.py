"""Finding young people within the actor's reach: one, or all to choose from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, bindparam, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people import policy, ties
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role


@dataclass(frozen=True)
class Worker:
    """Somebody who is responsible for a young person now."""

    assignment_id: UUID
    user_id: UUID
    name: str
    is_primary: bool
    since: date
    last_day: date | None = None  # of somebody who only works along for now, after handing over


@dataclass(frozen=True)
class NextStep:
    """The first thing to do with a young person, by whoever has to do it."""

    what: str
    due_on: date


@dataclass(frozen=True)
class Choice:
    """One young person to choose in a form: a short name, and what tells two of the same name apart."""

    id: UUID
    label: str
    detail: str


#: What a page about one young person asks about, in the statement that finds it.
CARD_PERMISSIONS = (
    Permission.PEOPLE_UPDATE,
    Permission.PEOPLE_ASSIGN,
    Permission.CONTACTS_READ,
    Permission.CONTACTS_WRITE,
    Permission.TRAJECTORIES_REQUEST,
)


@dataclass(frozen=True)
class Card:
    """One young person as this actor may see them: with `detailed` off only given name and phone."""

    person: Person
    detailed: bool
    is_assigned: bool
    may: frozenset[Permission]  # what this actor may do with this young person, of CARD_PERMISSIONS
    workers: list[Worker]
    stands_in_for: Worker | None = None  # who is away, when that is why the actor sees it
    more: tuple[Any, ...] = ()  # what else was asked in the same statement

    @property
    def name(self) -> str:
        """The name that may be shown."""
        return self.person.display_name if self.detailed else self.person.first_name


def get(actor: Actor, person_id: UUID, permission: Permission = Permission.PEOPLE_READ) -> Person:
    """The young person with this id. Raises NotFound outside the reach of `permission`. Logs nothing by itself."""
    statement = ties.written_once(actor, f"person for {permission}", lambda: _one(actor, permission))
    person = db.session.scalar(statement, {"whom": person_id})
    if person is None:
        raise NotFound
    return person


def hold(person: Person) -> None:
    """Lock a young person until the transaction ends and look again: adding work and closing wait for each other."""
    db.session.refresh(person, ["status", "version"], with_for_update={"of": Person, "key_share": True})


def hold_all(person_ids: Collection[UUID]) -> None:
    """Lock young people, also those out of reach, in one order: what is done with them waits for each other."""
    db.session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    )


def read(actor: Actor, person_id: UUID, permission: Permission = Permission.PEOPLE_READ) -> Person:
    """As `get`, for a page that shows the record: logged as read."""
    person = get(actor, person_id, permission)
    log_read(actor, person, purpose=purpose_of_lists(actor, permission), permission=permission)
    return person


def log_read(
    actor: Actor,
    person: Person,
    *,
    purpose: Purpose,
    permission: Permission = Permission.PEOPLE_READ,
    action: Action = Action.READ,
) -> None:
    """Log that the record of this young person was shown, and why."""
    access_log.record(actor, action, subject(person), permission=permission, purpose=purpose, context=person.context)


def card(actor: Actor, person_id: UUID, *more: ColumnElement[Any]) -> Card:
    """One young person with aliases, related persons and workers. Raises NotFound. Logs nothing by itself.

    `more` is asked along, to save a statement.
    """
    kept = ties.written_once(actor, "card", lambda: _card(actor))
    statement = kept.add_columns(*more) if more else kept
    found = db.session.execute(statement, {"whom": person_id}).unique().one_or_none()
    if found is None:
        raise NotFound
    person, *asked = found
    detailed = policy.holds(policy.beyond_messenger(actor), Permission.PEOPLE_READ, person)
    is_assigned = person.id in ties.assigned_ids(actor)
    may = frozenset(permission for permission in CARD_PERMISSIONS if policy.holds(actor, permission, person))
    found_workers = workers([person_id])[person_id]
    away = None if is_assigned else _away(actor, person, found_workers)
    access_log.acts_for(actor, person_id, away.user_id if away else None)
    return Card(person, detailed, is_assigned, may, found_workers, away, tuple(asked))


def _card(actor: Actor) -> Select[Person]:
    return _one(actor, Permission.PEOPLE_READ).options(joinedload(Person.aliases), joinedload(Person.related))


def _one(actor: Actor, permission: Permission) -> Select[Person]:
    return select(Person).where(Person.id == bindparam("whom", type_=Uuid()), policy.visible(actor, permission))


def _away(actor: Actor, person: Person, responsible: Iterable[Worker]) -> Worker | None:
    """As `stood_in_for`, from what a card holds: the worker who is away and whose place the actor takes."""
    as_worker = (Role.YOUTH_WORKER, person.team_id) in actor.roles
    if not as_worker or person.team_id in actor.teams(Permission.PEOPLE_READ, Reach.TEAM):
        return None
    return next((worker for worker in responsible if worker.user_id in actor.replaces), None)


def workers(person_ids: Collection[UUID]) -> Mapping[UUID, list[Worker]]:
    """Who is responsible for each of these young people today, the first worker in front; one statement."""
    found: defaultdict[UUID, list[Worker]] = defaultdict(list)
    for row in db.session.execute(_RESPONSIBLE, {"young": person_ids, "today": clock.today()}):
        found[row.person_id].append(
            Worker(row.id, row.user_id, row.name, row.is_primary, row.since, _last_day(row.until))
        )
    return found


_TODAY = bindparam("today", type_=Date())
#: Written once, because most pages ask it.
_RESPONSIBLE = (
    select(
        PersonAssignment.person_id,
        PersonAssignment.id,
        PersonAssignment.user_id,
        User.name,
        PersonAssignment.is_primary,
        PersonAssignment.since,
        PersonAssignment.until,
    )
    .join(User, User.id == PersonAssignment.user_id)
    .where(
        PersonAssignment.person_id.in_(bindparam("young", expanding=True)),
        PersonAssignment.holds_on(_TODAY),
    )
    .order_by(PersonAssignment.is_primary.desc(), User.sort_key)
)


def _last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None


def choices(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> list[Choice]:
    """The young people with an open dossier to choose from, by name; logged as a list, one row each."""
    rows = db.session.execute(
        select(Person, policy.detailed(actor))
        .where(policy.visible(actor, permission), Person.status == PersonStatus.OPEN)
        .order_by(Person.sort_key, Person.id)
    ).all()
    log_list(actor, [person for person, _ in rows], permission=permission)
    return [_choice(person, detailed) for person, detailed in rows]


def _choice(person: Person, detailed: bool) -> Choice:
    if not detailed:
        return Choice(person.id, person.first_name, person.pseudonym)
    parts = (person.pseudonym, areas.stadsdeel(person.area_code), str(person.age_on(clock.today())))
    return Choice(person.id, person.short_name, " · ".join(part for part in parts if part))


def stood_in_for(actor: Actor, person_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Of these young people those whom the actor reaches only because a colleague is away, and which colleague."""
    if not actor.replaces or not person_ids:
        return {}
    directed = actor.teams(Permission.PEOPLE_READ, Reach.TEAM)
    rows = db.session.execute(
        select(PersonAssignment.person_id, PersonAssignment.user_id)
        .join(Person, Person.id == PersonAssignment.person_id)
        .where(
            PersonAssignment.person_id.in_(person_ids),
            PersonAssignment.user_id.in_(actor.replaces),
            PersonAssignment.holds_on(clock.today()),
            Person.team_id.not_in(directed),
            policy.stood_in(actor),
            ~policy.assigned(actor),
        )
        .order_by(PersonAssignment.is_primary, PersonAssignment.id)  # the first worker's replacement wins
    )
    return {row.person_id: row.user_id for row in rows}


def purpose_of_lists(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> Purpose:
    """Why this actor sees lists of young people, by the role that reaches widest."""
    if actor.teams(permission, Reach.TEAM):
        return Purpose.SUPERVISION
    return Purpose.MATCHING if Role.CM_COORDINATOR in actor.role_names else Purpose.OWN_CASELOAD


def log_list(
    actor: Actor,
    people: Iterable[Person],
    *,
    permission: Permission = Permission.PEOPLE_READ,
    action: Action = Action.LIST,
) -> None:
    """Log that these young people were shown in a list: one row each, one statement."""
    subjects = [subject(person) for person in people]
    access_log.record(
        actor, action, subjects, permission=permission, purpose=purpose_of_lists(actor, permission), context=""
    )


def subject(person: Person) -> Subject:
    """The young person as a data subject in the access log."""
    return Subject("person", person.id, person.id, person.team_id)


NextSteps = Callable[[Actor, Collection[UUID]], Mapping[UUID, NextStep]]
_next_steps: list[NextSteps] = []


def register_next_steps(source: NextSteps) -> None:
    """Let an upper feature say what comes next with each of these young people (contacts are above people)."""
    _next_steps.append(source)


def next_steps(actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, NextStep]:
    """The first next step of each of these young people, over all sources."""
    first: dict[UUID, NextStep] = {}
    for source in _next_steps:
        for person_id, step in source(actor, person_ids).items():
            if person_id not in first or step.due_on < first[person_id].due_on:
                first[person_id] = step
    return first
