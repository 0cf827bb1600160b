"""A log line holds ids, names of code and counts: nothing that was typed, and nothing that opens a door."""

from __future__ import annotations

import ast
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from flask import Flask
from flask.testing import FlaskClient

from portal.core import log
from portal.core.errors import Invalid
from tests.factories import World

ROOT = Path(__file__).parents[2]
CANARY = "Kanarievogel"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def line(*, message: Any = "x", args: Any = (), error: Exception | None = None, **extra: Any) -> dict[str, Any]:
    """One record as it is written, and read back."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("elsewhere", logging.ERROR, "f.py", 1, message, args, info)
    record.__dict__ |= extra
    written = log.JsonFormatter().format(record)
    assert "\n" not in written
    found: dict[str, Any] = json.loads(written)
    return found


def raised() -> ValueError:
    """An exception with a person's name in it, and another one behind it."""
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as first:
            raise ValueError(f"no such name: {CANARY}") from first
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "given",
    [
        {"error": raised()},
        {"error": raised(), "message": "failed: %s", "args": (CANARY,)},
        {"error": raised(), "message": "failed: %(exc)s", "args": ({"exc": CANARY},)},
        {"message": "failed: %s", "args": (raised(),)},
        {"message": "failed: %(exc)r", "args": ({"exc": raised()},)},
        {"message": raised()},
        {"note": CANARY, "person": CANARY, "args": ()},
    ],
)
def test_no_exception_or_unknown_field_puts_words_in_the_log(given: dict[str, Any]) -> None:
    assert CANARY not in json.dumps(line(**given))


def test_an_exception_keeps_its_kind_and_place() -> None:
    written = line(error=raised(), message="failed")
    assert (written["message"], written["error"]) == ("failed", "ValueError")
    assert any(place.startswith("raised:") for place in written["trace"])


def test_ordinary_messages_are_filled_in() -> None:
    assert line(message="%s of %d", args=("one", 2))["message"] == "one of 2"
    assert line(message="%(a)s", args=({"a": 1},))["message"] == "1"
    assert line(message="100 %")["message"] == "100 %"


def test_one_message_is_one_line_whatever_is_in_it() -> None:
    assert line(message='a\n{"level": "INFO"}')["level"] == "ERROR"


def test_a_task_that_fails_says_which_but_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    """Celery puts the exception's text in the message itself."""
    celery = Celery("test", broker="memory://", set_as_current=False)

    @celery.task(name="tasks.test.fails")
    def fails() -> None:
        raise ValueError(CANARY)

    with written_lines(capsys) as read:
        fails.apply()
    lines = read()
    assert any(each.get("task") == "tasks.test.fails" and each["error"] == "ValueError" for each in lines), lines
    assert CANARY not in json.dumps(lines)


class written_lines:  # noqa: N801 (reads as a function)
    """Configure the logs as a process does, and give what was written to standard error."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.before = logging.getLogger().handlers[:]

    def __enter__(self) -> Callable[[], list[dict[str, Any]]]:
        self.capsys.readouterr()
        log.configure()
        return lambda: [json.loads(each) for each in self.capsys.readouterr().err.splitlines()]

    def __exit__(self, *_exc: object) -> None:
        logging.getLogger().handlers[:] = self.before


@pytest.mark.parametrize("error", [RuntimeError(CANARY), KeyError(CANARY), Invalid(name=CANARY)])
def test_a_page_that_fails_is_logged_without_what_the_error_says(
    app: Flask,
    world: World,
    client_as: Callable[..., FlaskClient],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail() -> None:
        raise error

    fail.access = app.view_functions["home.my_day"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "home.my_day", fail)
    browser = client_as(world.worker)
    with written_lines(capsys) as read:
        answer = browser.get(
            f"/mijn-dag?naam={CANARY}", headers={"Referer": f"http://x/{CANARY}", "User-Agent": CANARY}
        )
    written = json.dumps(read())
    assert '"endpoint": "home.my_day"' in written
    assert CANARY not in written
    assert CANARY not in answer.text.replace(f"?naam={CANARY}", "")  # the switch of language leads back


def test_an_address_with_a_secret_in_it_is_not_logged(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the commit itself fails, which Flask reports with the path."""

    def fail() -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("portal.core.web.db.commit", fail)
    with written_lines(capsys) as read:
        assert client.get("/wachtwoord-vergeten/verstuurd").status_code == 500
        client.get(f"/nieuw-wachtwoord/{CANARY}")
    assert CANARY not in json.dumps(read())


# --- our own calls ---------------------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the portal and its tasks, with its place."""
    for path in [*(ROOT / "portal").rglob("*.py"), *(ROOT / "tasks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"log", "logger", "logging"}
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_own_messages_are_fixed_texts_with_known_fields() -> None:
    found = list(calls())
    assert len(found) > 8
    for place, call in found:
        assert len(call.args) == 1, place
        assert isinstance(call.args[0], ast.Constant), f"{place}: a message is a fixed text"
        for keyword in call.keywords:
            assert keyword.arg in {"extra", "exc_info"}, place
            if keyword.arg == "extra":
                assert isinstance(keyword.value, ast.Dict), place
                names = {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
                assert names <= set(log.FIELDS), f"{place}: {names - set(log.FIELDS)}"


def test_nothing_is_printed() -> None:
    """Standard output of a worker becomes a log line. Commands answer through click."""
    for path in [*(ROOT / "portal").rglob("*.py"), *(ROOT / "tasks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            printed = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            assert not printed, f"{path.relative_to(ROOT)}: print"


def test_standard_error_is_where_the_lines_go(capsys: pytest.CaptureFixture[str]) -> None:
    with written_lines(capsys) as read:
        logging.getLogger("elsewhere").warning("x")
        assert logging.getLogger().handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
    assert [each["message"] for each in read()] == ["x"]
