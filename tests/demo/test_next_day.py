"""'Eén dag verder': the next morning, for everybody, without being signed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import sessions
from portal.core import clock, db
from portal.demo import service
from tests.factories import World


@pytest.mark.parametrize("local", ["2026-03-28 23:30", "2026-10-24 12:00", "2026-10-25 02:30", "2026-12-31 00:00"])
def test_a_day_later_it_is_the_next_morning_in_amsterdam(app: Flask, local: str) -> None:
    wanted = clock.from_local(datetime.fromisoformat(local))
    with db.unit_of_work():
        clock.shift(db.session(), wanted - datetime.now(UTC))
        service.next_day()
        now = clock.to_local(clock.now())
        assert now.date() == datetime.fromisoformat(local).date() + timedelta(days=1)
        assert time(8, 30) < now.time() < time(8, 33)
        assert db.session.info["waiting"] == [("tasks.reminders.tick", [])]


def test_who_is_signed_in_stays_signed_in(app: Flask, world: World) -> None:
    with db.unit_of_work():
        user = db.session.merge(world.worker)
        _, token = sessions.start(user)
    with db.unit_of_work():
        service.next_day()
        service.next_day()
    with db.unit_of_work():
        assert sessions.actor_for(token) is not None


def test_a_session_that_had_ended_does_not_come_back(app: Flask, world: World) -> None:
    with db.unit_of_work():
        _, token = sessions.start(db.session.merge(world.worker))
        clock.shift(db.session(), timedelta(days=2))
    with db.unit_of_work():
        service.next_day()
    with db.unit_of_work():
        assert sessions.actor_for(token) is None


def test_the_button_says_what_day_it_is(client_as: Callable[..., FlaskClient], world: World) -> None:
    browser = client_as(world.worker)
    before = clock.today()
    answer = browser.post("/demo/dag-verder")
    assert (answer.status_code, answer.location) == (303, "/mijn-dag")
    with db.unit_of_work():
        clock.synchronise(db.session())
        assert clock.today() == before + timedelta(days=1)
    with browser.session_transaction() as cookie:
        assert "er is een dag voorbij" in str(cookie["_flashes"])
