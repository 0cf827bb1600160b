"""Who reaches which young people: one SQL condition for lists and single records (architecture §4.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Uuid,
    and_,
    any_,
    false,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)

from portal.accounts import absence
from portal.core import clock
from portal.people.models import Person, PersonAssignment
from portal.privacy import grants
from portal.privacy.actor import Actor
from portal.privacy.models import AccessGrant, GrantReason
from portal.privacy.permissions import Permission, Reach, Role, reach


def visible(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> ColumnElement[bool]:
    """The young people over whom `actor` holds `permission`: assigned, of a whole team, or through a grant."""
    return reaches(actor, permission, Person.id, Person.team_id)


def reaches(
    actor: Actor, permission: Permission, person_id: SQLColumnExpression[UUID], team_id: SQLColumnExpression[UUID]
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
    actor: Actor, permission: Permission, person_id: SQLColumnExpression[UUID], team_id: SQLColumnExpression[UUID]
) -> list[ColumnElement[bool]]:
    """The ways to reach somebody, each alone is enough: a whole team by its id, the others one by one."""
    if actor.teams(permission, Reach.ALL):
        return [true()]
    one_by_one = [assigned_ids(actor, permission), _granted_ids(actor, permission)]
    if actor.replaces:
        one_by_one.append(stood_in_ids(actor, permission))
    ways = [among(person_id, *one_by_one)]
    if teams := actor.teams(permission, Reach.TEAM):
        ways.append(team_id.in_(teams))
    return ways


def among(person_id: SQLColumnExpression[UUID], *ids: Select[UUID]) -> ColumnElement[bool]:
    """One of these ids. An array, which is made once and then looked up by index; `IN` may read every young person."""
    listed = union_all(*(each.correlate(None) for each in ids)).scalar_subquery()
    return person_id == any_(func.array(listed, type_=ARRAY(Uuid())))


def assigned(actor: Actor) -> ColumnElement[bool]:
    """The young people this actor is responsible for today, as youth worker of their team."""
    return among(Person.id, assigned_ids(actor))


def stood_in(actor: Actor) -> ColumnElement[bool]:
    """The young people of colleagues for whom this actor stands in at this moment, as youth worker of their team."""
    return among(Person.id, stood_in_ids(actor)) if actor.replaces else false()


def assigned_ids(actor: Actor, permission: Permission | None = None) -> Select[UUID]:
    """The ids of `assigned`; with `permission` only in the teams where it is held."""
    return _given_to(actor, PersonAssignment.user_id == actor.user_id, permission)


def stood_in_ids(actor: Actor, permission: Permission | None = None) -> Select[UUID]:
    """The ids of `stood_in`; with `permission` only in the teams where it is held."""
    away = absence.stood_in_for(cast(UUID, actor.user_id), at=clock.now())
    return _given_to(actor, PersonAssignment.user_id.in_(away), permission)


def _given_to(actor: Actor, whom: ColumnElement[bool], permission: Permission | None) -> Select[UUID]:
    """The young people given to somebody today, of the teams in which this actor is a youth worker."""
    teams = {team for role, team in actor.roles if role == Role.YOUTH_WORKER}
    if permission:
        teams &= set(actor.teams(permission))
    return select(PersonAssignment.person_id).where(
        whom, PersonAssignment.team_id.in_(sorted(teams)), lasting(clock.today())
    )


def lasting(day: date) -> ColumnElement[bool]:
    """Assignments that hold on this civil date."""
    return and_(PersonAssignment.since <= day, or_(PersonAssignment.until.is_(None), PersonAssignment.until > day))


def detailed(actor: Actor) -> ColumnElement[bool]:
    """The young people of whom more than given name and phone may be seen: reached in another role than messenger."""
    return visible(beyond_messenger(actor))


def beyond_messenger(actor: Actor) -> Actor:
    """The same person in every other role than messenger."""
    return acting_as(actor, frozenset(Role) - {Role.CREDIBLE_MESSENGER})


def acting_as(actor: Actor, roles: Collection[Role]) -> Actor:
    """The same person with only these of their roles, to ask what they reach through those."""
    return replace(actor, roles=frozenset((role, team) for role, team in actor.roles if role in roles))


def _granted_ids(actor: Actor, permission: Permission) -> Select[UUID]:
    """Grants count only for the role they were given to, so that a second role does not widen them."""
    holders = {role for role in actor.role_names if reach(role, permission)}
    return grants.granted_person_ids(actor).where(
        or_(
            AccessGrant.grantee_role.in_([str(role) for role in holders]),
            and_(AccessGrant.grantee_user_id == actor.user_id, AccessGrant.reason.in_(_personal_reasons(holders))),
        )
    )


def _personal_reasons(holders: set[Role]) -> list[str]:
    """A messenger is granted a young person by the trajectory; other roles by replacement, transfer or emergency."""
    reasons: list[str] = []
    if Role.CREDIBLE_MESSENGER in holders:
        reasons.append(GrantReason.TRAJECTORY)
    if holders - {Role.CREDIBLE_MESSENGER}:
        reasons += [GrantReason.REPLACEMENT, GrantReason.TRANSFER, GrantReason.BREAK_GLASS]
    return reasons


def acting_team(actor: Actor, present: Sequence[Person]) -> UUID:
    """The team of the role in which the actor writes: that of the young people if it is one of them."""
    teams = actor.teams(Permission.CONTACTS_WRITE)
    return next((person.team_id for person in present if person.team_id in teams), teams[0])
