"""Who reaches which young people: one SQL condition for lists and single records (architecture §4.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    SQLColumnExpression,
    Text,
    Uuid,
    any_,
    cast,
    literal,
    or_,
    select,
    true,
    union,
)

from portal.people import ties
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach, Role

IDS = ARRAY(Uuid())


def visible(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> ColumnElement[bool]:
    """The young people over whom `actor` holds `permission`: assigned, of a whole team, or through a grant."""
    return reaches(actor, permission, Person.id, Person.team_id)


def reaches(
    actor: Actor, permission: Permission, person_id: SQLColumnExpression[Any], team_id: SQLColumnExpression[UUID]
) -> ColumnElement[bool]:
    """The same for a row that carries a young person and their team, without looking that young person up."""
    return or_(*_ways(actor, permission, person_id, team_id))


def reached(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> CTE:
    """Of the same young people what a search reads; every way in goes by its own index, whatever the city holds.

    Materialised, so that what was typed is compared within the reach and nowhere else.
    """
    columns = (Person.id, Person.pseudonym, Person.search_text, Person.sounds)
    ways = [select(*columns).where(way) for way in _ways(actor, permission, Person.id, Person.team_id)]
    return union(*ways).cte("reached").prefix_with("MATERIALIZED")


def _ways(
    actor: Actor, permission: Permission, person_id: SQLColumnExpression[Any], team_id: SQLColumnExpression[UUID]
) -> list[ColumnElement[bool]]:
    """The ways to reach somebody, each alone is enough: a whole team by its id, the others one by one."""
    if actor.teams(permission, Reach.ALL):
        return [true()]
    ways = [among(person_id, ties.reached_ids(actor, permission))]
    if teams := actor.teams(permission, Reach.TEAM):
        ways.append(team_id == any_(_array(teams)))
    return ways


def among(column: SQLColumnExpression[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """One of these ids, as one array: the statement is the same however many there are."""
    return column == any_(_array(ids))


def _array(ids: Collection[UUID]) -> ColumnElement[Any]:
    """Written out by ourselves: a page compares with the same list ten times, and the driver writes ids slowly."""
    return cast(literal(f"{{{','.join(map(str, ids))}}}", Text()), IDS)


def assigned(actor: Actor) -> ColumnElement[bool]:
    """The young people this actor is responsible for today, as youth worker of their team."""
    return among(Person.id, ties.assigned_ids(actor))


def stood_in(actor: Actor) -> ColumnElement[bool]:
    """The young people of colleagues for whom this actor stands in at this moment, as youth worker of their team."""
    return among(Person.id, ties.stood_in_ids(actor))


def detailed(actor: Actor) -> ColumnElement[bool]:
    """The young people of whom more than given name and phone may be seen: reached in another role than messenger."""
    return visible(beyond_messenger(actor))


def beyond_messenger(actor: Actor) -> Actor:
    """The same person in every other role than messenger."""
    return acting_as(actor, frozenset(Role) - {Role.CREDIBLE_MESSENGER})


def acting_as(actor: Actor, roles: Collection[Role]) -> Actor:
    """The same person with only these of their roles, to ask what they reach through those."""
    return replace(actor, roles=frozenset((role, team) for role, team in actor.roles if role in roles))


def acting_team(actor: Actor, present: Sequence[Person]) -> UUID:
    """The team of the role in which the actor writes: that of the young people if it is one of them."""
    teams = actor.teams(Permission.CONTACTS_WRITE)
    return next((person.team_id for person in present if person.team_id in teams), teams[0])
