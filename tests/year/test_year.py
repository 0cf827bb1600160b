"""Days in the city: everything happens together, by chance, and what is always true stays true.

A few of them each time; a year by `python -m pytest tests/year --days 365 --seed 7`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.settings import settings
from tests.reminders.smtp import MailServer
from tests.year import truths
from tests.year.city import City

log = logging.getLogger(__name__)


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """What takes the mails of those days."""
    running = MailServer().start()
    monkeypatch.setenv("MAIL_URL", running.url)
    settings.cache_clear()
    yield running
    running.stop()
    settings.cache_clear()


def test_what_is_always_true_stays_true(
    app: Flask, admin_engine: Engine, server: MailServer, request: pytest.FixtureRequest
) -> None:
    days, seed = request.config.getoption("--days"), request.config.getoption("--seed")
    city = City.found(app, admin_engine, seed)
    for day in islice(city.live(6 if days <= 2 else 18), days):
        assert [*city.traces.crashes, *truths.broken(admin_engine)] == [], f"{day}, seed {seed}"
        log.info("%s: %s forms, %s mails", day, sum(city.traces.done.values()), len(server.accepted))
    assert sum(city.traces.done.values()) > 15
    assert server.accepted
