"""Drafts outlive a session: a time-out, a sign-out, somebody else at the same screen, a record out of reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from portal.contacts.models import Contact
from portal.contacts.policy import last_edit_day
from portal.core import clock, db
from portal.drafts.models import Draft
from portal.people.models import Person, PersonAssignment
from portal.privacy.models import AccessEvent, Action
from tests.drafts.writing import (
    NEW,
    NOTE,
    NOW,
    ClientAs,
    end_sessions,
    only_draft,
    sign_in,
    slip_on,
    typed,
    write,
)
from tests.factories import World
from tests.factories.accounts import with_password
from tests.looking import count

# --- the session ends -------------------------------------------------------------------------------------------------


def test_a_form_sent_after_a_time_out_comes_back_filled_after_signing_in(
    world: World, client_as: ClientAs, boy: Person, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    freeze(NOW)
    browser = client_as(world.worker)
    answers = typed(browser.get(f"{NEW}?jongere={boy.id}").text, boy)
    freeze(NOW + timedelta(hours=3))
    late = browser.post(f"{NEW}?jongere={boy.id}", data=answers)
    assert (late.status_code, late.location) == (303, "/inloggen")
    entrance = browser.get("/inloggen").text
    assert "is bewaard" in entrance
    assert NOTE not in entrance
    assert count(Contact) == 0
    target = sign_in(browser, "samira")
    assert parse_qs(urlsplit(target).query) == {"jongere": [str(boy.id)], "concept": [str(only_draft().id)]}
    page = browser.get(target)
    assert page.status_code == 200
    assert NOTE in page.text
    assert browser.post(target, data=typed(page.text, boy)).status_code == 303
    assert count(Contact) == 1
    assert only_draft().sealed is None


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(world: World, client_as: ClientAs, boy: Person) -> None:
    with_password(world.colleague)
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text, boy)
    end_sessions(world.worker)
    browser.post(NEW, data=answers)
    assert sign_in(browser, "kofi") == "/"
    assert "nog niet opgeslagen" not in browser.get("/mijn-dag").text
    assert "nog niet opgeslagen" not in browser.get(NEW).text
    assert browser.get(f"{NEW}?concept={only_draft().id}").status_code == 404


@pytest.mark.usefixtures("csrf")
def test_signed_out_in_another_tab(world: World, client_as: ClientAs, boy: Person) -> None:
    """Signing out empties the cookie: nothing is left of the session, but the page says whose it was."""
    browser = client_as(world.worker)
    page = browser.get(NEW).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    browser.post("/uitloggen", data={"csrf_token": token.group(1)})
    answer = browser.post(NEW, data=typed(page, boy) | {"csrf_token": token.group(1)})
    assert (answer.status_code, answer.location) == (303, "/inloggen")
    assert only_draft().user_id == world.worker.id
    assert count(Contact) == 0


@pytest.mark.usefixtures("csrf")
def test_signed_in_again_in_another_tab(world: World, client_as: ClientAs, boy: Person) -> None:
    """The page is of before; it is not saved unseen, but asked about once more."""
    answers = typed(client_as(world.worker).get(NEW).text, boy)
    answer = client_as(world.worker).post(NEW, data=answers)
    assert answer.status_code == 303
    assert answer.location == f"{NEW}?concept={only_draft().id}"
    assert count(Contact) == 0


@pytest.mark.usefixtures("csrf")
def test_a_page_of_somebody_else_becomes_their_draft_and_nobody_elses(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    answers = typed(client_as(world.worker).get(NEW).text, boy)
    browser = client_as(world.colleague)
    answer = browser.post(NEW, data=answers)
    assert answer.status_code == 303
    assert "concept" not in answer.location
    assert only_draft().user_id == world.worker.id
    assert NOTE not in browser.get("/mijn-dag").text


def test_without_a_slip_nothing_is_kept(world: World, client_as: ClientAs, boy: Person) -> None:
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text, boy)
    end_sessions(world.worker)
    browser.post(NEW, data=answers | {"concept": "x"})
    assert count(Draft) == 0
    assert "niet opgeslagen. Log in" in browser.get("/inloggen").text


def test_typing_on_after_the_session_ended_is_kept(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text)
    end_sessions(world.worker)
    assert browser.post("/concepten", data=answers).status_code == 200
    assert browser.get("/mijn-dag").status_code == 303, "keeping signs nobody in"


# --- a form that does not open any more -------------------------------------------------------------------------------


def move_away(boy: Person, world: World) -> None:
    with db.unit_of_work():
        ended = update(PersonAssignment).where(PersonAssignment.person_id == boy.id).values(until=clock.today())
        db.session.execute(ended)
        db.mark_logged()


@pytest.mark.parametrize("sent", [False, True], ids=["opened", "sent"])
def test_a_form_out_of_reach_gives_the_words_back_and_nothing_else(
    world: World, client_as: ClientAs, boy: Person, sent: bool
) -> None:
    browser, path = client_as(world.worker), f"{NEW}?jongere={boy.id}"
    answers = write(browser, boy, path=path)
    move_away(boy, world)
    answer = browser.post(path, data=answers) if sent else browser.get(f"{path}&concept={only_draft().id}")
    words = f"/concepten/{only_draft().id}/tekst"
    assert (answer.status_code, answer.location) == (303, words)
    page = browser.get(words).text
    assert NOTE in page
    assert "Merelveld" not in page
    assert str(boy.id) not in page
    assert count(Contact) == 0
    with db.unit_of_work():
        denied = select(AccessEvent.subject_id).where(AccessEvent.action == Action.DENIED)
        assert set(db.session.scalars(denied)) == {boy.id}
    assert browser.get(path).status_code == 404, "without a draft there is nothing to give back"
    assert browser.post(f"/concepten/{only_draft().id}/weggooien", data={"over": "1"}).location == "/"
    assert browser.get(words).status_code == 404


def test_a_correction_that_came_too_late_keeps_its_words(
    world: World, client_as: ClientAs, boy: Person, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOW)
    browser = client_as(world.worker)
    browser.post(NEW, data=typed(browser.get(NEW).text, boy))
    with db.unit_of_work():
        contact = db.session.scalars(select(Contact)).one()
        path, last = f"/contacten/{contact.id}/wijzigen", last_edit_day(contact)
    freeze(clock.day_start(last) + timedelta(hours=20))
    browser = client_as(world.worker)
    kept = {"concept": slip_on(browser.get(path).text), "note": "Nog iets vergeten"}
    assert browser.post("/concepten", data=kept).status_code == 200
    freeze(clock.day_start(last) + timedelta(hours=32))
    browser = client_as(world.worker)
    with db.unit_of_work():
        draft = db.session.scalars(select(Draft).where(Draft.ended_at.is_(None))).one()
    answer = browser.get(f"{path}?concept={draft.id}")
    assert answer.location == f"/concepten/{draft.id}/tekst"
    assert "Nog iets vergeten" in browser.get(answer.location).text
