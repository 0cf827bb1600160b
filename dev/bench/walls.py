"""What the second wall costs: ``python -m dev.bench.walls``. The same statements with and without it, in one run.

Needs a database with the demo in it (its addresses, and ADMIN_DATABASE_URL), to be thrown away afterwards. Without the
wall means as the superuser, whom row-level security does not bind; each statement keeps the filter of its own.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from typing import NamedTuple

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from dev.bench.statements import Replay, Statement, taken_down
from dev.supervisor import say
from portal.accounts import sessions
from portal.accounts.models import User
from portal.app import create_app
from portal.core import clock, db
from portal.people.models import Person, PersonAssignment

ROUNDS, MOST = 200, 1.2
LOGIN = "jongerenwerker"


class Page(NamedTuple):
    """What one page asks. What it made since then (seconds), and `key`, is made anew each time."""

    statements: list[Statement]
    since: float
    key: str


def signed_in(app: Flask) -> FlaskClient:
    """A browser of the demo's worker."""
    with app.app_context(), db.unit_of_work():
        worker = db.session.scalars(select(User).where(User.login == LOGIN)).one()
        _session, token = sessions.start(worker)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    return browser


def somebody(app: Flask) -> str:
    """The id of a young person of that worker."""
    mine = select(PersonAssignment.person_id).join(User, User.id == PersonAssignment.user_id)
    statement = mine.join(Person, Person.id == PersonAssignment.person_id).where(
        User.login == LOGIN, PersonAssignment.until.is_(None), Person.status == "open"
    )
    with app.app_context(), db.unit_of_work():
        return str(db.session.scalars(statement.order_by(func.random()).limit(1)).one())


def asked(browser: FlaskClient, person_id: str) -> dict[str, Page]:
    """The statements of each page, taken down while it is made."""
    answers = {
        "people": person_id, "channel": "street", "result": "reached", "purpose": "connection", "follow_up_on": "none",
        "confidentiality": "team", "occurred_at": clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    found = re.search(r'name="key"[^>]*value="([^"]+)"', browser.get("/contacten/nieuw").text)
    answers["key"] = found[1] if found else ""
    pages: dict[str, Page] = {}
    for name, ask in {
        "list": lambda: browser.get("/jongeren"),
        "dossier": lambda: browser.get(f"/jongeren/{person_id}"),
        "saving": lambda: browser.post("/contacten/nieuw", data=answers),
    }.items():
        if name != "saving":
            ask()  # what is read once per process
        since = time.time() - 0.001
        with taken_down(db.engine()) as seen:
            status = ask().status_code
        if status not in (200, 303):
            raise SystemExit(f"{name}: answered {status}")
        pages[name] = Page(list(seen), since, answers["key"])
    return pages


def compare(page: Page, walled: str, bare: str) -> tuple[float, float]:
    """The medians behind the wall and without it, asked in turn so that what else the machine does falls on both."""
    sides = [Replay(url, page.statements, since=page.since, key=page.key) for url in (walled, bare)]
    times = [tuple(took(side) for side in sides) for _ in range(ROUNDS)]
    for side in sides:
        side.close()
    behind, without = zip(*times[ROUNDS // 10 :], strict=True)
    return statistics.median(behind), statistics.median(without)


def took(ask: Replay) -> float:
    """Milliseconds for all statements of a page in one transaction."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Take down, compare, say."""
    app = create_app()
    db.configure_system(os.environ["WORKER_DATABASE_URL"])
    app.config["WTF_CSRF_ENABLED"] = False
    walled = os.environ["DATABASE_URL"].replace("+psycopg", "")
    bare = f"{os.environ['ADMIN_DATABASE_URL'].rsplit('/', 1)[0]}/{walled.rsplit('/', 1)[1]}".replace("+psycopg", "")
    with psycopg.connect(bare, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")  # as it is in a database that is not new
    for name, page in asked(signed_in(app), somebody(app)).items():
        behind, without = compare(page, walled, bare)
        ratio = behind / without
        say(
            f"{name}: {len(page.statements)} statements, {behind:.2f} ms behind the wall, {without:.2f} ms without,"
            f" {ratio:.2f}×{'' if ratio <= MOST else f' (more than {MOST}×)'}"
        )


if __name__ == "__main__":
    main()
