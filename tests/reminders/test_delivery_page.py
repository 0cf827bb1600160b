"""Mijn account › Berichten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import db
from portal.core.registry import RuleClass
from portal.privacy.models import AccessEvent
from portal.reminders import quiet, wishes
from portal.reminders.models import DispatchChannel
from portal.reminders.quiet import MESSENGERS, STAFF, QuietHours
from portal.settings import settings
from tests.factories import World

As = Callable[..., FlaskClient]
PAGE = "/mijn-account/berichten"
CHOSEN = {
    "mail_normal": "1",
    "sms_acute": "1",
    "number": "06 12345678",
    "hours": "own",
    "quiet_from": "21:00",
    "quiet_until": "07:15",
}


@pytest.fixture(autouse=True)
def _sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SMS_URL", "console:")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_choices_are_kept(world: World, client_as: As) -> None:
    browser = client_as(world.worker)
    assert "19.00" in browser.get(PAGE).text
    assert browser.post(PAGE, data=CHOSEN).status_code == 303
    with db.unit_of_work():
        kept = wishes.of(world.worker.id)
        assert quiet.of(world.worker.id) == QuietHours(time(21), time(7, 15), free_days=False)
        assert wishes.number_of(world.worker.id, kept.number_sealed) == "+31612345678"
        event = db.session.scalars(select(AccessEvent).where(AccessEvent.fields.contains(["delivery_wish"]))).one()
        assert event.subject_id == world.worker.id
    assert kept.takes(DispatchChannel.EMAIL, RuleClass.NORMAL)
    assert not kept.takes(DispatchChannel.EMAIL, RuleClass.ACUTE)
    assert kept.takes(DispatchChannel.SMS, RuleClass.ACUTE)
    assert "+31612345678" in browser.get(PAGE).text


def test_the_mail_of_the_law_cannot_be_turned_off(world: World, client_as: As) -> None:
    client_as(world.worker).post(PAGE, data={"hours": "role", "mail_legal": "", "mail_normal": ""})
    with db.unit_of_work():
        kept = wishes.of(world.worker.id)
    assert kept.takes(DispatchChannel.EMAIL, RuleClass.LEGAL)
    assert not kept.takes(DispatchChannel.EMAIL, RuleClass.NORMAL)


def test_back_to_the_hours_of_the_role(world: World, client_as: As) -> None:
    browser = client_as(world.worker)
    browser.post(PAGE, data=CHOSEN)
    browser.post(PAGE, data=CHOSEN | {"hours": "role"})
    with db.unit_of_work():
        assert quiet.of(world.worker.id) == STAFF
        assert quiet.of(world.messenger.id) == MESSENGERS
    assert "23.00" in client_as(world.messenger).get(PAGE).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "020 1234567"},
        {"number": "06 1234567890123456789"},
        {"number": "<script>"},
        {"quiet_from": "25:00"},
        {"quiet_until": ""},
        {"hours": "nooit"},
        {"hours": ""},
        {"number": "", "sms_normal": "1"},
    ],
)
def test_wrong_choices_are_refused_and_nothing_is_kept(world: World, client_as: As, wrong: dict[str, str]) -> None:
    answer = client_as(world.worker).post(PAGE, data=CHOSEN | wrong)
    assert answer.status_code == 422
    with db.unit_of_work():
        assert wishes.of(world.worker.id).number_sealed is None


def test_without_a_connection_for_sms_it_is_not_offered_and_not_forgotten(
    world: World, client_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_as(world.worker)
    browser.post(PAGE, data=CHOSEN)
    monkeypatch.setenv("SMS_URL", "")
    settings.cache_clear()
    assert "SMS" not in browser.get(PAGE).text.split("<main", 1)[1]
    browser.post(PAGE, data={"hours": "role"})
    with db.unit_of_work():
        kept = wishes.of(world.worker.id)
    assert kept.number_sealed
    assert RuleClass.ACUTE in kept.sms


def test_few_queries(world: World, client_as: As) -> None:
    browser = client_as(world.worker)
    with browser:
        browser.get(PAGE)
        assert g.queries <= 12
