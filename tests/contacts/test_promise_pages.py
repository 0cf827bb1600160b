"""Promises and calls over HTTP: the form, the row, the page, the dossier and Mijn dag."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.appointments.models import Appointment
from portal.contacts.models import Contact, FollowUp, FollowUpKind, Outcome
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from tests.factories import World
from tests.factories import contacts as make

TODAY = date(2026, 11, 24)


@pytest.fixture
def browser(one: Person, world: World, client_as):
    return client_as(world.worker)


def step(p: Person, world: World, kind: FollowUpKind, due_on: date = TODAY, **more) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(p, world.worker, due_on, kind=kind, what="Fiets regelen", **more)


def now(row: FollowUp) -> FollowUp:
    with db.unit_of_work():
        found = db.session.get_one(FollowUp, row.id)
        db.session.expunge(found)
        return found


def answers(p: Person, **changes: str) -> dict[str, str]:
    return {
        "people": str(p.id),
        "channel": "street",
        "result": "reached",
        "purpose": "connection",
        "follow_up_on": (TODAY + timedelta(7)).isoformat(),
        "confidentiality": "team",
        "occurred_at": "2026-11-24T14:30",
        "key": str(new_id()),
    } | changes


def told(**changes: str) -> dict[str, str]:
    return {"promise-outcome": "kept", "promise-told": "today", "promise-version": "1"} | {
        f"promise-{name}": value for name, value in changes.items()
    }


def test_a_promise_made_on_the_form_says_what(browser, one: Person) -> None:
    refused = browser.post("/contacten/nieuw", data=answers(one, follow_up_kind="promise"))
    assert refused.status_code == 422
    assert 'id="follow_up_what-error"' in refused.text
    assert (
        browser.post(
            "/contacten/nieuw", data=answers(one, follow_up_kind="promise", follow_up_what="Fiets regelen")
        ).status_code
        == 303
    )
    assert "Fiets regelen" in browser.get(f"/jongeren/{one.id}").text


@pytest.mark.parametrize("kind", ["wish", "appointment;", "x" * 5000])
def test_an_unknown_kind_is_refused(browser, one: Person, kind: str) -> None:
    assert browser.post("/contacten/nieuw", data=answers(one, follow_up_kind=kind)).status_code == 422


def test_one_tap_on_the_form_tells_what_came_of_it(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE)
    url = f"/contacten/nieuw?opvolging={row.id}"
    assert 'name="told"' in browser.get(url).text
    assert browser.post(url, data=answers(one, told="partly")).status_code == 303
    assert (now(row).status, now(row).outcome, now(row).told_on) == ("done", "partly", TODAY)


def test_the_form_of_another_step_asks_nothing_about_promises(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.CALL)
    page = browser.get(f"/contacten/nieuw?opvolging={row.id}").text
    assert 'name="told"' not in page
    assert re.search(r'name="channel" value="phone" checked', page)


def test_not_reached_and_told_together_are_refused_beside_the_field(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE)
    page = browser.post(f"/contacten/nieuw?opvolging={row.id}", data=answers(one, result="not_reached", told="kept"))
    assert page.status_code == 422
    assert 'id="told-error"' in page.text


def test_the_page_closes_it_and_undo_opens_it(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE)
    page = browser.get(f"/vervolg/{row.id}").text
    assert "Wat is ervan gekomen?" in page
    assert "Laten vervallen" not in page
    done = browser.post(f"/vervolg/{row.id}/belofte", data=told(), follow_redirects=True)
    assert "De belofte is afgerond." in done.text
    assert now(row).told_on == TODAY
    assert "Verteld op" in browser.get(f"/vervolg/{row.id}").text
    browser.post(f"/vervolg/{row.id}/terugzetten", data={"step-version": "2"})
    assert (now(row).status, now(row).outcome) == ("open", None)


def test_known_but_untold_moves_to_still_to_tell(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE, TODAY + timedelta(30))
    assert "Fiets regelen" not in browser.get("/mijn-dag").text
    browser.post(f"/vervolg/{row.id}/belofte", data=told(told="not_yet"))
    page = browser.get("/mijn-dag").text
    assert "Nog vertellen" in page
    assert "Nagekomen: Fiets regelen" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": ""}, "promise-outcome"),
        ({"outcome": "forgotten"}, "promise-outcome"),
        ({"told": ""}, "promise-told"),
        ({"told": "yesterday"}, "promise-told"),
        ({"told": str(new_id())}, "promise-told"),
        ({"told": "other"}, "promise-told_on"),
        ({"told": "other", "told_on": "2026-11-25"}, "promise-told_on"),
        ({"told": "other", "told_on": "2026-11-01"}, "promise-told_on"),
        ({"note": "x" * 201}, "promise-note"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    browser, world: World, one: Person, changes: dict[str, str], field: str
) -> None:
    row = step(one, world, FollowUpKind.PROMISE)
    page = browser.post(f"/vervolg/{row.id}/belofte", data=told(**changes))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert now(row).version == 1


def test_an_outdated_answer_is_a_conflict(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE)
    assert browser.post(f"/vervolg/{row.id}/belofte", data=told(told="not_yet")).status_code == 303
    assert browser.post(f"/vervolg/{row.id}/belofte", data=told()).status_code == 409


def test_a_call_is_logged_from_its_row(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.CALL)
    page = browser.get("/mijn-dag").text
    assert f"/vervolg/{row.id}/gebeld" in page
    assert 'href="tel:' in page
    url, form = f"/vervolg/{row.id}/gebeld", {"result": "not_reached", "version": "1"}
    assert "Niet bereikt." in browser.post(url, data=form, follow_redirects=True).text
    assert browser.post(url, data=form).status_code == 303  # a second tap
    with db.unit_of_work():
        assert db.session.query(FollowUp).where(FollowUp.person_id == one.id).count() == 2


@pytest.mark.parametrize("form", [{}, {"result": "declined", "version": "1"}, {"result": "reached", "version": "x"}])
def test_a_strange_call_is_refused(browser, world: World, one: Person, form: dict[str, str]) -> None:
    row = step(one, world, FollowUpKind.CALL)
    assert browser.post(f"/vervolg/{row.id}/gebeld", data=form).status_code == 422
    assert now(row).status == "open"


def test_the_dossier_shows_open_promises_and_how_others_ended(browser, world: World, one: Person) -> None:
    step(one, world, FollowUpKind.PROMISE, TODAY - timedelta(2))
    step(one, world, FollowUpKind.PROMISE, TODAY - timedelta(9), outcome=Outcome.NOT_KEPT, told_on=TODAY)
    for url in (f"/jongeren/{one.id}", f"/jongeren/{one.id}/afdrukken"):
        page = browser.get(url).text
        assert "Beloftes" in page
        assert "Niet gelukt" in page
    assert "2 dagen te laat" in browser.get(f"/jongeren/{one.id}").text


def test_a_late_promise_can_be_worded_better_without_a_new_day(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.PROMISE, TODAY - timedelta(3))
    form = {"move-due_on": "other", "move-due_on-other": "2026-11-21", "move-version": "1"}
    assert browser.post(f"/vervolg/{row.id}/verzetten", data=form | {"move-what": ""}).status_code == 422
    assert browser.post(f"/vervolg/{row.id}/verzetten", data=form | {"move-what": "Een fiets lenen"}).status_code == 303
    assert (now(row).what, now(row).due_on) == ("Een fiets lenen", TODAY - timedelta(3))
    earlier = form | {"move-due_on-other": "2026-11-22", "move-what": "Fiets", "move-version": "2"}
    assert browser.post(f"/vervolg/{row.id}/verzetten", data=earlier).status_code == 422


def meeting(p: Person, **changes: str) -> dict[str, str]:
    return answers(p, follow_up_kind="appointment", follow_up_what="Koffie", follow_up_at="10:00") | changes


def test_an_appointment_planned_on_the_form_stands_in_the_agenda(browser, one: Person) -> None:
    data = meeting(one, follow_up_place="Buurthuis")
    assert browser.post("/contacten/nieuw", data=data).status_code == 303
    with db.unit_of_work():
        row = db.session.query(Appointment).one()
        assert (row.starts_at, row.place, row.what) == (datetime(2026, 12, 1, 9, tzinfo=UTC), "Buurthuis", "Koffie")
        assert db.session.query(FollowUp).count() == 0


def test_an_attempt_with_an_appointment_takes_the_place_of_the_call(browser, world: World, one: Person) -> None:
    row = step(one, world, FollowUpKind.CALL)
    browser.post(f"/contacten/nieuw?opvolging={row.id}", data=meeting(one, result="not_reached"))
    assert now(row).status == "done"


@pytest.mark.parametrize("at", ["", "25:00", "<b>", "x" * 3000])
def test_an_appointment_has_a_time(browser, one: Person, at: str) -> None:
    page = browser.post("/contacten/nieuw", data=meeting(one, follow_up_at=at))
    assert page.status_code == 422
    assert 'id="follow_up_at-error"' in page.text


def test_a_taken_moment_is_planned_only_when_that_is_said(browser, one: Person) -> None:
    assert browser.post("/contacten/nieuw", data=meeting(one)).status_code == 303
    page = browser.post("/contacten/nieuw", data=meeting(one))
    assert page.status_code == 422
    assert 'name="follow_up_despite"' in page.text
    with db.unit_of_work():
        assert db.session.query(Contact).count() == 1
    assert browser.post("/contacten/nieuw", data=meeting(one, follow_up_despite="1")).status_code == 303
