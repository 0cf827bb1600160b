"""Monitored locations: the watch over time, the stock of a day, who keeps the list, and its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.places import figures, labels, service
from portal.places.models import LocationKind, LocationStatus
from portal.places.service import Details, Filters
from portal.places.views import SLUGS
from portal.places.workflow import Event
from tests.factories import World, places

Freeze = Callable[[datetime], None]
Client = Callable[..., FlaskClient]
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def details(world: World, **changed: object) -> Details:
    known = {
        "name": "Plein de Wilg", "kind": LocationKind.SQUARE, "area_code": "NA", "review_on": date(2026, 6, 1),
        "owner_id": world.worker.id,
    }  # fmt: skip
    return Details(**(known | changed))  # type: ignore[arg-type]


def test_every_step_and_state_has_words() -> None:
    assert set(labels.STATUS) == set(labels.TONE) == set(LocationStatus)
    assert set(labels.EVENT) == set(labels.HAPPENED) == set(labels.EXPLAINED) == set(Event) == {*SLUGS, Event.START}


def test_the_stock_of_a_day_is_as_it_stood_that_day(world: World, freeze: Freeze) -> None:
    freeze(MORNING)
    actor, teams = world.actor(world.worker), [world.noord.id, world.zuidoost.id]
    with db.unit_of_work():
        made = service.create(actor, team_id=world.noord.id, details=details(world))
        places.location(world.zuidoost, world.stranger)
    for days, event in ((1, Event.INTENSIFY), (2, Event.CALM), (3, Event.MONITOR), (4, Event.END)):
        freeze(MORNING + timedelta(days=days))
        with db.unit_of_work():
            service.move(actor, made.id, event, version=None, note="Rustiger.")
    with db.unit_of_work():
        counted = [
            sum(row.stock for row in db.session.execute(figures.standing(figures.Span(teams, day, day))))
            for day in (MORNING.date() + timedelta(days=n) for n in range(-1, 5))
        ]
        history = [change.to_status for change in service.history(service.get(actor, made.id))]
    assert counted == [0, 2, 2, 1, 2, 1]
    assert history == ["ended", "monitored", "quiet", "priority", "monitored"]


def test_a_team_keeps_its_own_list(world: World) -> None:
    worker, messenger = world.actor(world.worker), world.actor(world.messenger)
    with db.unit_of_work():
        far = places.location(world.zuidoost, world.stranger, "Speelplek de Olm")
        near = places.location(world.noord, world.worker)
    with db.unit_of_work():
        assert [row.id for row in service.listing(worker, Filters()).rows] == [near.id]
        assert {row.id for row in service.listing(messenger, Filters()).rows} == {near.id, far.id}
        for refused in (far.id,):
            with pytest.raises(NotFound):
                service.get(worker, refused)
        with pytest.raises(NotFound):
            service.kept(messenger, near.id)
        with pytest.raises(Forbidden):
            service.create(worker, team_id=world.zuidoost.id, details=details(world))
        with pytest.raises(Invalid):
            service.create(worker, team_id=world.noord.id, details=details(world, owner_id=world.stranger.id))
        with pytest.raises(Conflict):
            service.update(worker, near.id, version=7, details=details(world))


def test_the_list_goes_on_where_it_stopped(world: World) -> None:
    with db.unit_of_work():
        for n in range(60):
            places.location(world.noord, world.worker, f"Park {n % 20:02d}")
    actor = world.actor(world.worker)
    with db.unit_of_work():
        first = service.listing(actor, Filters())
        second = service.listing(actor, Filters(), first.next_cursor)
    names = [row.name for row in (*first.rows, *second.rows)]
    assert names == sorted(names)
    assert len({row.id for row in (*first.rows, *second.rows)}) == 60
    assert second.next_cursor is None


def test_a_worker_adds_a_place_and_says_it_is_quiet(world: World, client_as: Client) -> None:
    browser = client_as(world.worker)
    assert "Nog geen locaties" in unescape(browser.get("/locaties").text)
    form = {
        "team_id": str(world.noord.id), "name": "Park de Linde", "kind": "park", "area_code": "NA",
        "owner_id": str(world.worker.id), "review_on": (clock.today() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    answer = browser.post("/locaties/nieuw", data=form)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Park de Linde" in page
    with db.unit_of_work():
        made = service.listing(world.actor(world.worker), Filters()).rows[0]
    answer = browser.post(f"/locaties/{made.id}/rustig", data={"version": "1", "note": "Het pleintje is opgeknapt"})
    page = unescape(browser.get(answer.location).text)
    assert "Het pleintje is opgeknapt" in page
    assert "Het is er rustig" not in page  # it is already
    assert browser.post("/locaties/nieuw", data=form | {"name": ""}).status_code == 422
