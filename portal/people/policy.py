"""Who reaches which young people: one SQL condition for lists and single records (architecture §4.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, and_, false, or_, select, true, union

from portal.accounts import absence
from portal.core import clock
from portal.people.models import Person, PersonAssignment
from portal.privacy import grants
from portal.privacy.actor import Actor
from portal.privacy.models import AccessGrant, GrantReason
from portal.privacy.permissions import Permission, Reach, Role, reach


def visible(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> ColumnElement[bool]:
    """The young people over whom `actor` holds `permission`: assigned, of a whole team, or through a grant."""
    return or_(*_ways(actor, permission))


def reached(actor: Actor, permission: Permission = Permission.PEOPLE_READ) -> CTE:
    """Of the same young people what a search reads; every way in goes by its own index, whatever the city holds.

    Materialised, so that what was typed is compared within the reach and nowhere else.
    """
    columns = (Person.id, Person.pseudonym, Person.search_text, Person.sounds)
    ways = [select(*columns).where(way) for way in _ways(actor, permission)]
    return union(*ways).cte("reached").prefix_with("MATERIALIZED")


def _ways(actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    """The ways to reach somebody: each alone is enough."""
    if actor.teams(permission, Reach.ALL):
        return [true()]
    ways = [
        Person.team_id.in_(actor.teams(permission, Reach.TEAM)),
        and_(Person.team_id.in_(actor.teams(permission)), assigned(actor)),
        Person.id.in_(_granted_ids(actor, permission)),
    ]
    if actor.replaces:
        ways.append(and_(Person.team_id.in_(actor.teams(permission)), stood_in(actor)))
    return ways


def assigned(actor: Actor) -> ColumnElement[bool]:
    """The young people this actor is responsible for today, as youth worker of their team."""
    given = select(PersonAssignment.person_id).where(PersonAssignment.user_id == actor.user_id, lasting(clock.today()))
    return and_(Person.team_id.in_(_worker_teams(actor)), Person.id.in_(given))


def stood_in(actor: Actor) -> ColumnElement[bool]:
    """The young people of colleagues for whom this actor stands in at this moment, as youth worker of their team."""
    if not actor.replaces:
        return false()
    away = absence.stood_in_for(cast(UUID, actor.user_id), at=clock.now())
    given = select(PersonAssignment.person_id).where(PersonAssignment.user_id.in_(away), lasting(clock.today()))
    return and_(Person.team_id.in_(_worker_teams(actor)), Person.id.in_(given))


def lasting(day: date) -> ColumnElement[bool]:
    """Assignments that hold on this civil date."""
    return and_(PersonAssignment.since <= day, or_(PersonAssignment.until.is_(None), PersonAssignment.until > day))


def _worker_teams(actor: Actor) -> list[UUID]:
    return [team for role, team in actor.roles if role == Role.YOUTH_WORKER]


def detailed(actor: Actor) -> ColumnElement[bool]:
    """The young people of whom more than given name and phone may be seen: reached in another role than messenger."""
    return visible(acting_as(actor, frozenset(Role) - {Role.CREDIBLE_MESSENGER}))


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
