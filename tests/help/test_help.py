"""Help per role, hints until they are understood, and shortcuts that can be turned off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from portal.help import content, hints
from portal.navigation import KEYS, NAVIGATION
from portal.privacy.permissions import Role
from tests.architecture.test_routes import ROLES
from tests.factories import World

LINK = re.compile(r'class="more-link" href="([^"]+)"')


@pytest.mark.parametrize("who", ROLES)
def test_every_link_of_the_own_help_opens(world: World, client_as: Callable[..., FlaskClient], who: str) -> None:
    browser = client_as(getattr(world, who))
    page = browser.get("/hulp")
    assert page.status_code == 200
    links = LINK.findall(page.text)
    assert links
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_each_role_has_a_guide_of_its_own() -> None:
    assert [guide.role for guide in content.GUIDES] == list(Role)


def test_nobody_reads_the_guide_of_another_role(world: World, client_as: Callable[..., FlaskClient]) -> None:
    intros = {guide.role: str(escape(guide.intro)) for guide in content.GUIDES}
    page = client_as(world.worker).get("/hulp").text
    assert [role for role, intro in intros.items() if intro in page] == [Role.YOUTH_WORKER]


def test_a_hint_stays_until_it_is_put_away_and_comes_back_when_asked(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    browser = client_as(world.worker)
    hint = next(h for h in hints.HINTS if h.endpoint == "home.my_day")
    assert hint.text in browser.get("/mijn-dag").text
    answer = browser.post("/hulp/tip-begrepen", data={"code": hint.code, "back": "/mijn-dag"})
    assert (answer.status_code, answer.location) == (303, "/mijn-dag")
    assert hint.text not in browser.get("/mijn-dag").text
    assert hint.text in client_as(world.colleague).get("/mijn-dag").text
    browser.post("/hulp/tips")
    assert hint.text in browser.get("/mijn-dag").text


def test_an_unknown_hint_is_not_found(world: World, client_as: Callable[..., FlaskClient]) -> None:
    for code in ("", "nothing", "x" * 5000, "my_day\0"):
        assert client_as(world.worker).post("/hulp/tip-begrepen", data={"code": code}).status_code == 404


def test_a_hint_leads_back_to_a_page_of_our_own(world: World, client_as: Callable[..., FlaskClient]) -> None:
    data = {"code": "my_day", "back": "https://elders.example/"}
    assert client_as(world.worker).post("/hulp/tip-begrepen", data=data).location == "/mijn-dag"


def test_a_hint_is_for_who_can_do_what_it_says(world: World, client_as: Callable[..., FlaskClient]) -> None:
    hint = next(h for h in hints.HINTS if h.endpoint == "home.my_day")
    assert hint.text not in client_as(world.analyst).get("/mijn-dag").text


def test_every_hint_belongs_to_a_page(app: Flask) -> None:
    assert {hint.endpoint for hint in hints.HINTS} <= set(app.view_functions)
    assert len({hint.code for hint in hints.HINTS}) == len({hint.endpoint for hint in hints.HINTS}) == len(hints.HINTS)


def test_shortcuts_can_be_turned_off_and_on(world: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(world.worker)
    assert 'data-shortcut="g d"' in browser.get("/mijn-dag").text
    browser.post("/hulp/sneltoetsen", data={"on": "no"})
    assert "data-shortcut" not in browser.get("/mijn-dag").text
    assert "data-shortcut" in client_as(world.colleague).get("/mijn-dag").text
    browser.post("/hulp/sneltoetsen", data={"on": "yes"})
    assert 'data-shortcut="g d"' in browser.get("/mijn-dag").text


def test_every_entry_of_the_menu_has_a_key_of_its_own() -> None:
    assert set(KEYS) == {endpoint for _, endpoint, *_ in NAVIGATION}
    assert len(set(KEYS.values())) == len(KEYS)


@pytest.mark.parametrize(
    ("who", "tabs"),
    [
        ("worker", ["/mijn-dag", "/jongeren", "/contacten/nieuw", "/agenda"]),
        ("director", ["/mijn-dag", "/jongeren", "/signalen", "/agenda"]),
        ("coordinator", ["/mijn-dag", "/jongeren", "/trajecten", "/agenda"]),
        ("manager", ["/mijn-dag", "/caseload", "/caseloadgesprekken"]),
    ],
)
def test_a_phone_has_in_reach_what_waits_for_that_role(
    world: World, client_as: Callable[..., FlaskClient], who: str, tabs: list[str]
) -> None:
    page = client_as(getattr(world, who)).get("/mijn-dag").text
    bar = page[page.index('class="tabbar"') :]
    assert re.findall(r'class="tabbar__item[^"]*" href="([^"]+)"', bar) == tabs
