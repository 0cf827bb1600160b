"""Signing in and out, as a browser does it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text, update

from portal.accounts import attempts, passwords
from portal.accounts.models import RoleAssignment, SignInAttempt, SignInOutcome, User, UserSession
from portal.core import clock, db
from portal.privacy.models import AccessEvent, Action
from portal.settings import settings
from tests.factories import World
from tests.factories.accounts import PASSWORD, code, stored, with_password, with_second_factor

WRONG = "De naam of het wachtwoord klopt niet."


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> Any:
    return client.post("/inloggen", data={"login": login, "password": password})


def is_in(client: FlaskClient) -> bool:
    return client.get("/mijn-account").status_code == 200


def events(action: Action) -> list[AccessEvent]:
    with db.unit_of_work():
        return list(
            db.session.scalars(select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == action))
        )


def outcomes() -> list[str]:
    with db.unit_of_work():
        return list(db.session.scalars(select(SignInAttempt.outcome).order_by(SignInAttempt.id)))


@pytest.mark.parametrize("login", ["samira", "SAMIRA", " samira ", "samira@demo.example", "Samira@Demo.Example"])
def test_name_and_address_open_the_account(client: FlaskClient, world: World, login: str) -> None:
    with_password(world.worker)
    assert sign_in(client, login).status_code == 303
    assert is_in(client)
    assert [event.actor_id for event in events(Action.SIGN_IN)] == [world.worker.id]


def test_a_name_goes_before_the_same_text_as_an_address(client: FlaskClient, world: World) -> None:
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.colleague.id).values(login="samira@demo.example"))
    with_password(world.colleague)
    sign_in(client, "samira@demo.example")
    assert [event.actor_id for event in events(Action.SIGN_IN)] == [world.colleague.id]


@pytest.mark.parametrize(
    ("login", "password"),
    [("samira", "fout wachtwoord"), ("onbekend", PASSWORD), ("samira", PASSWORD + " "), ("samira", PASSWORD.upper())],
)
def test_a_wrong_answer_says_the_same_for_everybody(
    client: FlaskClient, world: World, login: str, password: str
) -> None:
    with_password(world.worker)
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "fout wachtwoord" not in answer.text
    assert not is_in(client)
    assert len(events(Action.SIGN_IN_FAILED)) == 1, "evidence must survive the roll-back"
    assert outcomes() == ["started", "wrong"]


@pytest.mark.parametrize(
    ("login", "password"),
    [("", PASSWORD), ("samira", ""), ("s" * 255, PASSWORD), ("samira", "x" * 129), ("a\0b", PASSWORD)],
)
def test_missing_and_oversized_input_is_refused_beside_the_field(
    client: FlaskClient, world: World, login: str, password: str
) -> None:
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert outcomes() == [], "what cannot be a password is not judged"


class Counting:
    """The real hasher, counting how often it computes."""

    def __init__(self) -> None:
        self.times = 0
        self._real = passwords._hasher

    def verify(self, stored: str, password: str) -> bool:
        self.times += 1
        return self._real.verify(stored, password)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("who", ["known", "unknown", "deactivated", "invited", "other demo"])
def test_every_refusal_computes_exactly_one_password(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    with_password(world.worker)
    with db.unit_of_work():
        if who == "deactivated":
            db.session.execute(update(User).values(deactivated_at=clock.now()))
        if who == "invited":
            db.session.execute(update(User).values(password_hash=None))
    if who == "other demo":
        monkeypatch.setattr("portal.accounts.policy.settings", lambda: settings().model_copy(update={"demo": False}))
    counting = Counting()
    monkeypatch.setattr(passwords, "_hasher", counting)
    right = PASSWORD if who not in ("known", "unknown") else "niet het goede"
    answer = sign_in(client, "onbekend" if who == "unknown" else "samira", right)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert counting.times == 1


def test_a_password_costs_what_rfc_9106_asks(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the portal's own hasher; the other tests have one that costs nothing."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(passwords.COSTS))
    with db.unit_of_work():
        db.session.execute(update(User).values(password_hash=passwords.hashed(PASSWORD)))
    assert (stored(world.worker).password_hash or "").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(client, "samira").status_code == 303


def test_the_hash_nobody_has_costs_what_a_real_one_costs() -> None:
    real, nobody = passwords.hashed(PASSWORD), passwords._nobody()
    shape = re.compile(r"^(\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+)\$([^$]+)\$([^$]+)$")
    (settings_a, salt_a, hash_a), (settings_b, salt_b, hash_b) = (shape.match(h).groups() for h in (real, nobody))
    assert (settings_a, len(salt_a), len(hash_a)) == (settings_b, len(salt_b), len(hash_b))
    assert not passwords.matches(None, PASSWORD)


def test_accounts_of_the_demo_have_no_session_outside_a_demo(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(world.worker)
    sign_in(client, "samira")
    monkeypatch.setattr("portal.accounts.policy.settings", lambda: settings().model_copy(update={"demo": False}))
    assert not is_in(client)


# --- limits ------------------------------------------------------------------


def test_after_too_many_wrong_answers_even_the_right_one_waits(
    client: FlaskClient, world: World, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(start)
    for _ in range(attempts.PER_LOGIN):
        assert sign_in(client, "samira", "fout").status_code == 422
    freeze(start + timedelta(minutes=5))
    refused = sign_in(client, "SAMIRA")
    assert refused.status_code == 429
    assert "over 10 minuten" in refused.text
    assert refused.headers["Retry-After"] == "600"
    assert outcomes()[-1] == SignInOutcome.BLOCKED
    assert sign_in(client, "kofi", "fout").status_code == 422, "others are not blocked"
    freeze(start + timedelta(minutes=15, seconds=1))
    assert sign_in(client, "samira").status_code == 303


def test_unknown_names_are_limited_like_known_ones(client: FlaskClient, world: World) -> None:
    answers = [sign_in(client, "onbekend", "fout").status_code for _ in range(attempts.PER_LOGIN + 1)]
    assert answers == [422] * attempts.PER_LOGIN + [429]


def test_an_origin_is_limited_over_all_names(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ORIGIN", 5)
    answers = [sign_in(client, f"naam{n}", "fout").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    elsewhere = client.post(
        "/inloggen", data={"login": "naam", "password": "fout"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 422


def test_people_who_sign_in_rightly_do_not_use_up_their_office(
    client: FlaskClient, world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ORIGIN", 3)
    with_password(world.worker)
    assert [sign_in(app.test_client(), "samira").status_code for _ in range(6)] == [303] * 6


def test_one_household_counts_once_however_many_addresses_it_has() -> None:
    assert attempts._network("2001:db8:1:2::5") == attempts._network("2001:db8:1:2:ffff::9")
    assert attempts._network("2001:db8:1:2::5") != attempts._network("2001:db8:1:3::5")
    assert attempts._network("192.0.2.7") != attempts._network("192.0.2.8")
    assert attempts._network("geen adres") == "geen adres"


def test_ipv4_on_a_socket_for_both_is_not_one_household() -> None:
    """A server that listens on IPv6 sees IPv4 addresses mapped; all of them share one /64."""
    assert attempts._network("::ffff:192.0.2.7") == attempts._network("192.0.2.7")
    assert attempts._network("::ffff:192.0.2.7") != attempts._network("::ffff:192.0.2.8")


def test_parallel_attempts_all_count(app: Flask, world: World) -> None:
    go, results = threading.Barrier(12), []

    def attempt() -> None:
        go.wait()
        try:
            attempts.begin("samira", origin="192.0.2.1")
            results.append("judged")
        except attempts.TooMany:
            results.append("blocked")

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["blocked"] * (12 - attempts.PER_LOGIN) + ["judged"] * attempts.PER_LOGIN


def test_names_and_origins_are_not_kept(client: FlaskClient, world: World, admin_engine: Engine) -> None:
    sign_in(client, "samira", "fout")
    with admin_engine.connect() as look:
        rows = look.execute(text("SELECT s::text FROM sign_in_attempt s")).scalars().all()
        logged = look.execute(text("SELECT e::text FROM access_event e")).scalars().all()
    assert rows
    assert not any("samira" in row or "127.0.0.1" in row for row in [*rows, *logged])


def test_nobody_gets_in_when_attempts_cannot_be_written(
    client: FlaskClient, world: World, admin_engine: Engine
) -> None:
    with_password(world.worker)
    with admin_engine.connect() as admin:
        admin.execute(text("REVOKE INSERT ON sign_in_attempt FROM app_web"))
        try:
            assert sign_in(client, "samira").status_code >= 500
        finally:
            admin.execute(text("GRANT INSERT ON sign_in_attempt TO app_web"))
    assert not is_in(client)


# --- the second factor -------------------------------------------------------


def test_the_code_is_asked_and_works_once(client: FlaskClient, world: World, app: Flask) -> None:
    with_password(world.worker)
    secret = with_second_factor(world.worker)
    answer = sign_in(client, "samira")
    assert answer.headers["Location"] == "/inloggen/code"
    assert not is_in(client), "a password alone opens nothing"
    shown = code(secret)
    assert client.post("/inloggen/code", data={"code": shown}).status_code == 303
    assert is_in(client)
    other = app.test_client()
    sign_in(other, "samira")
    again = other.post("/inloggen/code", data={"code": shown})
    assert again.status_code == 422
    assert not is_in(other)
    assert other.post("/inloggen/code", data={"code": code(secret, steps=1)}).status_code == 303


def test_a_code_that_two_browsers_use_at_once_opens_one(app: Flask, world: World) -> None:
    with_password(world.worker)
    secret = with_second_factor(world.worker)
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        sign_in(browser, "samira")
    shown, go, answers = code(secret), threading.Barrier(2), []

    def type_code(browser: FlaskClient) -> None:
        go.wait()
        answers.append(browser.post("/inloggen/code", data={"code": shown}).status_code)

    threads = [threading.Thread(target=type_code, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-00001"])
def test_what_is_no_code_is_refused(client: FlaskClient, world: World, typed: str) -> None:
    with_password(world.worker)
    with_second_factor(world.worker)
    sign_in(client, "samira")
    assert client.post("/inloggen/code", data={"code": typed}).status_code == 422


def test_codes_are_limited(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    secret = with_second_factor(world.worker)
    sign_in(client, "samira")
    old = code(secret, steps=-9)
    answers = [client.post("/inloggen/code", data={"code": old}).status_code for _ in range(attempts.PER_LOGIN + 1)]
    assert answers == [422] * attempts.PER_LOGIN + [429]
    sign_in(client, "samira")
    assert client.post("/inloggen/code", data={"code": code(secret)}).status_code == 429, "a new start does not help"


def test_the_second_step_needs_the_first(client: FlaskClient, world: World, freeze: Callable[[datetime], None]) -> None:
    assert client.get("/inloggen/code").headers["Location"] == "/inloggen"
    with_password(world.worker)
    secret = with_second_factor(world.worker)
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(start)
    sign_in(client, "samira")
    freeze(start + timedelta(minutes=11))
    late = client.post("/inloggen/code", data={"code": code(secret)})
    assert late.headers["Location"] == "/inloggen"
    assert not is_in(client)


# --- sessions ----------------------------------------------------------------


def test_signing_in_gives_a_fresh_session(client: FlaskClient, world: World, client_as: Any) -> None:
    with_password(world.worker)
    planted = client_as(world.stranger)
    with planted.session_transaction() as cookie:
        planted_token = cookie["sid"]
    with client.session_transaction() as cookie:
        cookie["sid"], cookie["pending"] = "x" * 43, [str(world.stranger.id), 0]
    sign_in(client, "samira")
    with client.session_transaction() as cookie:
        assert cookie["sid"] not in ("x" * 43, planted_token)
        assert "pending" not in cookie


def test_signing_out_ends_the_session_in_the_database_too(client: FlaskClient, world: World, app: Flask) -> None:
    with_password(world.worker)
    sign_in(client, "samira")
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    assert client.post("/uitloggen").headers["Location"] == "/inloggen"
    assert len(events(Action.SIGN_OUT)) == 1
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["sid"] = token
    assert not is_in(thief)


def test_signing_out_twice_is_harmless(client: FlaskClient) -> None:
    assert client.post("/uitloggen").status_code == 303
    assert client.get("/uitloggen").status_code == 405


@pytest.mark.parametrize(
    ("after", "inside"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False), (timedelta(hours=13), False)]
)
def test_an_idle_session_ends(
    client: FlaskClient, world: World, freeze: Callable[[datetime], None], after: timedelta, inside: bool
) -> None:
    with_password(world.worker)
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(start)
    sign_in(client, "samira")
    freeze(start + after)
    assert is_in(client) is inside


def test_a_session_that_is_used_all_the_time_ends_too(
    client: FlaskClient, world: World, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    start = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    freeze(start)
    sign_in(client, "samira")
    for half_hours in range(1, 24):
        freeze(start + timedelta(minutes=30 * half_hours))
        assert is_in(client), half_hours
    freeze(start + timedelta(hours=12))
    assert not is_in(client)


def test_a_role_counts_up_to_and_including_its_last_day(world: World, freeze: Callable[[datetime], None]) -> None:
    with db.unit_of_work():
        role = select(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)
        db.session.scalars(role).one().valid_until = datetime(2026, 11, 24, tzinfo=UTC).date()
    freeze(datetime(2026, 11, 24, 22, 30, tzinfo=UTC))  # half past eleven at night in Amsterdam
    assert world.actor(stored(world.worker)).role_names == {"youth_worker"}
    freeze(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))  # the next day in Amsterdam
    assert world.actor(stored(world.worker)).role_names == set()


def test_deactivation_ends_open_sessions_at_once(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    sign_in(client, "samira")
    with db.unit_of_work():
        db.session.execute(update(User).values(deactivated_at=clock.now()))
    assert not is_in(client)


def test_the_device_is_remembered_in_two_words(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    agent = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
    client.post("/inloggen", data={"login": "samira", "password": PASSWORD}, headers={"User-Agent": agent})
    with db.unit_of_work():
        assert db.session.scalars(select(UserSession.device)).all() == ["Chrome · Android"]


# --- where to go, language, colours, CSRF --------------------------------------


def test_after_signing_in_people_land_where_they_wanted_to_go(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    client.get("/mijn-account")
    assert sign_in(client, "samira").headers["Location"] == "/mijn-account"


def test_the_way_back_keeps_what_the_page_was_about(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    client.get("/contacten/nieuw?opvolging=0")
    assert sign_in(client, "samira").headers["Location"] == "/contacten/nieuw?opvolging=0"
    client.post("/uitloggen")
    client.get("/jongeren?x=" + "x" * 5000)
    assert sign_in(client, "samira").headers["Location"] == "/jongeren", "the cookie stays small"


def test_who_sends_a_form_after_the_session_ended_is_told_so(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    assert client.post("/contacten/nieuw", data={"note": "een lang verhaal"}).headers["Location"] == "/inloggen"
    assert "Wat je verstuurde, is niet opgeslagen." in client.get("/inloggen").text
    assert sign_in(client, "samira").headers["Location"] == "/contacten/nieuw"
    client.post("/uitloggen")
    client.post("/mijn-account/voorkeuren")
    assert sign_in(client, "samira").headers["Location"] == "/", "a page that can only be sent is no way back"


def test_a_part_of_a_page_sends_the_whole_page_to_the_entrance(client: FlaskClient) -> None:
    answer = client.get("/meldingen", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/inloggen")
    assert "Log opnieuw in." in client.get("/inloggen").text


@pytest.mark.parametrize(
    "planted", ["//kwaad.example", "https://kwaad.example/", "/\\kwaad.example", "/bestaat-niet", ""]
)
def test_no_address_from_outside_is_followed(client: FlaskClient, world: World, planted: str) -> None:
    with_password(world.worker)
    with client.session_transaction() as cookie:
        cookie["next"] = planted
    assert sign_in(client, "samira").headers["Location"] == "/"
    answer = client.post("/taal", data={"language": "en", "back": planted})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("back", ["/inloggen?x\r\nX-Geplant: 1", "/uitnodiging/x\n", "/inloggen?\x00"])
def test_an_address_with_unreadable_characters_is_not_followed(client: FlaskClient, world: World, back: str) -> None:
    answer = client.post("/taal", data={"language": "en", "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_the_language_is_kept_in_the_browser_and_then_with_the_account(client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    answer = client.post("/taal", data={"language": "en", "back": "/inloggen?x=1"})
    assert answer.headers["Location"] == "/inloggen?x=1"
    assert '<html lang="en"' in client.get("/inloggen").text
    sign_in(client, "samira")
    client.post("/taal", data={"language": "en"})
    client.post("/kleuren", data={"theme": "dark"})
    assert (stored(world.worker).language, stored(world.worker).theme) == ("en", "dark")
    client.post("/kleuren", data={"theme": "auto"})
    client.post("/taal", data={"language": "xx"})
    client.post("/kleuren", data={"theme": "roze"})
    assert (stored(world.worker).language, stored(world.worker).theme) == ("en", "")


def test_signing_in_needs_the_token_of_the_form(app: Flask, client: FlaskClient, world: World) -> None:
    with_password(world.worker)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        refused = sign_in(client, "samira")
        assert refused.status_code == 400
        assert "De pagina is verlopen" in refused.text
        assert "Log in en doe het opnieuw." in refused.text, "going back would lead a signed-out person to the entrance"
        page = client.get("/inloggen").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
        answer = client.post("/inloggen", data={"login": "samira", "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 303
        stale = client.post("/uitloggen", data={"csrf_token": token})
        assert stale.status_code == 400, "signing in renews the token"
        assert "Ga terug" in stale.text
        assert "Log in en" not in stale.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1
