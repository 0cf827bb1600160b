"""What was seen at a place: noted once, read by the team and the network, asked for when nobody came by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal.accounts import open_work
from portal.accounts.models import RoleAssignment
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.ids import new_id
from portal.core.registry import registry
from portal.places import figures, labels, service
from portal.places.models import Atmosphere, Headcount, Observation, Sight
from portal.places.service import Look
from portal.places.workflow import Event
from portal.privacy.models import AccessEvent
from tests.factories import World, places

Freeze = Callable[[datetime], None]
Client = Callable[..., FlaskClient]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(code: str) -> set[UUID]:
    """To whom a rule speaks now."""
    with db.unit_of_work():
        return {row.recipient_id for row in db.session.execute(registry.rules[code].due(clock.today()))}


def seen(at: datetime, *sights: Sight, air: Atmosphere = Atmosphere.CALM) -> Look:
    return Look(at, Headcount.UP_TO_5, air, sights)


def test_every_answer_has_words() -> None:
    assert set(labels.HEADCOUNT) == set(Headcount)
    assert set(labels.ATMOSPHERE) == set(labels.ATMOSPHERE_ICON) == set(Atmosphere)
    assert set(labels.SIGHT) == set(Sight)


def test_who_keeps_a_place_notes_what_it_was_like(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    worker, colleague = world.actor(world.worker), world.actor(world.colleague)
    key = new_id()
    with db.unit_of_work():
        near = places.location(world.noord, world.worker, since=MONDAY - timedelta(days=9))
        far = places.location(world.zuidoost, world.stranger)
        made = service.observe(worker, near.id, look=seen(MONDAY, Sight.NOISE, Sight.NOISE), key=key)
        assert service.observe(worker, near.id, look=seen(MONDAY), key=key).id == made.id
        assert (made.sights, made.grave) == ([Sight.NOISE], False)
        for refused in (world.actor(world.messenger), world.actor(world.coordinator), world.actor(world.stranger)):
            with pytest.raises(NotFound):
                service.observe(refused, near.id, look=seen(MONDAY), key=new_id())
        with pytest.raises(NotFound):
            service.observe(worker, far.id, look=seen(MONDAY), key=new_id())
        for wrong in (MONDAY + timedelta(hours=1), MONDAY - timedelta(days=8)):
            with pytest.raises(Invalid):
                service.observe(worker, near.id, look=seen(wrong), key=new_id())
        with pytest.raises(NotFound):
            service.withdraw(colleague, made.id)
        assert [one.row.id for one in service.observed(colleague, near)] == [made.id]
        service.withdraw(worker, made.id)
        with pytest.raises(Conflict):
            service.withdraw(worker, made.id)
        assert service.observed(worker, near) == []
        assert service.last_seen([near.id]) == {}
        service.move(worker, near.id, Event.END, version=None)
        with pytest.raises(Conflict):
            service.observe(worker, near.id, look=seen(MONDAY), key=new_id())
        logged = db.session.scalar(select(func.count()).where(AccessEvent.subject_id == made.id))
    assert logged == 2


WALL = {
    "worker": {"near"}, "director": {"near"}, "coordinator": {"near", "far"}, "messenger": {"near", "far"},
    "manager": set(), "trainer": set(), "analyst": set(), "privacy_officer": set(), "administrator": set(),
}  # fmt: skip


def test_a_plain_select_gives_what_the_place_gives(world: World) -> None:
    with db.unit_of_work():
        near, far = places.location(world.noord, world.worker), places.location(world.zuidoost, world.stranger)
        made = {
            places.observation(near, world.worker).id: "near",
            places.observation(far, world.stranger).id: "far",
        }
    for who, reads in WALL.items():
        with db.unit_of_work(on_behalf_of=getattr(world, who).id):
            assert {made[row] for row in db.session.scalars(select(Observation.id))} == reads, who
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        db.unit_of_work(on_behalf_of=world.messenger.id),
    ):
        places.observation(near, world.messenger)


@pytest.mark.parametrize("grave", [seen(MONDAY, Sight.WEAPONS), seen(MONDAY, air=Atmosphere.TENSE)])
def test_what_has_to_be_judged_asks_for_a_signal(world: World, freeze: Freeze, grave: Look) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
        assert service.observe(world.actor(world.worker), place.id, look=grave, key=new_id()).grave


def test_who_looks_after_a_place_hears_that_nobody_came_by(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
        place.review_on = clock.today() + timedelta(days=200)
        places.observation(place, world.colleague, seen_at=MONDAY + timedelta(days=1))
        gone = places.observation(place, world.worker, seen_at=MONDAY + timedelta(days=2))
        gone.withdrawn_at = MONDAY + timedelta(days=2)
    freeze(MONDAY + timedelta(days=30))
    assert told("R28") == set()
    freeze(MONDAY + timedelta(days=31))
    assert told("R28") == {world.worker.id}
    assert told("R28-regie") == set()
    freeze(MONDAY + timedelta(days=46))
    assert told("R28-regie") == {world.director.id}
    with db.unit_of_work():
        service.observe(world.actor(world.worker), place.id, look=seen(clock.now()), key=new_id())
    assert told("R28") == told("R28-regie") == set()


def test_a_place_is_looked_at_again(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
        place.review_on = clock.today() + timedelta(days=8)
    assert told("R28-bekijken") == set()
    freeze(MONDAY + timedelta(days=1))
    assert told("R28-bekijken") == {world.worker.id}
    freeze(MONDAY + timedelta(days=8))
    assert told("R28-bekijken-regie") == {world.director.id}
    with db.unit_of_work():
        held = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)).one()
        held.valid_until = clock.today() - timedelta(days=1)
        assert "Locaties" in {work.label for work in open_work.of(world.worker.id)}
    assert told("R28-bekijken") == set()  # who left is not asked; the director was
    with db.unit_of_work():
        moved = service.move(world.actor(world.director), place.id, Event.KEEP, version=None)
        assert (moved.status, moved.review_on) == ("monitored", clock.today() + service.REVIEW_AFTER)
    assert told("R28-bekijken-regie") == set()


def test_seen_lately_counts_places_not_visits(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        one, other = (places.location(world.noord, world.worker, name) for name in ("Park een", "Park twee"))
        for days in (0, 1, 29):
            places.observation(one, world.worker, seen_at=MONDAY - timedelta(days=days))
        places.observation(other, world.worker, seen_at=MONDAY - timedelta(days=31))
        for days, expected in ((0, 1), (2, 0)):  # the places came into the list on that Monday
            day = MONDAY.date() - timedelta(days=days)
            rows = db.session.execute(figures.standing(figures.Span([world.noord.id], day, day))).all()
            assert [row.seen for row in rows] == [expected]


def test_on_a_phone_it_takes_two_answers(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
    browser, path = client_as(world.worker), f"/locaties/{place.id}"
    assert "Ik was hier" in browser.get(path).text
    form = {"atmosphere": "tense", "headcount": "6_10", "seen_at": local(clock.now()), "key": str(new_id())}
    answer = browser.post(f"{path}/langs-geweest", data=form)
    assert (answer.status_code, answer.location) == (303, path)
    page = unescape(browser.get(path).text)
    assert "Gespannen" in page
    assert "Doe dan ook een signaal" in page
    assert browser.post(f"{path}/langs-geweest", data=form).status_code == 303  # pressed twice
    with db.unit_of_work():
        row = db.session.scalars(select(Observation)).one()
    refused = unescape(browser.post(f"{path}/langs-geweest", data=form | {"atmosphere": "", "key": str(new_id())}).text)
    assert "Kies hoe het er was." in refused
    assert "Gespannen" in unescape(client_as(world.messenger).get(path).text)
    assert browser.post(f"/locaties/langs-geweest/{row.id}/weghalen").status_code == 303
    assert "Nog niemand legde vast" in unescape(browser.get(path).text)


def local(moment: datetime) -> str:
    return clock.to_local(moment).strftime("%Y-%m-%dT%H:%M")
