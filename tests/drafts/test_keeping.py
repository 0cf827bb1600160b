"""Drafts: what is typed is kept, comes back whole, and is gone after its term."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.contacts.models import Contact
from portal.core import db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.ids import new_id
from portal.drafts import service, slips
from portal.drafts.models import Draft
from portal.drafts.slips import Slip
from portal.people.models import Person
from tasks import drafts as draft_tasks
from tests.drafts.writing import (
    NEW,
    NOTE,
    NOW,
    ClientAs,
    only_draft,
    slip_on,
    typed,
    write,
)
from tests.factories import World
from tests.looking import count

# --- keeping and going on ---------------------------------------------------------------------------------------------


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
    assert count(Draft) == 2


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


# --- how much, how long -----------------------------------------------------------------------------------------------


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
    assert count(Draft) == 0


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
