"""Telling in one context what is known in another: a disclosure, never changed, and read by those it was told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, func, or_, select

from portal.accounts.models import Team, User
from portal.core import clock, db, paging
from portal.core.errors import Forbidden, Invalid
from portal.core.i18n import N_
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role
from portal.programmes.models import Disclosure, DisclosureStatus, Enrolment
from portal.programmes.service.approving import judges
from portal.programmes.service.enrolling import Wanted, open_lines, propose
from portal.programmes.service.finding import Seen, find
from portal.programmes.workflow import Party

#: Where what is known in a context can be told, by who proposes nothing there.
TOLD_IN = {
    Context.VOLUNTARY_GUIDANCE: Context.JV_DISTRICT,
    Context.JV_DISTRICT: Context.VOLUNTARY_GUIDANCE,
}


@dataclass(frozen=True)
class Told:
    """Why something may be told in another context."""

    purpose: str
    basis: str
    reason: str
    informed_on: date | None = None


class Record(Protocol):
    """A record of a young person in a context."""

    @property
    def person_id(self) -> UUID | None:
        """The young person; empty for a group."""

    @property
    def team_id(self) -> UUID:
        """The team of the young person."""

    @property
    def context(self) -> str:
        """Where it is kept."""


@dataclass(frozen=True)
class Shared:
    """A disclosure for who may read it, with who told it and of whom."""

    disclosure: Disclosure
    by: str
    person: Person


@dataclass(frozen=True)
class Overseen:
    """A disclosure for the privacy officer: no contents."""

    id: UUID
    at: datetime
    by: str
    team: str
    pseudonym: str
    context: str
    context_to: str
    basis: str
    informed_on: date | None
    status: str


def to_disclose(actor: Actor, enrolment_id: UUID, *, lock: bool = False) -> Seen:
    """An enrolment of a young person of which this actor reads the reason, and so may tell elsewhere.

    Raises NotFound, Forbidden for who sees only that it is there, and of a group.
    """
    found = find(actor, enrolment_id, lock=lock)
    if not found.explained or found.enrolment.person_id is None:
        raise Forbidden
    return found


def disclose(actor: Actor, enrolment_id: UUID, wanted: Wanted, told: Told) -> Enrolment:
    """Tell of a young person in another context and propose them there, once somebody else approves; the first
    enrolment goes on as it is.

    Raises NotFound, Forbidden for who does not guide this young person, and as `propose`.
    """
    found = to_disclose(actor, enrolment_id, lock=True)
    source = found.enrolment
    if Party.WORKER not in found.parties:
        raise Forbidden
    line = next((each for each in open_lines(besides=source.context) if each.id == wanted.line_id), None)
    if line is None:
        raise Invalid(line_id=N_("Kies een van de mogelijkheden."))
    made = _told(actor, source, line.programme.context, told)
    return propose(actor, made.person_id, wanted, disclosure=made)


def tell(actor: Actor, enrolment_id: UUID, told: Told) -> Disclosure:
    """Ask to tell of a young person in the other context, without proposing anything there: for a coordinator or a
    director.

    Raises NotFound, Forbidden as `to_disclose`, Invalid.
    """
    source = to_disclose(actor, enrolment_id, lock=True).enrolment
    return _told(actor, source, TOLD_IN[Context(source.context)], told)


def note(actor: Actor, source: Record, context_to: Context, told: Told) -> Disclosure:
    """Put on record that a feature told something of a record elsewhere; whether the actor may is asked there, so that
    nobody has to approve it.

    Raises Forbidden for who may not tell anything, Invalid.
    """
    actor.require(Permission.DISCLOSURES_MAKE)
    return _told(actor, source, context_to, told, DisclosureStatus.APPROVED)


def _told(
    actor: Actor,
    source: Record,
    context_to: str,
    told: Told,
    status: DisclosureStatus = DisclosureStatus.PROPOSED,
) -> Disclosure:
    if source.person_id is None:
        raise Forbidden
    if told.informed_on is not None and told.informed_on > clock.today():
        raise Invalid(informed_on=N_("Deze dag moet nog komen."))
    made = Disclosure(
        person_id=source.person_id, team_id=source.team_id, context=source.context, context_to=context_to,
        purpose=told.purpose, basis=told.basis, reason=told.reason, by_id=actor.user_id, at=clock.now(),
        informed_on=told.informed_on, status=status,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made, Permission.DISCLOSURES_MAKE)
    return made


def _log(actor: Actor, action: Action, made: Disclosure, permission: Permission, purpose: Purpose | str = "") -> None:
    subject = Subject("disclosure", made.id, made.person_id, made.team_id)
    access_log.record(actor, action, subject, permission=permission, purpose=purpose, context=made.context)


def _visible(actor: Actor) -> Select[Disclosure, str, Person]:
    """The own ones, and for workers and directors all of young people in reach: approved, or theirs to judge.

    A coordinator sees no more than the own: what was told to the voluntary side would say that there is another.
    """
    both = people.acting_as(actor, frozenset({Role.YOUTH_WORKER, Role.JV_DIRECTOR}))
    place = (Disclosure.person_id, Disclosure.team_id)
    reached = people.reaches(actor, Permission.ENROLMENTS_READ, *place)
    approved = Disclosure.status == DisclosureStatus.APPROVED
    whole = people.reaches(both, Permission.ENROLMENTS_READ, *place)
    return (
        select(Disclosure, User.name, Person)
        .join(User, User.id == Disclosure.by_id)
        .join(Person, Person.id == Disclosure.person_id)
        .where(reached, or_(Disclosure.by_id == actor.user_id, and_(whole, or_(approved, judges(actor)))))
    )


def told_of(actor: Actor, person_id: UUID) -> Sequence[Shared]:
    """What was told of this young person, newest first, as far as the actor may know; for a page that logs reading."""
    statement = _visible(actor).where(Disclosure.person_id == person_id)
    return [Shared(*row) for row in db.session.execute(statement.order_by(Disclosure.at.desc(), Disclosure.id))]


def show_disclosure(actor: Actor, disclosure_id: UUID) -> Shared:
    """One disclosure for its page, logged. Raises NotFound."""
    row = db.the_one(_visible(actor).where(Disclosure.id == disclosure_id))
    works = any(role is Role.YOUTH_WORKER for role, _ in actor.roles)
    purpose = Purpose.OWN_CASELOAD if works else Purpose.SUPERVISION
    _log(actor, Action.READ, row[0], Permission.ENROLMENTS_READ, purpose)
    return Shared(*row)


def overseen(actor: Actor, cursor: str | None = None) -> paging.Page[Overseen]:
    """Every disclosure, newest first, for the privacy officer: counted out of what it says, and of whom by kenmerk."""
    actor.require(Permission.DISCLOSURES_OVERSEE)
    columns = (Disclosure.id, Disclosure.at, Disclosure.by_id, Disclosure.team_id, Disclosure.person_id,
               Disclosure.context, Disclosure.context_to, Disclosure.basis, Disclosure.informed_on,
               Disclosure.status)  # fmt: skip
    with db.counting():
        rows = db.session.execute(paging.newest(select(*columns), cursor, Disclosure.id)).all()
    names = _names(rows)
    found = [_overseen(row, names) for row in rows]
    page = paging.page(found, lambda one: [one.id])
    subjects = [Subject("disclosure", row.id, row.person_id, row.team_id) for row in rows[: len(page.rows)]]
    access_log.record(actor, Action.LIST, subjects, permission=Permission.DISCLOSURES_OVERSEE, fields=("basis",))
    return page


def _names(rows: Sequence[Any]) -> dict[UUID, str]:
    """Who told, in which team, and the kenmerk of whom; each id is one of a kind."""
    users = select(User.id, User.name).where(User.id.in_({row.by_id for row in rows}))
    teams = select(Team.id, Team.name).where(Team.id.in_({row.team_id for row in rows}))
    told = func.unnest(cast([row.person_id for row in rows], people.IDS)).column_valued("told")
    pseudonyms = select(told, cast(func.kenmerk_of(told), Text))
    return {each.id: each.name for each in db.session.execute(users.union_all(teams, pseudonyms))}


def _overseen(row: Any, names: dict[UUID, str]) -> Overseen:
    return Overseen(
        row.id, row.at, names.get(row.by_id, ""), names.get(row.team_id, ""), names.get(row.person_id, ""),
        row.context, row.context_to, row.basis, row.informed_on, row.status,
    )  # fmt: skip
