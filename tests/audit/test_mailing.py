"""The root leaves the machine: once a day to every privacy officer, again when the server was away."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audit import mailing
from portal.audit.models import RootMail
from portal.audit.roots import parse
from portal.core import clock, db, web
from portal.settings import settings
from tests.audit.conftest import check, write
from tests.factories import World
from tests.reminders.smtp import MailServer

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
Freeze = Callable[[datetime], None]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server of the test."""
    made = MailServer()
    made.start()
    monkeypatch.setenv("MAIL_URL", made.url)
    settings.cache_clear()
    yield made
    made.stop()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def morning(world: World, freeze: Freeze, seal_all: Callable[..., None]) -> None:
    """Something is sealed, and it is eight in the morning."""
    freeze(MORNING)
    write(world, 3)
    seal_all()


@pytest.fixture(autouse=True)
def as_worker(world: World) -> Iterator[None]:
    """With the rights of a worker, which are what it has in use."""
    db.configure(os.environ["WORKER_DATABASE_URL"])
    yield
    web.count_queries(db.configure(os.environ["DATABASE_URL"]))


def _later(freeze: Freeze, minutes: int) -> None:
    db.session.remove()
    freeze(clock.now() + timedelta(minutes=minutes))


def test_each_privacy_officer_gets_one_a_day_with_a_root_that_checks(
    morning: None, server: MailServer, world: World, freeze: Freeze
) -> None:
    assert [mailing.send_due(), mailing.send_due()] == [1, 0]
    sent = server.accepted[0]
    assert sent.to == ("petra@demo.example",)
    body = sent.message.get_body(("plain",))
    assert body is not None
    root = parse(body.get_content())
    assert (root.n, root.rows) == (check().seals, 3)
    assert check(root).findings == []
    assert "Kanarie" not in sent.raw.decode()
    _later(freeze, 24 * 60)
    assert mailing.send_due() == 1


def test_before_the_morning_nobody_is_written_to(morning: None, server: MailServer, freeze: Freeze) -> None:
    freeze(datetime(2026, 11, 24, 4, 59, tzinfo=UTC))
    assert mailing.send_due() == 0


def test_without_a_seal_there_is_nothing_to_send(world: World, server: MailServer, freeze: Freeze) -> None:
    freeze(MORNING)
    assert mailing.send_due() == 0


def test_a_server_that_is_busy_is_asked_again_with_the_same_root(
    morning: None, server: MailServer, world: World, freeze: Freeze, seal_all: Callable[..., None]
) -> None:
    server.script = ["busy"]
    assert mailing.send_due() == 0
    write(world, 1)
    seal_all()
    _later(freeze, 1)
    assert mailing.send_due() == 0
    _later(freeze, 10)
    assert mailing.send_due() == 1
    row = db.session.scalars(select(RootMail)).one()
    assert (row.state, row.tries) == ("sent", 2)
    assert len(server.accepted) == 1


def test_a_refused_address_is_not_asked_for_ever(morning: None, server: MailServer, freeze: Freeze) -> None:
    server.behaviour = "reject"
    assert mailing.send_due() == 0
    assert db.session.scalars(select(RootMail.state)).one() == "failed"


def test_a_reply_that_never_came_counts_as_sent(morning: None, server: MailServer, freeze: Freeze) -> None:
    server.behaviour = "drop"
    mailing.send_due()
    assert db.session.scalars(select(RootMail.state)).one() == "sent"
    assert len(server.accepted) == 1


def test_two_workers_at_once_send_one(morning: None, server: MailServer, database: str) -> None:
    threads = [threading.Thread(target=mailing.send_due) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.accepted) == 1
