"""Errors are real pages, with the right status, and nothing half-saved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from tests.factories import World

ROOT = Path(__file__).parents[2]


def _page(text: str) -> str:
    assert text.lstrip().startswith("<!doctype html>")
    assert text.count("<h1") == 1
    return text


def test_an_unknown_address_is_404(client: FlaskClient) -> None:
    answer = client.get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in _page(answer.text)


def test_a_wrong_method_is_405_and_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/inloggen")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    _page(answer.text)


def test_a_role_without_the_permission_gets_a_403_page(world: World, client_as: Callable[..., FlaskClient]) -> None:
    answer = client_as(world.trainer).get("/caseload")
    assert answer.status_code == 403
    _page(answer.text)


def test_too_much_input_is_413(client: FlaskClient) -> None:
    answer = client.post("/inloggen", data={"login": "x" * 2_000_000})
    assert answer.status_code == 413
    _page(answer.text)


def test_a_form_without_its_token_is_refused_with_a_page(flask_app: Flask, client: FlaskClient) -> None:
    flask_app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post("/inloggen", data={"login": "x"})
    finally:
        flask_app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    _page(answer.text)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (Forbidden(), 403),
        (Conflict(), 409),
        (Invalid(name="x"), 422),
        (Unavailable(), 503),
        (KeyError("x"), 500),
    ],
)
def test_every_kind_of_error_has_its_page(
    app: Flask,
    world: World,
    client_as: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
) -> None:
    def fail() -> None:
        raise error

    fail.access = app.view_functions["home.my_day"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "home.my_day", fail)
    answer = client_as(world.worker).get("/mijn-dag")
    assert answer.status_code == status
    _page(answer.text)
    if status >= 500:
        assert answer.headers["X-Request-ID"] in answer.text


def test_a_lost_race_says_that_somebody_else_was_first(
    app: Flask, world: World, client_as: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise Conflict

    fail.access = app.view_functions["home.my_day"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "home.my_day", fail)
    assert "Iemand anders was je voor" in client_as(world.worker).get("/mijn-dag").text


def _elsewhere(script: str, **env: str) -> list[list[object]]:
    """Run a script against an application with other settings, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: list[list[object]] = json.loads(done.stdout)
    return found


ASK = """
import json
from portal.app import create_app
app = create_app()
app.config["WTF_CSRF_ENABLED"] = False
browser = app.test_client()
answers = [browser.{call} for _ in range({times})]
print(json.dumps([[a.status_code, a.text] for a in answers]))
"""


def test_a_database_that_is_down_gives_503_without_needing_it_for_the_page(app: Flask) -> None:
    dead = "postgresql+psycopg://app_web:x@127.0.0.1:9/none"
    script = ASK.format(call='post("/inloggen", data={"login": "samira", "password": "geheim"})', times=1)
    ((status, text),) = _elsewhere(script, DATABASE_URL=dead)
    assert status == 503
    _page(str(text))
    ((status, text),) = _elsewhere(ASK.format(call='get("/health")', times=1), DATABASE_URL=dead)
    assert status == 503
    assert json.loads(str(text))["database"] is False


def test_a_broker_that_is_down_does_not_take_the_web_down(app: Flask) -> None:
    dead = "redis://127.0.0.1:9/0"
    ((status, _),) = _elsewhere(ASK.format(call='get("/inloggen")', times=1), BROKER_URL=dead)
    assert status == 200
    ((status, text),) = _elsewhere(ASK.format(call='get("/health")', times=1), BROKER_URL=dead)
    assert (status, json.loads(str(text))["status"]) == (200, "degraded")
    ((status, _),) = _elsewhere(ASK.format(call='post("/taal", data={"language": "en"})', times=1), BROKER_URL=dead)
    assert status == 303


def test_too_many_requests_give_429(app: Flask) -> None:
    script = ASK.format(call='post("/taal", data={"language": "en"})', times=4)
    answers = _elsewhere(script, RATE_LIMIT_PER_MINUTE="2", BROKER_URL="redis://127.0.0.1:9/0")
    assert [status for status, _ in answers][-1] == 429
    _page(str(answers[-1][1]))


def test_a_visitor_does_not_choose_the_number_of_a_request(client: FlaskClient) -> None:
    answer = client.get("/inloggen", headers={"X-Request-ID": "aaaaaaaa-bbbb"})
    assert answer.headers["X-Request-ID"] != "aaaaaaaa-bbbb"


def test_a_proxy_of_ours_does(app: Flask) -> None:
    call = 'get("/inloggen", headers={"X-Request-ID": "aaaaaaaa-bbbb"})'
    script = ASK.format(call=call, times=1).replace("a.text]", 'a.headers["X-Request-ID"]]')
    ((status, number),) = _elsewhere(script, TRUSTED_PROXIES="1")
    assert (status, number) == (200, "aaaaaaaa-bbbb")
