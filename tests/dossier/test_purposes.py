"""Reading a dossier happens under a purpose: plain from the relation, or said once by who directs the team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.contacts.models import Confidentiality
from portal.core import clock, db
from portal.people.models import Person
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Permission, Role, reach
from portal.privacy.purposes import ASKED, PARTS, Part, choices
from tests.factories import World, contacts, people

ClientAs = Callable[..., FlaskClient]
NAME, NOTE, MOTHER, STEP = "Youssef Merelveld", "Wat Youssef zelf zei", "Fatma Merelveld", "Bellen over de stage"
PROMPT = "Waarvoor open je dit dossier?"


@pytest.fixture
def boy(world: World) -> Person:
    """Of the director's team, with a worker, a note for the case team, a step and a mother."""
    with db.unit_of_work():
        young = people.person(world.noord, NAME, worker=world.worker)
        contacts.contact(young, worker=world.worker, note=NOTE, confidentiality=Confidentiality.CASE_TEAM)
        contacts.follow_up(young, world.worker, clock.today() + timedelta(days=3), what=STEP)
        people.related(young, MOTHER)
    return young


def logged(who: UUID, kind: str = "person") -> list[str]:
    return list(
        db.session.scalars(
            select(AccessEvent.purpose)
            .where(AccessEvent.actor_id == who, AccessEvent.subject_type == kind, AccessEvent.action == "read")
            .order_by(AccessEvent.id)
        )
    )


@pytest.mark.parametrize("path", ["", "/tijdlijn", "/afdrukken"])
def test_a_director_is_asked_and_nothing_shows_before(
    world: World, boy: Person, client_as: ClientAs, path: str
) -> None:
    answer = client_as(world.director).get(f"/jongeren/{boy.id}{path}")
    assert answer.status_code == 403
    assert PROMPT in answer.text
    for words in ("Youssef", "Merelveld", NOTE, STEP):
        assert words not in answer.text
    assert logged(world.director.id) == []


def test_a_part_of_the_page_is_sent_back_to_the_whole(world: World, boy: Person, client_as: ClientAs) -> None:
    answer = client_as(world.director).get(f"/jongeren/{boy.id}/tijdlijn", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (403, f"/jongeren/{boy.id}")
    assert answer.text == ""


#: Typed from what each purpose is for: what it shows of note, step and mother.
SHOWS = {
    Purpose.SUPERVISION: {NOTE, STEP, MOTHER},
    Purpose.INCIDENT: {NOTE, STEP, MOTHER},
    Purpose.SUBJECT_REQUEST: {NOTE, STEP, MOTHER},
    Purpose.TRIAGE: {NOTE, STEP},
    Purpose.PLANNING: {STEP},
}


@pytest.mark.parametrize("purpose", list(SHOWS))
def test_one_tap_opens_what_the_purpose_shows(world: World, boy: Person, client_as: ClientAs, purpose: Purpose) -> None:
    browser = client_as(world.director)
    said = browser.post(f"/jongeren/{boy.id}/doel", data={"purpose": purpose, "back": f"/jongeren/{boy.id}"})
    assert (said.status_code, said.headers["Location"]) == (303, f"/jongeren/{boy.id}")
    answer = browser.get(f"/jongeren/{boy.id}")
    assert {words for words in (NOTE, STEP, MOTHER) if words in answer.text} == SHOWS[purpose]
    assert "Ander doel" in answer.text
    assert logged(world.director.id) == [purpose]
    assert logged(world.director.id, "purpose") == [purpose]
    assert browser.get(f"/jongeren/{boy.id}/tijdlijn").status_code == (200 if NOTE in SHOWS[purpose] else 403)


def test_an_answer_holds_for_one_dossier_one_session_and_an_hour(
    world: World, boy: Person, client_as: ClientAs
) -> None:
    with db.unit_of_work():
        other = people.person(world.noord, "Ander Voorbeeld", worker=world.worker)
    browser = client_as(world.director)
    browser.post(f"/jongeren/{boy.id}/doel", data={"purpose": "supervision"})
    assert browser.get(f"/jongeren/{boy.id}").status_code == 200
    assert browser.get(f"/jongeren/{other.id}").status_code == 403
    assert client_as(world.director).get(f"/jongeren/{boy.id}").status_code == 403
    for _quarter in range(4):
        with db.unit_of_work():
            clock.shift(db.session(), timedelta(minutes=16))
        browser.get("/hulp")  # the session goes on
    assert browser.get(f"/jongeren/{boy.id}").status_code == 403


@pytest.mark.parametrize("given", ["own_caseload", "break_glass", "reporting", "", "anders"])
def test_a_purpose_that_is_not_theirs_opens_nothing(world: World, boy: Person, client_as: ClientAs, given: str) -> None:
    browser = client_as(world.director)
    assert browser.post(f"/jongeren/{boy.id}/doel", data={"purpose": given}).status_code == 403
    assert browser.get(f"/jongeren/{boy.id}").status_code == 403


def test_nobody_says_a_purpose_for_who_is_out_of_reach(world: World, boy: Person, client_as: ClientAs) -> None:
    assert (
        client_as(world.stranger).post(f"/jongeren/{boy.id}/doel", data={"purpose": "supervision"}).status_code == 404
    )


def test_who_works_with_them_is_not_asked(world: World, boy: Person, client_as: ClientAs) -> None:
    answer = client_as(world.worker).get(f"/jongeren/{boy.id}")
    assert answer.status_code == 200
    assert "Ander doel" not in answer.text
    assert logged(world.worker.id) == [Purpose.OWN_CASELOAD]


def test_a_director_is_not_asked_about_who_has_no_worker(world: World, client_as: ClientAs) -> None:
    with db.unit_of_work():
        alone = people.person(world.noord, "Zonder Begeleider")
    assert client_as(world.director).get(f"/jongeren/{alone.id}").status_code == 200
    assert logged(world.director.id) == [Purpose.SUPERVISION]


def test_a_director_is_not_asked_when_a_correction_waits(world: World, boy: Person, client_as: ClientAs) -> None:
    with db.unit_of_work():
        contacts.corrected(db.session.merge(boy), worker=world.worker, note="Eerst anders")
    assert client_as(world.director).get(f"/jongeren/{boy.id}").status_code == 200


def test_a_contact_is_read_under_the_purpose_of_its_dossier(world: World, boy: Person, client_as: ClientAs) -> None:
    with db.unit_of_work():
        told = contacts.contact(
            db.session.merge(boy), worker=world.worker, note="Nog iets", confidentiality=Confidentiality.CASE_TEAM
        )
    browser = client_as(world.director)
    asked = browser.get(f"/contacten/{told.id}")
    assert (asked.status_code, PROMPT in asked.text, "Nog iets" in asked.text) == (403, True, False)
    back = f"/contacten/{told.id}"
    assert back in asked.text
    said = browser.post(f"/jongeren/{boy.id}/doel", data={"purpose": "triage", "back": back})
    assert said.headers["Location"] == back
    assert "Nog iets" in browser.get(back).text
    assert logged(world.director.id, "contact") == ["triage"]
    browser.post(f"/jongeren/{boy.id}/doel", data={"purpose": "planning"})
    assert browser.get(back).status_code == 403


def test_whoever_may_be_asked_can_read_dossiers_and_each_purpose_says_what_it_shows() -> None:
    for role, purposes in ASKED.items():
        assert reach(role, Permission.PEOPLE_READ)
        assert set(purposes) <= set(PARTS)
        assert not {Purpose.OWN_CASELOAD, Purpose.REPLACEMENT, Purpose.BREAK_GLASS, Purpose.MATCHING} & set(purposes)
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.ANALYST, Role.TRAINER):
        assert choices({role}) == ()
    assert Part.NOTES not in PARTS[Purpose.MATCHING]
    assert Purpose.REPORTING not in PARTS
    assert Purpose.SUPPORT not in PARTS


@pytest.mark.parametrize("page", ["wijzigen", "contactpersonen/{related}"])
def test_a_page_to_change_something_asks_as_the_dossier_does(
    world: World, boy: Person, client_as: ClientAs, page: str
) -> None:
    with db.unit_of_work():
        related = people.related(db.session.merge(boy), "Oom Voorbeeld").id
    address = f"/jongeren/{boy.id}/{page.format(related=related)}"
    director = client_as(world.director)
    asked = director.get(address)
    assert asked.status_code == 403
    assert "Oom Voorbeeld" not in asked.text
    said = director.post(f"/jongeren/{boy.id}/doel", data={"purpose": "supervision", "back": address})
    assert said.location == address
    assert director.get(address).status_code == 200
    assert client_as(world.worker).get(address).status_code == 200
