"""A Tuesday of the coordinator: about nine requests, about four free places, and a messenger who is replaced."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Axe, Site, Visitor

REQUESTS = "SELECT count(*) FROM trajectory WHERE status IN ('requested', 'matching')"
FREE = """
    SELECT sum(m.max_individual - (SELECT count(*) FROM trajectory t WHERE t.messenger_id = m.id
        AND t.status IN ('match_proposed', 'ready', 'active', 'paused', 'ending')))
    FROM credible_messenger m WHERE m.status = 'active'
"""
STATUS = "SELECT status FROM trajectory WHERE number = :number"
ROOM = """
    SELECT m.display_name FROM credible_messenger m WHERE m.status = 'active'
        AND m.id <> (SELECT messenger_id FROM trajectory WHERE number = :number) AND m.max_individual >
        (SELECT count(*) FROM trajectory t WHERE t.messenger_id = m.id
            AND t.status IN ('match_proposed', 'ready', 'active', 'paused', 'ending'))
    ORDER BY m.sort_key LIMIT 1
"""


def column(page: Page, key: str) -> Locator:
    return page.locator(f"[data-column={key}]")


def first_number(page: Page, key: str) -> str:
    text = column(page, key).locator("[data-card]").first.inner_text()
    found = re.search(r"TRJ-\d{4}-\d{5}", text)
    assert found is not None
    return found.group()


def card(page: Page, number: str) -> Locator:
    return page.locator("[data-card]", has_text=number)


def ready(page: Page) -> None:
    """The script of the board has started."""
    expect(page.locator("[data-board][data-ready]")).to_be_attached()


def test_a_tuesday_at_the_board(visitor: Visitor, site: Site, axe: Axe) -> None:
    requests, free = site.value(REQUESTS), int(site.value(FREE))
    assert 7 <= requests <= 14
    assert 3 <= free <= 8
    page = visitor.open("coordinator")

    # The day begins with what is new, in groups, and one way to the board.
    page.goto("/mijn-dag")
    expect(page.get_by_role("heading", name="Nieuwe aanvragen")).to_be_visible()
    page.goto("/trajecten")
    expect(page.locator("header, main").get_by_text(f"{free} vrije plaats").first).to_be_visible()

    # One request is picked up by keyboard only.
    by_keys = first_number(page, "requested")
    handle = card(page, by_keys).locator("summary")
    ready(page)
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-board-says]")).to_contain_text("Naar Koppelen")
    page.keyboard.press("Escape")
    expect(page.locator("[data-board-says]")).to_contain_text("Niet verplaatst")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(column(page, "matching")).to_contain_text(by_keys)
    assert site.value(STATUS, number=by_keys) == "matching"

    # One is dragged, and taken back.
    page.goto("/trajecten")  # from the top, so that nothing scrolls under the hand
    by_mouse = first_number(page, "requested")
    ready(page)
    card(page, by_mouse).hover(position={"x": 20, "y": 8})
    page.mouse.down()
    target = column(page, "matching").locator("h2")
    target.hover()
    expect(page.locator(".card.is-dragged")).to_be_attached()
    target.hover()  # the browser asks twice before it lets go
    page.mouse.up()
    expect(column(page, "matching")).to_contain_text(by_mouse)
    page.locator(".undo", has_text=by_mouse).get_by_role("button").click()
    expect(page.get_by_text("Teruggedraaid")).to_be_visible()
    expect(column(page, "requested")).to_contain_text(by_mouse)
    assert site.value(STATUS, number=by_mouse) == "requested"

    # A messenger for the first request, the best one of the list with its reasons; the place is promised at once.
    card(page, by_keys).get_by_role("link", name="Voorstellen").click()
    suggestion = page.locator(".suggestions li").first
    expect(suggestion).to_contain_text("plaatsen vrij")
    suggestion.get_by_role("link", name="Kies").click()
    page.get_by_label("Waarom past deze messenger?").fill("Zelfde buurt, zelfde sport.")
    page.get_by_role("button", name="Voorstel doen").click()
    expect(column(page, "proposed")).to_contain_text(by_keys)
    assert int(site.value(FREE)) == free - 1

    # Somebody else stops: another messenger in one action, from the card.
    running = first_number(page, "active")
    card(page, running).locator("summary").click()
    card(page, running).get_by_role("link", name="Messenger vervangen").click()
    name = site.value(ROOM, number=running)
    page.get_by_label("Waarom een andere messenger?").fill("De messenger is langere tijd ziek.")
    page.get_by_role("combobox", name="Welke messenger?").fill(name)
    page.get_by_role("option", name=name).first.click()
    page.get_by_label("Waarom past deze messenger?").fill("Heeft plaats en kent de jongere van de sportschool.")
    page.get_by_role("button", name="Vervangen en voorstellen").click()
    expect(page.get_by_text("De messenger is vervangen")).to_be_visible()
    expect(card(page, running)).to_contain_text(name)
    assert site.value(STATUS, number=running) == "match_proposed"

    # A filter stays in the address, without anybody's name, and the board has no barriers.
    page.locator("select[name=stap]").select_option("active")
    page.get_by_role("button", name="Toepassen").click()
    page.wait_for_url("**stap=active**")
    assert column(page, "requested").locator("[data-card]").count() == 0
    card_in_view = column(page, "active").locator("[data-card]").first
    card_in_view.locator("summary").click()
    card_in_view.get_by_role("link", name="Pauzeren").click()
    page.get_by_role("button", name="Pauzeren").click()
    page.wait_for_url("**stap=active**")
    expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
    assert axe(page) == []
