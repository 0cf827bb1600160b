"""Layouts, macros and fields in a real browser, on the style guide: no portal and no database needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from dev.styleguide import create_app
from tests.journeys.conftest import SIZES

PAGES = [
    "/",
    "/dag",
    "/leeg",
    "/vol",
    "/caseload",
    "/bord",
    "/jongere",
    "/contact",
    "/inloggen",
    "/afdruk",
    "/fout/404",
    "/fout/500",
]
Axe = Callable[[Page], list[str]]
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    """The style guide on a free port of loopback."""
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened(browser: Browser, guide: str) -> Iterator[Opener]:
    """Opens pages; a script error or a CSP violation fails the test."""
    contexts, complaints = [], []

    def open_page(path: str, device: str = "desktop", **options: Any) -> Page:
        width, height = SIZES[device]
        settings = {"viewport": {"width": width, "height": height}, "has_touch": device == "phone", "locale": "nl-NL"}
        context = browser.new_context(base_url=guide, **{**settings, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def chosen(page: Page, field: str) -> list[str]:
    """Values of the chosen options of a select."""
    values: list[str] = page.evaluate("id => [...document.getElementById(id).selectedOptions].map(o => o.value)", field)
    return values


def focused(page: Page) -> str:
    """Id of the element with the focus."""
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize(("device", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_no_page_has_an_accessibility_violation(opened: Opener, axe: Axe, device: str, scheme: str) -> None:
    page = opened(PAGES[0], device, color_scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(path)
        found += axe(page)
    assert found == []


@pytest.mark.parametrize("device", SIZES)
def test_no_state_has_an_accessibility_violation(opened: Opener, axe: Axe, device: str) -> None:
    page = opened("/dag", device)
    page.locator(".menu summary").click()
    found = axe(page)
    page.goto("/bord")
    page.get_by_role("button", name="Koppel").first.click()
    found += axe(page)
    page.goto("/caseload")
    page.get_by_text("Zo tellen wij").first.click()
    found += axe(page)
    page.goto("/contact")
    page.get_by_role("combobox").fill("y")
    found += axe(page)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert found + axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_at_320_pixels_nothing_scrolls_sideways(opened: Opener, path: str) -> None:
    page = opened(path, viewport={"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_required_part_of_the_contact_form_fits_on_a_phone(opened: Opener) -> None:
    page = opened("/contact", "phone")
    last = page.locator("label", has_text="Andere dag").bounding_box()
    bar = page.locator(".savebar").bounding_box()
    assert last
    assert bar
    assert last["y"] + last["height"] <= bar["y"]


def test_every_target_of_the_contact_form_is_44_pixels(opened: Opener) -> None:
    page = opened("/contact", "phone")
    page.locator("label", has_text="Andere dag").click()
    targets = page.locator(
        "main :is(a, button, .choice__label, .combobox__box, .ams-text-input, .ams-date-input):visible"
    )
    boxes = [(target.inner_text(), target.bounding_box()) for target in targets.all()]
    assert len(boxes) > 20
    assert [(name, box) for name, box in boxes if not box or box["height"] < 44 or box["width"] < 44] == []


def test_the_combobox_finds_without_diacritics_and_works_by_keyboard(opened: Opener) -> None:
    page = opened("/contact")
    search = page.get_by_role("combobox", name="Met wie?")
    search.press_sequentially("oz")
    expect(page.get_by_role("option")).to_have_text(["Özgür Ş.J-4648 · Nieuw-West · 20 jaar"])
    search.press("Enter")
    search.press_sequentially("y")
    options = page.get_by_role("option")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    search.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert search.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    search.press("ArrowUp")
    search.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    search.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    assert chosen(page, "people") == ["p4"]
    search.press("Backspace")
    assert chosen(page, "people") == []


def test_a_recent_person_is_one_tap_and_another_tap_takes_it_back(opened: Opener) -> None:
    page = opened("/contact", "phone")
    chip = page.get_by_role("button", name="Milan K.", exact=True)
    chip.tap()
    assert (chosen(page, "people"), chip.get_attribute("aria-pressed")) == (["p1"], "true")
    page.get_by_role("button", name="Milan K. weghalen").tap()
    assert (chosen(page, "people"), chip.get_attribute("aria-pressed")) == ([], "false")


def test_a_single_combobox_keeps_one_choice(opened: Opener) -> None:
    page = opened("/")
    search = page.get_by_role("combobox", name="Rolmodel")
    for name in ("Noor", "Milan"):
        search.press_sequentially(name)
        search.press("Enter")
    assert chosen(page, "messenger") == ["p1"]


def test_a_search_on_the_server_sends_no_name_in_an_address(opened: Opener) -> None:
    page = opened("/")
    search = page.get_by_role("combobox", name="Wie leest mee?")
    with page.expect_request("**/zoek*") as asked:
        search.press_sequentially("noor")
    assert (asked.value.method, "noor" in asked.value.url) == ("POST", False)
    page.get_by_role("option", name="Noor S.").click()
    assert chosen(page, "readers") == ["p2"]


def test_a_combobox_that_finds_nothing_says_so(opened: Opener) -> None:
    page = opened("/contact")
    page.get_by_role("combobox").press_sequentially("zzz")
    expect(page.get_by_text("Niets gevonden").first).to_be_visible()
    page.get_by_role("combobox").press("Enter")
    assert chosen(page, "people") == []


@pytest.mark.parametrize("scripts", [True, False])
def test_another_day_asks_which_day(opened: Opener, scripts: bool) -> None:
    page = opened("/contact", java_script_enabled=scripts)
    day = page.get_by_label("Welke dag?")
    expect(day).to_be_hidden()
    page.locator("label", has_text="Andere dag").click()
    expect(day).to_be_visible()
    page.locator("label", has_text="Morgen").click()
    expect(day).to_be_hidden()


def test_a_contact_can_be_logged_without_scripts(opened: Opener) -> None:
    page = opened("/contact", "phone", java_script_enabled=False)
    page.get_by_label("Met wie?").first.select_option(["p1", "p2"])
    page.locator("label", has_text="Gesproken").click()
    page.locator("label", has_text="Over 1 week").click()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen.")).to_be_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(opened: Opener) -> None:
    page = opened("/contact")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Kies minstens één jongere.").click()
    assert focused(page) == "people-search"
    page.get_by_role("link", name="Kies een resultaat.").click()
    assert focused(page) == "result-0"


def test_a_second_tap_does_not_send_the_form_twice(opened: Opener) -> None:
    page = opened("/contact")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.evaluate("const f = document.querySelector('main form'); f.requestSubmit(); f.requestSubmit()")
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(posts) == 1


def test_a_dialog_opens_closes_by_escape_and_gives_the_focus_back(opened: Opener) -> None:
    page = opened("/bord")
    opener = page.get_by_role("button", name="Koppel").first
    opener.click()
    expect(page.get_by_role("dialog", name="Traject starten?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("button", name="Annuleren").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_menus_close_by_escape_and_by_a_click_elsewhere(opened: Opener) -> None:
    page = opened("/dag", "phone")
    more = page.locator(".tabbar__more")
    more.locator("summary").tap()
    expect(page.get_by_role("link", name="Caseload")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Caseload")).to_be_hidden()
    expect(more.locator("summary")).to_be_focused()
    more.locator("summary").tap()
    page.locator("h1").tap()
    expect(page.get_by_role("link", name="Caseload")).to_be_hidden()


def test_a_password_can_be_read_back(opened: Opener) -> None:
    page = opened("/inloggen")
    field = page.get_by_label("Wachtwoord", exact=True)
    field.fill("geheim")
    page.get_by_role("button", name="Wachtwoord tonen").click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value("geheim")


def test_the_counter_counts_down_and_tells_what_is_too_much(opened: Opener) -> None:
    page = opened("/contact")
    page.get_by_label("Notitie").fill("a" * 1490)
    expect(page.locator(".count")).to_have_text("Nog 10 tekens")
    page.get_by_label("Notitie").fill("a" * 1502)
    expect(page.locator(".count")).to_have_text("2 tekens te veel")


def test_the_chosen_colours_win_from_those_of_the_device(opened: Opener) -> None:
    page = opened("/dag", color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Donker").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_paper_shows_no_menus(opened: Opener) -> None:
    page = opened("/caseload")
    page.emulate_media(media="print")
    for hidden in (".rail", ".topbar__tools", ".filters", ".page-actions"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_role("heading", name="Caseload")).to_be_visible()


def test_more_rows_come_in_place_until_there_are_no_more(opened: Opener) -> None:
    page = opened("/jongere")
    expect(page.locator(".timeline__item")).to_have_count(3)
    address = page.url
    page.get_by_role("link", name="Meer laden").click()
    expect(page.locator(".timeline__item")).to_have_count(6)
    expect(page.get_by_role("link", name="Meer laden")).to_have_count(0)
    assert page.url == address


def test_without_scripts_more_rows_are_a_link(opened: Opener) -> None:
    page = opened("/jongere", java_script_enabled=False)
    page.get_by_role("link", name="Meer laden").click()
    assert page.url.endswith("deel=2")


def test_a_lost_connection_is_said_and_taken_back(browser: Browser, guide: str) -> None:
    page = browser.new_page(base_url=guide)
    page.goto("/jongere")
    page.route("**/jongere?deel=2", lambda route: route.abort())
    page.get_by_role("link", name="Meer laden").click()
    expect(page.get_by_text("Geen verbinding.")).to_be_visible()
    page.unroute("**/jongere?deel=2")
    page.get_by_role("link", name="Meer laden").click()
    expect(page.locator(".timeline__item")).to_have_count(6)
    expect(page.get_by_text("Geen verbinding.")).to_be_hidden()
    page.close()
