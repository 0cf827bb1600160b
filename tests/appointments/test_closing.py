"""What saving a contact does to appointments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.appointments import service
from portal.appointments.models import Appointment
from portal.appointments.service import Happened, Outcome
from portal.appointments.service.closing import MARGIN, closes
from portal.contacts import service as contacts
from portal.contacts.models import Channel, Contact, ContactPurpose, Result
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.people.models import Person
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday
THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SPOKEN = contacts.Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, THREE)


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(NOW)
    with db.unit_of_work():
        return make_people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def planned(world: World, *young: Person, at: datetime = THREE, who=None) -> UUID:
    with db.unit_of_work():
        return make.appointment(*young, owner=who or world.worker, team_id=world.noord.id, at=at).id


def spoken(world: World, *young: Person, origin: UUID | None = None, who=None, **changes) -> Contact:
    with db.unit_of_work():
        return contacts.record(
            world.actor(who or world.worker),
            person_ids=[p.id for p in young],
            details=replace(SPOKEN, **changes),
            key=new_id(),
            from_appointment=origin,
        ).contact


def state(appointment_id: UUID) -> tuple[str, UUID | None]:
    with db.unit_of_work():
        row = db.session.scalars(select(Appointment).where(Appointment.id == appointment_id)).one()
        return row.status, row.contact_id


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (Result.REACHED, "held"), (Result.BRIEF, "held"), (Result.HANDED_OVER, "held"), (Result.DECLINED, "held"),
        (Result.NO_SHOW, "no_show"), (Result.NOT_REACHED, "no_show"), (Result.THIRD_PARTY, "no_show"),
        (Result.SEEN_ONLY, "no_show"), (Result.RESCHEDULED, "moved"),
    ],
)  # fmt: skip
def test_a_contact_from_the_appointment_closes_it_by_its_result(
    world: World, one: Person, result: Result, status: str
) -> None:
    made = planned(world, one)
    contact = spoken(world, one, origin=made, result=result)
    assert state(made) == (status, contact.id)


def test_a_contact_from_elsewhere_closes_the_only_one_it_can_be_about(world: World, one: Person) -> None:
    made, tomorrow = planned(world, one), planned(world, one, at=THREE + timedelta(days=1))
    contact = spoken(world, one)
    assert state(made) == ("held", contact.id)
    assert state(tomorrow) == ("planned", None)


def test_two_it_can_be_about_stay_open(world: World, one: Person) -> None:
    both = planned(world, one), planned(world, one, at=THREE + timedelta(minutes=30))
    spoken(world, one)
    assert [state(each)[0] for each in both] == ["planned", "planned"]


def test_an_attempt_from_elsewhere_closes_nothing(world: World, one: Person) -> None:
    made = planned(world, one)
    for result in (Result.NOT_REACHED, Result.SEEN_ONLY, Result.THIRD_PARTY):
        spoken(world, one, result=result)
    assert state(made) == ("planned", None)


def test_appointments_of_a_colleague_or_with_more_people_stay(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = make_people.person(world.noord, "Bo Lijster", worker=world.worker)
    theirs, both = planned(world, one, who=world.colleague), planned(world, one, other)
    spoken(world, one)
    assert state(theirs) == state(both) == ("planned", None)
    assert state(both)[0] == "planned"
    contact = spoken(world, one, other)
    assert state(both) == ("held", contact.id)


def test_a_contact_with_somebody_else_does_not_close_it(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = make_people.person(world.noord, "Bo Lijster", worker=world.worker)
    made = planned(world, one)
    spoken(world, other, origin=made)
    assert state(made) == ("planned", None)


def test_an_appointment_out_of_reach_is_not_found(world: World, one: Person) -> None:
    with db.unit_of_work():
        theirs = make_people.person(world.zuidoost, "Bo Lijster", worker=world.stranger)
    foreign = planned(world, theirs, who=world.stranger)
    with pytest.raises(NotFound):
        spoken(world, one, origin=foreign)
    assert state(foreign) == ("planned", None)


def test_a_changed_contact_changes_what_it_closed(world: World, one: Person) -> None:
    made = planned(world, one)
    contact = spoken(world, one)

    def change(**changes) -> None:
        with db.unit_of_work():
            details = replace(SPOKEN, **changes)
            contacts.change(world.actor(world.worker), contact.id, person_ids=[one.id], details=details, version=None)

    change(result=Result.NO_SHOW)
    assert state(made) == ("no_show", contact.id)
    change(result=Result.RESCHEDULED)
    assert state(made) == ("moved", contact.id)
    with db.unit_of_work():
        later = THREE + timedelta(days=1)
        service.move(
            world.actor(world.worker), made, starts_at=later, ends_at=later + timedelta(minutes=30), version=None
        )
    change(result=Result.REACHED)
    assert state(made) == ("moved", contact.id)  # it has a new moment


def test_closing_counts_as_a_change_for_calendars(world: World, one: Person) -> None:
    made = planned(world, one)
    spoken(world, one, origin=made)
    with db.unit_of_work():
        row = db.session.scalars(select(Appointment).where(Appointment.id == made)).one()
        assert (row.revision, row.version) == (1, 2)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(minutes=5), timedelta(hours=12))
people = st.frozensets(st.sampled_from([uuid4() for _ in range(4)]), max_size=4)


@given(
    start=moments, length=lengths, away=st.timedeltas(-timedelta(days=2), timedelta(days=2)), met=people, young=people
)
def test_a_contact_is_only_about_an_appointment_with_those_people_on_that_day(start, length, away, met, young) -> None:
    happened = Happened(new_id(), new_id(), met, start + away, Outcome.HELD, certain=True)
    about = closes(happened=happened, starts_at=start, ends_at=start + length, young=young)
    if about:
        assert young
        assert young <= met
        assert clock.to_local(happened.at).date() == clock.to_local(start).date()
        assert start - MARGIN <= happened.at <= start + length + MARGIN
    assert not closes(happened=replace(happened, certain=False), starts_at=start, ends_at=start + length, young=young)


@given(start=moments, length=lengths, met=people, young=people)
def test_a_contact_at_the_appointed_moment_with_everybody_is_about_it(start, length, met, young) -> None:
    happened = Happened(new_id(), new_id(), met | young, start, Outcome.HELD, certain=True)
    assert closes(happened=happened, starts_at=start, ends_at=start + length, young=young) == bool(young)
