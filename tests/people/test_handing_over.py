"""Handing over a young person, with consent, or everything of somebody who leaves; on the real database."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from portal.accounts import open_work
from portal.accounts.models import Absence, User
from portal.accounts.service import closing
from portal.appointments.models import Appointment, AppointmentColleague, AppointmentStatus
from portal.contacts.models import FollowUp, FollowUpStatus
from portal.core import db
from portal.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment, PersonStatus
from portal.people.rules import answered, asked_to_take_over, not_answered, taken_over
from portal.people.service import close as close_dossier
from portal.people.service import handing_over, leaving
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action
from tests.factories import World, appointments
from tests.factories import contacts as make
from tests.factories.absences import absence
from tests.factories.handing_over import proposal
from tests.factories.people import person
from tests.factories.world import user

TODAY = date(2026, 11, 24)  # a Tuesday
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)

Freeze = Callable[[datetime], None]
ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def young(world: World, freeze: Freeze) -> Person:
    freeze(NOW)
    with db.unit_of_work():
        made = person(world.noord, "Yassine Merelveld", worker=world.worker)
        make.follow_up(made, world.worker, TODAY + DAY)
        return made


def propose(world: World, by: User, young: Person, to: User) -> HandOver:
    with db.unit_of_work(by.id):
        return handing_over.propose(world.actor(by), young.id, to_user_id=to.id, note="Zit op school in jouw buurt")


def answer(world: World, who: User, row: HandOver, how: Callable) -> None:
    with db.unit_of_work(who.id):
        how(world.actor(who), row.id)


def guides(young: Person) -> list[tuple[UUID, bool]]:
    with db.unit_of_work():
        rows = select(PersonAssignment).where(PersonAssignment.person_id == young.id, PersonAssignment.holds_on(TODAY))
        return [(row.user_id, row.is_primary) for row in db.session.scalars(rows.order_by(PersonAssignment.id))]


def does(young: Person) -> set[UUID]:
    with db.unit_of_work():
        return set(db.session.scalars(select(FollowUp.assignee_id).where(FollowUp.person_id == young.id)))


def asked(query: Callable, today: date = TODAY) -> list[tuple[UUID, int]]:
    with db.unit_of_work():
        return sorted((row.recipient_id, row.stage) for row in db.session.execute(query(today)))


def logged(young: Person) -> None:
    access_log.record(system("test"), Action.UPDATE, Subject("person", young.id, young.id, young.team_id))


# --- with consent ----------------------------------------------------------------------------------------------------


def test_nothing_moves_before_yes_and_then_everything_at_once(world: World, young: Person) -> None:
    row = propose(world, world.worker, young, world.colleague)
    assert guides(young) == [(world.worker.id, True)]
    answer(world, world.colleague, row, handing_over.accept)
    assert guides(young) == [(world.colleague.id, True)]
    assert does(young) == {world.colleague.id}


def test_who_helped_already_becomes_the_first(world: World, young: Person) -> None:
    with db.unit_of_work():
        db.session.add(
            PersonAssignment(
                person_id=young.id, team_id=young.team_id, user_id=world.colleague.id, is_primary=False, since=TODAY
            )
        )
        proposal(young, world.worker, world.colleague)
        row = db.session.scalars(select(HandOver)).one()
    answer(world, world.colleague, row, handing_over.accept)
    assert guides(young) == [(world.colleague.id, True)]


def test_a_no_changes_nothing_and_is_told(world: World, young: Person) -> None:
    row = propose(world, world.worker, young, world.colleague)
    answer(world, world.colleague, row, handing_over.decline)
    assert guides(young) == [(world.worker.id, True)]
    assert asked(answered) == [(world.worker.id, 1)]
    propose(world, world.worker, young, world.colleague)


@pytest.mark.parametrize("how", [handing_over.accept, handing_over.decline])
@pytest.mark.parametrize("name", ["worker", "director", "stranger", "manager"])
def test_only_who_was_asked_answers(world: World, young: Person, name: str, how: Callable) -> None:
    row = propose(world, world.worker, young, world.colleague)
    with pytest.raises(NotFound):
        answer(world, getattr(world, name), row, how)


@pytest.mark.parametrize(("name", "may"), [("worker", True), ("director", True), ("colleague", False)])
def test_who_may_withdraw(world: World, young: Person, name: str, may: bool) -> None:
    row = propose(world, world.worker, young, world.colleague)
    if may:
        answer(world, getattr(world, name), row, handing_over.withdraw)
        with pytest.raises(Conflict):
            answer(world, world.colleague, row, handing_over.accept)
    else:
        with pytest.raises(NotFound):
            answer(world, getattr(world, name), row, handing_over.withdraw)


@pytest.mark.parametrize("name", ["colleague", "stranger"])
def test_who_is_not_responsible_proposes_nothing(world: World, young: Person, name: str) -> None:
    with pytest.raises(NotFound):
        propose(world, getattr(world, name), young, world.colleague)


def test_a_replacement_does_not_give_away_what_is_not_theirs(world: World, young: Person) -> None:
    with db.unit_of_work():
        absence(world.worker, replacement=world.colleague)
    with pytest.raises(Forbidden):
        propose(world, world.colleague, young, world.colleague)


@pytest.mark.parametrize("name", ["worker", "stranger", "director"])
def test_only_another_worker_of_the_team_can_take_over(world: World, young: Person, name: str) -> None:
    with pytest.raises(Invalid):
        propose(world, world.worker, young, getattr(world, name))


def test_who_is_away_is_not_asked(world: World, young: Person) -> None:
    with db.unit_of_work():
        absence(world.colleague)
    with pytest.raises(Invalid):
        propose(world, world.worker, young, world.colleague)


def test_the_receiver_sees_no_name_until_yes(world: World, young: Person, client_as: ClientAs) -> None:
    row = propose(world, world.worker, young, world.colleague)
    browser = client_as(world.colleague)
    page = browser.get(f"/overdrachten/{row.id}").text
    assert young.pseudonym in page
    assert "Merelveld" not in page
    assert "Yassine" not in page
    assert f"/overdrachten/{row.id}" in browser.get("/mijn-dag").text
    assert browser.get(f"/jongeren/{young.id}").status_code == 404
    assert browser.post(f"/overdrachten/{row.id}/aannemen").location.endswith(str(young.id))
    assert browser.get(f"/jongeren/{young.id}").status_code == 200
    assert client_as(world.worker).get(f"/jongeren/{young.id}").status_code == 404


def test_whoever_is_quicker_closing_or_accepting(app: Flask, world: World, young: Person) -> None:
    row = propose(world, world.worker, young, world.colleague)
    with db.unit_of_work():
        db.session.scalars(select(FollowUp)).one().status = FollowUpStatus.CANCELLED
        logged(young)

    def run(who: User, what: Callable) -> bool:
        with app.app_context():
            try:
                with db.unit_of_work(who.id):
                    what(world.actor(who))
            except AppError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        accepted = pool.submit(run, world.colleague, lambda actor: handing_over.accept(actor, row.id))
        closed = pool.submit(run, world.director, lambda actor: close_dossier(actor, young.id, version=None))
        assert closed.result()
        taken = accepted.result()
    with db.unit_of_work():
        assert db.session.get_one(Person, young.id).status == PersonStatus.CLOSED
        expected = HandOverStatus.ACCEPTED if taken else HandOverStatus.WITHDRAWN
        assert db.session.get_one(HandOver, row.id).status == expected
    assert guides(young) == [(world.colleague.id if taken else world.worker.id, True)]


# --- who is told -----------------------------------------------------------------------------------------------------


def test_without_answer_the_director_hears_after_three_working_days(
    world: World, freeze: Freeze, young: Person
) -> None:
    propose(world, world.worker, young, world.colleague)
    assert asked(asked_to_take_over) == [(world.colleague.id, 0)]
    assert asked(not_answered, TODAY + 2 * DAY) == []
    assert asked(not_answered, TODAY + 3 * DAY) == [(world.director.id, 2)]
    with db.unit_of_work():
        db.session.scalars(select(PersonAssignment)).one().until = TODAY
        logged(young)
    assert asked(asked_to_take_over) == asked(not_answered, TODAY + 3 * DAY) == []


# --- everything of who leaves ----------------------------------------------------------------------------------------


@pytest.fixture
def leaver(world: World, young: Person) -> list[Person]:
    """Three young people of the worker, one closed, one where only a follow-up is theirs, and a duty."""
    with db.unit_of_work():
        closed = person(world.noord, "Dicht Voorbeeld", worker=world.worker, status=PersonStatus.CLOSED)
        shared = person(world.noord, "Gedeeld Voorbeeld", worker=world.colleague)
        make.follow_up(shared, world.worker, TODAY)
        third = user("Derde Proef", world.foundation, world.noord, "youth_worker")
        absence(third, replacement=world.worker)
        absence(world.colleague, replacement=world.worker, starts_at=NOW + 30 * DAY, ends_at=NOW + 31 * DAY)
        return [young, closed, shared]


def left_of(who: User) -> dict[str, int]:
    with db.unit_of_work():
        return {str(work.label): work.count for work in open_work.of(who.id)}


def test_all_goes_to_one_and_nothing_is_left(world: World, leaver: list[Person], client_as: ClientAs) -> None:
    assert left_of(world.worker) == {"Jongeren": 2, "Waarnemingen": 2, "Afgesproken vervolgstappen en beloftes": 2}
    browser = client_as(world.director)
    page = browser.get(f"/mensen/{world.worker.id}/overdragen").text
    assert "Yassine Merelveld" in page
    done = browser.post(f"/mensen/{world.worker.id}/overdragen", data={"everyone": str(world.colleague.id)})
    assert done.status_code == 303, done.text
    assert left_of(world.worker) == {}
    for young in leaver:
        assert guides(young) == [(world.colleague.id, True)]
    assert does(leaver[0]) == does(leaver[2]) == {world.colleague.id}
    assert asked(taken_over) == [(world.colleague.id, 0)]
    with db.unit_of_work():
        duties = select(Absence.user_id, Absence.replacement_id)
        handed = dict(db.session.execute(duties).all())
    assert handed.pop(world.colleague.id) is None
    assert set(handed.values()) == {world.colleague.id}


def owners() -> list[UUID]:
    with db.unit_of_work():
        planned = select(Appointment).where(Appointment.status == AppointmentStatus.PLANNED)
        return [row.owner_id for row in db.session.scalars(planned.order_by(Appointment.starts_at))]


def test_appointments_go_along_and_a_shared_one_stays(world: World, young: Person) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Ander Voorbeeld", worker=world.worker)
        appointments.appointment(young, owner=world.worker)
        shared = appointments.appointment(young, other, owner=world.worker, at=NOW + DAY)
        access_log.record(system("test"), Action.CREATE, Subject("appointment", shared.id, young.id, young.team_id))
    row = propose(world, world.worker, young, world.colleague)
    answer(world, world.colleague, row, handing_over.accept)
    assert owners() == [world.colleague.id, world.worker.id]
    with db.unit_of_work():
        assert db.session.scalars(select(AppointmentColleague.user_id)).all() == [world.colleague.id]


@pytest.mark.parametrize("with_everyone", [True, False])
def test_of_who_leaves_no_appointment_is_left(
    world: World, young: Person, client_as: ClientAs, with_everyone: bool
) -> None:
    with db.unit_of_work():
        made = appointments.appointment(young, owner=world.worker, colleagues=[world.colleague])
        appointments.appointment(owner=world.worker, team_id=world.noord.id, what="Overleg", at=NOW + DAY)
        appointments.appointment(owner=world.director, team_id=world.noord.id, colleagues=[world.worker], at=NOW)
        access_log.record(system("test"), Action.CREATE, Subject("appointment", made.id, young.id, young.team_id))
    name = "everyone" if with_everyone else f"to_{young.id.hex}"
    done = client_as(world.director).post(f"/mensen/{world.worker.id}/overdragen", data={name: str(world.colleague.id)})
    assert done.status_code == 303
    assert owners() == [world.director.id, world.colleague.id] + [world.colleague.id] * with_everyone
    assert left_of(world.worker) == {}
    with db.unit_of_work():
        assert db.session.scalars(select(AppointmentColleague.user_id)).all() == []


def test_it_is_split_per_row(world: World, leaver: list[Person], client_as: ClientAs) -> None:
    with db.unit_of_work():
        other = user("Vierde Proef", world.foundation, world.noord, "youth_worker")
    data = {"everyone": str(world.colleague.id), f"to_{leaver[0].id.hex}": str(other.id)}
    assert client_as(world.director).post(f"/mensen/{world.worker.id}/overdragen", data=data).status_code == 303
    assert guides(leaver[0]) == [(other.id, True)]
    assert guides(leaver[1]) == [(world.colleague.id, True)]
    assert asked(taken_over) == sorted([(other.id, 0), (world.colleague.id, 0)])


def test_a_row_without_receiver_stops_everything(world: World, leaver: list[Person], client_as: ClientAs) -> None:
    data = {f"to_{leaver[0].id.hex}": str(world.colleague.id)}
    answer = client_as(world.director).post(f"/mensen/{world.worker.id}/overdragen", data=data)
    assert answer.status_code == 422
    assert "Kies voor iedere jongere" in answer.text
    assert guides(leaver[0]) == [(world.worker.id, True)]


def test_an_administrator_gives_away_without_reading_a_name(
    world: World, leaver: list[Person], client_as: ClientAs
) -> None:
    browser = client_as(world.administrator)
    page = browser.get(f"/mensen/{world.worker.id}/overdragen").text
    assert leaver[0].pseudonym in page
    assert not re.search("Merelveld|Voorbeeld", page)
    data = {"everyone": str(world.colleague.id)}
    assert browser.post(f"/mensen/{world.worker.id}/overdragen", data=data).status_code == 303
    assert left_of(world.worker) == {}


@pytest.mark.parametrize(("by", "who"), [("director", "stranger"), ("manager", "worker"), ("colleague", "worker")])
def test_nobody_else_gives_work_away(
    world: World, leaver: list[Person], client_as: ClientAs, by: str, who: str
) -> None:
    browser = client_as(getattr(world, by))
    address = f"/mensen/{getattr(world, who).id}/overdragen"
    assert browser.get(address).status_code in {403, 404}
    assert browser.post(address, data={"everyone": str(world.colleague.id)}).status_code in {403, 404}
    assert guides(leaver[0]) == [(world.worker.id, True)]


def test_an_account_with_work_in_hand_stays_open(world: World, leaver: list[Person]) -> None:
    actor = world.actor(world.administrator)
    with pytest.raises(Invalid), db.unit_of_work():
        closing.close(actor, world.worker.id, version=None)
    with db.unit_of_work(actor.user_id):
        people = [item.person_id for item in leaving.in_hand(actor, world.worker.id).items]
        leaving.give_away(
            actor,
            world.worker.id,
            receivers=dict.fromkeys(people, world.colleague.id),
            duties={duty.absence_id: None for duty in leaving.in_hand(actor, world.worker.id).duties},
        )
        closing.close(actor, world.worker.id, version=None)
    with db.unit_of_work():
        assert db.session.get_one(User, world.worker.id).deactivated_at is not None


def test_what_was_proposed_to_the_leaver_is_answered_with_no(world: World, leaver: list[Person]) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Ander Voorbeeld", worker=world.colleague)
        row = proposal(other, world.colleague, world.worker)
    actor = world.actor(world.director)
    with db.unit_of_work(actor.user_id):
        people = [item.person_id for item in leaving.in_hand(actor, world.worker.id).items]
        leaving.give_away(actor, world.worker.id, receivers=dict.fromkeys(people, world.colleague.id), duties={})
    with db.unit_of_work():
        assert db.session.get_one(HandOver, row.id).status == HandOverStatus.DECLINED
    assert (world.colleague.id, 1) in asked(answered)


def test_every_move_stands_in_the_log(world: World, leaver: list[Person], client_as: ClientAs) -> None:
    client_as(world.director).post(f"/mensen/{world.worker.id}/overdragen", data={"everyone": str(world.colleague.id)})
    with db.unit_of_work():
        moved = select(AccessEvent.person_id).where(
            AccessEvent.actor_id == world.director.id, AccessEvent.action == "update"
        )
        assert set(db.session.scalars(moved)) >= {young.id for young in leaver}


# --- whatever the order of steps -------------------------------------------------------------------------------------


def test_in_any_order_one_worker_answers_for_it_and_does_the_work(world: World, young: Person) -> None:
    """A small machine: propose, accept, decline, withdraw, by anybody, in any order."""
    with db.unit_of_work():
        third = user("Derde Proef", world.foundation, world.noord, "youth_worker")
    crew = [world.worker, world.colleague, third, world.director]

    class Machine(RuleBasedStateMachine):
        """What people do, allowed or not."""

        @rule(by=st.sampled_from(crew), to=st.sampled_from(crew))
        def proposes(self, by: User, to: User) -> None:
            self.attempt(lambda: propose(world, by, young, to))

        @precondition(lambda self: newest() is not None)
        @rule(
            by=st.sampled_from(crew),
            how=st.sampled_from([handing_over.accept, handing_over.decline, handing_over.withdraw]),
        )
        def answers(self, by: User, how: Callable) -> None:
            row = newest()
            before = guides(young)
            done = self.attempt(lambda: answer(world, by, row, how))
            moved = guides(young) != before
            assert moved == (done and how is handing_over.accept)
            assert not moved or by.id == row.to_user_id

        @invariant()
        def one_first_worker_does_the_work(self) -> None:
            ((first, primary),) = guides(young)
            assert primary
            assert does(young) == {first}

        def attempt(self, step: Callable) -> bool:
            try:
                step()
            except (AppError, ValueError):
                return False
            except Exception as error:
                if "uq_hand_over_open" not in str(error):
                    raise
                return False
            return True

    def newest() -> HandOver | None:
        with db.unit_of_work():
            return db.session.scalars(select(HandOver).order_by(HandOver.id.desc()).limit(1)).first()

    run = Machine.TestCase
    run.settings = settings(
        max_examples=6, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run().runTest()
