"""Help by keyboard and at first use, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Axe, Visitor


def test_the_keyboard_opens_pages_and_the_list_of_keys(visitor: Visitor, axe: Axe) -> None:
    page = visitor.open("jongerenwerker")
    page.goto("/mijn-dag")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Sneltoetsen")
    expect(listed).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("n")  # a dialog is open: nothing happens
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_url("**/jongeren")
    page.keyboard.press("/")
    page.keyboard.type("gn")
    assert page.locator("main input[type=search]").input_value() == "gn"  # typing is typing
    page.locator("main input[type=search]").blur()
    page.keyboard.press("n")
    page.wait_for_url("**/contacten/nieuw")


def test_without_shortcuts_keys_do_nothing(visitor: Visitor) -> None:
    page = visitor.open("analist")
    page.goto("/hulp")
    page.get_by_role("button", name="Sneltoetsen uitzetten").click()
    expect(page.get_by_text("De sneltoetsen staan uit.").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Sneltoetsen aanzetten").click()
    expect(page.get_by_text("De sneltoetsen staan aan.").first).to_be_visible()


def test_a_tip_is_put_away_with_one_tap(visitor: Visitor) -> None:
    page = visitor.open("manager", "phone")
    page.goto("/caseload")
    tip = page.get_by_role("complementary", name="Tip")
    tip.get_by_role("button", name="Begrepen").tap()
    page.wait_for_url("**/caseload")
    expect(tip).to_have_count(0)
