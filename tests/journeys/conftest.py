"""A real browser against the real demo: its own database, web, worker, beat and mail catcher."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time as stopwatch
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import NullPool, create_engine, text

from dev import chromium
from dev.environment import DEMO_PASSWORD
from dev.ports import free_port
from portal.core import clock, workdays
from tests.conftest import ROOT, _admin, _build_database, _with_database

SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
TUESDAY, MORNING = 1, time(9, 40)
#: The messages that were not sent yet, with what became of each try: why a mail stays away.
LEDGER = """
    SELECT json_agg(json_build_object('to', u.login, 'channel', d.channel, 'state', d.state, 'key', d.occurrence_key,
        'not_before', d.not_before, 'now', app_now(),
        'tries', (SELECT json_agg(json_build_array(a.started_at, a.outcome, a.reply))
            FROM attempt a WHERE a.dispatch_id = d.id)))
    FROM dispatch d JOIN app_user u ON u.id = d.recipient_id WHERE d.state <> 'sent'
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one demo, so they run in one process."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@dataclass(frozen=True)
class Site:
    """A running demo."""

    url: str
    mail_url: str
    database_url: str  # superuser, to look at what was stored

    def mails(self) -> list[dict[str, Any]]:
        """What the mail catcher holds."""
        with urllib.request.urlopen(f"{self.mail_url}/messages.json", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def wait_for_mail(self, matches: Callable[[dict[str, Any]], bool], seconds: float = 30) -> dict[str, Any]:
        """The first mail that matches, or a failure that tells what did arrive."""
        give_up = stopwatch.monotonic() + seconds
        while stopwatch.monotonic() < give_up:
            found = next((mail for mail in self.mails() if matches(mail)), None)
            if found:
                return found
            stopwatch.sleep(0.3)
        arrived = [(mail["to"], mail["subject"]) for mail in self.mails()]
        pytest.fail(f"no such mail; there are {arrived}, and the ledger says {self.value(LEDGER)}")

    def value(self, statement: str, **parameters: Any) -> Any:
        """One value from the database, past all roles."""
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            return connection.scalar(text(statement), parameters)

    def run(self, statement: str, **parameters: Any) -> None:
        """Change something in the database, past all roles: what time or somebody else would do."""
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(statement), parameters)


def _tuesday_morning(now: datetime) -> datetime:
    """The first Tuesday at 09:40 in Amsterdam from `now` on with no holiday in the week after it."""
    day = clock.to_local(now).date()
    while day.weekday() != TUESDAY or workdays.between(day, day + timedelta(days=7)) < 5:
        day += timedelta(days=1)
    return clock.from_local(datetime.combine(day, MORNING))


def _set_clock(database: str) -> None:
    """What the journeys meet must not hang on the hour and weekday on which they run."""
    now = datetime.now(UTC)
    with _admin(database).connect() as admin:
        admin.execute(text("UPDATE app_clock SET shift = :by"), {"by": _tuesday_morning(now) - now})


def _broker_number() -> int:
    """Another one for each test process; 0 is for the other tests."""
    return 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15


def _port_pair() -> int:
    while True:
        port = free_port()
        try:
            with socket.create_server(("127.0.0.1", port + 1)):
                return port
        except OSError:
            continue


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`make demo` on a database and broker number of its own, until the last journey."""
    name = f"journey_{os.getpid()}"
    _build_database(name)
    _set_clock(name)
    folder = tmp_path_factory.mktemp("demo")
    port = _port_pair()
    env = os.environ | {"PORT": str(port), "VAR_DIR": str(folder), "BASE_URL": f"http://localhost:{port}"}
    for variable in ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATE_DATABASE_URL", "AUDIT_DATABASE_URL"):
        env[variable] = _with_database(os.environ[variable], name)
    env["BROKER_URL"] = urlsplit(os.environ["BROKER_URL"])._replace(path=f"/{_broker_number()}").geturl()
    del env["MAIL_URL"]  # so that the demo starts its catcher
    log = folder / "demo.log"
    with log.open("w") as out:
        demo = subprocess.Popen([sys.executable, "-m", "dev.demo"], cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        _wait_until_up(demo, f"http://localhost:{port}/health", log)
        admin = _with_database(os.environ["ADMIN_DATABASE_URL"], name)
        yield Site(f"http://localhost:{port}", f"http://localhost:{port + 1}", admin)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
        with _admin().connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _wait_until_up(demo: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up = stopwatch.monotonic() + 180
    while stopwatch.monotonic() < give_up:
        if demo.poll() is not None:
            break
        if "The demo runs at" in log.read_text():
            urllib.request.urlopen(url, timeout=10).close()
            return
        stopwatch.sleep(0.3)
    pytest.fail(f"the demo did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    found = chromium.find(install=False)
    assert found, "Chromium is missing; `make test` installs it or says how"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(found), args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Visitor:
    """Opens pages as a role on a device; every script error or CSP violation fails the test."""

    browser: Browser
    site: Site
    states: dict[str, Any]
    contexts: list[BrowserContext]
    complaints: list[str]

    def open(self, login: str | None = None, device: str = "desktop", *, dark: bool = False, **options: Any) -> Page:
        """A fresh page, signed in as a demo account (or nobody)."""
        width, height = SIZES[device]
        if login and login not in self.states:
            self.states[login] = self._sign_in(login)
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=device == "phone",
            is_mobile=device == "phone",
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            color_scheme="dark" if dark else "light",
            base_url=self.site.url,
            storage_state=self.states.get(login) if login else None,
            **options,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        return page

    def _note(self, message: Any) -> None:
        expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")  # a refusal, and a line that a journey took away
        if message.type == "error" and not any(words in message.text for words in expected):
            self.complaints.append(message.text)

    def _sign_in(self, login: str) -> Any:
        page = self.open()
        page.goto("/inloggen")
        page.get_by_label("Naam of e-mailadres").fill(login)
        page.get_by_label("Wachtwoord", exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Inloggen").click()
        page.wait_for_url("**/mijn-dag")
        state = page.context.storage_state()
        page.context.close()
        return state


@pytest.fixture(scope="package")
def _states() -> dict[str, Any]:
    return {}


@pytest.fixture
def visitor(browser: Browser, site: Site, _states: dict[str, Any]) -> Iterator[Visitor]:
    """Somebody with a browser."""
    someone = Visitor(browser, site, _states, [], [])
    yield someone
    for context in someone.contexts:
        context.close()
    assert not someone.complaints, someone.complaints


AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Axe(Protocol):
    """Runs axe-core on a page, all rules or those named; gives one line per violation."""

    def __call__(self, page: Page, rules: Sequence[str] = ()) -> list[str]:
        """Look at the page as it stands."""


@pytest.fixture(scope="session")
def axe() -> Axe:
    """axe-core, as installed with the front end."""
    source = AXE.read_text()

    def run(page: Page, rules: Sequence[str] = ()) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
        found = page.evaluate("options => axe.run(document, options)", options)
        return [f"{page.url} {v['id']}: {v['help']} ({_places(v)})" for v in found["violations"]]

    return run


def _places(violation: dict[str, Any]) -> str:
    return "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
