"""The calendar feed: what real parsers read in it, who may, and that it names nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import ics as other_parser
import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.accounts.models import User
from portal.appointments import service
from portal.appointments.models import Appointment, AppointmentStatus, CalendarFeed
from portal.core import clock, db
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people

#: A Friday before the clock goes back, in the night to Sunday 25 October.
FRIDAY = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)
BEFORE = datetime(2026, 10, 23, 13, 0, tzinfo=UTC)  # 15:00, summer time
AFTER = datetime(2026, 10, 26, 14, 0, tzinfo=UTC)  # 15:00, winter time
HOUR = timedelta(hours=1)


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(FRIDAY)
    with db.unit_of_work():
        return make_people.person(world.noord, "Yassine Merelveld", worker=world.worker)


@pytest.fixture
def browser(one: Person, world: World, client_as):
    return client_as(world.worker)


def made(browser) -> str:
    """The path of a new feed, as the page shows it once."""
    page = browser.post("/agenda/op-je-telefoon").text
    address = page.partition("<code>")[2].partition("</code>")[0]
    assert address.startswith("http")
    return urlsplit(address).path


def planned(*young: Person, owner: User, at: datetime = AFTER, **more) -> Appointment:
    with db.unit_of_work():
        return make.appointment(*young, owner=owner, at=at, **more)


def events(client, path: str) -> list:
    answer = client.get(path)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_a_calendar_reads_the_hours_on_both_sides_of_the_clock_change(browser, client, one, world: World) -> None:
    planned(one, owner=world.worker, at=BEFORE)
    planned(one, owner=world.worker, at=AFTER, minutes=45)
    path = made(browser)
    answer = client.get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [event.start.astimezone(UTC) for event in found] == [BEFORE, AFTER]
    assert {event.start.strftime("%H:%M") for event in found} == {"15:00"}
    assert [event.end - event.start for event in found] == [timedelta(minutes=30), timedelta(minutes=45)]
    again = sorted(other_parser.Calendar(answer.text).events, key=lambda event: event.begin)
    assert [event.begin.to("UTC").datetime for event in again] == [BEFORE, AFTER]
    assert {(event.name, event.status) for event in again} == {("Afspraak", "CONFIRMED")}
    assert {event.uid for event in again} == {str(event["UID"]) for event in found}


def test_it_carries_its_own_time_zone_and_lines_that_fit(browser, client, one, world: World) -> None:
    planned(one, owner=world.worker)
    answer = client.get(made(browser))
    zones = Calendar.from_ical(answer.data).walk("VTIMEZONE")
    assert [str(zone["TZID"]) for zone in zones] == ["Europe/Amsterdam"]
    assert zones[0].walk("STANDARD")
    assert zones[0].walk("DAYLIGHT")
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_it_names_nobody_and_no_subject_or_place(browser, client, one, world: World) -> None:
    planned(
        one, owner=world.worker, what="Praten met Wielewaal", place="Bij oma Wielewaal", colleagues=[world.colleague]
    )
    text = client.get(made(browser)).text
    for word in ("Yassine", "Merelveld", "Wielewaal", "oma", one.pseudonym, str(one.id), *world.colleague.name.split()):
        assert word not in text
    assert "DESCRIPTION" not in text
    assert "LOCATION" not in text
    assert "ATTENDEE" not in text


def test_a_moved_appointment_stays_one_event(browser, client, one, world: World) -> None:
    first, path = planned(one, owner=world.worker), made(browser)
    before = events(client, path)[0]
    with db.unit_of_work():
        later = AFTER + timedelta(days=1)
        second = service.move(
            world.actor(world.worker), first.id, starts_at=later, ends_at=later + HOUR, version=first.version
        )
    (now,) = events(client, path)
    assert now["UID"] == before["UID"]
    assert now["SEQUENCE"] > before["SEQUENCE"]
    assert now.start == clock.to_local(later)
    with db.unit_of_work():
        service.cancel(world.actor(world.worker), second.id, reason="Ziek", version=second.version)
    (gone,) = events(client, path)
    assert (gone["UID"], str(gone["STATUS"])) == (before["UID"], "CANCELLED")
    assert gone["SEQUENCE"] > now["SEQUENCE"]
    with db.unit_of_work():
        service.undo(world.actor(world.worker), second.id, version=None)
    (back,) = events(client, path)
    assert str(back["STATUS"]) == "CONFIRMED"
    assert back["SEQUENCE"] > gone["SEQUENCE"]


def test_own_and_joined_appointments_and_no_others(browser, client, one, world: World) -> None:
    joined = planned(one, owner=world.colleague, colleagues=[world.worker])
    planned(one, owner=world.colleague, at=AFTER + HOUR)
    planned(one, owner=world.worker, at=FRIDAY - timedelta(days=31), status=AppointmentStatus.HELD)
    assert [str(event["UID"]) for event in events(client, made(browser))] == [f"{joined.id}@weg-omhoog"]


def test_an_empty_agenda_is_a_calendar_too(browser, client, one) -> None:
    assert events(client, made(browser)) == []


def test_unchanged_costs_nothing(browser, client, one, world: World) -> None:
    planned(one, owner=world.worker)
    path = made(browser)
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    planned(one, owner=world.worker, at=AFTER + HOUR)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_every_reading_is_logged_and_shown(browser, client, one, world: World) -> None:
    path = made(browser)
    assert "Nog niet gelezen." in browser.get("/agenda/op-je-telefoon").text
    client.get(path)
    with db.unit_of_work():
        feed = db.session.scalars(select(CalendarFeed)).one()
        event = db.session.scalars(select(AccessEvent).where(AccessEvent.action == Action.EXPORT)).one()
    assert (event.subject_type, event.subject_id, event.actor_id) == ("calendar_feed", feed.id, world.worker.id)
    assert "Laatst gelezen op" in browser.get("/agenda/op-je-telefoon").text


def test_the_secret_is_shown_once_and_stored_as_a_hash(browser, one, admin_engine) -> None:
    secret = made(browser).split("/")[3]
    assert len(secret) >= 43
    assert secret not in browser.get("/agenda/op-je-telefoon").text
    with admin_engine.connect() as admin:
        assert secret.encode() not in admin.scalars(select(CalendarFeed.token_hash)).one()


def test_a_new_address_replaces_the_old_and_can_be_withdrawn(browser, client, one) -> None:
    old, new = made(browser), made(browser)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert browser.post("/agenda/op-je-telefoon/intrekken").status_code == 303
    assert client.get(new).status_code == 404
    assert browser.post("/agenda/op-je-telefoon/intrekken").status_code == 409


def test_it_stops_with_the_account(browser, client, one, world: World) -> None:
    path = made(browser)
    with db.unit_of_work():
        db.session.merge(world.worker).deactivated_at = clock.now()
    assert client.get(path).status_code == 404


def test_an_address_that_nobody_made_is_not_found(client, one) -> None:
    assert client.get(f"/agenda/abonnement/{'x' * 43}/agenda.ics").status_code == 404


def test_who_has_no_agenda_gets_no_address(one, world: World, client_as) -> None:
    assert client_as(world.trainer).post("/agenda/op-je-telefoon").status_code == 403


def test_one_that_asks_too_often_is_told_to_wait(browser, client, one) -> None:
    path = made(browser)
    answers = [client.get(path).status_code for _ in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert client.get(made(browser)).status_code == 200
