"""Mijn account."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts import attempts
from portal.core import db
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories.accounts import PASSWORD, code, stored, with_password, with_second_factor, without_roles
from tests.factories.passkeys import with_passkey

NEW = "vijf gewone woorden achter elkaar"


@pytest.fixture
def mine(client_as: Any, world: World) -> FlaskClient:
    """Samira in her browser."""
    with_password(world.worker)
    browser: FlaskClient = client_as(world.worker)
    return browser


def test_the_page_shows_who_i_am_and_where(mine: FlaskClient) -> None:
    page = mine.get("/mijn-account").text
    for words in ("Samira Proef", "samira@demo.example", "Jongerenwerker", "Team Noord", "Dit apparaat", "Staat uit"):
        assert words in page, words


def test_somebody_without_a_role_has_an_own_account_and_nothing_else(world: World, client_as: Any) -> None:
    browser = client_as(without_roles(world.worker))
    assert browser.get("/mijn-account").status_code == 200
    assert browser.get("/mijn-dag").status_code == 200
    assert browser.get("/jongeren").status_code == 403
    assert browser.post("/uitloggen").status_code == 303


def test_preferences_are_kept(mine: FlaskClient, world: World) -> None:
    mine.post("/mijn-account/voorkeuren", data={"language": "en", "theme": "dark"})
    user = stored(world.worker)
    assert (user.language, user.theme) == ("en", "dark")
    page = mine.get("/mijn-account").text
    assert '<html lang="en" data-theme="dark">' in page
    mine.post("/mijn-account/voorkeuren", data={"language": "nl", "theme": "auto"})
    user = stored(world.worker)
    assert (user.language, user.theme) == ("nl", "")


@pytest.mark.parametrize("wrong", [{"language": "fr", "theme": "dark"}, {"language": "nl", "theme": "roze"}, {}])
def test_invented_preferences_are_refused(mine: FlaskClient, world: World, wrong: dict[str, str]) -> None:
    assert mine.post("/mijn-account/voorkeuren", data=wrong).status_code == 422
    assert (stored(world.worker).language, stored(world.worker).theme) == ("nl", "")


# --- password ----------------------------------------------------------------


def change(browser: FlaskClient, current: str, new: str) -> Any:
    return browser.post("/mijn-account/wachtwoord", data={"current": current, "password": new})


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(
    mine: FlaskClient, world: World, client_as: Any
) -> None:
    elsewhere = client_as(world.worker)
    assert change(mine, PASSWORD, NEW).status_code == 303
    assert mine.get("/mijn-account").status_code == 200
    assert elsewhere.get("/mijn-account").status_code == 303
    assert change(mine, PASSWORD, "nog een heel ander wachtwoord").status_code == 422
    with db.unit_of_work():
        changes = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == Action.UPDATE)
        ).all()
    assert [(event.actor_id, event.fields) for event in changes] == [(world.worker.id, ["password"])]


@pytest.mark.parametrize("new", ["", "te kort", "x" * 129, PASSWORD, "samiraproef1234", "wachtwoord1234"])
def test_a_weak_or_unchanged_password_is_refused(mine: FlaskClient, world: World, new: str) -> None:
    before = stored(world.worker).password_hash
    answer = change(mine, PASSWORD, new)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert stored(world.worker).password_hash == before


def test_guessing_the_old_password_in_an_open_session_is_limited(mine: FlaskClient) -> None:
    answers = [change(mine, "fout", NEW).status_code for _ in range(attempts.PER_LOGIN + 1)]
    assert answers == [422] * attempts.PER_LOGIN + [429]


# --- the second factor -------------------------------------------------------


def secret_on(page: str) -> str:
    return re.search(r'class="secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")


def turn_on(browser: FlaskClient, code: str, current: str = PASSWORD) -> TestResponse:
    return browser.post("/mijn-account/code-aanzetten", data={"code": code, "current": current})


def test_the_second_factor_is_scanned_confirmed_and_then_asked(mine: FlaskClient, world: World, app: Flask) -> None:
    page = mine.get("/mijn-account/code-aanzetten").text
    assert 'src="data:image/svg+xml' in page, "the QR code stands in the page itself"
    secret = secret_on(page)
    assert secret_on(mine.get("/mijn-account/code-aanzetten").text) == secret, "the same until it is confirmed"
    assert turn_on(mine, "000000").status_code == 422
    assert stored(world.worker).totp_sealed is None
    shown = code(secret)
    assert turn_on(mine, shown).status_code == 303
    other = app.test_client()
    other.post("/inloggen", data={"login": "samira", "password": PASSWORD})
    assert other.post("/inloggen/code", data={"code": shown}).status_code == 422, "confirming used this code up"
    assert other.post("/inloggen/code", data={"code": code(secret, 1)}).status_code == 303


def test_the_secret_is_not_readable_in_cookie_or_database(mine: FlaskClient, world: World) -> None:
    secret = secret_on(mine.get("/mijn-account/code-aanzetten").text)
    with mine.session_transaction() as cookie:
        assert secret.encode() not in base64.b64decode(cookie["new_totp"])
    turn_on(mine, code(secret))
    assert secret.encode() not in stored(world.worker).totp_sealed


def test_turning_it_on_needs_the_password_and_guessing_is_limited(mine: FlaskClient, world: World) -> None:
    secret = secret_on(mine.get("/mijn-account/code-aanzetten").text)
    assert turn_on(mine, code(secret), current="").status_code == 422
    refused = turn_on(mine, code(secret), current="fout")
    assert refused.status_code == 422
    assert "Dit wachtwoord klopt niet." in refused.text
    assert secret_on(refused.text) == secret, "nothing to scan again"
    answers = [turn_on(mine, code(secret), current="fout") for _ in range(attempts.PER_LOGIN)]
    assert answers[-1].status_code == 429
    assert secret_on(answers[-1].text) == secret
    assert turn_on(mine, code(secret)).status_code == 429
    assert stored(world.worker).totp_sealed is None


def test_a_planted_or_foreign_secret_is_replaced(mine: FlaskClient, world: World, client_as: Any) -> None:
    other = client_as(world.colleague)
    foreign = secret_on(other.get("/mijn-account/code-aanzetten").text)
    with other.session_transaction() as theirs:
        planted = theirs["new_totp"]
    for value in (planted, "AAAA", "geen base64!"):
        with mine.session_transaction() as cookie:
            cookie["new_totp"] = value
        assert secret_on(mine.get("/mijn-account/code-aanzetten").text) != foreign


def test_turning_it_off_needs_the_password_and_a_passkey(mine: FlaskClient, world: World) -> None:
    with_second_factor(world.worker)
    assert mine.post("/mijn-account/code-uitzetten", data={"current": PASSWORD}).status_code == 422
    with_passkey(world.worker)
    assert mine.post("/mijn-account/code-uitzetten", data={"current": "fout"}).status_code == 422
    assert stored(world.worker).totp_sealed is not None
    assert mine.get("/mijn-account/code-aanzetten").status_code == 303, "no second secret beside the first"
    assert mine.post("/mijn-account/code-uitzetten", data={"current": PASSWORD}).status_code == 303
    assert stored(world.worker).totp_sealed is None


# --- sessions ----------------------------------------------------------------


def ids(page: str) -> list[str]:
    return re.findall(r"/mijn-account/sessies/([0-9a-f-]{36})/uitloggen", page)


def test_one_other_session_is_ended(mine: FlaskClient, world: World, client_as: Any) -> None:
    first, second = client_as(world.worker), client_as(world.worker)
    listed = ids(mine.get("/mijn-account").text)
    assert len(listed) == 2, "this one has no button"
    assert mine.post(f"/mijn-account/sessies/{listed[0]}/uitloggen").status_code == 303
    assert ids(mine.get("/mijn-account").text) == listed[1:]
    assert sorted(browser.get("/mijn-account").status_code for browser in (first, second)) == [200, 303]


def test_a_session_of_somebody_else_is_not_found(mine: FlaskClient, world: World, client_as: Any) -> None:
    theirs = client_as(world.colleague)
    client_as(world.colleague)
    other = ids(theirs.get("/mijn-account").text)[0]
    assert mine.post(f"/mijn-account/sessies/{other}/uitloggen").status_code == 404
    assert ids(theirs.get("/mijn-account").text) == [other]
    with db.unit_of_work():
        denied = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.result == "denied")
        ).all()
    assert [str(event.subject_id) for event in denied] == [other]


def test_signing_out_everywhere_ends_all(mine: FlaskClient, world: World, client_as: Any) -> None:
    elsewhere = client_as(world.worker)
    assert mine.get("/mijn-account/overal-uitloggen").status_code == 200
    assert mine.post("/mijn-account/overal-uitloggen").headers["Location"] == "/inloggen"
    assert [browser.get("/mijn-account").status_code for browser in (mine, elsewhere)] == [303, 303]


def test_the_page_takes_a_fixed_number_of_queries(mine: FlaskClient, world: World, client_as: Any, app: Flask) -> None:
    counts = []
    for more in (0, 9):
        for _ in range(more):
            client_as(world.worker)
        with mine:
            assert mine.get("/mijn-account").status_code == 200
            counts.append(g.queries)
    assert counts[0] == counts[1] <= 12
