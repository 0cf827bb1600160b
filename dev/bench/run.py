"""One run: the servers, the visitors, the rounds, and what came out."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine
from werkzeug.test import Client

from dev.bench import databases, measure, pages, servers
from dev.bench.browser import Browser
from dev.bench.dataset import WORKERS
from dev.bench.measure import Ask, Times
from dev.bench.pages import PAGES, Page, Visitor, visitor
from dev.bench.statements import Replay, Statement, of_request
from dev.ports import free_port
from dev.supervisor import Supervisor

CLIENTS = 8
#: What each page is asked of: the portal, the portal in a small city, and the three it stands beside.
PORTAL, IN_SMALL, BARE, SQL, CRUD, WHOLE = "portal", "small", "bare", "sql", "crud", "whole"


@dataclass(frozen=True)
class Cities:
    """The names of both databases."""

    large: str = "bench_large"
    small: str = "bench_small"


@dataclass(frozen=True)
class Effort:
    """How often everything is asked."""

    rounds: int = 8
    requests: int = 12  # per round, by one client
    rounds_together: int = 3
    requests_together: int = 12  # per round and client
    clients: int = CLIENTS  # together
    warm_up: int = 30  # requests, of which each connection gets some: a statement is prepared at its sixth


@dataclass
class Result:
    """What one page took, per target; times with one client and with several."""

    page: Page
    size: int  # bytes
    queries: int
    alone: dict[str, Times]
    together: dict[str, Times]


@dataclass
class Outcome:
    """All pages, and the memory of the portal's processes in MiB: at rest, and the most that was seen."""

    results: list[Result] = field(default_factory=list)
    at_rest: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)


class Run:
    """Servers on both databases, with people signed in. A context: closes its connections."""

    def __init__(
        self, supervisor: Supervisor, env: Mapping[str, str], logs: Path, password: str, cities: Cities, processes: int
    ) -> None:
        self._env, self._password, self._cities, self._stack = env, password, cities, ExitStack()
        self._ports = {name: free_port() for name in (PORTAL, IN_SMALL, BARE, CRUD)}
        self._visitors: dict[tuple[str, str], Visitor] = {}
        self._browsers: dict[tuple[str, str], Browser] = {}
        self._app: tuple[Client, Engine] | None = None
        applications = {
            PORTAL: ("wsgi:app", cities.large), IN_SMALL: ("wsgi:app", cities.small),
            BARE: ("dev.bench.bare:app", cities.large), CRUD: ("dev.bench.crud:app", cities.large),
        }  # fmt: skip
        for name, (application, database) in applications.items():
            own = dict(os.environ) | env | databases.addresses(env, database)
            if name == CRUD:  # it has no rights, so it reads past the second wall
                own["DATABASE_URL"] = databases.past_the_wall(env, database)
            program = servers.gunicorn(name, application, self._ports[name], own, logs, processes)
            supervisor.start(program)
        self._portal_pid = next(c.process.pid for c in supervisor.children if c.program.name == PORTAL)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def all_pages(self, effort: Effort, pages: Sequence[Page] = PAGES) -> Outcome:
        """Measure every page."""
        outcome = Outcome(at_rest=measure.memory(self._portal_pid))
        for page in pages:
            outcome.results.append(self.one_page(page, effort))
            now = measure.memory(self._portal_pid)
            outcome.most = [max(pair) for pair in zip(outcome.most or now, now, strict=False)]
        return outcome

    def one_page(self, page: Page, effort: Effort) -> Result:
        """Measure one page, next to what it stands beside."""
        clients = [self._client(PORTAL, page, n) for n in range(effort.clients)]
        size = len(self._answer(PORTAL, page))
        statements, since, key = self._statements(page)
        url = databases.plain(databases.addresses(self._env, self._cities.large)["DATABASE_URL"])
        replay = Replay(url, statements, since=since, key=key)
        bare = [Browser(self._ports[BARE]) for _ in range(effort.clients)]
        targets: dict[str, list[Ask]] = {
            PORTAL: clients,
            IN_SMALL: [self._client(IN_SMALL, page, 0)],
            BARE: [lambda _n, b=b: b.get(f"/{size}") for b in bare],  # type: ignore[misc]
            SQL: [lambda _n: replay()],
        }
        if page.rival:
            targets[CRUD] = [self._rival(page.rival, n) for n in range(effort.clients)]
        if page.whole:
            targets[WHOLE] = [self._rival(page.whole, 0)]
        measure.rounds(targets, count=1, requests=effort.warm_up, clients=1, first=1000)
        alone = measure.rounds(targets, count=effort.rounds, requests=effort.requests, clients=1)
        replay.close()
        many = {name: asks for name, asks in targets.items() if len(asks) > 1}
        together = measure.rounds(
            many, count=effort.rounds_together, requests=effort.requests_together, clients=effort.clients, first=2000
        )
        return Result(page, size, len(statements), alone, together)

    def _login(self, page: Page, client: int) -> str:
        numbers = {"werker": f"werker-0-{client % WORKERS}", "regisseur": "regisseur-0", "analist": "analist"}
        return numbers[page.role]

    def _client(self, target: str, page: Page, client: int) -> Ask:
        login = self._login(page, client)
        who = self._who(target, login)
        browser = self._browser(target, login, client)
        return lambda n: page.ask(browser, who, n)

    def _rival(self, rival: pages.Ask, client: int) -> Ask:
        browser = Browser(self._ports[CRUD])
        who = self._who(PORTAL, f"werker-0-{client % WORKERS}")
        return lambda n: rival(browser, who, n)

    def _answer(self, target: str, page: Page) -> bytes:
        login = self._login(page, 0)
        return page.ask(self._browser(target, login, 0), self._who(target, login), 500)

    def _who(self, target: str, login: str) -> Visitor:
        if (target, login) not in self._visitors:
            database = self._cities.small if target == IN_SMALL else self._cities.large
            self._visitors[target, login] = visitor(databases.superuser(self._env, database), login)
        return self._visitors[target, login]

    def _browser(self, target: str, login: str, client: int) -> Browser:
        """A signed-in browser per client; clients with one account have sessions of their own."""
        place = target, f"{login}/{client}"
        if place not in self._browsers:
            self._browsers[place] = Browser(self._ports[target])
            self._browsers[place].sign_in(login, self._password)
        return self._browsers[place]

    def _statements(self, page: Page) -> tuple[list[Statement], float, str]:
        """What the page asks of the database, taken down in this process; the second time, when all is warm."""
        client, engine = self._in_process()
        login = self._login(page, 0)
        browser, who = self._browser(PORTAL, login, 0), self._who(PORTAL, login)
        local = InProcess(client, browser)
        page.ask(local, who, 500)
        seen, since = of_request(engine, lambda: page.ask(local, who, 501))
        return seen, since, local.key

    def _in_process(self) -> tuple[Client, Engine]:
        if self._app is None:
            os.environ.update(self._env)
            os.environ.update(databases.addresses(self._env, self._cities.large))
            from portal.app import create_app
            from portal.core import db

            self._app = create_app().test_client(use_cookies=False), db.engine()
            gc.freeze()  # every round begins by collecting: not through what was imported
            self._stack.callback(db.dispose)
        return self._app


class InProcess(Browser):
    """Asks an application in this process, with the cookie and token of a browser that signed in."""

    def __init__(self, client: Client, like: Browser) -> None:
        self._client, self.cookie, self.token = client, like.cookie, like.token
        self.key = ""  # of the last form that was sent
        self.location = ""

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> bytes:
        if body is not None:
            self.key = next((part[4:] for part in body.split("&") if part.startswith("key=")), "")
        answer = self._client.open(
            path, method=method, data=body, headers={"Cookie": self.cookie},
            content_type=body and "application/x-www-form-urlencoded",
        )  # fmt: skip
        self.location = answer.headers.get("Location", "")
        if answer.status_code != expected:
            raise AssertionError(f"{method} {path} answered {answer.status_code}")
        return answer.data
