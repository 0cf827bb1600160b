"""Fixtures: a mail server, and the engine as a worker runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.reminders import tick
from portal.settings import Settings, settings
from tests.reminders.smtp import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that accepts unless told otherwise."""
    running = MailServer().start()
    yield running
    running.stop()


@pytest.fixture
def config(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings with the test's mail server and other limits than the default."""
    for name, value in {
        "MAIL_URL": server.url,
        "MAIL_TIMEOUT_SECONDS": "20",  # on a busy machine an answer may take a while
        "LEASE_SECONDS": "30",
        "MAIL_BACKOFF_SECONDS": "[60, 300]",
        "MAIL_MAX_ATTEMPTS": "3",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


@pytest.fixture
def impatient(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an answer that never comes."""
    monkeypatch.setenv("MAIL_TIMEOUT_SECONDS", "3")
    settings.cache_clear()


@pytest.fixture
def sweep(config: Settings) -> Callable[[], int]:
    """One tick, as the worker does it; returns how many mails were tried."""
    return lambda: tick.tick("worker")
