"""Fixtures: a database of its own per test process, emptied after each test; real commits, real roles."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask, has_request_context, request_started
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from portal.settings import settings
from tests.copies import Copies

if TYPE_CHECKING:
    from tests.factories import World
    from tests.factories.filled import Filled

ROOT = Path(__file__).parents[1]
KEEP = {"alembic_version", "area", "app_clock", "access_epoch", "context_key"}
#: The tables that a World fills.
OF_WORLD = frozenset({"app_user", "organisation", "role_assignment", "team", "team_area"})
#: Tests arrange and look with the rights of both kinds of process, as a named part of the system.
BOTH = "test_both"
#: A commit passes or fails by what it contains, not by luck; who looks for more asks `--hypothesis-profile=explore`.
hypothesis.register_profile("repeatable", derandomize=True)
hypothesis.register_profile("explore", derandomize=False, print_blob=True)
hypothesis.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long tests/year goes on, and by which chance."""
    parser.addoption("--days", type=int, default=2)
    parser.addoption("--seed", type=int, default=1)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file that is made while the tests are collected can hold that moment, and its name would."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names that differ per process: the processes that share the tests would not agree on which there are."""
    if nameless := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        raise pytest.UsageError(f"give `ids` to {nameless[0]}")


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _admin(database: str = "postgres") -> Engine:
    url = _with_database(os.environ["ADMIN_DATABASE_URL"], database)
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _build_database(name: str) -> None:
    """A migrated database; the migrations run once per cluster, every database is a copy of what they made."""
    with _admin().connect() as admin:
        admin.execute(text("SELECT pg_advisory_lock(4711)"))  # one test process at a time
        model = f"test_model_{_migrations()}"
        if not admin.scalar(text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": model}):
            _create(admin, f"{model}_made", "template0")
            migrate(os.environ["MIGRATE_DATABASE_URL"], f"{model}_made", "upgrade", "head")
            admin.execute(text(f'ALTER DATABASE "{model}_made" RENAME TO "{model}"'))
        _create(admin, name, model)


def _create(admin: Connection, name: str, model: str) -> None:
    admin.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.execute(text(f"CREATE DATABASE \"{name}\" OWNER app_owner TEMPLATE {model} ENCODING UTF8 LOCALE 'C.UTF-8'"))
    with _admin(name).connect() as inside:
        inside.execution_options(no_parameters=True).exec_driver_sql((ROOT / "dev" / "database.sql").read_text())


def _migrations() -> str:
    """A short name for what the migrations make now, so that a cluster may serve more than one branch."""
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def migrate(url: str, name: str, *arguments: str) -> None:
    """Run alembic on the database `name`, as people do: from the command line."""
    env = os.environ | {"CLOCK_ADJUSTABLE": "1", "MIGRATE_DATABASE_URL": _with_database(url, name)}
    command = [sys.executable, "-m", "alembic", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: looking through it for garbage only takes time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The name of this test process's own migrated database; its addresses are in the environment."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    _build_database(name)
    for variable in ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATE_DATABASE_URL", "AUDIT_DATABASE_URL"):
        os.environ[variable] = _with_database(os.environ[variable], name)
    os.environ |= {"CLOCK_ADJUSTABLE": "1", "RATE_LIMIT_PER_MINUTE": "1000000"}
    settings.cache_clear()  # somebody may have asked while tests were collected
    yield name
    with _admin().connect() as admin:
        admin.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _as_both(database: str) -> str:
    """The address of the test database for a role that may what web and worker may."""
    admin = make_url(os.environ["ADMIN_DATABASE_URL"])
    statements = (f"CREATE ROLE {BOTH} LOGIN PASSWORD '{BOTH}'", f"GRANT app_web, app_worker TO {BOTH}")
    with _admin().connect() as connection:
        for statement in statements:
            with suppress(DBAPIError):  # another test process was first
                connection.execute(text(statement))
        connection.execute(text(f'GRANT CONNECT ON DATABASE "{database}" TO {BOTH}'))
    return admin.set(username=BOTH, password=BOTH, database=database).render_as_string(hide_password=False)


def _look_as_the_system(app: Flask, url: str) -> None:
    """What a test itself does in the database it does as the system; a request begins as production's do."""
    from portal.core import db

    db.configure_system(url)
    production = db.session.registry.createfunc

    def create(**options: Any) -> db.PortalSession:
        made = production(**options)
        if not has_request_context():
            made.bind = db.system_engine()
            made.info["acting"] = text("SELECT act_as_system('test')")
        return made

    db.session.registry.createfunc = create
    request_started.connect(lambda *_: db.session.remove(), app, weak=False)


@pytest.fixture(scope="session")
def flask_app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, once per test process; they share the templates that were compiled.

    A password costs next to nothing: what it costs in the portal, and that this holds, is in tests/accounts.
    """
    from portal.accounts import passwords
    from portal.app import create_app
    from portal.core import db

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_app()
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(tmp_path_factory.getbasetemp().parent))
    assert db.engine().url.database == database
    _look_as_the_system(app, _as_both(database))
    yield app
    db.dispose()


@pytest.fixture(scope="session")
def admin_engine(database: str) -> Iterator[Engine]:
    """A superuser connection to the test database, for emptying tables and for looking past the roles."""
    engine = create_engine(_with_database(os.environ["ADMIN_DATABASE_URL"], database), isolation_level="AUTOCOMMIT")
    yield engine
    _copies(engine).dispose()
    engine.dispose()


@pytest.fixture(scope="session")
def copies(admin_engine: Engine) -> Copies:
    """What tests start from, kept."""
    return _copies(admin_engine)


@pytest.fixture
def app(flask_app: Flask, admin_engine: Engine) -> Iterator[Flask]:
    """The application on an empty database."""
    from portal.core import db

    yield flask_app
    db.session.remove()
    empty(admin_engine)


@cache
def _copies(engine: Engine) -> Copies:
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        return Copies(engine, [name for name in names if name not in KEEP])


def empty(engine: Engine, keep: Collection[str] = ()) -> None:
    """Delete all rows except reference data and let the clock run."""
    _copies(engine).empty(keep)


@pytest.fixture
def freeze(app: Flask) -> Callable[[datetime], None]:
    """Stop the one clock (Python and SQL) at an aware moment."""
    from portal.core import clock, db

    def stop(at: datetime) -> None:
        with db.unit_of_work():
            clock.freeze(db.session(), at)

    return stop


@pytest.fixture
def world(app: Flask, copies: Copies) -> World:
    """A small city to start from: see tests/factories."""
    from tests.factories import World as Built

    return copies.of(Built.build, "world", timeless=True)


@pytest.fixture
def filled(world: World, copies: Copies) -> Filled:
    """One of everything, for the worker's team and for another."""
    from tests.factories.filled import Filled as Built

    return copies.of(partial(Built.build, world), "filled", world.worker.id, on_top_of=OF_WORLD)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


def signed_in(app: Flask, user: object, *, confirmed: bool = True) -> FlaskClient:
    """A browser of somebody; a moment ago with a second factor, unless told not."""
    from portal.accounts import sessions
    from portal.core import db

    with db.unit_of_work():
        _, token = sessions.start(db.session.merge(user), second_factor=confirmed)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    return browser


@pytest.fixture
def client_as(app: Flask) -> Callable[..., FlaskClient]:
    """A browser signed in as a user: `client_as(world.worker)`."""
    return partial(signed_in, app)
