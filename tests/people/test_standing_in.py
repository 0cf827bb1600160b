"""Who stands in for a colleague reaches their young people for as long as that lasts, and it shows in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.models import Absence, RoleAssignment, User
from portal.appointments.service import planning, reading
from portal.contacts import policy as contacts_policy
from portal.contacts.models import Channel, Confidentiality, Contact, ContactPurpose, FollowUp, FollowUpStatus, Result
from portal.contacts.service import Details, Next, record, to_do
from portal.core import clock, db
from portal.core.ids import new_id
from portal.people import policy
from portal.people.models import Person, PersonAssignment
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission, Role
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.absences import absence
from tests.factories.appointments import appointment
from tests.factories.people import person
from tests.factories.world import user

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WRITES = (Permission.PEOPLE_READ, Permission.PEOPLE_UPDATE, Permission.CONTACTS_READ, Permission.CONTACTS_WRITE)

Freeze = Callable[[datetime], None]
ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def young(world: World, freeze: Freeze) -> Person:
    freeze(NOW)
    with db.unit_of_work():
        return person(world.noord, "Yassine Merelveld", worker=world.worker)


def away(who: User, replacement: User | None, start: datetime = NOW, end: datetime = NOW + DAY) -> Absence:
    with db.unit_of_work():
        return absence(who, replacement=replacement, starts_at=start, ends_at=end)


def reaches(world: World, who: User, young: Person, permission: Permission = Permission.PEOPLE_READ) -> bool:
    with db.unit_of_work():
        found = select(Person.id).where(Person.id == young.id, policy.visible(world.actor(who), permission))
        return db.session.scalar(found) is not None


# --- rights, to the minute -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(NOW - MINUTE, False), (NOW, True), (NOW + DAY - MINUTE, True), (NOW + DAY, False), (NOW + 9 * DAY, False)],
)
def test_rights_follow_the_period_to_the_minute(
    world: World, freeze: Freeze, young: Person, moment: datetime, expected: bool
) -> None:
    away(world.worker, world.colleague)
    freeze(moment)
    for permission in WRITES:
        assert reaches(world, world.colleague, young, permission) is expected
        assert reaches(world, world.worker, young, permission)
        assert not reaches(world, world.stranger, young, permission)


@given(st.integers(-120, 120), st.integers(1, 240), st.integers(-400, 400), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_period_the_rights_are_those_of_the_period(
    world: World, freeze: Freeze, young: Person, start: int, length: int, at: int, declined: bool
) -> None:
    begins = NOW + start * MINUTE
    with db.unit_of_work():
        row = absence(world.worker, replacement=world.colleague, starts_at=begins, ends_at=begins + length * MINUTE)
        row.declined_at = begins if declined else None
    moment = NOW + at * MINUTE
    freeze(moment)
    inside = begins <= moment < begins + length * MINUTE
    assert reaches(world, world.colleague, young) is (inside and not declined)
    with db.unit_of_work():
        db.session.get_one(Absence, row.id).ends_at = begins


def test_an_actor_that_lives_longer_than_the_period_reaches_nothing_after_it(
    world: World, freeze: Freeze, young: Person
) -> None:
    away(world.worker, world.colleague)
    actor = world.actor(world.colleague)
    freeze(NOW + DAY)
    with db.unit_of_work():
        assert db.session.scalar(select(Person.id).where(policy.visible(actor))) is None


def test_only_the_young_people_who_are_theirs_now(world: World, young: Person) -> None:
    away(world.worker, world.colleague)
    with db.unit_of_work():
        other = person(world.noord, "Ander Voorbeeld", worker=world.director)
        row = db.session.scalars(select(PersonAssignment).where(PersonAssignment.person_id == young.id)).one()
        row.until = TODAY
        access_log.record(system("test"), Action.UPDATE, Subject("person", young.id, young.id, young.team_id))
    assert not reaches(world, world.colleague, young)
    assert not reaches(world, world.colleague, other)


def test_a_chain_is_not_followed(world: World, young: Person) -> None:
    with db.unit_of_work():
        third = user("Derde Proef", world.foundation, world.noord, Role.YOUTH_WORKER)
    away(world.worker, world.colleague)
    away(world.colleague, third)
    assert not reaches(world, third, young)


def test_a_replacement_without_the_role_in_that_team_reaches_nothing(world: World, young: Person) -> None:
    away(world.worker, world.colleague)
    with db.unit_of_work():
        role = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.colleague.id)).one()
        role.team_id = world.zuidoost.id
    assert not reaches(world, world.colleague, young)


# --- what it opens ---------------------------------------------------------------------------------------------------


def test_a_replacement_reads_what_the_worker_reads(world: World, young: Person) -> None:
    with db.unit_of_work():
        note = make.contact(young, worker=world.worker, note="Besproken", confidentiality=Confidentiality.TEAM)
    away(world.worker, world.colleague)
    with db.unit_of_work():
        seen = select(Contact.id).where(contacts_policy.visible(world.actor(world.colleague)))
        assert db.session.scalars(seen).all() == [note.id]


def logged(who: User) -> list[tuple[str, str, UUID | None]]:
    with db.unit_of_work():
        rows = select(AccessEvent).where(AccessEvent.actor_id == who.id).order_by(AccessEvent.id)
        return [(row.action, row.purpose, row.on_behalf_of) for row in db.session.scalars(rows)]


def test_reading_as_replacement_is_seen_on_the_page_and_in_the_log(
    world: World, young: Person, client_as: ClientAs
) -> None:
    away(world.worker, world.colleague)
    page = client_as(world.colleague).get(f"/jongeren/{young.id}").text
    assert "Je ziet dit als waarnemer voor Samira Proef" in page
    assert (Action.READ, Purpose.REPLACEMENT, world.worker.id) in logged(world.colleague)
    own = client_as(world.worker).get(f"/jongeren/{young.id}").text
    assert "Je ziet dit als waarnemer" not in own
    assert "Neemt waar" in own
    assert (Action.READ, Purpose.OWN_CASELOAD, None) in logged(world.worker)


def test_who_answers_for_a_young_person_is_no_replacement_there(
    world: World, young: Person, client_as: ClientAs
) -> None:
    with db.unit_of_work():
        db.session.add(
            PersonAssignment(
                person_id=young.id, team_id=young.team_id, user_id=world.colleague.id, is_primary=False, since=TODAY
            )
        )
        access_log.record(system("test"), Action.UPDATE, Subject("person", young.id, young.id, young.team_id))
    away(world.worker, world.colleague)
    assert "Je ziet dit als waarnemer" not in client_as(world.colleague).get(f"/jongeren/{young.id}").text
    assert {purpose for _, purpose, _ in logged(world.colleague)} == {Purpose.OWN_CASELOAD}


def test_the_work_stands_in_my_day_under_the_name_of_the_colleague(
    world: World, freeze: Freeze, young: Person, client_as: ClientAs
) -> None:
    with db.unit_of_work():
        step = make.follow_up(young, world.worker, TODAY, what="Bellen over stageplek")
    away(world.worker, world.colleague)
    page = client_as(world.colleague).get("/mijn-dag").text
    assert "Waarneming voor Samira Proef" in page
    assert f"opvolging={step.id}" in page
    assert (Action.LIST, Purpose.REPLACEMENT, world.worker.id) in logged(world.colleague)
    freeze(NOW + DAY)
    assert "Waarneming voor" not in client_as(world.colleague).get("/mijn-dag").text


def test_appointments_follow_and_return(world: World, freeze: Freeze, young: Person) -> None:
    with db.unit_of_work():
        made = appointment(young, owner=world.worker, at=NOW + timedelta(hours=2))
        meeting = appointment(owner=world.worker, team_id=world.noord.id, what="Overleg", at=NOW + timedelta(hours=3))
        access_log.record(system("test"), Action.CREATE, Subject("appointment", made.id, young.id, young.team_id))
    away(world.worker, world.colleague)

    def today() -> list[UUID]:
        with db.unit_of_work():
            return [line.appointment.id for line in reading.of_today(world.actor(world.colleague))]

    assert today() == [made.id, meeting.id]
    with db.unit_of_work(world.colleague.id):
        moved = planning.move(
            world.actor(world.colleague),
            made.id,
            starts_at=NOW + timedelta(hours=4),
            ends_at=NOW + timedelta(hours=5),
            reason="",
            version=None,
        )
    assert moved.owner_id == world.worker.id
    assert today() == [meeting.id, moved.id]
    freeze(NOW + DAY)
    assert today() == []


# --- the work belongs to the worker of the dossier -------------------------------------------------------------------


def recorded(world: World, who: User, young: Person, *, next_on: date | None = None) -> None:
    with db.unit_of_work(who.id):
        details = Details(Channel.PHONE, Result.REACHED, ContactPurpose.CONNECTION, occurred_at=clock.now())
        record(
            world.actor(who),
            person_ids=[young.id],
            details=details,
            key=new_id(),
            follow_up=Next(next_on, "Samen naar school") if next_on else None,
        )


def steps(young: Person) -> list[tuple[UUID, str]]:
    with db.unit_of_work():
        rows = db.session.scalars(select(FollowUp).where(FollowUp.person_id == young.id).order_by(FollowUp.due_on))
        return [(row.assignee_id, row.status) for row in rows]


def test_a_contact_of_the_replacement_closes_what_the_worker_had_to_do(world: World, young: Person) -> None:
    with db.unit_of_work():
        make.follow_up(young, world.worker, TODAY - DAY)
    away(world.worker, world.colleague)
    recorded(world, world.colleague, young)
    assert steps(young) == [(world.worker.id, FollowUpStatus.DONE)]


def test_what_the_replacement_plans_is_the_workers_and_stays_there(world: World, freeze: Freeze, young: Person) -> None:
    away(world.worker, world.colleague)
    recorded(world, world.colleague, young, next_on=TODAY + 3 * DAY)
    assert steps(young) == [(world.worker.id, FollowUpStatus.OPEN)]
    freeze(NOW + DAY)
    with db.unit_of_work():
        assert to_do.agenda(world.actor(world.worker)).ahead_count == 1
        assert to_do.agenda(world.actor(world.colleague)).ahead_count == 0


def test_pages_of_a_replacement_stay_within_their_queries(world: World, young: Person, client_as: ClientAs) -> None:
    from flask import g

    away(world.worker, world.colleague)
    with db.unit_of_work():
        make.follow_up(young, world.worker, TODAY)
    browser = client_as(world.colleague)

    def spent(url: str) -> int:
        with browser:
            assert browser.get(url).status_code == 200
            return int(g.queries)

    urls = ["/mijn-dag", "/jongeren", f"/jongeren/{young.id}", "/afwezigheid"]
    for url in urls:
        spent(url)  # what is read once per process
    few = [spent(url) for url in urls]
    with db.unit_of_work():
        for number in range(8):
            more = person(world.noord, f"Meer{number} Voorbeeld", worker=world.worker)
            make.follow_up(more, world.worker, TODAY)
    assert [spent(url) for url in urls] == few
    assert max(few) <= 12, few
