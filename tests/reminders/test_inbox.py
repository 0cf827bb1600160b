"""The bell and /meldingen: own messages only, read once, and gone when there is nothing left to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.contacts.models import FollowUpStatus
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import PersonAssignment
from portal.privacy.models import AccessEvent, Action
from portal.reminders import materialise, service
from portal.reminders.models import Reminder
from tests.factories import World
from tests.factories import reminders as make

TUESDAY = date(2026, 11, 24)
BEFORE = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
As = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _night(freeze: Callable[[datetime], None]) -> None:
    freeze(BEFORE)


def told(world: World, count: int = 1) -> list:
    """Give the worker so many reminders; returns their ids."""
    follow_ups = make.make(world.noord, world.worker, *[TUESDAY] * count)
    materialise.run()
    with db.unit_of_work():
        ids = list(db.session.scalars(select(Reminder.id).order_by(Reminder.id)))
    return list(zip(ids, follow_ups, strict=False))


def unread(world: World, user: User) -> int:
    with db.unit_of_work():
        return service.unread_count(world.actor(user))


def test_it_shows_what_who_and_why_and_logs_it(world: World, client_as: As) -> None:
    told(world)
    page = client_as(world.worker).get("/meldingen").text
    assert "Vandaag een vervolg" in page
    assert "Yassine K." in page
    assert "Je krijgt dit omdat" in page
    assert "1 nieuwe melding" in page
    with db.unit_of_work():
        reminder = db.session.scalars(select(Reminder)).one()
        (event,) = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == Action.LIST)
        )
    assert (event.actor_id, event.person_id) == (world.worker.id, reminder.person_id)


def test_no_name_once_somebody_else_has_the_young_person(world: World, client_as: As) -> None:
    told(world)
    with db.unit_of_work():
        db.session.execute(update(PersonAssignment).values(until=TUESDAY))
        make.logged()
    assert "Yassine" not in client_as(world.worker).get("/meldingen").text


def test_opening_one_marks_it_read_and_goes_to_the_record(world: World, client_as: As) -> None:
    told(world)
    with db.unit_of_work():
        reminder = db.session.scalars(select(Reminder)).one()
    answer = client_as(world.worker).get(f"/meldingen/{reminder.id}")
    assert answer.status_code == 303
    assert answer.location == f"/contacten/nieuw?opvolging={reminder.object_id}"
    assert unread(world, world.worker) == 0


def test_somebody_elses_is_not_found(world: World, client_as: As) -> None:
    ((reminder_id, _),) = told(world)
    stranger = client_as(world.stranger)
    assert stranger.get(f"/meldingen/{reminder_id}").status_code == 404
    assert stranger.post(f"/meldingen/{reminder_id}/gelezen").status_code == 404
    assert stranger.get(f"/meldingen/{new_id()}").status_code == 404
    assert unread(world, world.worker) == 1


def test_all_read_is_all_of_mine_only(world: World, client_as: As) -> None:
    make.make(world.zuidoost, world.stranger, TUESDAY)
    told(world, 3)
    client_as(world.worker).post("/meldingen/alles-gelezen")
    assert unread(world, world.worker) == 0
    assert unread(world, world.stranger) == 1


def test_what_is_done_elsewhere_is_no_longer_new(world: World, client_as: As) -> None:
    told(world, 2)
    with db.unit_of_work():
        first = db.session.scalars(select(Reminder.object_id).limit(1)).one()
    make.change(first, status=FollowUpStatus.CANCELLED)
    materialise.run()
    assert unread(world, world.worker) == 1
    assert "Voorbij" in client_as(world.worker).get("/meldingen?toon=alles").text


def test_a_later_stage_replaces_the_earlier_one(world: World, freeze: Callable[[datetime], None]) -> None:
    told(world)
    freeze(BEFORE + timedelta(days=1))
    materialise.run()
    with db.unit_of_work():
        stages = {r.stage: r.cancel_reason for r in db.session.scalars(select(Reminder))}
    assert stages == {1: "moved_on", 2: ""}
    assert unread(world, world.worker) == 1


def test_many_are_cut_in_pages_that_lose_and_repeat_none(world: World) -> None:
    told(world, service.PAGE_SIZE + 7)
    seen, cursor = [], None
    with db.unit_of_work():
        actor = world.actor(world.worker)
        for _ in range(2):
            page = service.inbox(actor, cursor=cursor)
            seen += [notice.id for notice in page.rows]
            cursor = page.next_cursor
    assert cursor is None
    assert len(seen) == len(set(seen)) == service.PAGE_SIZE + 7


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIxIiwiMiJd"])
def test_a_cursor_that_is_not_ours_is_not_found(world: World, client_as: As, cursor: str) -> None:
    assert client_as(world.worker).get(f"/meldingen?na={cursor}").status_code == 404


def test_empty_says_something_friendly(world: World, client_as: As) -> None:
    browser = client_as(world.trainer)
    assert "Je bent helemaal bij." in browser.get("/meldingen").text
    assert "Je hebt nog geen meldingen" in browser.get("/meldingen?toon=alles").text


def test_the_number_of_queries_does_not_grow(app: Flask, world: World, client_as: As) -> None:
    browser = client_as(world.worker)

    def queries() -> int:
        with browser:
            assert browser.get("/meldingen").status_code == 200
            return int(g.queries)

    told(world)
    few = queries()
    told(world, 12)
    assert queries() == few <= 12
