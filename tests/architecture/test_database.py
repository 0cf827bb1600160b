"""The schema holds what docs/adr asks, table by table."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from portal import tables
from portal.core.model import Base, PersonalData

SEE_EVERYTHING = {"trajectory_event"}  # append-only rows that carry the composite key as well


@pytest.fixture
def look(admin_engine: Engine) -> Iterator[Connection]:
    """A superuser's view of the schema."""
    with admin_engine.connect() as connection:
        yield connection


def test_the_login_roles_own_nothing(look: Connection) -> None:
    owners = set(
        look.scalars(
            text(
                "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE nspname = 'public' AND relkind IN ('r', 'p', 'S', 'v', 'm')"
            )
        )
    )
    assert owners == {"app_owner"}


def test_no_login_role_is_superuser_or_bypasses_row_security(look: Connection) -> None:
    rows = look.execute(
        text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'app_%' AND (rolsuper OR rolbypassrls OR rolcreaterole)")
    )
    assert rows.all() == []


@pytest.mark.parametrize("role", ["app_web", "app_worker"])
def test_nobody_may_delete_or_change_the_access_log(look: Connection, role: str) -> None:
    for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
        question = text("SELECT has_table_privilege(:role, 'access_event', :privilege)")
        assert not look.scalar(question, {"role": role, "privilege": privilege})


def test_there_are_no_enums(look: Connection) -> None:
    assert look.scalar(text("SELECT count(*) FROM pg_type WHERE typtype = 'e'")) == 0


def test_every_table_with_personal_data_carries_its_team_through_a_composite_key() -> None:
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, PersonalData):
            continue
        table = tables.metadata.tables[mapper.class_.__tablename__]
        teams = [c.name for c in table.columns if c.name.endswith("team_id")]
        assert teams, table.name
        if "person_id" in table.c:
            keys = [fk for fk in table.foreign_key_constraints if "person_id" in fk.column_keys]
            assert any(len(fk.column_keys) == 2 and fk.onupdate == "CASCADE" for fk in keys), table.name


def test_security_definer_functions_are_not_for_everyone(look: Connection) -> None:
    rows = look.execute(
        text(
            "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace "
            "WHERE nspname = 'public' AND prosecdef AND has_function_privilege('app_audit_reader', p.oid, 'EXECUTE')"
        )
    )
    assert rows.all() == []


def test_states_are_text_with_a_check(look: Connection) -> None:
    columns = look.execute(
        text(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name IN ('status', 'state', 'kind', 'role', 'channel', 'result')"
        )
    ).all()
    assert columns
    checks = "\n".join(look.scalars(text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")))
    for table, column, kind in columns:
        assert kind == "text", f"{table}.{column}"
        if (table, column) != ("access_event", "role"):
            assert f"{column} = ANY" in checks or f"{column} =" in checks, f"{table}.{column}"


def test_every_foreign_key_has_an_index(look: Connection) -> None:
    """Without one, a row-level policy or a cascade walks the whole table."""
    missing = look.execute(
        text(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint c
            WHERE contype = 'f' AND connamespace = 'public'::regnamespace
              AND confrelid NOT IN ('app_user'::regclass, 'team'::regclass, 'organisation'::regclass, 'area'::regclass)
              AND NOT EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey))
            """
        )
    ).all()
    assert missing == []


def test_connections_speak_utc(look: Connection) -> None:
    assert look.scalar(text("SHOW timezone")) == "UTC"
    assert "app_web" in os.environ["DATABASE_URL"]
