"""When the log cannot be written the answer is 503: no page about anybody, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from portal.core import clock
from portal.core.ids import new_id
from tests.architecture.asking import LEAVING, asked
from tests.architecture.test_routes import ROLES
from tests.factories import World
from tests.factories.filled import Filled


@pytest.fixture
def unwritable(filled: Filled, admin_engine: Engine) -> Iterator[None]:
    """Nobody can add to the log, for as long as the test lasts; everything else works."""
    refuse = """
        CREATE FUNCTION refuse_for_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER refused BEFORE INSERT ON access_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_for_now();
    """
    with admin_engine.connect() as admin:
        admin.execute(text(refuse))
    yield
    with admin_engine.connect() as admin:
        admin.execute(text("DROP FUNCTION refuse_for_now() CASCADE"))


def _rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as look:
        names = look.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {name: look.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names}


def test_no_page_names_anybody(
    filled: Filled, unwritable: None, world: World, app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    """Every page."""
    browsers = {who: client_as(getattr(world, who)) for who in ROLES}
    pages, refused = [*asked(app, world, filled)], 0
    for who, _endpoint, url in pages:
        answer = browsers[who].get(url)
        assert answer.status_code < 500 or answer.status_code == 503, url
        refused += answer.status_code == 503
        named = [name for name in filled.names if name in answer.text]
        assert not named, f"{who} {url}: {answer.status_code} {named}"
    assert refused > len(pages) / 3, f"{refused} of {len(pages)}"


def test_the_dossier_and_the_lists_are_refused(
    unwritable: None, filled: Filled, world: World, client_as: Callable[..., FlaskClient]
) -> None:
    worker = client_as(world.worker)
    for url in ("/mijn-dag", "/jongeren", f"/jongeren/{filled.own.person.id}", "/agenda", "/trajecten"):
        assert worker.get(url).status_code == 503, url
    assert client_as(world.privacy_officer).get("/inzages/alle").status_code == 503


def test_no_form_names_anybody_or_leaves_anything(
    filled: Filled, unwritable: None, world: World, app: Flask, client_as: Callable[..., FlaskClient],
    admin_engine: Engine,
) -> None:  # fmt: skip
    """Every address that changes something."""
    browsers = {who: client_as(getattr(world, who)) for who in ROLES}
    before = _rows(admin_engine)
    for who, endpoint, url in asked(app, world, filled, "POST"):
        if endpoint not in LEAVING:
            answer = browsers[who].post(url, data={})
            assert answer.status_code < 500 or answer.status_code == 503, (url, answer.status_code)
            assert not [name for name in filled.names if name in answer.text], url
    after = _rows(admin_engine)
    of_accounts = {"user_session", "account_token", "passkey_challenge", "sign_in_attempt"}  # evidence of signing in
    assert {name for name in after if after[name] != before[name]} <= of_accounts


def test_a_contact_is_not_kept_without_its_trace(
    filled: Filled, unwritable: None, world: World, client_as: Callable[..., FlaskClient], admin_engine: Engine
) -> None:
    before, worker = _rows(admin_engine), client_as(world.worker)
    data = {
        "people": [str(filled.own.person.id)], "channel": "street", "result": "reached", "purpose": "connection",
        "occurred_at": (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"), "confidentiality": "team",
        "follow_up_on": (clock.today() + timedelta(days=7)).isoformat(), "key": str(new_id()),
    }  # fmt: skip
    assert worker.post("/contacten/nieuw", data=data).status_code == 503
    assert _rows(admin_engine)["contact"] == before["contact"]
    with admin_engine.connect() as admin:
        admin.execute(text("DROP TRIGGER refused ON access_event"))
    assert worker.post("/contacten/nieuw", data=data).status_code == 303
    assert _rows(admin_engine)["contact"] == before["contact"] + 1


def test_a_refused_form_that_showed_somebody_is_503_too(
    filled: Filled, world: World, client_as: Callable[..., FlaskClient], admin_engine: Engine
) -> None:
    """The trace of what a 422 shows is written a second time, after the roll-back; that may fail as well."""
    worker = client_as(world.worker)
    url = f"/contacten/nieuw?jongere={filled.own.person.id}"
    assert worker.post(url, data={}).status_code == 422
    with admin_engine.connect() as admin:
        admin.execute(
            text("""
            CREATE FUNCTION refuse_second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('refusals') > 1 THEN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END IF;
                RETURN NULL; END $$;
            CREATE SEQUENCE refusals;
            GRANT USAGE ON SEQUENCE refusals TO app_web;
            CREATE TRIGGER refused AFTER INSERT ON access_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_second();
        """)
        )
    try:
        answer = worker.post(url, data={})
    finally:
        with admin_engine.connect() as admin:
            admin.execute(text("DROP FUNCTION refuse_second() CASCADE"))
            admin.execute(text("DROP SEQUENCE refusals"))
    assert answer.status_code == 503
    assert not [name for name in filled.names if name in answer.text]
    assert answer.headers["Content-Security-Policy"]


def test_signing_in_leaves_no_session_without_a_trace(
    world: World, unwritable: None, client: FlaskClient, admin_engine: Engine
) -> None:
    before = _rows(admin_engine)["user_session"]
    answer = client.post("/inloggen", data={"login": "samira", "password": "verkeerd"})
    assert answer.status_code in {422, 503}
    assert _rows(admin_engine)["user_session"] == before
