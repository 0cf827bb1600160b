"""Reading enrolments: always with the part the actor has in them, and logged with the purpose that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Text, cast, exists, func, null, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.core import db
from portal.people import ties
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.programmes import policy
from portal.programmes.models import (
    Disclosure,
    DisclosureStatus,
    Enrolment,
    EnrolmentEvent,
    EnrolmentStatus,
    Programme,
    ProgrammeLine,
)
from portal.programmes.workflow import MACHINE, Facts, Party, Transition

RUNNING = (EnrolmentStatus.PROPOSED, EnrolmentStatus.ENROLLED)
#: The code of the group with an id, as a value in a statement. Groups lie above programmes and say how.
Code = Callable[[ColumnElement[UUID | None]], ScalarSelect[str]]
_codes: list[Code] = []


def register_groups(code: Code) -> None:
    """Say how the code of a group is found."""
    _codes[:] = [code]


@dataclass(frozen=True)
class Seen:
    """An enrolment as one actor sees it."""

    enrolment: Enrolment
    parties: frozenset[Party]
    explained: bool  # the reason may be read
    code: str = ""  # of the group, if it is one

    @property
    def name(self) -> str:
        """Of whom this is: a young person by name, a group by its code."""
        return self.enrolment.person.short_name if self.enrolment.person else self.code

    @property
    def party(self) -> Party:
        """The part in which this actor acts first."""
        return next(party for party in policy.ROLE if party in self.parties)

    @property
    def programme(self) -> Programme:
        """What it is in."""
        return self.enrolment.line.programme


@dataclass(frozen=True)
class Listed:
    """An enrolment in one line of a list."""

    id: UUID
    programme: str
    line: str
    status: str


@dataclass(frozen=True)
class Happened:
    """One step of the history, with who took it; nobody is the portal itself."""

    event: EnrolmentEvent
    by: str

    @property
    def at(self) -> datetime:
        """When."""
        return self.event.at


@dataclass(frozen=True)
class Page:
    """Everything on the page of an enrolment."""

    seen: Seen
    history: Sequence[Happened]
    possible: Sequence[Transition]
    disclosure: Disclosure | None


def seen(actor: Actor) -> Select[Any]:
    """Select the enrolments in reach, each with the actor's parts."""
    parts: list[Any] = [policy.is_party(actor, party).label(party) for party in policy.ROLE]
    programme = joinedload(Enrolment.line).joinedload(ProgrammeLine.programme)
    code = _codes[0](Enrolment.__table__.c.group_id) if _codes else cast(null(), Text)
    return (
        select(Enrolment, *parts, policy.explained(actor).label("explained"), code.label("code"))
        .where(policy.visible(actor))
        .options(joinedload(Enrolment.person), programme)
    )


def as_seen(row: Row[Any]) -> Seen:
    """One row of `seen(actor)`."""
    values = row._mapping
    parties = frozenset(party for party in policy.ROLE if values[party])
    return Seen(row[0], parties, bool(values["explained"]), values["code"] or "")


def find(actor: Actor, enrolment_id: UUID, *, lock: bool = False) -> Seen:
    """One enrolment, not logged: for who changes it and logs that. Raises NotFound."""
    actor.require(Permission.ENROLMENTS_READ)
    statement = seen(actor).where(Enrolment.id == enrolment_id)
    return as_seen(db.the_one(statement, lock=Enrolment if lock else None))


def opened(actor: Actor, found: Seen) -> Seen:
    """The same enrolment, logged as read: for a page that names the young person, on which a step is taken."""
    log(actor, Action.READ, [found])
    return found


def show(actor: Actor, enrolment_id: UUID) -> Page:
    """One enrolment for its page, logged. Raises NotFound."""
    found = opened(actor, find(actor, enrolment_id))
    given = found.enrolment.disclosure_id if found.explained else None
    return Page(
        found,
        _history(found) if found.explained else (),
        list(MACHINE.possible(found.enrolment.status, facts_of(found.enrolment), found.parties)),
        db.session.get(Disclosure, given) if given else None,
    )


def _history(found: Seen) -> list[Happened]:
    statement = select(EnrolmentEvent, User.name).outerjoin(User, User.id == EnrolmentEvent.by_id)
    statement = statement.where(EnrolmentEvent.enrolment_id == found.enrolment.id)
    rows = db.session.execute(statement.order_by(EnrolmentEvent.at, EnrolmentEvent.id))
    return [Happened(event, name or "") for event, name in rows]


def facts_of(enrolment: Enrolment) -> Facts:
    """What is known without an answer to a form."""
    return Facts(
        voluntary=enrolment.context == Context.VOLUNTARY_GUIDANCE,
        agreed=enrolment.youth_agreed_on is not None,
        told=_may_be_known(enrolment.disclosure_id),
    )


def _may_be_known(disclosure_id: UUID | None) -> bool:
    """Whether what an enrolment was told with may be read in its context; most were told with nothing."""
    told = db.session.get(Disclosure, disclosure_id) if disclosure_id else None
    return told is None or told.status == DisclosureStatus.APPROVED


def for_person(actor: Actor, person_id: UUID) -> list[Seen]:
    """What this young person is or was in, as far as the actor may know; for a page that logs reading them."""
    statement = seen(actor).where(Enrolment.person_id == person_id)
    statement = statement.order_by(Enrolment.status.notin_(RUNNING), Enrolment.since.desc(), Enrolment.id)
    return [as_seen(row) for row in db.session.execute(statement)]


def for_group(actor: Actor, group_id: UUID) -> list[Seen]:
    """What this group is or was in, as far as the actor may know; logged as a list."""
    statement = seen(actor).where(Enrolment.group_id == group_id)
    statement = statement.order_by(Enrolment.status.notin_(RUNNING), Enrolment.since.desc(), Enrolment.id)
    found = [as_seen(row) for row in db.session.execute(statement)]
    log(actor, Action.LIST, found)
    return found


def in_programme(actor: Actor, programme_id: UUID) -> list[Seen]:
    """Who is in a programme now or is proposed for it, by name, as far as the actor may know; logged as a list."""
    if not actor.can(Permission.ENROLMENTS_READ):
        return []
    statement = seen(actor).where(Enrolment.programme_id == programme_id, Enrolment.status.in_(RUNNING))
    found = [as_seen(row) for row in db.session.execute(statement)]
    found.sort(key=_by_name)
    log(actor, Action.LIST, found)
    return found


def _by_name(each: Seen) -> tuple[bool, str, str]:
    """Young people by name, then groups by code."""
    person = each.enrolment.person
    return person is None, person.sort_key if person else each.code, each.enrolment.number


def log(actor: Actor, action: Action, rows: Iterable[Seen], *, fields: Sequence[str] = ()) -> None:
    """One row of the log per enrolment, in its context and for the purpose of the part the actor has."""
    grouped: dict[tuple[str, Party], list[Seen]] = {}
    for each in rows:
        grouped.setdefault((each.enrolment.context, each.party), []).append(each)
    for (context, party), several in grouped.items():
        access_log.record(
            actor, action, [_subject(each.enrolment) for each in several],
            permission=Permission.ENROLMENTS_READ, purpose=policy.PURPOSE[party], context=context, fields=fields,
        )  # fmt: skip


def _subject(enrolment: Enrolment) -> Subject:
    return Subject("enrolment", enrolment.id, enrolment.person_id, enrolment.team_id)


def is_in(actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    """Whether this young person is enrolled in a line now, for a statement about lines."""
    return exists().where(
        policy.visible(actor),
        Enrolment.person_id == person_id,
        Enrolment.line_id == ProgrammeLine.id,
        Enrolment.status == EnrolmentStatus.ENROLLED,
    )


def listed(actor: Actor, person: Person) -> ScalarSelect[Any]:
    """What this young person is or was in, as one value for a statement that asks more; `as_listed` reads it."""
    what = ("id", Enrolment.id, "programme", Programme.name, "line", ProgrammeLine.name, "status", Enrolment.status)
    order = aggregate_order_by(func.json_build_object(*what), Enrolment.status.notin_(RUNNING), Enrolment.since.desc())
    statement = select(func.json_agg(order)).select_from(Enrolment).join(Enrolment.line).join(ProgrammeLine.programme)
    return statement.where(policy.visible(actor, person), Enrolment.person_id == ties.young(person)).scalar_subquery()


def as_listed(value: Any) -> list[Listed]:
    """What `listed` gave."""
    return [Listed(UUID(each["id"]), each["programme"], each["line"], each["status"]) for each in value or ()]
