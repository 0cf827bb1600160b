"""Fixtures: a mail server, and the portal pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.settings import settings
from tests.factories import World
from tests.reminders.smtp import MailServer


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that accepts unless told otherwise."""
    running = MailServer().start()
    monkeypatch.setenv("MAIL_URL", running.url)
    monkeypatch.setenv("MAIL_TIMEOUT_SECONDS", "20")
    settings.cache_clear()
    yield running
    running.stop()
    settings.cache_clear()


@pytest.fixture
def admin(client_as: Any, world: World) -> FlaskClient:
    """The administrator's browser."""
    browser: FlaskClient = client_as(world.administrator)
    return browser
