"""Putting a reminder off, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.registry import RuleClass, registry
from portal.reminders import materialise, service, snoozing
from portal.reminders.models import Dispatch, Reminder
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

Freeze = Callable[[datetime], None]
Sweep = Callable[[], int]
As = Callable[..., FlaskClient]
TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)


def local(words: str) -> datetime:
    return clock.from_local(datetime.fromisoformat(words))


@pytest.fixture(autouse=True)
def _made_days_before(freeze: Freeze) -> None:
    freeze(local("2026-11-19 12:00"))


def told(world: World, freeze: Freeze, at: str = "2026-11-24 08:00") -> UUID:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local(at))
    materialise.run()
    with db.unit_of_work():
        return db.session.scalars(select(Reminder.id)).one()


def put_off(world: World, reminder_id: UUID, until: date = THURSDAY) -> None:
    with db.unit_of_work():
        snoozing.snooze(world.actor(world.worker), reminder_id, until=until)


def unread(world: World) -> int:
    with db.unit_of_work():
        return service.unread_count(world.actor(world.worker))


def test_it_is_silent_until_that_day_and_then_there_again(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    put_off(world, told(world, freeze))
    assert unread(world) == 0
    for at in ("2026-11-24 08:31", "2026-11-24 13:01", "2026-11-25 08:31", "2026-11-25 13:01"):
        freeze(local(at))
        assert sweep() == 0, at
        assert unread(world) == 0, at
    freeze(local("2026-11-26 08:31"))

    assert sweep() == 1

    assert unread(world) == 1
    with db.unit_of_work():
        states = [(d.occurrence_key.split("|", 2)[2], d.state) for d in db.session.scalars(select(Dispatch))]
    assert sorted(states) == [("2026-11-24|0830", "cancelled"), ("2026-11-26|0830", "sent")]


def test_after_the_mail_it_comes_once_more(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    reminder_id = told(world, freeze)
    freeze(local("2026-11-24 08:31"))
    assert sweep() == 1
    put_off(world, reminder_id, WEDNESDAY)
    freeze(local("2026-11-25 08:31"))
    assert sweep() == 1


def test_what_is_done_meanwhile_does_not_come_back(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    reminder_id = told(world, freeze)
    put_off(world, reminder_id)
    with db.unit_of_work():
        follow_up_id = db.session.get_one(Reminder, reminder_id).object_id
    make.change(follow_up_id, status="cancelled")
    freeze(local("2026-11-26 08:31"))
    assert sweep() == 0
    assert unread(world) == 0


def test_the_director_hears_of_it_all_the_same(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    put_off(world, told(world, freeze, "2026-11-26 08:00"), date(2026, 12, 1))
    freeze(local("2026-11-27 08:31"))  # three working days late
    assert sweep() == 1
    with db.unit_of_work():
        assert server.accepted[0].to == (world.director.email,)


def test_once(world: World, freeze: Freeze) -> None:
    reminder_id = told(world, freeze)
    put_off(world, reminder_id, WEDNESDAY)
    with pytest.raises(Conflict):
        put_off(world, reminder_id)
    freeze(local("2026-11-25 08:31"))
    materialise.run()  # another stage by now
    with db.unit_of_work():
        late = db.session.scalars(select(Reminder.id).where(Reminder.cancelled_at.is_(None))).one()
    assert late != reminder_id
    with pytest.raises(Conflict):
        put_off(world, late)


@pytest.mark.parametrize("until", [TUESDAY, date(2026, 11, 23), date(2026, 11, 28), date(2026, 11, 30)])
def test_not_for_longer_than_three_working_days_nor_until_a_free_day(world: World, freeze: Freeze, until: date) -> None:
    with pytest.raises(Invalid):
        put_off(world, told(world, freeze), until)


def test_never_a_term_of_the_law_nor_somebody_elses(
    world: World, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminder_id = told(world, freeze)
    with db.unit_of_work(), pytest.raises(NotFound):
        snoozing.snooze(world.actor(world.colleague), reminder_id, until=WEDNESDAY)
    monkeypatch.setitem(registry.rules, "R04", replace(registry.rules["R04"], kind=RuleClass.LEGAL))
    with pytest.raises(Invalid):
        put_off(world, reminder_id)


def test_in_the_browser(world: World, freeze: Freeze, client_as: As) -> None:
    reminder_id = told(world, freeze)
    browser = client_as(world.worker)
    page = f"/meldingen/{reminder_id}/uitstellen"
    assert page in browser.get("/meldingen").text
    assert browser.post(page, data={"until": "2026-12-24"}).status_code == 422
    assert browser.post(page, data={"until": "ooit"}).status_code == 422
    assert browser.post(page, data={}).status_code == 422
    assert browser.post(page, data={"until": "2026-11-26"}).status_code == 303
    assert str(reminder_id) not in browser.get("/meldingen").text
    everything = browser.get("/meldingen?toon=alles").text
    assert "Uitgesteld tot" in everything
    assert page not in everything
    assert browser.post(page, data={"until": "2026-11-26"}).status_code == 409
    assert client_as(world.colleague).get(page).status_code == 404


def test_from_the_row_in_my_day_once_and_back_to_it(world: World, freeze: Freeze, client_as: As) -> None:
    page = f"/meldingen/{told(world, freeze)}/uitstellen?terug=mijn-dag"
    browser = client_as(world.worker)
    assert f'href="{page}"' in browser.get("/mijn-dag").text
    answer = browser.post(page, data={"until": "2026-11-26"})
    assert (answer.status_code, answer.location) == (303, "/mijn-dag")
    day = browser.get("/mijn-dag").text
    assert "Uitgesteld tot do 26 nov" in day
    assert page not in day


def test_a_row_under_a_term_of_the_law_offers_no_putting_off(
    world: World, freeze: Freeze, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminder_id = told(world, freeze)
    monkeypatch.setitem(registry.rules, "R04", replace(registry.rules["R04"], kind=RuleClass.LEGAL))
    assert str(reminder_id) not in client_as(world.worker).get("/mijn-dag").text
