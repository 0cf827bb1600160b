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


ASK = """
import json
from wsgi import app
app.config["WTF_CSRF_ENABLED"] = False
browser = app.test_client()
answers = [{calls}]
print(json.dumps([[a.status_code, a.text, a.headers["X-Request-ID"]] for a in answers]))
"""


def _elsewhere(*calls: str, **env: str) -> list[tuple[int, str, str]]:
    """Ask an application with other settings, in a process of its own: status, text and number of each answer."""
    script = ASK.format(calls=", ".join(f"browser.{call}" for call in calls))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [(status, text, number) for status, text, number in json.loads(done.stdout)]


def test_a_database_that_is_down_gives_503_without_needing_it_for_the_page(app: Flask) -> None:
    (page, health) = _elsewhere(
        'post("/inloggen", data={"login": "samira", "password": "geheim"})',
        'get("/health")',
        DATABASE_URL="postgresql+psycopg://app_web:x@127.0.0.1:9/none",
    )
    assert page[0] == 503
    _page(page[1])
    assert health[0] == 503
    assert json.loads(health[1])["database"] is False


def test_a_broker_that_is_down_does_not_take_the_web_down(app: Flask) -> None:
    (page, health, form) = _elsewhere(
        'get("/inloggen")',
        'get("/health")',
        'post("/taal", data={"language": "en"})',
        BROKER_URL="redis://127.0.0.1:9/0",
    )
    assert page[0] == 200
    assert (health[0], json.loads(health[1])["status"]) == (200, "degraded")
    assert form[0] == 303


def test_too_many_requests_give_429(app: Flask) -> None:
    call = 'post("/taal", data={"language": "en"})'
    answers = _elsewhere(call, call, call, call, RATE_LIMIT_PER_MINUTE="2", BROKER_URL="redis://127.0.0.1:9/0")
    assert [status for status, *_ in answers][-1] == 429
    _page(answers[-1][1])


def test_a_visitor_does_not_choose_the_number_of_a_request(client: FlaskClient) -> None:
    answer = client.get("/inloggen", headers={"X-Request-ID": "aaaaaaaa-bbbb"})
    assert answer.headers["X-Request-ID"] != "aaaaaaaa-bbbb"


def test_a_proxy_of_ours_does(app: Flask) -> None:
    call = 'get("/inloggen", headers={"X-Request-ID": "aaaaaaaa-bbbb"})'
    ((status, _, number),) = _elsewhere(call, TRUSTED_PROXIES="1")
    assert (status, number) == (200, "aaaaaaaa-bbbb")
