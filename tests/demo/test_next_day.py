"""'Eén dag verder': the next morning, for everybody, without being signed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import sessions
from portal.core import clock, db, workdays
from portal.demo import service
from tests.factories import World


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-03-28 23:30", "2026-03-30"),  # a Saturday; that night the clock went forward
        ("2026-10-25 02:30", "2026-10-26"),
        ("2026-11-24 08:31", "2026-11-25"),
        ("2026-11-27 12:00", "2026-11-30"),
        ("2026-12-24 09:00", "2026-12-28"),  # Christmas and a weekend
        ("2026-12-31 00:00", "2027-01-04"),
    ],
)
def test_a_day_later_it_is_the_morning_of_the_next_working_day(app: Flask, local: str, day: str) -> None:
    wanted = clock.from_local(datetime.fromisoformat(local))
    with db.unit_of_work():
        clock.shift(db.session(), wanted - datetime.now(UTC))
        service.next_day()
        now = clock.to_local(clock.now())
        assert now.date() == date.fromisoformat(day)
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


@pytest.mark.parametrize(("local", "skipped"), [("2026-11-24 12:00", False), ("2026-11-27 12:00", True)])
def test_the_button_says_what_day_it_is(
    client_as: Callable[..., FlaskClient], world: World, local: str, skipped: bool
) -> None:
    with db.unit_of_work():
        clock.shift(db.session(), clock.from_local(datetime.fromisoformat(local)) - datetime.now(UTC))
    browser = client_as(world.worker)
    before = clock.today()
    answer = browser.post("/demo/dag-verder")
    assert (answer.status_code, answer.location) == (303, "/mijn-dag")
    with db.unit_of_work():
        clock.synchronise(db.session())
        assert clock.today() == workdays.add(before, 1)
    with browser.session_transaction() as cookie:
        assert "er is een dag voorbij" in str(cookie["_flashes"])
        assert ("overgeslagen" in str(cookie["_flashes"])) == skipped
