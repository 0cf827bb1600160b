"""Every record about a person belongs to one context, and stays there (domain C-1)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import cast
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, DefaultClause, NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from portal.core import db
from portal.core.model import Base
from portal.core.registry import registry
from portal.oversight.views import grounds
from portal.people import service as people
from portal.privacy.contexts import GROUNDS, Context, ContextChanged, InContext, log_path
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Permission, Role, reach
from tests.factories import World
from tests.factories.filled import Filled
from tests.factories.people import person

#: Sealed and about no young person: they have a term, and no record to move.
SEALED = {"draft", "integrity_report", "integrity_message", "integrity_event"}
#: Roles that hold no permission over records with names (domain §4.2): no context may list them as readers of names.
WITHOUT_NAMES = {
    Role.TRAINER, Role.ANALYST, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EXTERNAL_PARTNER, Role.INTEGRITY_OFFICER,
}  # fmt: skip


@pytest.mark.parametrize("context", list(Context))
def test_every_context_says_why_who_and_how_long(context: Context) -> None:
    ground = GROUNDS[context]
    for words in (ground.label, ground.why, ground.law, ground.explained, ground.audience, ground.starts):
        assert words
    if ground.term:
        assert grounds.period(ground.term)


def test_nobody_without_names_is_promised_names() -> None:
    for ground in GROUNDS.values():
        assert {what for role, what in ground.audience.items() if role in WITHOUT_NAMES} <= {"alleen aantallen"}


def test_who_reads_dossiers_is_named_with_the_context_of_dossiers() -> None:
    reading = {role for role in Role if reach(role, Permission.PEOPLE_READ)}
    named = set(GROUNDS[Context.JV_DISTRICT].audience) | set(GROUNDS[Context.VOLUNTARY_GUIDANCE].audience)
    assert reading <= named


def test_a_table_of_personal_data_has_a_context_or_follows_that_of_its_record(app: Flask) -> None:
    held = {holding.table: holding for holding in registry.holdings}
    for mapper in Base.registry.mappers:
        if not getattr(mapper.class_, "__personal_data__", False):
            continue
        table = Base.metadata.tables[mapper.class_.__tablename__]
        holding = held[table.name]
        if holding.part_of:
            leads = table.c[holding.part_of]
            assert not leads.nullable, table.name
            assert leads.foreign_keys, table.name
            assert "context" not in table.c, table.name
        else:
            assert issubclass(mapper.class_, InContext), table.name
            default = cast(DefaultClause, table.c["context"].server_default)
            assert default.arg == holding.context, table.name


def test_the_database_keeps_every_record_in_its_context(world: World, database: str) -> None:
    """Whoever does it, the owner of the tables included: a row of each kind is moved with plain SQL, and refused."""
    Filled.build(world)
    held = {holding.table: holding.part_of or "context" for holding in registry.holdings if holding.table not in SEALED}
    with everything_allowed(database) as connection:
        for table, column in held.items():
            new = "uuidv7()" if column != "context" else "'restorative_table'"
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")), f"no row of {table} to try it on"
            with pytest.raises(DBAPIError, match="stays in its context"):
                connection.execute(text(f"UPDATE {table} SET {column} = {new}"))


@contextmanager
def everything_allowed(database: str) -> Iterator[Connection]:
    """A connection without any wall; each statement is a transaction."""
    url = urlsplit(os.environ["ADMIN_DATABASE_URL"])._replace(path=f"/{database}").geturl()
    with create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def test_code_that_moves_a_record_is_stopped_before_the_database(world: World) -> None:
    with db.unit_of_work():
        young = person(world.noord, "Voorbeeld Merel", worker=world.worker)
        with pytest.raises(ContextChanged):
            young.context = Context.RESTORATIVE_TABLE
        young.context = Context.JV_DISTRICT


def test_every_row_about_a_young_person_in_the_log_has_a_context(world: World) -> None:
    with db.unit_of_work():
        person(world.noord, "Voorbeeld Merel", worker=world.worker)
    with db.unit_of_work():
        people.choices(world.actor(world.director))
    rows = db.session.scalars(select(AccessEvent).where(AccessEvent.person_id.is_not(None))).all()
    assert rows
    assert {row.context for row in rows} == {Context.JV_DISTRICT}


def test_a_log_record_points_to_a_page_that_exists(world: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(world.trainer)
    for code in (*Context, ""):
        assert browser.get(log_path(code)).status_code == 200
    assert browser.get("/verwerkingsregister/bestaat-niet").status_code == 404
    page = unescape(browser.get("/verwerkingsregister").text)
    told = {words for ground in GROUNDS.values() for words in (ground.label, ground.law)}
    assert {words for words in told if words not in page} == set()
