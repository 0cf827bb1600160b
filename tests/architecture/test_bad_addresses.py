"""Every address with what nobody should ask: an answer, a real page, and nothing broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from portal.core import clock, db
from tests.architecture.asking import ATTACKS, HEADER, LONG, MARKUP, SQL, Portal, check, in_turn
from tests.conftest import empty, signed_in
from tests.factories import World
from tests.factories.filled import Filled

QUERY_NAMES = (
    "after", "before", "na", "toon", "status", "worker", "area", "contact", "sort", "stadsdeel", "messenger", "wacht",
    "periode", "van", "tot", "team", "role", "state", "handeling", "wie", "geweigerd", "toestand", "regel", "ontvanger",
)  # fmt: skip
CURSORS = ("", "x", "%00", "W10", "WyIxIl0", "WyJ4IiwgIngiXQ", "W251bGxd", "eyJhIjoxfQ", LONG, "é", "../..", "-1")


@pytest.fixture(scope="module")
def portal(flask_app: Flask, admin_engine: Engine) -> Iterator[Portal]:
    """One for all: who looks changes nothing."""
    with db.unit_of_work():
        clock.synchronise(db.session())
    world = World.build()
    yield Portal.build(flask_app, world, Filled.build(world), partial(signed_in, flask_app))
    db.session.remove()
    empty(admin_engine)


def test_every_page_with_a_strange_address(portal: Portal, untouched: None) -> None:
    queries: dict[str, Any] = {
        kind: [(name, ATTACKS[kind]) for name in QUERY_NAMES] for kind in ("injection", "control", "strange", "number")
    }
    queries["many of each"] = [(name, value) for name in QUERY_NAMES for value in ("", "1", SQL)]
    queries["broken"] = f"%ff=%fe&a[]=1&&==&{LONG}"
    for (_rule, url, who), chosen in zip(portal.gets(), in_turn(queries, 2), strict=False):
        for kind in chosen:
            check(portal.browser(who).get(url, query_string=queries[kind]), f"{who} GET {url}: {kind}")


def test_no_question_says_where_the_links_of_a_page_lead(portal: Portal) -> None:
    asked = {"self": "1", "endpoint": "x", "_method": "FOO", "_scheme": "javascript", "_external": "1"}
    for _rule, url, who in portal.gets():
        answer = portal.browser(who).get(url, query_string=asked)
        check(answer, f"{who} GET {url}")
        assert not LED.search(answer.text if answer.mimetype == "text/html" else ""), f"{who} GET {url}"


LED = re.compile(r'href="(javascript:|https?://localhost[/"])')


def test_every_list_with_a_strange_cursor(portal: Portal) -> None:
    lists = {
        "/jongeren": ("worker", "after", "before"), "/meldingen": ("worker", "na"), "/trajecten": ("worker", "na"),
        "/inzages": ("worker", "na"), "/inzages/alle": ("privacy_officer", "na"),
        "/herinneringen": ("administrator", "na"), "/mensen": ("administrator", "after"),
        f"/jongeren/{portal.filled.own.ids['person_id']}/tijdlijn": ("worker", "after"),
    }  # fmt: skip
    for url, (who, *names) in lists.items():
        for name in names:
            for cursor in CURSORS:
                answer = portal.browser(who).get(url, query_string={name: cursor})
                check(answer, f"{url} {name}={cursor[:20]}")
                assert answer.status_code in (200, 404, 422), f"{url} {name}={cursor[:20]}: {answer.status_code}"


PATHS = (
    "/jongeren/' OR 1=1", "/jongeren/../mensen", "/jongeren/%00", "/%2e%2e/%2e%2e/etc/passwd", "/jongeren//nieuw",
    "/jongeren/" + "9" * 5000, "/static/../wsgi.py", "/static/vendor/../../core/log.py", "/jongeren/%ff",
    "/nieuw-wachtwoord/%00", "/uitnodiging/<script>alert(1)</script>", "/.git/config", "/jongeren/\u202e",
    "/JONGEREN", "/jongeren/", "/contacten/nieuw?jongere=%00", "/contacten/nieuw?opvolging=x",
)  # fmt: skip


def test_addresses_that_are_none(portal: Portal) -> None:
    for path in PATHS:
        for who in ("worker", "nobody"):
            answer = portal.browser(who).get(path)
            check(answer, f"{who} {path}")
            assert answer.status_code in (303, 308, 404), f"{who} {path}: {answer.status_code}"


def test_two_slashes_do_not_lead_to_another_host(portal: Portal) -> None:
    for path in ("//elders.example", "//elders.example/%2f..", "/\\\\elders.example"):
        answer = portal.browser("worker").get("/", environ_overrides={"PATH_INFO": path})
        check(answer, path)
        assert answer.status_code in (308, 404), path


def test_strange_headers(portal: Portal) -> None:
    worker = portal.browser("worker")
    for headers in (
        {"X-Request-ID": MARKUP}, {"X-Request-ID": "a" * 10_000}, {"Accept-Language": LONG}, {"HX-Request": "true"},
        {"Cookie": "weg=x.y.z"}, {"User-Agent": LONG}, {"Host": "elders.example"}, {"X-Forwarded-For": SQL},
        {"Content-Length": "-1"}, {"X-HTTP-Method-Override": "DELETE"}, {"Range": "bytes=0-1,2-3"},
    ):  # fmt: skip
        check(worker.get("/mijn-dag", headers=headers), json.dumps(headers)[:60])
        check(worker.get("/bestaat-niet", headers=headers), json.dumps(headers)[:60])


def test_the_way_back_is_always_a_page_of_our_own(portal: Portal) -> None:
    for back in ("https://elders.example", "//elders.example", "/\\elders.example", HEADER, "javascript:x"):
        for url in ("/taal", "/kleuren"):
            answer = portal.browser("worker").post(url, data={"language": "nl", "theme": "dark", "back": back})
            assert (answer.status_code, answer.location) == (303, "/"), back
