"""Every address: who may call it, what it looks like, which headers it answers with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.core.ids import new_id
from portal.privacy import guard
from portal.privacy.permissions import Permission
from tests.architecture.safe import unsafe
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


@pytest.mark.parametrize("role", ROLES)
def test_a_record_that_is_not_there_is_no_crash_and_no_refusal(
    app: Flask, world: World, client_as: Callable[..., FlaskClient], role: str
) -> None:
    """For every role that may ask; what is refused, and to whom, is in test_access_matrix.py."""
    user = getattr(world, role)
    actor = world.actor(user)
    browser = client_as(user)
    for rule, method, url in calls(app):
        access = guard.access_of(app, rule.endpoint)
        if access == "public" or not rule.arguments:
            continue
        assert isinstance(access, Permission)
        if actor.can(access):
            answer = browser.open(url, method=method)
            assert answer.status_code != 403 or "noodzakelijk" in answer.text, f"{role} {method} {url}"
            assert answer.status_code < 500, f"{role} {method} {url}: {answer.status_code}"


def test_an_address_that_is_none_has_the_headers_of_a_page(client: FlaskClient) -> None:
    """And so has every address that is one: see test_access_matrix.py."""
    for path, method, status in (("/bestaat-niet", "GET", 404), ("/inloggen", "DELETE", 405)):
        answer = client.open(path, method=method)
        assert answer.status_code == status
        assert unsafe(answer) == []
