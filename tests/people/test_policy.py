"""Who reaches whom: roles per team, assignments with a period, grants with a period and a role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import RoleAssignment
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people import policy, service
from portal.people.models import Person, PersonAssignment
from portal.privacy import grants
from portal.privacy.models import AccessEvent, GrantReason
from portal.privacy.permissions import Permission
from tests.factories import World, people

P = Permission


@pytest.fixture
def boy(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Voorbeeld", worker=world.worker, phone="06 12345678")


def reaches(world: World, name: str, person: Person, permission: P = P.PEOPLE_READ) -> bool:
    actor = world.actor(getattr(world, name))
    try:
        service.get(actor, person.id, permission)
    except NotFound:
        return False
    finally:
        db.session.remove()
    return True


MATRIX = {
    P.PEOPLE_READ: {"worker", "director"},
    P.PEOPLE_UPDATE: {"worker", "director"},
    P.PEOPLE_ASSIGN: {"director"},
    P.CONTACTS_READ: {"worker", "director"},
    P.CONTACTS_WRITE: {"worker"},
}
EVERYBODY = (
    "worker", "colleague", "stranger", "director", "manager", "coordinator", "messenger", "trainer", "analyst",
    "privacy_officer", "administrator",
)  # fmt: skip


@pytest.mark.parametrize("permission", MATRIX)
def test_reach_without_grants(world: World, boy: Person, permission: P) -> None:
    assert {name for name in EVERYBODY if reaches(world, name, boy, permission)} == MATRIX[permission]


def test_assignment_that_ended_gives_nothing(world: World, boy: Person) -> None:
    with db.unit_of_work():
        db.session.execute(update(PersonAssignment).values(until=clock.today()))
        db.mark_logged()
    assert not reaches(world, "worker", boy)


def test_assignment_counts_up_to_its_last_day(world: World, boy: Person) -> None:
    with db.unit_of_work():
        db.session.execute(update(PersonAssignment).values(until=clock.today() + timedelta(days=1)))
        db.mark_logged()
    assert reaches(world, "worker", boy)


def test_assignment_without_role_in_the_team_gives_nothing(world: World, boy: Person) -> None:
    with db.unit_of_work():
        db.session.execute(
            update(RoleAssignment).where(RoleAssignment.user_id == world.worker.id).values(valid_until=date(2025, 1, 1))
        )
        db.session.add(
            RoleAssignment(
                user_id=world.worker.id, team_id=world.zuidoost.id, role="youth_worker", valid_from=date(2025, 1, 2)
            )
        )
    assert not reaches(world, "worker", boy)


@pytest.mark.parametrize("role", ["credible_messenger", "cm_coordinator", "jv_director"])
def test_assignment_counts_only_while_the_role_of_youth_worker_lasts(world: World, boy: Person, role: str) -> None:
    """Another role in the same team does not keep what was given to the worker."""
    with db.unit_of_work():
        held = update(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)
        db.session.execute(held.values(role=role))
    assert reaches(world, "worker", boy) == (role == "jv_director")
    assert not reaches(world, "worker", boy, P.CONTACTS_WRITE)
    if role == "jv_director":
        assert not service.card(world.actor(world.worker), boy.id).is_assigned, "a director reads as director"


def test_messenger_reads_by_grant_and_sees_only_first_name(world: World, boy: Person) -> None:
    with db.unit_of_work():
        people.grant_to_user(boy, world.messenger)
    assert reaches(world, "messenger", boy)
    assert not reaches(world, "messenger", boy, P.PEOPLE_UPDATE)
    card = service.card(world.actor(world.messenger), boy.id)
    assert (card.detailed, card.name) == (False, "Yassine")


def test_coordinators_read_by_grant_to_their_team_until_it_ends(world: World, boy: Person) -> None:
    with db.unit_of_work():
        given = people.grant_to_team(boy, world.network)
    assert [name for name in EVERYBODY if reaches(world, name, boy)] == ["worker", "director", "coordinator"]
    with db.unit_of_work():
        assert given.record_id
        grants.end(given.record_id)
    assert not reaches(world, "coordinator", boy)


def test_second_role_does_not_widen_a_messengers_grant(world: World, boy: Person) -> None:
    """Somebody who is messenger here and youth worker elsewhere reads the grant as messenger."""
    with db.unit_of_work():
        people.grant_to_user(boy, world.stranger)
    assert not reaches(world, "stranger", boy), "a youth worker is no messenger"
    with db.unit_of_work():
        db.session.add(
            RoleAssignment(
                user_id=world.stranger.id,
                team_id=world.network.id,
                role="credible_messenger",
                valid_from=date(2024, 1, 1),
            )
        )
    assert reaches(world, "stranger", boy)
    assert not reaches(world, "stranger", boy, P.PEOPLE_UPDATE)
    assert not service.card(world.actor(world.stranger), boy.id).detailed


def test_replacement_gives_a_youth_worker_the_details(world: World, boy: Person) -> None:
    with db.unit_of_work():
        people.grant_to_user(boy, world.stranger, GrantReason.REPLACEMENT)
    assert reaches(world, "stranger", boy, P.PEOPLE_UPDATE)
    assert service.card(world.actor(world.stranger), boy.id).detailed


def test_choices_are_the_open_dossiers_in_reach_and_are_logged(world: World, boy: Person) -> None:
    with db.unit_of_work():
        people.person(world.noord, "Ander Voorbeeld", worker=world.colleague)
        people.person(world.noord, "Dicht Voorbeeld", worker=world.worker, status="closed")
        people.grant_to_user(boy, world.messenger)
    actor, messenger = world.actor(world.worker), world.actor(world.messenger)
    with db.unit_of_work():
        assert [(c.id, c.label) for c in service.choices(actor)] == [(boy.id, "Yassine V.")]
        assert [(c.label, c.detail) for c in service.choices(messenger)] == [("Yassine", boy.pseudonym)]
    logged = db.session.scalars(select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == "list")).all()
    assert [(e.actor_id, e.person_id, e.purpose, e.role) for e in logged] == [
        (world.worker.id, boy.id, "own_caseload", "youth_worker"),
        (world.messenger.id, boy.id, "own_caseload", "credible_messenger"),
    ]


def test_detail_tells_two_of_the_same_name_apart(world: World, boy: Person, freeze: Callable[..., None]) -> None:
    freeze(datetime(2026, 2, 28, 12, tzinfo=UTC))
    with db.unit_of_work():
        (only,) = service.choices(world.actor(world.worker))
    assert only.detail == f"{boy.pseudonym} · Noord · 17"


def test_what_is_decided_for_one_young_person_is_what_the_condition_says(world: World) -> None:
    """`holds` and `visible` are one rule written twice, so they are held against each other over everybody."""
    with db.unit_of_work():
        young = [
            people.person(world.noord, worker=world.worker),
            people.person(world.noord, worker=world.colleague),
            people.person(world.noord),
            people.person(world.zuidoost, worker=world.stranger),
        ]
        people.grant_to_user(young[0], world.messenger)
        people.grant_to_user(young[1], world.stranger, GrantReason.REPLACEMENT)
        people.grant_to_user(young[3], world.colleague, GrantReason.FORMER)
        people.grant_to_team(young[3], world.network)
    for name in EVERYBODY:
        actor = world.actor(getattr(world, name))
        for permission in P:
            with db.unit_of_work():
                asked = db.session.scalars(select(Person.id).where(policy.visible(actor, permission)))
                said = {one.id for one in young if policy.holds(actor, permission, one)}
                assert said == set(asked), (name, permission)
