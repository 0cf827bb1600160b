"""Who reaches which young people: one SQL condition for lists and single records (docs/adr/0003)."""

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
    Uuid,
    and_,
    any_,
    false,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.types import UserDefinedType

from portal.people import ties
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach, Role

IDS = ARRAY(Uuid())


class _WrittenIds(UserDefinedType[str]):
    """An array of ids written out by ourselves: the driver writes each slowly, and a cast is done anew for each row."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "UUID[]"


def visible(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> ColumnElement[bool]:
    """The young people over whom `actor` holds `permission`: assigned, of a whole team, or through a grant."""
    return reaches(actor, permission, Person.id, Person.team_id)


def holds(actor: Actor, permission: Permission, person: Person) -> bool:
    """Whether `visible` includes this young person, for a page about them alone: nothing is asked of the database."""
    whole_team = actor.teams(permission, Reach.ALL) or person.team_id in actor.teams(permission, Reach.TEAM)
    whole_team = whole_team and person.id not in ties.apart_ids(actor)
    return bool(whole_team) or person.id in ties.reached_ids(actor, permission)


def reaches(
    actor: Actor,
    permission: Permission,
    person_id: SQLColumnExpression[Any],
    team_id: SQLColumnExpression[UUID],
    about: Person | None = None,
) -> ColumnElement[bool]:
    """The same for a row that carries a young person and their team, without looking that young person up.

    `about`: all rows are of this one, so it is known before the database is asked.
    """
    if about is not None:
        return known(holds(actor, permission, about))
    asked = ("reaches", permission, person_id, team_id)
    return ties.worked_out(
        actor, asked, lambda: and_(or_(*_ways(actor, permission, person_id, team_id)), *apart(actor, person_id))
    )


def reached(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> CTE:
    """Of the same young people what a search reads; every way in goes by its own index, whatever the city holds.

    Materialised, so that what was typed is compared within the reach and nowhere else.
    """
    return ties.worked_out(actor, ("searched", permission), lambda: _reached(actor, permission))


def _reached(actor: Actor, permission: Permission) -> CTE:
    columns = (Person.id, Person.pseudonym, Person.search_text, Person.sounds)
    known_apart = apart(actor, Person.id)
    ways = [select(*columns).where(way, *known_apart) for way in _ways(actor, permission, Person.id, Person.team_id)]
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


def apart(actor: Actor, person_id: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    """That it is nobody whom the actor said to know in private (domain I-24); mostly there is nothing to say."""
    ids = ties.apart_ids(actor)
    return [not_(among(person_id, ids))] if ids else []


def known(holds: bool) -> ColumnElement[bool]:
    """A condition of which the answer is known; it falls away where it is joined to others."""
    return true() if holds else false()


def in_teams(
    teams: Collection[UUID], team_id: SQLColumnExpression[UUID], about: Person | None = None
) -> ColumnElement[bool]:
    """Rows of one of these teams; `about` as in `reaches`."""
    return team_id.in_(teams) if about is None else known(about.team_id in teams)


def among(column: SQLColumnExpression[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """One of these ids, as one array: the statement is the same however many there are."""
    return column == any_(_array(ids))


def _array(ids: Collection[UUID]) -> ColumnElement[Any]:
    return literal(f"{{{','.join(map(str, ids))}}}", _WrittenIds())


def assigned(actor: Actor) -> ColumnElement[bool]:
    """The young people this actor is responsible for today, as youth worker of their team."""
    return ties.worked_out(actor, "assigned", lambda: among(Person.id, ties.assigned_ids(actor)))


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
