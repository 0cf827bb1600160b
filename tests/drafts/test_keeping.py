"""Drafts: what is typed survives a time-out, a sign-out and a crash, and only its writer ever sees it again."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from portal.accounts.models import User, UserSession
from portal.accounts.service import closing
from portal.contacts.models import Contact
from portal.contacts.policy import last_edit_day
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.ids import new_id
from portal.drafts import service, slips
from portal.drafts.models import Draft
from portal.drafts.slips import Slip
from portal.people.models import Person, PersonAssignment
from portal.privacy.models import AccessEvent, Action
from portal.reminders import materialise
from portal.reminders.models import Dispatch, Notification, Reminder
from tasks import drafts as draft_tasks
from tests.factories import World
from tests.factories.accounts import PASSWORD, with_password
from tests.factories.filled import Filled
from tests.factories.people import person

ClientAs = Callable[..., FlaskClient]
NEW = "/contacten/nieuw"
NOTE = "Wil met zijn oom praten over thuis"
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


@pytest.fixture
def boy(world: World) -> Person:
    with db.unit_of_work():
        return person(world.noord, "Yassine Merelveld", worker=world.worker)


def slip_on(page: str) -> str:
    found = re.search(r'name="concept" value="([^"]+)"', page)
    assert found, "the form carries no slip"
    return html.unescape(found.group(1))


def typed(page: str, boy: Person | None = None, note: str = NOTE) -> dict[str, str]:
    """What a browser holds of the contact form with everything filled in."""
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key
    return {
        "concept": slip_on(page),
        "people": str(boy.id) if boy else "",
        "channel": "street",
        "result": "reached",
        "purpose": "connection",
        "note": note,
        "confidentiality": "team",
        "occurred_at": clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "follow_up_on": "none",
        "key": key.group(1),
    }


def write(browser: FlaskClient, boy: Person | None = None, note: str = NOTE, path: str = NEW) -> dict[str, str]:
    """Open the form and let its page keep a draft; returns what was typed."""
    answers = typed(browser.get(path).text, boy, note)
    assert browser.post("/concepten", data=answers).status_code == 200
    return answers


def only_draft() -> Draft:
    with db.unit_of_work():
        return db.session.scalars(select(Draft)).one()


def count(model: type = Draft) -> int:
    with db.unit_of_work():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def end_sessions(user: User) -> None:
    with db.unit_of_work():
        db.session.execute(update(UserSession).where(UserSession.user_id == user.id).values(ended_at=clock.now()))


def sign_in(browser: FlaskClient, login: str) -> str:
    """Where the entrance leads."""
    answer = browser.post("/inloggen", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return answer.location


@pytest.fixture
def csrf(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


# --- keeping and going on --------------------------------------------------------------------------------------------


def test_what_is_typed_is_sealed_and_comes_back_whole(world: World, client_as: ClientAs, boy: Person) -> None:
    browser = client_as(world.worker)
    answers = write(browser, boy)
    stored = only_draft()
    assert stored.sealed
    assert NOTE.encode() not in stored.sealed
    assert stored.path == NEW
    page = browser.get(f"{NEW}?concept={stored.id}").text
    assert NOTE in page
    assert answers["key"] in page, "sent twice it must still be one contact"
    assert re.search(rf'<option value="{boy.id}"[^>]* selected', page)
    assert "Dit had je nog niet opgeslagen" in page


def test_an_empty_form_offers_what_was_not_saved_and_shows_nothing_of_it(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    browser = client_as(world.worker)
    write(browser, boy)
    page = browser.get(NEW).text
    assert "Je had nog niet opgeslagen tekst van" in page
    assert f"{NEW}?concept={only_draft().id}" in page
    assert NOTE not in page
    assert "Je had nog niet opgeslagen" not in browser.get(f"{NEW}?jongere={boy.id}").text, "that is another form"


def test_a_save_ends_the_draft_and_a_late_page_does_not_bring_it_back(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    browser = client_as(world.worker)
    answers = write(browser, boy)
    assert browser.post(NEW, data=answers).status_code == 303
    assert browser.post("/concepten", data=answers).status_code == 409
    ended = only_draft()
    assert ended.sealed is None
    assert count(Contact) == 1
    assert "nog niet opgeslagen" not in browser.get(NEW).text
    assert browser.get(f"{NEW}?concept={ended.id}").status_code == 404


def test_a_page_that_saved_before_it_ever_kept_anything_cannot_keep_it_afterwards(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text, boy)
    assert browser.post(NEW, data=answers).status_code == 303
    assert browser.post("/concepten", data=answers).status_code == 409


def test_a_refused_form_keeps_its_draft(world: World, client_as: ClientAs, boy: Person) -> None:
    browser = client_as(world.worker)
    answers = write(browser)
    refused = browser.post(NEW, data=answers)
    assert refused.status_code == 422
    assert only_draft().sealed
    again = slips.read(slip_on(refused.text))
    assert again
    assert again.draft_id == only_draft().id, "the page goes on with the same draft"


def test_a_lookalike_question_keeps_the_draft(world: World, client_as: ClientAs, boy: Person) -> None:
    """The page that asks whether it is the same young person saved nothing."""
    browser = client_as(world.worker)
    page = browser.get("/jongeren/nieuw").text
    born = boy.birth_date.isoformat()
    answers = {
        "concept": slip_on(page), "given_name": "Yassine", "family_name": "Merelveld", "birth_date": born,
        "birth_date_precision": "day", "team": str(world.noord.id), "version": "0",
    }  # fmt: skip
    browser.post("/concepten", data=answers)
    answer = browser.post("/jongeren/nieuw", data=answers)
    assert answer.status_code == 200
    assert only_draft().sealed


def test_two_pages_on_one_draft_the_newest_wins_and_hears_of_the_other(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = write(browser, note="eerste")
    one = browser.post("/concepten", data=answers | {"concept_version": "1", "note": "tab een"})
    assert one.json == {"version": 2, "elsewhere": False}
    two = browser.post("/concepten", data=answers | {"concept_version": "1", "note": "tab twee"})
    assert two.json == {"version": 3, "elsewhere": True}
    assert "tab twee" in browser.get(f"{NEW}?concept={only_draft().id}").text


def test_two_forms_of_one_address_are_two_drafts(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    write(browser, note="de ene")
    write(browser, note="de andere")
    assert count() == 2


def test_a_draft_of_a_record_that_changed_goes_on_from_what_it_is_now(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    browser, path = client_as(world.worker), f"/jongeren/{boy.id}/wijzigen"
    page = browser.get(path).text
    answers = {"concept": slip_on(page), "given_name": "Jassin", "version": str(boy.version)}
    browser.post("/concepten", data=answers)
    restored = browser.get(f"{path}?concept={only_draft().id}").text
    assert "Jassin" in restored
    assert "intussen iets veranderd" not in restored
    with db.unit_of_work(), db.session.no_autoflush:
        db.session.execute(update(Person).where(Person.id == boy.id).values(version=boy.version + 1))
        db.mark_logged()
    restored = browser.get(f"{path}?concept={only_draft().id}").text
    assert "intussen iets veranderd" in restored
    assert f'name="version" value="{boy.version + 1}"' in restored or re.search(
        rf'name="version"[^>]*value="{boy.version + 1}"', restored
    )


def test_throwing_away_empties_it(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    write(browser)
    answer = browser.post(f"/concepten/{only_draft().id}/weggooien")
    assert (answer.status_code, answer.location) == (303, NEW)
    assert only_draft().sealed is None
    assert "nog niet opgeslagen" not in browser.get(NEW).text


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=20))
def test_whatever_is_typed_comes_back_the_same(world: World, answers: list[tuple[str, str]]) -> None:
    actor = world.actor(world.worker)
    slip = Slip(world.worker.id, new_id(), "contacts.new", NEW)
    with db.unit_of_work():
        service.keep(slip, answers=answers, version=0)
        assert list(service.restore(actor, slip.draft_id, path=NEW).answers) == answers


def test_an_address_keeps_ids_and_nothing_else(world: World, client_as: ClientAs, boy: Person) -> None:
    browser = client_as(world.worker)
    write(browser, path=f"{NEW}?jongere={boy.id}&naam=Yassine")
    assert only_draft().path == f"{NEW}?jongere={boy.id}"


# --- the session ends ------------------------------------------------------------------------------------------------


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
    assert "nog niet verzonden" not in browser.get("/mijn-dag").text
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
    assert count() == 0
    assert "niet opgeslagen. Log in" in browser.get("/inloggen").text


def test_typing_on_after_the_session_ended_is_kept(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text)
    end_sessions(world.worker)
    assert browser.post("/concepten", data=answers).status_code == 200
    assert browser.get("/mijn-dag").status_code == 303, "keeping signs nobody in"


# --- a form that does not open any more ------------------------------------------------------------------------------


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


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_nobody_else_gets_to_a_draft(world: World, client_as: ClientAs) -> None:
    write(client_as(world.worker))
    draft_id = only_draft().id
    for who in (world.colleague, world.director, world.administrator, world.privacy_officer):
        other = client_as(who)
        assert other.get(f"/concepten/{draft_id}").status_code == 404
        assert other.post(f"/concepten/{draft_id}/weggooien").status_code == 404
    assert client_as(world.colleague).get(f"{NEW}?concept={draft_id}").status_code == 404
    assert only_draft().sealed
    with db.unit_of_work():
        denied = select(func.count()).where(AccessEvent.action == Action.DENIED, AccessEvent.subject_type == "draft")
        assert db.session.scalar(denied) == 9


@pytest.mark.parametrize("concept", ["", "x", "0" * 36, "../..", "'; DROP TABLE draft; --"])
def test_a_strange_draft_is_404(world: World, client_as: ClientAs, concept: str) -> None:
    assert client_as(world.worker).get(NEW, query_string={"concept": concept}).status_code == 404


def test_a_draft_of_another_page_does_not_fill_this_one(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    write(browser)
    assert browser.get(f"/jongeren/nieuw?concept={only_draft().id}").status_code == 404


def test_a_slip_that_was_changed_is_refused(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text)
    head, _dot, tail = answers["concept"].rpartition(".")
    changed = ("A" if head[0] != "A" else "B") + head[1:] + "." + tail
    assert browser.post("/concepten", data=answers | {"concept": changed}).status_code == 404
    assert count() == 0


def test_a_slip_is_good_for_as_long_as_a_draft(
    world: World, client_as: ClientAs, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOW)
    browser = client_as(world.worker)
    answers = typed(browser.get(NEW).text)
    freeze(NOW + timedelta(days=7, minutes=-1))
    assert browser.post("/concepten", data=answers).status_code == 200
    freeze(NOW + timedelta(days=7, minutes=1))
    assert browser.post("/concepten", data=answers).status_code == 404


def test_a_sent_form_cannot_name_the_draft_of_somebody_else(world: World, client_as: ClientAs, boy: Person) -> None:
    """Saving ends the page's own draft only."""
    write(client_as(world.colleague))
    theirs = only_draft()
    foreign = slips.write(Slip(world.colleague.id, theirs.id, "contacts.new", NEW))
    browser = client_as(world.worker)
    assert browser.post(NEW, data=typed(browser.get(NEW).text, boy) | {"concept": foreign}).status_code == 303
    with db.unit_of_work():
        kept = db.session.get(Draft, theirs.id)
        assert kept
        assert kept.sealed


def test_what_is_logged(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = write(browser)
    browser.post("/concepten", data=answers | {"concept_version": "1"})
    browser.get(f"{NEW}?concept={only_draft().id}")
    with db.unit_of_work():
        rows = select(AccessEvent.action).where(AccessEvent.subject_type == "draft").order_by(AccessEvent.at)
        assert sorted(db.session.scalars(rows)) == [Action.CREATE, Action.READ], "typing on is not logged each time"
        said = db.session.scalars(select(AccessEvent)).all()
        assert NOTE not in json.dumps([[row.fields, row.purpose, row.origin] for row in said])


def test_a_closed_account_leaves_no_draft_and_gets_none(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = write(browser)
    with db.unit_of_work():
        closing.close(world.actor(world.administrator), world.worker.id, version=None)
    assert count() == 0
    assert browser.post("/concepten", data=answers).status_code == 404
    assert count() == 0


# --- how much, how long ----------------------------------------------------------------------------------------------


def test_too_much_is_refused_and_what_was_kept_stays(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    answers = write(browser)
    assert browser.post("/concepten", data=answers | {"note": "é" * 40_000}).status_code == 422
    assert NOTE in browser.get(f"{NEW}?concept={only_draft().id}").text


def test_the_largest_that_fits_is_kept(world: World) -> None:
    slip = Slip(world.worker.id, new_id(), "contacts.new", NEW)
    frame = len(json.dumps([["note", ""]]))
    with db.unit_of_work():
        service.keep(slip, answers=[("note", "a" * (60_000 - 28 - frame))], version=0)
    with pytest.raises(Invalid), db.unit_of_work():
        service.keep(slip, answers=[("note", "a" * (60_000 - 28 - frame + 1))], version=1)


def test_there_are_thirty_at_most_and_the_oldest_goes(world: World, freeze: Callable[[datetime], None]) -> None:
    made: list[UUID] = []
    for n in range(service.MOST + 2):
        freeze(NOW + timedelta(minutes=n))
        made.append(new_id())
        with db.unit_of_work():
            service.keep(Slip(world.worker.id, made[-1], "contacts.new", NEW), answers=[("note", str(n))], version=0)
    with db.unit_of_work():
        assert set(db.session.scalars(select(Draft.id))) == set(made[2:])
        listed, total = service.unsent(world.actor(world.worker))
    assert (len(listed), total) == (service.SHOWN, service.MOST)


def test_a_draft_is_over_after_its_term(world: World, client_as: ClientAs, freeze: Callable[[datetime], None]) -> None:
    freeze(NOW)
    write(client_as(world.worker))
    draft_id = only_draft().id
    freeze(NOW + timedelta(days=7, seconds=1))
    browser = client_as(world.worker)
    assert browser.get(f"{NEW}?concept={draft_id}").status_code == 404
    assert "nog niet opgeslagen" not in browser.get(NEW).text
    draft_tasks.sweep()
    assert count() == 0


def test_sweeping_leaves_what_is_still_good(world: World, client_as: ClientAs) -> None:
    write(client_as(world.worker))
    draft_tasks.sweep()
    assert only_draft().sealed


def test_another_key_leaves_nothing_to_read(world: World) -> None:
    slip = Slip(world.worker.id, new_id(), "contacts.new", NEW)
    with db.unit_of_work():
        service.keep(slip, answers=[("note", NOTE)], version=0)
        db.session.execute(update(Draft).values(sealed=b"x" * 60))
    with pytest.raises(NotFound), db.unit_of_work():
        service.restore(world.actor(world.worker), slip.draft_id, path=NEW)


def test_an_ended_draft_takes_nothing_from_anybody(world: World) -> None:
    slip = Slip(world.worker.id, new_id(), "contacts.new", NEW)
    with db.unit_of_work():
        service.keep(slip, answers=[("note", NOTE)], version=0)
        service.end(Slip(world.colleague.id, slip.draft_id, slip.form, slip.path))
    assert only_draft().sealed
    with db.unit_of_work():
        service.end(slip)
    with pytest.raises(Conflict), db.unit_of_work():
        service.keep(slip, answers=[("note", NOTE)], version=1)


# --- where it is told ------------------------------------------------------------------------------------------------


def test_my_day_lists_what_is_not_saved_without_its_content(world: World, client_as: ClientAs, boy: Person) -> None:
    browser = client_as(world.worker)
    write(browser, boy)
    page = browser.get("/mijn-dag").text
    assert "Nog niet verzonden" in page
    assert "Contact vastleggen" in page
    assert NOTE not in page
    answer = browser.get(f"/concepten/{only_draft().id}")
    assert answer.location == f"{NEW}?concept={only_draft().id}"


def test_who_has_no_draft_sees_nothing_of_drafts(world: World, client_as: ClientAs) -> None:
    for who in (world.worker, world.trainer):
        assert "Nog niet verzonden" not in client_as(who).get("/mijn-dag").text


def test_after_four_hours_it_is_told_in_the_portal_and_never_mailed(
    world: World, client_as: ClientAs, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOW)
    write(client_as(world.worker))
    freeze(NOW + timedelta(hours=4, seconds=-1))
    assert materialise.run().made == 0
    freeze(NOW + timedelta(hours=4))
    assert materialise.run().made == 1
    assert materialise.run().made == 0
    assert count(Notification) == 1
    assert count(Dispatch) == 0
    inbox = client_as(world.worker).get("/meldingen").text
    assert "Je hebt nog iets niet verzonden" in inbox
    client_as(world.worker).post(f"/concepten/{only_draft().id}/weggooien")
    assert materialise.run().lapsed == 1
    with db.unit_of_work():
        assert db.session.scalars(select(Reminder)).one().cancelled_at


def test_every_form_that_is_kept_carries_its_slip(app: Flask, world: World) -> None:
    """The mark on the view and the macro in its template go together."""
    kept = {name for name, view in app.view_functions.items() if hasattr(view, "keeps")}
    assert kept >= {"contacts.new", "contacts.edit", "contacts.correct", "people.new", "people.edit"}
    own = {name: f"{name.replace('.', '/')}.html" for name in kept}
    templates = set(app.jinja_env.list_templates())  # some share a form that another page has as well
    sources = {
        name: app.jinja_env.loader.get_source(app.jinja_env, own[name])[0] for name in kept if own[name] in templates
    }
    assert len(sources) > len(kept) / 2
    for name, source in sources.items():
        assert "forms.form(form" in source, name


def test_a_form_filled_with_a_draft_costs_no_more_than_any_page(
    app: Flask, world: World, client_as: ClientAs, freeze: Callable[[datetime], None]
) -> None:
    filled = Filled.build(world)
    freeze(clock.now())  # else a slow run also counts the sign of life that a session leaves now and then
    browser = client_as(world.worker)
    spent: dict[str, int] = {}
    for rule, method, url in filled.calls(app):
        if method != "GET" or not hasattr(app.view_functions[rule.endpoint], "keeps"):
            continue
        page = browser.get(url)
        if page.status_code != 200 or "data-draft=" not in page.text:
            continue
        browser.post("/concepten", data={"concept": slip_on(page.text)})
        with browser:
            slip = slips.read(slip_on(page.text))
            assert slip
            assert browser.get(f"{url}?concept={slip.draft_id}").status_code == 200
            spent[url] = g.queries
    assert len(spent) >= 6
    assert {url: queries for url, queries in spent.items() if queries > 12} == {}
