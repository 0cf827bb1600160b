"""The pages of signals: telling, the queue, one signal to each side, and the figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.core.ids import new_id
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Role
from portal.signals.models import Signal, SignalKind
from tests.factories import World, people, places
from tests.factories import signals as made
from tests.factories.world import user
from tests.looking import page

Client = Callable[..., FlaskClient]


@pytest.fixture
def young(world: World) -> Any:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def told(**changed: str) -> dict[str, str]:
    return {
        "subject_kind": "person", "kind": "weapon", "facts": "Er viel een mes uit zijn tas.", "urgency": "normal",
        "area_code": "NA", "key": str(new_id()),
    } | changed  # fmt: skip


def test_from_telling_to_feedback(world: World, young: Any, client_as: Client) -> None:
    worker, director = client_as(world.worker), client_as(world.director)
    answer = worker.post("/signalen/nieuw", data=told(person_id=str(young.id), interpretation="Hij is bang."))
    assert answer.status_code == 303
    path = answer.location
    shown = page(worker, path)
    assert "Wacht op beoordeling" in shown
    assert "Er viel een mes" not in shown  # how it stands, and no more
    assert "Yassine" not in shown
    assert "Wapenbezit" in page(director, "/signalen")
    assert "Signalen beoordelen" in page(director, "/mijn-dag")
    shown = page(director, path)
    assert all(words in shown for words in ("Er viel een mes", "Hij is bang.", "Yassine Merelveld", "Samira Proef"))
    assert director.post(f"{path}/oppakken", data={"version": version(path)}).status_code == 303
    decision = {"outcome": "refer", "motivation": "Eerst hulp.", "interest": "Weer naar school."}
    assert director.post(f"{path}/besluiten", data=decision | {"version": "1"}).status_code == 409
    assert director.post(f"{path}/besluiten", data=decision | {"version": version(path)}).status_code == 303
    assert "Eerst hulp." in page(director, path)
    assert "Eerst hulp." not in page(worker, path)
    assert director.post(f"{path}/afsluiten", data={"version": version(path), "done": ""}).status_code == 422
    assert director.post(f"{path}/afsluiten", data={"version": version(path), "done": "Aangemeld"}).status_code == 303
    director.post(f"{path}/terugkoppelen", data={"version": version(path), "feedback": "picked_up"})
    assert "We pakken het op" in page(worker, path)


def version(path: str) -> str:
    with db.unit_of_work():
        return str(db.session.scalars(select(Signal.version).where(Signal.id == path.rpartition("/")[2])).one())


def test_a_reading_director_is_in_the_log_with_the_purpose(world: World, young: Any, client_as: Client) -> None:
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
    page(client_as(world.director), f"/signalen/{row.id}")
    with db.unit_of_work():
        read = select(AccessEvent).where(AccessEvent.subject_id == row.id, AccessEvent.action == "read")
        event = db.session.scalars(read).one()
    assert (event.purpose, event.person_id, event.role) == ("triage", young.id, "jv_director")


def test_somebody_who_is_not_known_has_a_nickname(world: World, client_as: Client) -> None:
    """A trainer has no young people to choose from; a partner of elsewhere neither."""
    with db.unit_of_work():
        partner = user("Esther Proef", world.city, world.network, Role.EXTERNAL_PARTNER)
    for who in (world.trainer, partner):
        browser = client_as(who)
        assert "Hoe wordt de jongere genoemd?" in page(browser, "/signalen/nieuw")
        assert browser.post("/signalen/nieuw", data=told()).status_code == 422
        answer = browser.post("/signalen/nieuw", data=told(nickname="Kleine Vos"))
        assert "Kleine Vos" not in page(browser, answer.location)
    director = client_as(world.director)
    with db.unit_of_work():
        row = db.session.scalars(select(Signal).limit(1)).one()
    assert "genoemd: Kleine Vos" in page(director, f"/signalen/{row.id}")


def test_what_is_late_says_so_and_lists_are_filled(world: World, young: Any, client_as: Client) -> None:
    director = client_as(world.director)
    assert "Niets te beoordelen" in page(director, "/signalen")
    assert "Hier staat nu niets" in page(director, "/signalen?toon=klaar")
    assert "Nog geen signalen van jou" in page(client_as(world.worker), "/signalen")
    with db.unit_of_work():
        for kind in SignalKind:
            row = made.signal(world, world.worker, young, kind=kind)
            row.triage_due_at = clock.now() - timedelta(days=1)
    listed = page(director, "/signalen")
    assert listed.count('class="late"') == len(SignalKind)
    assert "Yassine" not in listed
    made_of = page(client_as(world.manager), "/signalen/cijfers")
    assert str(len(SignalKind)) in made_of
    assert "te weinig om te tonen" in made_of


def test_a_signal_joins_an_earlier_one(world: World, young: Any, client_as: Client) -> None:
    with db.unit_of_work():
        first, second = (made.signal(world, world.worker, young) for _ in range(2))
    browser = client_as(world.worker)
    assert "Gaat dit over hetzelfde?" in page(browser, f"/signalen/{second.id}")
    browser.post(f"/signalen/{second.id}/zelfde", data={"other_id": str(first.id)})
    assert "Hoort hierbij" in page(browser, f"/signalen/{second.id}")


def test_who_told_an_acute_signal_sees_whom_to_call(world: World, young: Any, client_as: Client) -> None:
    with db.unit_of_work():
        db.session.merge(world.director).phone = "0200000000"
    browser = client_as(world.worker)
    answer = browser.post("/signalen/nieuw", data=told(person_id=str(young.id), urgency="acute"))
    shown = page(browser, answer.location)
    assert "Nu bellen" in shown
    assert f"Bel {world.director.name}" in shown
    assert f"Bel {world.director.name}" in page(browser, "/dienst")


def test_from_a_place_a_signal_is_about_that_place(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
    shown = page(client_as(world.worker), f"/signalen/nieuw?locatie={place.id}")
    chosen = re.findall(r'<input[^>]*name="subject_kind"[^>]*>', shown)
    assert [one for one in chosen if "checked" in one] == [one for one in chosen if 'value="location"' in one]
    assert re.search(rf'<option[^>]*value="{place.id}"[^>]*selected', shown)


def test_the_own_signals_are_narrowed_by_how_they_stand_and_when_they_were_told(
    world: World, client_as: Client, freeze: Callable[[datetime], None]
) -> None:
    freeze(datetime(2026, 3, 31, 23, 30, tzinfo=UTC))  # 1 April in Amsterdam
    with db.unit_of_work():
        old = made.signal(world, world.worker)
        made.judged(world, old)
    freeze(datetime(2026, 11, 24, 13, 30, tzinfo=UTC))
    with db.unit_of_work():
        new = made.signal(world, world.worker)
    browser = client_as(world.worker)
    for query, shown in {
        "": {old.number, new.number},
        "stand=to_triage": {new.number},
        "stand=no_action&van=2026-04-01": {old.number},
        "tot=2026-03-31": set(),
        "tot=2026-04-01": {old.number},
        "van=2026-11-25": set(),
    }.items():
        text = page(browser, f"/signalen?{query}")
        assert {one.number for one in (old, new) if one.number in text} == shown, query
        assert ("Geen signalen met deze filters" in text) == (not shown)
    page(browser, "/signalen?van=gisteren", 422)
