"""Which stretch of the agenda an address asks for, and what its pages show to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.appointments import calendar
from portal.appointments.calendar import Shape, Stretch
from portal.appointments.models import AppointmentStatus
from portal.appointments.service import Busy
from portal.core import db
from portal.people.models import Person
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people
from tests.factories.absences import absence

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
days = st.dates(date(2020, 1, 2), date(2099, 12, 31))


@given(shape=st.sampled_from(Shape), day=days)
def test_a_stretch_holds_its_day_and_its_neighbours_touch_it(shape: Shape, day: date) -> None:
    stretch = Stretch(shape, day)
    assert stretch.first <= day < stretch.until
    assert stretch.days[0] == stretch.first
    assert stretch.days[-1] == stretch.last
    assert Stretch(shape, stretch.after).first == stretch.until
    assert Stretch(shape, stretch.before).until == stretch.first
    assert shape is not Shape.WEEK or stretch.first.weekday() == 0


@given(shape=st.none() | st.text(max_size=10), day=st.none() | st.text(max_size=12))
def test_nonsense_in_the_address_gives_the_list_of_today(shape: str | None, day: str | None) -> None:
    stretch = calendar.read(shape, day)
    assert stretch.shape in Shape
    assert calendar.FIRST_DAY < stretch.day < calendar.LAST_DAY


def test_a_day_shows_office_hours_and_what_lies_outside() -> None:
    early = Busy("Kofi", datetime(2026, 11, 24, 6, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
    assert [hour for hour, _ in calendar.by_hour([])] == list(range(9, 18))
    hours = dict(calendar.by_hour([early]))
    assert (min(hours), hours[7]) == (7, [early])


@pytest.mark.parametrize("shape", list(Shape))
def test_every_view_shows_own_appointments_and_that_colleagues_are_taken(
    world: World, one: Person, client_as, shape: Shape
) -> None:
    with db.unit_of_work():
        other = make_people.person(world.noord, "Bo Lijster", worker=world.colleague)
        make.appointment(one, owner=world.worker, at=THREE, what="Sollicitatie")
        make.appointment(other, owner=world.colleague, at=THREE, what="Thuis bespreken", place="Bij oma")
    browser = client_as(world.worker)
    page = browser.get(f"/agenda?weergave={shape}&wie=team").text
    assert "Yassine M." in page
    assert "Sollicitatie" in page
    assert "Bezet" in page
    assert world.colleague.name in page
    for hidden in ("Bo L", "Thuis bespreken", "Bij oma"):
        assert hidden not in page
    assert "Bezet" not in browser.get(f"/agenda?weergave={shape}").text
    printed = browser.get(f"/agenda/afdrukken?weergave={shape}&wie=team").text
    assert "Yassine M." in printed
    assert "Bo L" not in printed
    director = client_as(world.director).get(f"/agenda?weergave={shape}&wie=team").text
    assert "Yassine M." in director
    assert "Bo L" in director
    assert "Bezet" not in director


def test_paper_says_what_does_not_take_place(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        make.appointment(one, owner=world.worker, at=THREE, status=AppointmentStatus.CANCELLED)
    assert "(afgezegd)" in client_as(world.worker).get("/agenda/afdrukken").text


def test_an_empty_agenda_offers_to_plan(world: World, one: Person, client_as) -> None:
    assert "Geen afspraken" in client_as(world.worker).get("/agenda").text
    assert "Afspraak maken" not in client_as(world.director).get("/agenda").text


def test_planning_from_a_day_starts_on_that_day(world: World, one: Person, client_as) -> None:
    later = (NOW + timedelta(days=3)).date().isoformat()
    assert f'value="{later}T10:00"' in client_as(world.worker).get(f"/agenda/nieuw?dag={later}").text


def test_appointments_follow_who_stands_in_and_return(world: World, one: Person, client_as, freeze) -> None:
    with db.unit_of_work():
        make.appointment(one, owner=world.worker, at=THREE)
        absence(world.worker, replacement=world.colleague, starts_at=NOW, ends_at=NOW + timedelta(days=1))
    page = client_as(world.colleague).get("/agenda").text
    assert "Yassine M." in page
    assert world.worker.name in page
    assert "Yassine M." in client_as(world.colleague).get("/mijn-dag").text
    freeze(NOW + timedelta(days=1))
    assert "Yassine" not in client_as(world.colleague).get("/agenda?dag=2026-11-24").text
