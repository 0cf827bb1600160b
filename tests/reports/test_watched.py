"""RPT-07: the figures of places equal a recount by hand, and the file holds what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import db
from portal.places import figures, service
from portal.places.figures import Counted
from portal.places.workflow import Event
from portal.privacy.models import AccessEvent, Action
from tests.factories import World, places

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(days: int) -> datetime:
    return BEGIN + timedelta(days=days)


def test_a_recount_by_hand_gives_the_same(
    world: World, freeze: Callable[[datetime], None], client_as: Callable[..., FlaskClient]
) -> None:
    freeze(BEGIN)
    with db.unit_of_work():
        first, second, third, gone = (places.location(world.noord, world.worker, name) for name in "ABCD")
        places.location(world.zuidoost, world.stranger, "E", area="TA")
    director = world.actor(world.director)
    for days, place, event in (
        (10, second, Event.INTENSIFY), (20, third, Event.CALM), (30, gone, Event.END), (95, first, Event.CALM),
        (100, first, Event.MONITOR),
    ):  # fmt: skip
        freeze(at(days))
        with db.unit_of_work():
            service.move(director, place.id, event, version=None)
    with db.unit_of_work():
        places.observation(first, world.worker, seen_at=at(70))
        places.observation(second, world.worker, seen_at=at(99))
        places.observation(third, world.worker, seen_at=at(99))  # quiet: not watched any more
    manager = world.actor(world.manager)
    with db.unit_of_work(on_behalf_of=manager.user_id):
        teams = [world.noord.id, world.zuidoost.id]
        day = at(101).date()
        found = figures.count(manager, teams, date(2026, 1, 1), day)
        in_january = figures.count(manager, teams, date(2026, 1, 1), date(2026, 1, 31))
    noord = Counted(stock=2, priority=1, seen=1, started=4, raised=1, calmed=2, calmed_late=1, ended=0)
    assert found[world.noord.id] == Counted(**vars(noord) | {"ended": 1})
    assert in_january[world.noord.id] == Counted(stock=3, priority=1, started=4, raised=1, calmed=1)
    freeze(at(101))
    browser = client_as(world.manager)
    page = unescape(browser.get("/rapporten/locaties").text)
    assert "50%" in page.replace("\xa0", "")
    lines = browser.get("/rapporten/locaties.csv").data.decode("utf-8-sig").splitlines()
    assert "Team Noord;2;1;1;4;1;2;1;1" in lines
    with db.unit_of_work():
        logged = select(AccessEvent.fields).where(AccessEvent.action == Action.EXPORT)
        assert db.session.scalars(logged).all() == [["csv"]]
