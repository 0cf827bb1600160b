"""Up, down and up again on loaded data, and the models say what the migrations made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Row, text

from dev.environment import DEMO_PASSWORD
from tests.conftest import ROOT, _admin, _build_database, _create, _with_database, migrate

pytestmark = pytest.mark.xdist_group("migrations")


@pytest.fixture
def own_database() -> Iterator[str]:
    """A database only for this test."""
    name = f"migrate_{os.getpid()}"
    _build_database(name)
    yield name
    with _admin().connect() as admin:
        admin.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def test_models_and_migrations_agree(own_database: str) -> None:
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "check")


def _load_demo(name: str) -> None:
    env = os.environ | {"DEMO": "1", "DEMO_PASSWORD": DEMO_PASSWORD}
    for variable in ("DATABASE_URL", "WORKER_DATABASE_URL"):
        env[variable] = _with_database(os.environ[variable], name)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


#: Young people get their keys of sound when the column comes: the same as the portal writes.
SOUNDS = "SELECT md5(string_agg(sounds::text, ',' ORDER BY id)), min(cardinality(sounds)) FROM person"
TABLES = """
    SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'p')
    AND relname <> 'alembic_version'
"""
FUNCTIONS = """
    SELECT count(*) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def test_down_from_loaded_data_leaves_nothing_and_up_works_again(own_database: str) -> None:
    """Down to the first one and up again with the young people in it; then a copy of that first one down to nothing."""
    _load_demo(own_database)
    loaded = _row(own_database, SOUNDS)
    assert _row(own_database, "SELECT count(*) FROM contact")[0] > 10_000
    assert loaded[1] > 0
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "downgrade", "0001")
    with _copied(own_database) as first:
        migrate(os.environ["MIGRATE_DATABASE_URL"], first, "downgrade", "base")
        assert (_row(first, TABLES)[0], _row(first, FUNCTIONS)[0]) == (0, 0)
        migrate(os.environ["MIGRATE_DATABASE_URL"], first, "upgrade", "0001")
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "upgrade", "head")
    assert _row(own_database, SOUNDS) == loaded
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "check")


@contextmanager
def _copied(model: str) -> Iterator[str]:
    """A copy of a database; removed afterwards."""
    with _admin().connect() as admin:
        _create(admin, f"{model}_copy", model)
        yield f"{model}_copy"
        admin.execute(text(f'DROP DATABASE "{model}_copy" WITH (FORCE)'))


def _row(name: str, question: str) -> Row[Any]:
    with _admin(name).connect() as admin:
        return admin.execute(text(question)).one()


def test_only_a_demo_or_test_may_move_the_clock(own_database: str) -> None:
    """Made with CLOCK_ADJUSTABLE; migrating once without it takes the right away again."""
    question = text("SELECT has_function_privilege(:role, 'app_clock_set(interval, timestamptz)', 'EXECUTE')")

    def may_move() -> list[bool]:
        with _admin(own_database).connect() as admin:
            return [bool(admin.scalar(question, {"role": role})) for role in ("app_web", "app_worker")]

    assert may_move() == [True, True]
    env = os.environ | {"MIGRATE_DATABASE_URL": _with_database(os.environ["MIGRATE_DATABASE_URL"], own_database)}
    env.pop("CLOCK_ADJUSTABLE", None)
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=env, check=True)
    assert may_move() == [False, False]
