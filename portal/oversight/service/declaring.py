"""Colleagues say themselves whom they know in private; nobody guesses it from names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people import policy as people_policy
from portal.people import service as people
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action, DeclaredRelation
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Declared:
    """One of the own declarations; `reachable` when the dossier may be opened."""

    id: UUID
    person_id: UUID
    pseudonym: str | None  # only as long as the young person is within reach
    declared_at: datetime
    reachable: bool


def of_person(actor: Actor, person_id: UUID) -> tuple[str, DeclaredRelation | None]:
    """The kenmerk, and what this actor declared about this young person. Raises NotFound out of reach."""
    person = people.get(actor, person_id)
    access_log.record(actor, Action.READ, _subject(person), permission=Permission.PEOPLE_READ, context=person.context)
    return person.pseudonym, _open(actor, person_id)


def declare(actor: Actor, person_id: UUID) -> None:
    """Say that one knows this young person in private; saying it twice changes nothing. Raises NotFound.

    From now on the actor does not see or count them; who answers for them goes on until a colleague took over.
    """
    person = people.get(actor, person_id)
    people.hold(person)
    if _open(actor, person_id) is None:
        now = clock.now()
        db.session.add(
            DeclaredRelation(user_id=actor.user_id, person_id=person.id, team_id=person.team_id, declared_at=now)
        )
    access_log.record(actor, Action.CREATE, _subject(person), permission=Permission.PEOPLE_READ, context=person.context)


def known_by(user_id: Any) -> Select[UUID]:
    """SELECT of the young people whom a colleague (an id, or the column of one) said to know in private."""
    return select(DeclaredRelation.person_id).where(
        DeclaredRelation.user_id == user_id, DeclaredRelation.ended_at.is_(None)
    )


def withdraw(actor: Actor, relation_id: UUID) -> None:
    """Say that it no longer holds; what was found while it held stays. Raises NotFound for another's."""
    found = db.session.scalar(
        select(DeclaredRelation)
        .where(DeclaredRelation.id == relation_id, DeclaredRelation.user_id == actor.user_id)
        .where(DeclaredRelation.ended_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotFound
    found.ended_at = clock.now()
    subject = Subject("declared_relation", found.id, found.person_id, found.team_id)
    access_log.record(actor, Action.UPDATE, subject, permission=Permission.OWN_ACCOUNT, fields=["ended_at"])


def own(actor: Actor) -> Sequence[Declared]:
    """The own declarations that hold, newest first, by kenmerk."""
    statement = (
        select(
            DeclaredRelation.id, DeclaredRelation.person_id, func.kenmerk_of(DeclaredRelation.person_id),
            DeclaredRelation.declared_at, and_(Person.id.is_not(None), people_policy.visible(actor)).label("reachable"),
        )
        .outerjoin(Person, Person.id == DeclaredRelation.person_id)
        .where(DeclaredRelation.user_id == actor.user_id, DeclaredRelation.ended_at.is_(None))
        .order_by(DeclaredRelation.declared_at.desc(), DeclaredRelation.id)
    )  # fmt: skip
    rows = [Declared(*row) for row in db.session.execute(statement)]
    subjects = [Subject("declared_relation", row.id, row.person_id) for row in rows]
    access_log.record(actor, Action.LIST, subjects, permission=Permission.OWN_ACCOUNT)
    return rows


def _subject(person: Person) -> Subject:
    return Subject("declared_relation", None, person.id, person.team_id)


def _open(actor: Actor, person_id: UUID) -> DeclaredRelation | None:
    return db.session.scalar(
        select(DeclaredRelation).where(
            DeclaredRelation.user_id == actor.user_id,
            DeclaredRelation.person_id == person_id,
            DeclaredRelation.ended_at.is_(None),
        )
    )
