"""Up, down and up again on loaded data, and the models say what the migrations made."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.conftest import _admin, _build_database, migrate

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


def test_down_leaves_nothing_and_up_works_again(own_database: str) -> None:
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
