"""Every address: who may call it, what it looks like, which headers it answers with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.core.ids import new_id
from portal.privacy import guard
from portal.privacy.permissions import Permission
from tests.factories import World

#: What anybody may open, and why; a new public address must be added here on purpose.
PUBLIC = {
    "accounts.sign_in", "accounts.second_factor", "accounts.forgotten", "accounts.new_password", "accounts.sign_out",
    "accounts.sign_in_with_passkey", "accounts.sign_in_with_recovery",
    "accounts.set_language", "accounts.set_theme", "accounts.forgotten_sent", "accounts.accept",
    "drafts.save", "home.start", "health.health", "reminders.scheduler_health", "demo.next_day",
    "appointments.feed",
}  # fmt: skip
ROLES = (
    "worker", "director", "manager", "coordinator", "messenger", "trainer", "analyst",
    "privacy_officer", "administrator", "integrity_officer",
)  # fmt: skip
WORDS = re.compile(r"^(/|(/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|/<token>|/<[a-z]+(\([^)]*\))?:[a-z_]+>)+)$")


def rules(app: Flask) -> list[Rule]:
    """Every address of the portal."""
    return list(app.url_map.iter_rules())


def filled(app: Flask, rule: Rule) -> str:
    """The address with an unknown record's id or a wrong token."""
    values: dict[str, Any] = {
        name: new_id()
        if type(converter).__name__ == "UUIDConverter"
        else next(iter(getattr(converter, "items", ["x" * 43])))
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(_methods(rule)))))


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def calls(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every address × method."""
    for rule in rules(app):
        for method in sorted(_methods(rule)):
            yield rule, method, filled(app, rule)


def test_addresses_are_dutch_kebab_case_without_trailing_slash(app: Flask) -> None:
    for rule in rules(app):
        assert WORDS.match(rule.rule), rule.rule


def test_addresses_carry_nothing_but_opaque_ids(app: Flask) -> None:
    for rule in rules(app):
        for name, converter in rule._converters.items():
            kind = type(converter).__name__
            # A token is a secret that works once; a code or slug names a part of the portal, never a person.
            harmless = kind in {"UUIDConverter", "AnyConverter"} or name in {"token", "code", "slug"}
            assert harmless, f"{rule.rule}: {name} is {kind}"


def test_only_the_listed_addresses_are_public(app: Flask) -> None:
    public = {rule.endpoint for rule in rules(app) if guard.access_of(app, rule.endpoint) == "public"}
    assert public <= PUBLIC, public - PUBLIC


def test_nobody_gets_in_without_signing_in(app: Flask, client: FlaskClient) -> None:
    for rule, method, url in calls(app):
        if guard.access_of(app, rule.endpoint) == "public":
            continue
        answer = client.open(url, method=method)
        assert answer.status_code == 303, f"{method} {url}: {answer.status_code}"
        assert answer.headers["Location"].endswith("/inloggen"), url


@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_permission_is_refused_everywhere(
    app: Flask, world: World, client_as: Callable[..., FlaskClient], role: str
) -> None:
    user = getattr(world, role)
    actor = world.actor(user)
    browser = client_as(user)
    for rule, method, url in calls(app):
        access = guard.access_of(app, rule.endpoint)
        if access == "public":
            continue
        assert isinstance(access, Permission)
        if rule.endpoint in {"accounts.end_all_sessions", "accounts.sign_out"}:
            continue  # would sign this browser out
        answer = browser.open(url, method=method)
        if actor.can(access):
            assert answer.status_code != 403 or "noodzakelijk" in answer.text, f"{role} {method} {url}"
            assert answer.status_code < 500, f"{role} {method} {url}: {answer.status_code}"
        else:
            assert answer.status_code == 403, f"{role} {method} {url}: {answer.status_code}"


def _check_headers(answer: Any, url: str) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, url
    assert "unsafe" not in policy, url
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }.items():
        assert answer.headers[name] == value, f"{url}: {name}"
    assert answer.headers["Cache-Control"] == "no-store", url
    UUID(answer.headers["X-Request-ID"])


def test_every_answer_carries_the_security_headers(
    app: Flask, world: World, client_as: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    director = client_as(world.director)
    for _rule, method, url in calls(app):
        _check_headers(client.open(url, method=method), url)
        _check_headers(director.open(url, method=method), url)
    _check_headers(client.get("/bestaat-niet"), "404")
    _check_headers(client.open("/inloggen", method="DELETE"), "405")


def test_pages_hold_no_inline_script_style_or_foreign_address(
    app: Flask, world: World, client_as: Callable[..., FlaskClient]
) -> None:
    for role in ROLES:
        browser = client_as(getattr(world, role))
        for rule, method, url in calls(app):
            if method != "GET" or guard.access_of(app, rule.endpoint) == "public":
                continue
            page = browser.get(url)
            if not page.mimetype.startswith("text/html"):
                continue
            assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), url
            assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|hx-on|js:", page.text), url
            for address in re.findall(r'(?:src|href)="(https?:)?//([^"/]+)', page.text):
                assert address[1].startswith("localhost"), f"{url}: {address}"
