"""Passkeys, recovery codes, and the second factor once more before weighty things."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from portal.accounts import attempts, recovery, tokens
from portal.accounts.models import AccountToken, Passkey, RecoveryCode, TokenKind, User, UserSession
from portal.core import db
from portal.privacy.models import AccessEvent, Action
from portal.settings import settings
from tests.factories import World
from tests.factories.accounts import PASSWORD, code, with_password, with_second_factor
from tests.factories.passkeys import Key, encoded, with_passkey
from tests.reminders.smtp import MailServer

CODE = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def options(page: Any) -> dict[str, Any]:
    found = re.search(r'data-passkey="([^"]+)"', page.text)
    assert found, page.text
    asked: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return asked


def begin(client: FlaskClient) -> dict[str, Any]:
    """Name and password; gives what the passkey is asked."""
    client.post("/inloggen", data={"login": "samira", "password": PASSWORD})
    return options(client.get("/inloggen/code"))


def is_in(client: FlaskClient) -> bool:
    return client.get("/mijn-account").status_code == 200


def passkeys() -> list[Passkey]:
    with db.unit_of_work():
        return list(db.session.scalars(select(Passkey).order_by(Passkey.id)))


def mails() -> list[str]:
    with db.unit_of_work():
        return list(db.session.scalars(select(AccountToken.kind).order_by(AccountToken.id)))


@pytest.fixture
def mine(client_as: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return client_as(with_password(world.worker))


# --- passkeys ----------------------------------------------------------------


def test_a_passkey_is_made_and_then_asked(mine: FlaskClient, world: World, app: Flask) -> None:
    key = Key()
    asked = options(mine.get("/mijn-account/passkeys/nieuw"))
    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    answer = {"name": "Werktelefoon", "current": PASSWORD, "answer": key.make(asked)}
    made = mine.post("/mijn-account/passkeys/nieuw", data=answer)
    assert made.headers["Location"] == "/mijn-account/herstelcodes", "now is when recovery codes are made"
    assert [row.name for row in passkeys()] == ["Werktelefoon"]
    assert mails() == ["factors_changed"]

    browser = app.test_client()
    asked = begin(browser)
    assert [each["id"] for each in asked["allowCredentials"]] == [encoded(key.credential_id)]
    assert not is_in(browser), "a password alone opens nothing"
    key.count += 1
    assert browser.post("/inloggen/passkey", data={"answer": key.answer(asked)}).status_code == 303
    assert is_in(browser)
    with db.unit_of_work():
        [used] = db.session.scalars(select(Passkey))
        assert used.last_used_at is not None
        assert used.sign_count == 2


@pytest.mark.parametrize("wrong", ["origin", "unverified", "signature", "counter", "other key", "nothing", "no json"])
def test_a_wrong_answer_opens_nothing(client: FlaskClient, world: World, wrong: str) -> None:
    with_password(world.worker)
    key = with_passkey(world.worker)
    asked = begin(client)
    if wrong == "origin":
        key.origin = "http://localhost.example"
    if wrong == "unverified":
        key.verifies = False
    if wrong == "counter":
        with db.unit_of_work():
            db.session.execute(update(Passkey).values(sign_count=5))
    if wrong == "signature":
        key.secret = Key().secret
    answer = {"nothing": "", "no json": "[" * 900, "other key": Key().answer(asked)}.get(wrong) or key.answer(asked)
    if wrong == "nothing":
        answer = ""
    refused = client.post("/inloggen/passkey", data={"answer": answer})
    assert refused.headers["Location"] == "/inloggen/code"
    assert "Dit is niet gelukt." in client.get("/inloggen/code").text
    assert not is_in(client)


def test_a_question_is_answered_once(client: FlaskClient, world: World, app: Flask) -> None:
    with_password(world.worker)
    key = with_passkey(world.worker)
    asked = begin(client)
    with client.session_transaction() as cookie:
        before = dict(cookie)
    client.post("/inloggen/passkey", data={"answer": "{}"})
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(before)
    thief.post("/inloggen/passkey", data={"answer": key.answer(asked)})
    assert not is_in(thief), "a question that was answered wrongly is gone, also for a copy of the cookie"


def test_a_question_is_for_one_browser_one_person_and_one_use(client: FlaskClient, world: World, app: Flask) -> None:
    for user in (world.colleague, world.worker):
        with_password(user)
        key = with_passkey(user)
    asked = begin(client)
    other = app.test_client()
    begin(other)
    other.post("/inloggen/passkey", data={"answer": key.answer(asked)})
    assert not is_in(other), "another browser was asked something else"
    with client.session_transaction() as cookie:
        given = cookie["challenge"]
    stolen = app.test_client()
    stolen.post("/inloggen", data={"login": "kofi", "password": PASSWORD})
    with stolen.session_transaction() as cookie:
        cookie["pending"], cookie["challenge"] = [str(world.colleague.id), 10**10], given
    stolen.post("/inloggen/passkey", data={"answer": key.answer(asked)})
    assert not is_in(stolen)


def test_a_question_goes_stale(client: FlaskClient, world: World, freeze: Callable[[datetime], None]) -> None:
    with_password(world.worker)
    key = with_passkey(world.worker)
    freeze(NOON)
    asked = begin(client)
    freeze(NOON + timedelta(minutes=5))
    client.post("/inloggen/passkey", data={"answer": key.answer(asked)})
    assert not is_in(client)


def test_wrong_passkeys_and_codes_share_one_limit(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    with_passkey(world.worker)
    with_second_factor(world.worker)
    begin(client)
    for _ in range(attempts.PER_LOGIN - 1):
        client.post("/inloggen/passkey", data={"answer": "{}"})
    assert client.post("/inloggen/code", data={"code": "000000"}).status_code == 422
    assert client.post("/inloggen/passkey", data={"answer": "{}"}).status_code == 429
    assert client.post("/inloggen/herstelcode", data={"code": "X"}).status_code == 429


def test_the_same_device_is_not_saved_twice(mine: FlaskClient, world: World) -> None:
    key = with_passkey(world.colleague)
    asked = options(mine.get("/mijn-account/passkeys/nieuw"))
    answer = {"name": "Gevonden", "current": PASSWORD, "answer": key.make(asked)}
    assert mine.post("/mijn-account/passkeys/nieuw", data=answer).status_code == 422
    assert len(passkeys()) == 1


def test_a_passkey_is_not_made_without_the_password(mine: FlaskClient, world: World) -> None:
    asked = options(mine.get("/mijn-account/passkeys/nieuw"))
    answer = {"name": "Werktelefoon", "current": "fout", "answer": Key().make(asked)}
    refused = mine.post("/mijn-account/passkeys/nieuw", data=answer)
    assert refused.status_code == 422
    assert options(refused)["challenge"] != asked["challenge"], "the page asks anew"
    assert passkeys() == []


def test_the_last_factor_stays(mine: FlaskClient, world: World) -> None:
    with_passkey(world.worker, "Een")
    with_passkey(world.worker, "Twee")
    one, two = passkeys()
    answer = {"current": PASSWORD}
    assert mine.post(f"/mijn-account/passkeys/{one.id}/verwijderen", data={"current": "fout"}).status_code == 422
    assert mine.post(f"/mijn-account/passkeys/{one.id}/verwijderen", data=answer).status_code == 303
    assert mine.post(f"/mijn-account/passkeys/{two.id}/verwijderen", data=answer).status_code == 422
    assert [row.name for row in passkeys()] == ["Twee"]
    with_second_factor(world.worker)
    assert mine.post(f"/mijn-account/passkeys/{two.id}/verwijderen", data=answer).status_code == 303
    assert mine.post("/mijn-account/code-uitzetten", data=answer).status_code == 422


def test_passkeys_of_others_do_not_exist(mine: FlaskClient, world: World) -> None:
    with_passkey(world.colleague)
    [row] = passkeys()
    assert mine.get(f"/mijn-account/passkeys/{row.id}/verwijderen").status_code == 404
    assert mine.post(f"/mijn-account/passkeys/{row.id}/verwijderen", data={"current": PASSWORD}).status_code == 404


def test_an_address_of_numbers_offers_no_passkeys(mine: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/mijn-account/passkeys/nieuw" in mine.get("/mijn-account").text
    monkeypatch.setattr(
        "portal.accounts.passkeys.settings", lambda: settings().model_copy(update={"base_url": "http://192.0.2.1"})
    )
    assert "/mijn-account/passkeys/nieuw" not in mine.get("/mijn-account").text


# --- recovery codes ----------------------------------------------------------


def test_recovery_codes_are_shown_once_and_work_once(
    mine: FlaskClient, world: World, app: Flask, post: MailServer
) -> None:
    with_second_factor(world.worker)
    shown = mine.post("/mijn-account/herstelcodes", data={"current": PASSWORD})
    codes = CODE.findall(shown.text)
    assert len(set(codes)) == recovery.HOW_MANY
    assert not CODE.search(mine.get("/mijn-account").text + mine.get("/mijn-account/herstelcodes").text)
    with db.unit_of_work():
        stored = db.session.execute(text("SELECT r::text FROM recovery_code r")).scalars().all()
    assert not any(given.replace("-", "") in row for given in codes for row in stored)

    def sign_in(typed: str) -> FlaskClient:
        browser = app.test_client()
        browser.post("/inloggen", data={"login": "samira", "password": PASSWORD})
        browser.post("/inloggen/herstelcode", data={"code": typed})
        return browser

    lost = sign_in(codes[0].lower().replace("-", " "))
    assert is_in(lost)
    assert lost.get("/caseload.csv").status_code == 403
    with db.unit_of_work():
        newest = db.session.scalars(select(UserSession).order_by(UserSession.id.desc()).limit(1)).one()
        assert newest.confirmed_at is None, "a code from paper opens, but confirms nothing"
    assert mails() == ["factors_changed", "recovery_used"]
    assert not is_in(sign_in(codes[0]))
    mine.post("/mijn-account/herstelcodes", data={"current": PASSWORD})
    assert not is_in(sign_in(codes[1])), "new codes end the old ones"


def test_recovery_codes_need_the_password_and_a_factor(mine: FlaskClient, world: World) -> None:
    assert mine.get("/mijn-account/herstelcodes").headers["Location"] == "/mijn-account"
    with_passkey(world.worker)
    assert mine.post("/mijn-account/herstelcodes", data={"current": "fout"}).status_code == 422
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_the_second_step_needs_the_first(client: FlaskClient, world: World) -> None:
    for path in ("/inloggen/passkey", "/inloggen/herstelcode"):
        assert client.post(path, data={"answer": "{}", "code": "X"}).headers["Location"] == "/inloggen"


def test_notices_are_mailed_whatever_happens_to_the_password(mine: FlaskClient, world: World, post: MailServer) -> None:
    with_second_factor(world.worker)
    mine.post("/mijn-account/herstelcodes", data={"current": PASSWORD})
    new = {"current": PASSWORD, "password": "een heel andere zin van woorden"}
    assert mine.post("/mijn-account/wachtwoord", data=new).status_code == 303
    for token_id in tokens.unsent():
        tokens.send(token_id)
    [mail] = post.accepted
    assert "tweede stap" in str(mail)
    assert "Samira" not in str(mail)


# --- the administrator -------------------------------------------------------


def test_an_administrator_wipes_all_factors(
    client_as: Callable[..., FlaskClient], mine: FlaskClient, world: World
) -> None:
    with_passkey(world.worker)
    with_second_factor(world.worker)
    mine.post("/mijn-account/herstelcodes", data={"current": PASSWORD})
    admin = client_as(world.administrator)
    path = f"/mensen/{world.worker.id}/tweede-stap-wissen"
    assert client_as(world.director).post(path).status_code == 403
    assert admin.post(path).status_code == 303
    assert admin.post(path).status_code == 409
    assert not is_in(mine)
    with db.unit_of_work():
        counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Passkey, RecoveryCode)]
        assert counts == [0, 0]
        assert db.session.get_one(User, world.worker.id).totp_sealed is None
        logged = select(AccessEvent.fields).where(AccessEvent.action == Action.ADMINISTER)
        assert db.session.scalars(logged).all() == [["second_factor"]]
    assert mails()[-1] == TokenKind.FACTORS_RESET


# --- once more, before weighty things ----------------------------------------


def test_a_download_asks_for_the_second_factor_and_comes_back(
    client_as: Callable[..., FlaskClient], world: World, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    browser = client_as(with_password(world.director), confirmed=False)
    secret = with_second_factor(world.director)
    asked = browser.get("/caseload.csv?period=quarter")
    assert asked.headers["Location"] == "/bevestigen"
    assert browser.post("/bevestigen", data={"code": "000000"}).status_code == 422
    assert browser.get("/caseload.csv").status_code == 303
    browser.get("/caseload.csv?period=quarter")
    given = browser.post("/bevestigen", data={"code": code(secret)})
    assert given.headers["Location"] == "/caseload?period=quarter", "back to the page with the link"
    assert browser.get("/caseload.csv").status_code == 200
    freeze(NOON + timedelta(minutes=settings().step_up_minutes))
    assert browser.get("/caseload.csv").headers["Location"] == "/bevestigen"


def test_a_passkey_confirms_in_its_own_session_only(client_as: Callable[..., FlaskClient], world: World) -> None:
    key = with_passkey(world.director)
    first, second = (client_as(world.director, confirmed=False) for _ in range(2))
    asked = options(first.get("/bevestigen"))
    with first.session_transaction() as cookie:
        given = cookie["challenge"]
    with second.session_transaction() as cookie:
        cookie["challenge"] = given
    assert second.post("/bevestigen/passkey", data={"answer": key.answer(asked)}).headers["Location"] == "/bevestigen"
    assert first.post("/bevestigen/passkey", data={"answer": key.answer(asked)}).headers["Location"] == "/mijn-account"
    assert first.get("/caseload.csv").status_code == 200
    assert second.get("/caseload.csv").status_code == 303


def test_without_a_second_factor_nothing_weighty_is_done_outside_a_demo(
    client_as: Callable[..., FlaskClient], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_as(with_password(world.director), confirmed=False)
    assert "In de demo is je wachtwoord genoeg" in browser.get("/bevestigen").text
    outside = settings().model_copy(update={"demo": False})
    monkeypatch.setattr("portal.accounts.signing_in.settings", lambda: outside)
    assert "Je hebt nog geen tweede stap" in browser.get("/bevestigen").text
    assert browser.post("/bevestigen", data={"current": PASSWORD, "code": PASSWORD}).status_code == 422
    monkeypatch.undo()
    assert browser.post("/bevestigen", data={"current": "fout"}).status_code == 422
    assert browser.post("/bevestigen", data={"current": PASSWORD}).status_code == 303
    assert browser.get("/caseload.csv").status_code == 200


def test_who_tries_too_often_to_confirm_waits(client_as: Callable[..., FlaskClient], world: World) -> None:
    browser = client_as(with_password(world.director), confirmed=False)
    for _ in range(attempts.PER_LOGIN):
        browser.post("/bevestigen/passkey", data={"answer": "{}"})
    assert browser.post("/bevestigen/passkey", data={"answer": "{}"}).status_code == 429
    assert browser.post("/bevestigen", data={"current": PASSWORD}).status_code == 429


def test_the_password_does_not_do_for_who_has_a_factor(client_as: Callable[..., FlaskClient], world: World) -> None:
    browser = client_as(with_password(world.director), confirmed=False)
    with_passkey(world.director)
    assert browser.post("/bevestigen", data={"current": PASSWORD, "code": PASSWORD}).status_code == 422
    assert browser.get("/caseload.csv").status_code == 303


@pytest.mark.parametrize("path", ["/caseload.csv", "/caseload.xlsx", "/caseload.pdf", "/agenda/afdrukken"])
def test_exports_ask_first(client_as: Callable[..., FlaskClient], world: World, path: str) -> None:
    browser = client_as(world.director, confirmed=False)
    assert browser.get(path).headers["Location"] == "/bevestigen"
