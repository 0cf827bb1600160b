"""The list of young people: filters, two orders, keyset pages in both directions, and search by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, desc, func, literal, or_, select, tuple_

from portal.areas import service as areas
from portal.core import clock, db, paging
from portal.core.text import fold
from portal.people import policy, ties
from portal.people.models import Person, PersonAssignment, PersonStatus, Sort
from portal.people.service import matching
from portal.people.service.finding import NextStep, Worker, log_list, next_steps, workers
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Role

#: Days without effective contact after which a young person counts as "lang geen contact".
LONG_WITHOUT_CONTACT = 14
#: Lists are counted up to here; beyond it the page says "meer dan 1.000".
COUNT_LIMIT = 1000
SEARCH_LIMIT = 30


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None is no filter."""

    status: PersonStatus | None = PersonStatus.OPEN
    worker_id: UUID | None = None
    area_code: str | None = None
    long_without_contact: bool = False


@dataclass(frozen=True)
class Row:
    """One young person in a list, holding no more than this actor may see."""

    id: UUID
    name: str
    short_name: str
    initials: str
    kenmerk: str
    status: PersonStatus
    age: int | None
    area: str
    workers: list[Worker]
    last_contact_at: datetime | None
    next_step: NextStep | None


@dataclass(frozen=True)
class Listing:
    """One page of the list, with the cursors around it and the number of rows in all (at most COUNT_LIMIT + 1)."""

    rows: Sequence[Row]
    count: int
    before: str | None
    after: str | None


def listing(
    actor: Actor,
    *,
    filters: Filters,
    sort: Sort = Sort.NAME,
    after: str | None = None,
    before: str | None = None,
    size: int = paging.PAGE_SIZE,
) -> Listing:
    """One page of the young people within reach, logged one row each. Raises NotFound for a strange cursor."""
    scope = and_(policy.visible(actor), *_conditions(actor, filters))
    backwards = before is not None
    statement = select(Person, policy.detailed(actor)).where(scope).order_by(*_order(sort, backwards))
    cursor = before if backwards else after
    if cursor is not None:
        statement = statement.where(_beyond(sort, paging.id_in(cursor), backwards))
    found = db.session.execute(statement.limit(size + 1)).all()
    shown = list(found[:size])[:: -1 if backwards else 1]
    more = len(found) > size
    return Listing(
        _rows(actor, shown),
        _count(scope),
        _cursor(shown[:1]) if (more if backwards else cursor is not None) else None,
        _cursor(shown[-1:]) if (more or backwards) else None,
    )


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.status is not None:
        conditions.append(Person.status == filters.status)
    if filters.worker_id is not None:
        conditions.append(Person.id.in_(_assigned_to(filters.worker_id)))
    if filters.area_code is not None:
        lives_there = Person.area_code.in_(areas.within(filters.area_code))
        conditions.append(and_(policy.detailed(actor), lives_there))  # who may not see the area may not ask for it
    if filters.long_without_contact:
        since = clock.now() - timedelta(days=LONG_WITHOUT_CONTACT)
        conditions.append(or_(Person.last_contact_at.is_(None), Person.last_contact_at < since))
    return conditions


def _assigned_to(user_id: UUID) -> Select[UUID]:
    return select(PersonAssignment.person_id).where(
        PersonAssignment.user_id == user_id, PersonAssignment.not_over(clock.today())
    )


def _keys(sort: Sort) -> list[Any]:
    if sort == Sort.NAME:
        return [Person.sort_key, Person.id]
    never = literal(datetime(1970, 1, 1, tzinfo=clock.AMSTERDAM))
    return [func.coalesce(Person.last_contact_at, never), Person.id]


def _order(sort: Sort, backwards: bool) -> list[Any]:
    keys = _keys(sort)
    return [desc(key) for key in keys] if backwards else keys


def _beyond(sort: Sort, person_id: UUID, backwards: bool) -> ColumnElement[bool]:
    """After or before a young person; the address holds the id only, the name is looked up here."""
    place = tuple_(
        *(select(key).where(Person.id == person_id).correlate(None).scalar_subquery() for key in _keys(sort))
    )
    here = tuple_(*_keys(sort))
    return here < place if backwards else here > place


def _count(scope: ColumnElement[bool]) -> int:
    limited = select(literal(1)).select_from(Person).where(scope).limit(COUNT_LIMIT + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(limited)) or 0


def _cursor(shown: Sequence[Any]) -> str | None:
    return paging.encode([shown[0][0].id]) if shown else None


def _rows(actor: Actor, shown: Sequence[Any], action: Action = Action.LIST) -> list[Row]:
    people = [person for person, _ in shown]
    ids = [person.id for person in people]
    log_list(actor, people, action=action)
    responsible, steps = workers(ids), next_steps(actor, ids)
    return [_row(person, detailed, responsible[person.id], steps.get(person.id)) for person, detailed in shown]


def _row(person: Person, detailed: bool, responsible: list[Worker], step: NextStep | None) -> Row:
    return Row(
        id=person.id,
        name=person.display_name if detailed else person.first_name,
        short_name=person.short_name if detailed else person.first_name,
        initials=person.initials if detailed else person.first_name[:1].upper(),
        kenmerk=person.pseudonym,
        status=PersonStatus(person.status),
        age=person.age_on(clock.today()) if detailed else None,
        area=areas.label(person.area_code) if detailed else "",
        workers=responsible,
        last_contact_at=person.last_contact_at,
        next_step=step,
    )


def search(actor: Actor, *, words: str) -> list[Row]:
    """Young people whose names or aliases have these words, sound like them or nearly, or with this kenmerk.

    The best first (see matching.rank), at most 30. Closed dossiers are found too. Logged.
    """
    typed = matching.words(words)
    if not typed:
        return []
    statement = ties.written_once(actor, ("search", len(typed)), lambda: _search(actor, len(typed)))
    given = {"typed": fold(words), **_kenmerken(words), **matching.values(typed)}
    return _rows(actor, db.session.execute(statement, given).all(), Action.SEARCH)


def _search(actor: Actor, count: int) -> Select[Person, bool]:
    """What `search` asks for so many words."""
    near, wanted = policy.reached(actor), matching.parameters(count)
    answers = or_(matching.named(near, wanted), near.c.pseudonym.in_(_KENMERKEN))
    if Role.CREDIBLE_MESSENGER in actor.role_names:
        answers = or_(and_(policy.detailed(actor), answers), _FIRST_NAME_STARTS)
    return (
        select(Person, policy.detailed(actor))
        .join(near, near.c.id == Person.id)
        .where(answers)
        .order_by(*matching.rank(near, wanted), Person.sort_key, Person.id)
        .limit(SEARCH_LIMIT)
    )


_KENMERKEN = bindparam("kenmerk", type_=Text()), bindparam("kenmerk_after_p", type_=Text())
#: What may match when only the first name may be seen: family name and aliases must not leak through search.
_FIRST_NAME_STARTS = func.starts_with(
    func.unaccent(func.lower(func.coalesce(func.nullif(Person.call_name, ""), Person.given_name))),
    bindparam("typed", type_=Text()),
)


def _kenmerken(words: str) -> Mapping[str, str]:
    """What was typed read as a kenmerk, with or without its 'P-'."""
    code = re.sub(r"[^0-9A-Z]", "", words.upper())
    return {"kenmerk": f"P-{code}", "kenmerk_after_p": f"P-{code[1:]}"}
