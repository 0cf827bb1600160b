"""The pages of contacts and follow-ups over HTTP: what they show, refuse and cost."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import g
from sqlalchemy import select

from portal.contacts.models import Confidentiality, Contact, FollowUp
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person
from tests.looking import count

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)


@pytest.fixture
def browser(one: Person, world: World, client_as):
    return client_as(world.worker)


def add(p: Person, who, due_on: date, **more) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(p, who, due_on, **more)


def recorded(p: Person, who, **more) -> Contact:
    with db.unit_of_work():
        return make.contact(p, worker=who, **more)


def answers(*people: Person, **changes: str) -> dict[str, object]:
    return {
        "people": [str(p.id) for p in people],
        "channel": "street",
        "result": "reached",
        "purpose": "connection",
        "follow_up_on": (TODAY + timedelta(7)).isoformat(),
        "confidentiality": "team",
        "occurred_at": "2026-11-24T14:30",
        "key": str(new_id()),
    } | changes


def field_errors(page: str) -> set[str]:
    return set(re.findall(r'id="([a-z_]+)-error"', page))


# --- the form --------------------------------------------------------------------------------------------------------


def test_the_form_is_ready_but_for_the_result(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    page = browser.get(f"/contacten/nieuw?opvolging={row.id}").text
    checked = set(re.findall(r'name="(\w+)" value="([^"]*)" checked', page))
    assert {("channel", "street"), ("purpose", "connection"), ("confidentiality", "team")} <= checked
    assert ("follow_up_on", "2026-12-01") in checked
    assert re.search(rf'value="{one.id}"[^>]* selected', page)


def test_saving_shows_it_and_leads_back(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    answer = browser.post(f"/contacten/nieuw?opvolging={row.id}", data=answers(one))
    assert (answer.status_code, answer.location) == (303, "/mijn-dag")
    after = browser.get("/mijn-dag").text
    assert "Contact opgeslagen" in after
    assert "Nog een" in after
    assert (count(Contact), count(FollowUp)) == (1, 2)


def test_from_a_dossier_it_leads_back_there(browser, one: Person) -> None:
    answer = browser.post(f"/contacten/nieuw?jongere={one.id}", data=answers(one))
    assert answer.location == f"/jongeren/{one.id}"


def test_a_double_submit_saves_once_and_says_so(browser, one: Person) -> None:
    data = answers(one)
    assert browser.post("/contacten/nieuw", data=data).status_code == 303
    assert browser.post("/contacten/nieuw", data=data).status_code == 303
    assert "al opgeslagen" in browser.get("/mijn-dag").text
    assert (count(Contact), count(FollowUp)) == (1, 1)


WRONG = {
    "nobody": ({"people": []}, "people"),
    "no person": ({"people": ["x'; DROP TABLE person"]}, "people"),
    "unknown person": ({"people": ["00000000-0000-7000-8000-000000000000"]}, "people"),
    "no result": ({"result": ""}, "result"),
    "unknown result": ({"result": "<script>"}, "result"),
    "unknown channel": ({"channel": "telepathy"}, "channel"),
    "unknown purpose": ({"purpose": "control"}, "purpose"),
    "future": ({"occurred_at": "2026-11-24T14:36"}, "occurred_at"),
    "long ago": ({"occurred_at": "2026-10-20T12:00"}, "occurred_at"),
    "no moment": ({"occurred_at": "gisteren"}, "occurred_at"),
    "hour that the clock skips": ({"occurred_at": "2026-03-29T02:30"}, "occurred_at"),
    "long note": ({"note": "x" * 1501}, "note"),
    "unreadable note": ({"note": "a\x00b"}, "note"),
    "long place": ({"place": "x" * 121}, "place"),
    "long follow-up": ({"follow_up_what": "x" * 121}, "follow_up_what"),
    "no follow-up day": ({"follow_up_on": ""}, "follow_up_on"),
    "follow-up in the past": ({"follow_up_on": "2026-11-23"}, "follow_up_on"),
    "follow-up without a date": ({"follow_up_on": "other", "follow_up_on-other": ""}, "follow_up_on"),
    "follow-up in the next century": ({"follow_up_on": "2126-11-24"}, "follow_up_on"),
    "long contact": ({"duration_min": "1441"}, "duration_min"),
    "wide open note": ({"confidentiality": "everybody"}, "confidentiality"),
    "covenant by hand": ({"confidentiality": "shared_covenant"}, "confidentiality"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_refused_beside_its_field_and_saves_nothing(browser, one: Person, case: str) -> None:
    changes, field = WRONG[case]
    answer = browser.post("/contacten/nieuw", data=answers(one, note="Dit blijft staan") | changes)
    assert answer.status_code == 422
    assert field_errors(answer.text) == {field}
    assert count(Contact) == count(FollowUp) == 0
    assert "<script>" not in answer.text.replace("<script ", "")
    if "note" not in changes:
        assert "Dit blijft staan" in answer.text


@pytest.mark.parametrize("key", ["", "no-key"])
def test_a_form_without_its_key_is_refused(browser, one: Person, key: str) -> None:
    answer = browser.post("/contacten/nieuw", data=answers(one, key=key))
    assert answer.status_code == 422
    assert "verouderd" in answer.text
    assert count(Contact) == 0


@pytest.mark.parametrize("query", ["opvolging=x", "jongere=%00", "opvolging=00000000-0000-7000-8000-000000000000"])
def test_an_address_that_names_nothing_is_not_found(browser, query: str) -> None:
    assert browser.get(f"/contacten/nieuw?{query}").status_code == 404


def test_somebody_elses_young_person_is_not_found_and_the_asking_is_kept(browser, world: World, one: Person) -> None:
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    assert browser.get(f"/contacten/nieuw?jongere={theirs.id}").status_code == 404
    with db.unit_of_work():
        denied = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == Action.DENIED)
        ).all()
    assert [(d.actor_id, d.subject_id) for d in denied] == [(world.worker.id, theirs.id)]


def test_a_form_that_names_somebody_elses_young_person_is_refused_and_each_naming_is_kept(
    browser, world: World, one: Person
) -> None:
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    answer = browser.post("/contacten/nieuw", data=answers(one, theirs, note="Dit blijft staan"))
    assert answer.status_code == 422
    assert field_errors(answer.text) == {"people"}
    assert "Dit blijft staan" in answer.text
    assert "Milan" not in answer.text
    assert count(Contact) == 0
    with db.unit_of_work():
        denied = db.session.scalars(select(AccessEvent).where(AccessEvent.action == Action.DENIED)).all()
    assert [(e.subject_type, e.subject_id, e.actor_id) for e in denied] == [("person", theirs.id, world.worker.id)]


# --- one contact -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "level", "status"),
    [
        ("worker", Confidentiality.TEAM, 200),
        ("colleague", Confidentiality.TEAM, 404),
        ("stranger", Confidentiality.CASE_TEAM, 404),
        ("director", Confidentiality.TEAM, 404),
        ("director", Confidentiality.CASE_TEAM, 200),
        ("coordinator", Confidentiality.TEAM, 404),
        ("coordinator", Confidentiality.CASE_TEAM, 200),
        ("messenger", Confidentiality.TEAM, 404),
        ("messenger", Confidentiality.CASE_TEAM, 200),
        ("manager", Confidentiality.CASE_TEAM, 403),
        ("trainer", Confidentiality.CASE_TEAM, 403),
        ("analyst", Confidentiality.CASE_TEAM, 403),
        ("privacy_officer", Confidentiality.CASE_TEAM, 403),
        ("administrator", Confidentiality.CASE_TEAM, 403),
    ],
)
def test_who_may_read_a_contact(world: World, one: Person, client_as, who: str, level: str, status: int) -> None:
    with db.unit_of_work():
        make.open_to_messenger(one, world)
    contact = recorded(one, world.worker, confidentiality=level, note="Kanarie")
    browser = client_as(getattr(world, who))
    if who == "director":
        browser.post(f"/jongeren/{one.id}/doel", data={"purpose": "supervision"})
    answer = browser.get(f"/contacten/{contact.id}")
    assert answer.status_code == status
    assert ("Kanarie" in answer.text) is (status == 200)
    if status == 200:
        assert ("Voorbeeld" in answer.text or "Yassine V." in answer.text) is (who != "messenger")


def test_reading_a_contact_is_logged_with_its_purpose(browser, world: World, one: Person) -> None:
    contact = recorded(one, world.worker)
    browser.get(f"/contacten/{contact.id}")
    with db.unit_of_work():
        event = db.session.scalars(
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.action == Action.READ, AccessEvent.subject_id == contact.id)
        ).one()
    assert (event.person_id, event.purpose, event.role) == (one.id, "own_caseload", "youth_worker")


def test_after_the_term_the_page_says_so_and_offers_no_button(
    browser, world: World, one: Person, client_as, freeze
) -> None:
    contact = recorded(one, world.worker, at=NOW)
    assert "/wijzigen" in browser.get(f"/contacten/{contact.id}").text
    freeze(NOW + timedelta(days=4))
    page = client_as(world.worker).get(f"/contacten/{contact.id}")
    assert "staat vast" in page.text
    assert "/wijzigen" not in page.text


def edited(contact: Contact, p: Person, **changes: str) -> dict[str, object]:
    kept = answers(p, occurred_at="2026-11-24T14:30", version=str(contact.version))
    return {k: v for k, v in kept.items() if not k.startswith("follow") and k != "key"} | changes


def test_a_change_is_saved_and_an_outdated_one_is_a_conflict(browser, world: World, one: Person) -> None:
    contact = recorded(one, world.worker, at=NOW)
    first = browser.post(f"/contacten/{contact.id}/wijzigen", data=edited(contact, one, note="Eerst"))
    second = browser.post(f"/contacten/{contact.id}/wijzigen", data=edited(contact, one, note="Daarna"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Eerst" in browser.get(f"/contacten/{contact.id}").text


# --- follow-ups ------------------------------------------------------------------------------------------------------


def state(row: FollowUp) -> tuple[str, date, UUID]:
    with db.unit_of_work():
        now = db.session.get_one(FollowUp, row.id)
        return now.status, now.due_on, now.assignee_id


def test_a_follow_up_moves_to_another_day(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    data = {"move-due_on": "other", "move-due_on-other": "2026-12-03", "move-version": "1"}
    assert browser.post(f"/vervolg/{row.id}/verzetten", data=data).status_code == 303
    assert state(row)[:2] == ("open", date(2026, 12, 3))
    assert browser.post(f"/vervolg/{row.id}/verzetten", data=data).status_code == 409


def test_a_follow_up_is_finished_with_a_reason_only(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    refused = browser.post(f"/vervolg/{row.id}/afronden", data={"finish-reason": " ", "finish-version": "1"})
    assert refused.status_code == 422
    assert "finish-reason-error" in refused.text
    done = browser.post(f"/vervolg/{row.id}/afronden", data={"finish-reason": "Is verhuisd", "finish-version": "1"})
    assert done.status_code == 303
    assert state(row)[0] == "done"


def test_dropping_can_be_undone_from_the_message(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    browser.post(f"/vervolg/{row.id}/vervallen", data={"step-version": "1"})
    assert state(row)[0] == "cancelled"
    message = browser.get("/mijn-dag").text
    version = re.search(r'name="step-version" value="(\d+)"', message)
    assert version
    browser.post(f"/vervolg/{row.id}/terugzetten", data={"step-version": version[1]})
    assert state(row)[0] == "open"


def test_what_a_contact_closed_is_not_put_back(browser, world: World, one: Person) -> None:
    row = add(one, world.worker, TODAY)
    browser.post(f"/contacten/nieuw?opvolging={row.id}", data=answers(one))
    assert browser.post(f"/vervolg/{row.id}/terugzetten", data={"step-version": "2"}).status_code == 409


def test_a_director_hands_over_to_a_worker_of_this_young_person(browser, world: World, one: Person, client_as) -> None:
    row = add(one, world.colleague, TODAY - timedelta(9))
    director = client_as(world.director)
    url = f"/vervolg/{row.id}/overdragen"
    stranger = {"reassign-assignee_id": str(world.stranger.id), "reassign-version": "1"}
    assert director.post(url, data=stranger).status_code == 422
    worker = {"reassign-assignee_id": str(world.worker.id), "reassign-version": "1"}
    assert browser.post(url, data=worker).status_code == 403
    assert director.post(url, data=worker).status_code == 303
    assert state(row)[2] == world.worker.id


@pytest.mark.parametrize("path", ["verzetten", "afronden", "vervallen", "terugzetten"])
@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 404), ("stranger", 404), ("director", 403), ("manager", 403)]
)
def test_others_cannot_touch_a_follow_up(
    world: World, one: Person, client_as, path: str, who: str, status: int
) -> None:
    row = add(one, world.worker, TODAY)
    data = {
        "move-due_on": "2026-12-01", "move-version": "1", "step-version": "1",
        "finish-reason": "Klaar", "finish-version": "1",
    }  # fmt: skip
    assert client_as(getattr(world, who)).post(f"/vervolg/{row.id}/{path}", data=data).status_code == status
    assert state(row)[0] == "open"


@pytest.mark.parametrize(("who", "status"), [("worker", 200), ("colleague", 404), ("director", 200), ("manager", 403)])
def test_who_sees_a_follow_up(world: World, one: Person, client_as, who: str, status: int) -> None:
    row = add(one, world.worker, TODAY)
    assert client_as(getattr(world, who)).get(f"/vervolg/{row.id}").status_code == status


# --- cost ------------------------------------------------------------------------------------------------------------


def queries(app, client, path: str) -> int:
    spent = []
    app.teardown_request_funcs.setdefault(None, []).append(lambda _error: spent.append(g.get("queries")))
    try:
        assert client.get(path).status_code == 200
    finally:
        app.teardown_request_funcs[None].pop()
    return spent[0]


@pytest.mark.parametrize(
    "page", ["/contacten/nieuw", "/contacten/nieuw?opvolging={row}", "/vervolg/{row}", "/contacten/{contact}"]
)
def test_pages_cost_a_constant_number_of_queries(app, browser, world: World, one: Person, page: str) -> None:
    row, contact = add(one, world.worker, TODAY), recorded(one, world.worker)
    path = page.format(row=row.id, contact=contact.id)
    few = queries(app, browser, path)
    with db.unit_of_work():
        for n in range(12):
            other = person(world.noord, f"Jongere{n} Voorbeeld", worker=world.worker)
            make.contact(other, worker=world.worker, place=f"Plein {n}")
            make.follow_up(other, world.worker, TODAY)
            make.contact(one, other, worker=world.worker)
    many = queries(app, browser, path)
    assert few == many <= 12
