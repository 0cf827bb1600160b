"""What a privacy officer knows of signals: numbers and days, counted behind both walls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.core import clock, db
from portal.core.errors import Forbidden
from portal.signals.models import SubjectKind
from portal.signals.service import overseeing
from portal.signals.service.overseeing import Line
from tasks.signals import sweep
from tests.factories import World
from tests.factories import signals as made

Freeze = Callable[[datetime], None]
Client = Callable[..., FlaskClient]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
STUB = {"subject_kind": SubjectKind.PERSON, "nickname": "Vosje"}


def lines(world: World) -> list[Line]:
    officer = world.privacy_officer
    with db.unit_of_work(on_behalf_of=officer.id):
        return overseeing.overview(world.actor(officer))


def test_how_many_wait_and_whether_they_go_in_time(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    assert lines(world) == []
    with db.unit_of_work():
        made.signal(world, world.worker, **STUB)
        made.judged(world, made.signal(world, world.worker))
    (line,) = lines(world)
    assert (line.team, line.kept, line.open, line.late) == (world.noord.name, 2, 1, 0)
    assert (line.nicknames, line.untold, line.overdue) == (1, 1, 0)
    assert (line.oldest, line.next_lapse) == (MONDAY, MONDAY + timedelta(days=14))
    freeze(MONDAY + timedelta(days=16))
    (line,) = lines(world)
    assert (line.late, line.overdue) == (1, 1)  # nobody swept
    sweep()
    (line,) = lines(world)
    assert (line.kept, line.open, line.overdue, line.lapsed, line.expired) == (1, 0, 0, 1, 0)
    assert overseeing.age(MONDAY, clock.today()) == 16


def test_it_is_for_the_privacy_officer_and_without_words(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        made.signal(world, world.worker, **STUB, facts="Er viel een mes uit een tas.")
    with db.unit_of_work(), pytest.raises(Forbidden):
        overseeing.overview(world.actor(world.manager))
    browser = client_as(world.privacy_officer)
    shown = unescape(browser.get("/signalen/termijnen").text)
    assert world.noord.name in shown
    assert not [words for words in ("Vosje", "een mes", "Overlast", world.worker.name) if words in shown]
    assert browser.get("/signalen").status_code == 403
    with db.unit_of_work(on_behalf_of=world.privacy_officer.id):
        assert db.session.scalar(text("SELECT count(*) FROM signal")) == 0
