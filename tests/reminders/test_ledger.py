"""/herinneringen and /health/scheduler: what needs a person is seen, and can be dealt with once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from portal.accounts.models import User
from portal.core import db
from portal.core.registry import registry
from portal.privacy.models import AccessEvent, Action
from portal.reminders import delivery
from portal.reminders.models import Dispatch, Heartbeat
from portal.reminders.tick import RulesFailed, beat, tick
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)
As = Callable[[User], FlaskClient]
Sweep = Callable[[], int]


@pytest.fixture(autouse=True)
def _days_before(freeze: Callable[[datetime], None]) -> None:
    freeze(MORNING - timedelta(days=5))


@pytest.fixture
def one(world: World, freeze: Callable[[datetime], None], sweep: Sweep) -> Callable[..., UUID]:
    """A mail in a given state."""

    def build(state: str | None = None) -> UUID:
        make.make(world.noord, world.worker, TUESDAY)
        freeze(MORNING)
        sweep()
        with db.unit_of_work():
            if state:
                db.session.execute(update(Dispatch).values(state=state))
            return db.session.scalars(select(Dispatch.id)).one()

    return build


def state_of(dispatch_id: UUID) -> str:
    with db.unit_of_work():
        return db.session.get_one(Dispatch, dispatch_id).state


def test_a_dead_mail_is_seen_and_sent_again(
    world: World, client_as: As, server: MailServer, one: Callable[..., UUID]
) -> None:
    server.behaviour = "reject"
    dispatch_id = one()
    server.behaviour = "accept"
    browser = client_as(world.administrator)
    page = browser.get("/herinneringen").text
    assert "1 bericht is mislukt." in page
    assert "Samira Proef" in page
    assert "Yassine" not in page
    assert "Geweigerd" in browser.get(f"/herinneringen/{dispatch_id}").text

    assert browser.post(f"/herinneringen/{dispatch_id}/opnieuw").status_code == 303
    delivery.deliver(dispatch_id)

    assert state_of(dispatch_id) == "sent"
    assert len(server.accepted) == 1
    with db.unit_of_work():
        (event,) = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == Action.ADMINISTER)
        )
    assert (event.subject_type, event.subject_id, event.role) == ("dispatch", dispatch_id, "administrator")


def test_an_uncertain_one_arrived(world: World, client_as: As, one: Callable[..., UUID]) -> None:
    dispatch_id = one("uncertain")
    browser = client_as(world.administrator)
    assert "Het is aangekomen" in browser.get(f"/herinneringen/{dispatch_id}").text
    browser.post(f"/herinneringen/{dispatch_id}/aangekomen")
    assert state_of(dispatch_id) == "sent"


@pytest.mark.parametrize("action", ["opnieuw", "aangekomen"])
def test_who_decides_second_is_told(world: World, client_as: As, one: Callable[..., UUID], action: str) -> None:
    dispatch_id = one("uncertain")
    browser = client_as(world.administrator)
    assert browser.post(f"/herinneringen/{dispatch_id}/{action}").status_code == 303
    assert browser.post(f"/herinneringen/{dispatch_id}/{action}").status_code == 409


def test_a_dead_one_cannot_be_said_to_have_arrived(world: World, client_as: As, one: Callable[..., UUID]) -> None:
    dispatch_id = one("dead")
    assert client_as(world.administrator).post(f"/herinneringen/{dispatch_id}/aangekomen").status_code == 409
    assert state_of(dispatch_id) == "dead"


def test_the_privacy_officer_looks_and_does_not_touch(world: World, client_as: As, one: Callable[..., UUID]) -> None:
    dispatch_id = one("dead")
    browser = client_as(world.privacy_officer)
    assert "Opnieuw versturen" not in browser.get(f"/herinneringen/{dispatch_id}").text
    assert browser.post(f"/herinneringen/{dispatch_id}/opnieuw").status_code == 403
    assert client_as(world.worker).get("/herinneringen").status_code == 403


@pytest.mark.parametrize(
    ("query", "shown", "status"),
    [
        ("", True, 200),
        ("toestand=sent", True, 200),
        ("toestand=dead", False, 200),
        ("regel=R04", True, 200),
        ("regel=R11", False, 200),
        ("toestand=onzin", True, 422),
        ("ontvanger=niemand", True, 422),
        ("regel=%27%3B--", True, 422),
    ],
)
def test_filters(world: World, client_as: As, one: Callable[..., UUID], query: str, shown: bool, status: int) -> None:
    dispatch_id = one()
    answer = client_as(world.administrator).get(f"/herinneringen?{query}")
    assert answer.status_code == status
    assert (f"/herinneringen/{dispatch_id}" in answer.text) == shown


def test_by_recipient(world: World, client_as: As, one: Callable[..., UUID]) -> None:
    dispatch_id = one()
    browser = client_as(world.administrator)
    assert str(dispatch_id) in browser.get(f"/herinneringen?ontvanger={world.worker.id}").text
    assert browser.get(f"/herinneringen?ontvanger={world.stranger.id}").status_code == 422  # not in the ledger


def test_empty(world: World, client_as: As) -> None:
    page = client_as(world.administrator).get("/herinneringen").text
    assert "Nog geen berichten" in page
    assert "Er is nog nooit een teken van leven geweest." in page


def test_the_number_of_queries_does_not_grow(
    world: World, client_as: As, freeze: Callable[[datetime], None], sweep: Sweep
) -> None:
    freeze(MORNING)
    browser = client_as(world.administrator)

    def queries() -> int:
        with browser:
            assert browser.get("/herinneringen").status_code == 200
            return int(g.queries)

    make.make(world.noord, world.worker, TUESDAY)
    sweep()
    few = queries()
    make.make(world.noord, world.colleague, TUESDAY, TUESDAY)
    make.make(world.zuidoost, world.stranger, TUESDAY)
    sweep()
    assert queries() == few <= 12


def age(by: str) -> None:
    with db.unit_of_work():
        db.session.execute(update(Heartbeat).values(real_at=func.now() - text(f"interval '{by}'")))


def test_no_tick_at_all_is_unhealthy(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/health/scheduler")
    assert (answer.status_code, answer.json["status"]) == (503, "late")


def test_a_fresh_tick_is_healthy_and_an_old_one_is_not(client: FlaskClient, app: Flask) -> None:
    beat("beat")
    assert client.get("/health/scheduler").status_code == 200
    age("10 minutes")
    assert client.get("/health/scheduler").status_code == 503
    beat("worker")  # one source is enough
    answer = client.get("/health/scheduler")
    assert answer.status_code == 200
    assert answer.json["heartbeat_seconds"]["beat"] >= 600


def test_a_mail_that_does_not_leave_is_unhealthy(
    client: FlaskClient, one: Callable[..., UUID], freeze: Callable[[datetime], None]
) -> None:
    one("pending")
    assert client.get("/health/scheduler").status_code == 200
    freeze(MORNING + timedelta(minutes=6))
    beat("worker")
    answer = client.get("/health/scheduler")
    assert answer.status_code == 503
    assert answer.json["oldest_due_seconds"] >= 360


def test_a_rule_that_cannot_be_asked_gives_no_sign_of_life(
    world: World, freeze: Callable[[datetime], None], server: MailServer, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(registry.rules["R04-regie"], code="R00", due=lambda _today: select(text("no_such_column")))
    monkeypatch.setitem(registry.rules, "R00", broken)
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)

    with pytest.raises(RulesFailed, match="R00"):
        tick("worker")

    assert len(server.accepted) == 1  # the other rules go on
    with db.unit_of_work():
        assert db.session.scalars(select(Heartbeat)).all() == []
