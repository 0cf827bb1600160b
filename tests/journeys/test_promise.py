"""A promise on a phone: made in the street, told at the next meeting; and how few taps that takes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Site, Visitor

WORKER = "jongerenwerker"
CHOSEN_BY_THREE_KEYS = """() => {
  const fold = (text) => text.normalize('NFD').replace(/[^a-zA-Z]/g, '').slice(0, 3).toLowerCase();
  const options = [...document.querySelectorAll('select[name=people] option[value]')];
  const recent = [...document.querySelectorAll('[aria-label="Kort geleden gekozen"] button')].map((b) => b.innerText);
  const names = options.map((option) => option.dataset.label ?? option.text);
  return names.find((name) => fold(name).length === 3 && !recent.includes(name)
    && names.filter((other) => other.toLowerCase().includes(fold(name))).length === 1);
}"""


class Thumb:
    """Taps and keys, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys = page, 0, 0

    def tap(self, target: Locator) -> None:
        """One tap."""
        target.first.tap()
        self.taps += 1

    def type(self, text: str) -> None:
        """One key per letter, where the focus is."""
        self.page.keyboard.type(text)
        self.keys += len(text)


def test_a_searched_person_on_another_day_takes_six_taps_and_three_keys(visitor: Visitor, site: Site) -> None:
    page = visitor.open(WORKER, "phone")
    page.goto("/contacten/nieuw")
    name = page.evaluate(CHOSEN_BY_THREE_KEYS)
    assert name
    page.goto("/mijn-dag")
    thumb = Thumb(page)
    before = site.value("SELECT count(*) FROM contact")
    thumb.tap(page.get_by_role("link", name="Vastleggen", exact=True))
    thumb.tap(page.get_by_role("combobox", name="Met wie?"))
    thumb.type(name[:3])
    thumb.tap(page.get_by_role("option", name=name))
    thumb.tap(page.get_by_text("Gesproken", exact=True))
    thumb.tap(page.get_by_text("Over 2 weken"))
    thumb.tap(page.get_by_role("button", name="Opslaan"))
    page.wait_for_url("**/mijn-dag*")
    assert (thumb.taps, thumb.keys) == (6, 3)
    assert site.value("SELECT count(*) FROM contact") == before + 1


def test_a_promise_stays_until_it_was_told(visitor: Visitor, site: Site) -> None:
    page = visitor.open(WORKER, "phone")
    page.goto("/contacten/nieuw")
    page.get_by_role("group", name="Kort geleden gekozen").get_by_role("button").first.tap()
    page.get_by_text("Gesproken", exact=True).tap()
    page.get_by_text("Morgen").first.tap()
    page.get_by_text("Belofte", exact=True).tap()
    page.get_by_label(re.compile("Waarover is het vervolg")).fill("Een pluim regelen")
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/mijn-dag*")

    thumb = Thumb(page)
    row = page.get_by_role("link", name=re.compile("Belofte: Een pluim regelen"))
    thumb.tap(row)
    thumb.tap(page.get_by_text("Gesproken", exact=True))
    thumb.tap(page.get_by_text("Nagekomen", exact=True))
    thumb.tap(page.get_by_role("button", name="Opslaan"))
    page.wait_for_url("**/mijn-dag*")
    assert thumb.taps == 4
    expect(row).to_have_count(0)
    told = "SELECT outcome FROM follow_up WHERE what = 'Een pluim regelen' AND told_on = app_now()::date"
    assert site.value(told) == "kept"


def test_fields_of_another_kind_stay_out_of_the_way(visitor: Visitor) -> None:
    page = visitor.open(WORKER, "phone")
    page.goto("/contacten/nieuw")
    at, kinds = page.get_by_label(re.compile("Hoe laat is de afspraak")), page.get_by_text("Belofte", exact=True)
    expect(at).to_be_hidden()
    page.get_by_text("Afspraak", exact=True).tap()
    expect(at).to_be_visible()
    page.get_by_text("niets plannen").tap()
    expect(at).to_be_hidden()
    expect(kinds).to_be_hidden()


def test_a_call_is_logged_from_its_row_in_one_tap(visitor: Visitor, site: Site) -> None:
    page = visitor.open(WORKER, "phone")
    mine = "assignee_id = (SELECT id FROM app_user WHERE login = 'jongerenwerker')"
    due = "(SELECT id FROM follow_up WHERE status = 'open' AND kind = 'contact' AND due_on <= app_now()::date"
    site.run(f"UPDATE follow_up SET kind = 'call' WHERE id = {due} AND {mine} ORDER BY due_on LIMIT 1)")
    page.goto("/mijn-dag")
    before = site.value("SELECT count(*) FROM contact WHERE channel = 'phone' AND result = 'not_reached'")
    page.get_by_role("button", name="Niet bereikt").first.tap()
    expect(page.get_by_text("Niet bereikt. Je belt")).to_be_visible()
    after = site.value("SELECT count(*) FROM contact WHERE channel = 'phone' AND result = 'not_reached'")
    assert after == before + 1
