"""Up, down and up again on loaded data, and the models say what the migrations made."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from dev.environment import DEMO_PASSWORD
from tests.conftest import ROOT, _admin, _build_database, _with_database, migrate

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


def test_down_from_loaded_data_leaves_nothing_and_up_works_again(own_database: str) -> None:
    _load_demo(own_database)
    with _admin(own_database).connect() as admin:
        assert admin.scalar(text("SELECT count(*) FROM contact")) > 10_000
    _fills_what_was_there(own_database)
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "downgrade", "base")
    question = text(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'p') "
        "AND relname <> 'alembic_version'"
    )
    functions = text(
        "SELECT count(*) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    with _admin(own_database).connect() as admin:
        assert admin.scalar(question) == 0
        assert admin.scalar(functions) == 0
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "upgrade", "head")
    migrate(os.environ["MIGRATE_DATABASE_URL"], own_database, "check")


def _fills_what_was_there(name: str) -> None:
    """Young people of before the keys of sound get theirs, equal to what the portal had written."""
    question = text("SELECT md5(string_agg(sounds::text, ',' ORDER BY id)), min(cardinality(sounds)) FROM person")
    with _admin(name).connect() as admin:
        before, fewest = admin.execute(question).one()
    assert fewest > 0
    for step in (("downgrade", "0001"), ("upgrade", "head")):
        migrate(os.environ["MIGRATE_DATABASE_URL"], name, *step)
    with _admin(name).connect() as admin:
        assert admin.scalar(question) == before


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
