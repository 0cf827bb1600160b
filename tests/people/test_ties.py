"""What is remembered of rights within a transaction never outlives a change of those rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, literal, select, update

from portal.accounts.models import User
from portal.core import clock, db
from portal.people import ties
from portal.people.models import Person, PersonAssignment
from portal.people.policy import holds, known
from portal.privacy import grants, sources
from portal.privacy.models import AccessGrant, GrantReason
from portal.privacy.permissions import Permission, Role
from tests.factories import World, people
from tests.factories.absences import absence

READ = Permission.PEOPLE_READ
NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def young(world: World) -> Person:
    """Somebody of the worker's team, given to a colleague."""
    with db.unit_of_work():
        return people.person(world.noord, "Ties Proef", worker=world.colleague)


def test_an_assignment_counts_at_once_and_a_roll_back_takes_it_back(world: World, young: Person) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert young.id not in ties.reached_ids(actor, READ)
        with pytest.raises(RuntimeError), db.session.begin_nested():
            given = PersonAssignment(
                person_id=young.id,
                team_id=young.team_id,
                user_id=world.worker.id,
                since=clock.today(),
                is_primary=False,
            )
            db.session.add(given)
            assert young.id in ties.reached_ids(actor, READ)
            raise RuntimeError
        assert young.id not in ties.reached_ids(actor, READ)
        db.rollback()


def test_a_grant_counts_at_once_and_so_does_its_end(world: World, young: Person) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert young.id not in ties.reached_ids(actor, READ)
        grants.grant(young.id, young.team_id, reason=GrantReason.TRANSFER, record_id=young.id, user_id=world.worker.id)
        assert young.id in ties.reached_ids(actor, READ)
        grants.end(young.id)
        assert young.id not in ties.reached_ids(actor, READ)


def test_a_change_written_past_the_objects_counts_too(world: World, young: Person) -> None:
    actor = world.actor(world.colleague)
    with db.unit_of_work():
        assert young.id in ties.assigned_ids(actor)
        db.session.execute(update(PersonAssignment).values(until=clock.today()))
        assert young.id not in ties.assigned_ids(actor)
        db.rollback()


def test_a_grant_to_a_role_counts_in_that_team_and_that_role_only(world: World, young: Person) -> None:
    coordinator, worker = world.actor(world.coordinator), world.actor(world.worker)
    team = next(team for role, team in coordinator.roles if role == Role.CM_COORDINATOR)
    with db.unit_of_work():
        db.session.add(
            AccessGrant(
                person_id=young.id, team_id=young.team_id, grantee_team_id=team, grantee_role=Role.CM_COORDINATOR,
                reason=GrantReason.TRAJECTORY, record_id=young.id, valid_from=clock.now() - timedelta(hours=1),
            )
        )  # fmt: skip
        assert young.id in ties.granted_ids(coordinator, READ)
        assert young.id not in ties.granted_ids(worker, READ)


def test_who_no_longer_stands_in_reaches_nobody_of_a_colleague(world: World, young: Person) -> None:
    with db.unit_of_work():
        absence(world.colleague, replacement=world.worker)
    standing_in = world.actor(world.worker)
    assert standing_in.replaces
    with db.unit_of_work():
        assert young.id in ties.reached_ids(standing_in, READ)
        assert young.id not in ties.reached_ids(replace(standing_in, replaces=frozenset()), READ)
        assert young.id in ties.reached_ids(standing_in, READ)


def test_time_ends_a_grant_also_within_a_transaction(world: World, young: Person, freeze) -> None:
    actor = world.actor(world.worker)
    until = clock.now() + timedelta(hours=1)
    with db.unit_of_work():
        grants.grant(
            young.id,
            young.team_id,
            reason=GrantReason.TRANSFER,
            record_id=young.id,
            user_id=world.worker.id,
            until=until,
        )
        assert young.id in ties.reached_ids(actor, READ)
        clock.freeze(db.session(), until)
        assert young.id not in ties.reached_ids(actor, READ)


def written_for(world: World, who: User, at: datetime | None = None) -> Select[str]:
    """The statement that a reader gets in a transaction of their own."""
    reader = world.actor(who)

    def write() -> Select[str]:
        day = literal(at) if at else literal(clock.day_start(clock.today()))
        return select(User.name).where(User.id == reader.user_id, User.created_at < day)

    with db.unit_of_work():
        return ties.written_once(reader, "test", write)


def test_a_statement_is_kept_for_its_reader_until_the_day_or_the_rights_change(
    world: World, young: Person, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    kept = written_for(world, world.director)
    assert written_for(world, world.director) is kept
    assert written_for(world, world.manager) is not kept
    with sources.shown_to(sources.Audience.NETWORK):
        assert written_for(world, world.director) is not kept
    freeze(NOON + timedelta(days=1))
    assert written_for(world, world.director) is not kept
    mine = written_for(world, world.worker)
    with db.unit_of_work():
        people.grant_to_user(young, world.worker)
    assert written_for(world, world.worker) is not mine


def test_a_moment_is_not_kept(world: World) -> None:
    with pytest.raises(ValueError, match="moment"):
        written_for(world, world.worker, clock.now())


def name_of(world: World, who: User, whom: Person) -> str | None:
    """The name of somebody as this reader may know it, asked in a transaction of their own."""
    reader = world.actor(who)

    def write() -> Select[str]:
        return select(Person.given_name).where(Person.id == ties.young(whom), known(holds(reader, READ, whom)))

    with db.unit_of_work():
        return ties.ask_about(reader, whom, "test", write).scalar_one_or_none()


def test_what_was_written_about_one_is_asked_about_the_next_with_the_next_ones_rights(
    world: World, young: Person
) -> None:
    with db.unit_of_work():
        mine, also_mine = (
            people.person(world.noord, name, worker=world.worker) for name in ("Een Proef", "Twee Proef")
        )
        elsewhere = people.person(world.zuidoost, "Drie Proef", worker=world.stranger)
        given = people.grant_to_user(elsewhere, world.worker, GrantReason.TRANSFER).record_id
    asked = [name_of(world, world.worker, whom) for whom in (mine, also_mine, young, elsewhere, mine)]
    assert asked == ["Een", "Twee", None, "Drie", "Een"]
    with db.unit_of_work():
        assert given is not None
        grants.end(given)
        people.grant_to_user(young, world.worker, GrantReason.TRANSFER)
    assert [name_of(world, world.worker, whom) for whom in (elsewhere, young)] == [None, "Ties"]
    assert name_of(world, world.director, also_mine) == "Twee"


@pytest.mark.parametrize("value", ["moment", "young person"])
def test_what_is_kept_holds_neither_a_moment_nor_a_young_person(world: World, young: Person, value: str) -> None:
    reader = world.actor(world.worker)
    condition = {"moment": Person.created_at < clock.now(), "young person": Person.id == young.id}[value]
    with db.unit_of_work(), pytest.raises(ValueError, match=value):
        ties.ask_about(reader, young, f"test {value}", lambda: select(Person.given_name).where(condition))
