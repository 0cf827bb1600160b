"""Whose a draft is: nobody else gets to it, it is logged, and only its writer is told of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import func, select

from portal.accounts.service import closing
from portal.core import clock, db
from portal.core.ids import new_id
from portal.drafts import service, slips
from portal.drafts.models import Draft
from portal.drafts.slips import Slip
from portal.home import about
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from portal.reminders import materialise
from portal.reminders.models import Dispatch, Notification, Reminder
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
from tests.factories import World, cases, people
from tests.factories.filled import Filled
from tests.looking import count

# --- whose it is ------------------------------------------------------------------------------------------------------


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
    assert count(Draft) == 0


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
    assert count(Draft) == 0
    assert browser.post("/concepten", data=answers).status_code == 404
    assert count(Draft) == 0


# --- where it is told -------------------------------------------------------------------------------------------------


def test_my_day_lists_what_is_not_saved_with_about_whom_and_without_its_content(
    world: World, client_as: ClientAs, boy: Person
) -> None:
    browser = client_as(world.worker)
    write(browser, boy)
    page = browser.get("/mijn-dag").text
    assert "Nog niet opgeslagen" in page
    assert "Contact vastleggen" in page
    assert re.search(rf"{re.escape(boy.short_name)}.{{0,80}}Begonnen: ", page, re.DOTALL)
    assert NOTE not in page
    answer = browser.get(f"/concepten/{only_draft().id}")
    assert answer.location == f"{NEW}?concept={only_draft().id}"


def test_drafts_are_told_apart_by_whom_they_are_about_as_far_as_their_writer_reaches_them(
    world: World, boy: Person
) -> None:
    with db.unit_of_work():
        girl = people.person(world.noord, "Fenna Proef", worker=world.worker)
        stranger = people.person(world.zuidoost, "Zoya Proef")
        case = cases.running(girl, world.director, worker=world.worker)
    kept = {
        f"{NEW}?jongere={boy.id}": [("people", str(stranger.id)), ("note", f"{girl.id}, zei hij")],
        f"/casussen/{case.id}/plan": [("youth_voice", "Samen")],
        NEW: [("people", str(girl.id)), ("people", str(boy.id))],
    }
    with db.unit_of_work():
        for path, answers in kept.items():
            service.keep(Slip(world.worker.id, new_id(), "contacts.new", path), answers=answers, version=0)
    with db.unit_of_work(on_behalf_of=world.worker.id):
        listed, _ = service.unsent(actor := world.actor(world.worker))
        names = about.names(actor, frozenset[UUID]().union(*(draft.about for draft in listed)))
        logged = select(AccessEvent.person_id).where(AccessEvent.action == Action.LIST)
        assert set(db.session.scalars(logged)) == {boy.id, girl.id}, "whoever is named is logged, and nobody else"
    told = {draft.path: {name for one in draft.about for name in names.get(one, ())} for draft in listed}
    assert told == dict(
        zip(kept, ({boy.short_name}, {girl.short_name}, {girl.short_name, boy.short_name}), strict=True)
    )


def test_who_has_no_draft_sees_nothing_of_drafts(world: World, client_as: ClientAs) -> None:
    for who in (world.worker, world.trainer):
        assert "Nog niet opgeslagen" not in client_as(who).get("/mijn-dag").text


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
    assert "Je hebt nog iets niet opgeslagen" in inbox
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
    app: Flask, world: World, filled: Filled, client_as: ClientAs, freeze: Callable[[datetime], None]
) -> None:
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
