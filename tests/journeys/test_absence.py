"""An ill colleague: the director says so in two taps, the replacement finds the work, and everything returns."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor


def _rows_of_colleague(page: Page) -> list[str]:
    section = page.locator("section").filter(has=page.get_by_role("heading", name=re.compile("^Waarneming voor ")))
    expect(section.first).to_be_visible()
    return [str(link.get_attribute("href")) for link in section.first.locator("a[href*=opvolging]").all()]


def test_the_work_of_an_ill_colleague_is_found_and_recorded_from_its_row(visitor: Visitor) -> None:
    page = visitor.open("jongerenwerker", "phone")
    page.goto("/mijn-dag")
    addresses = _rows_of_colleague(page)
    assert addresses
    page.goto(addresses[0])
    expect(page.get_by_role("button", name="Opslaan")).to_be_visible()


def test_a_colleague_is_reported_in_two_taps_and_back_again_in_one(visitor: Visitor) -> None:
    page = visitor.open("regisseur", "phone")
    page.goto("/mensen")
    name = "Lotte Veldkamp"  # in the team, and nobody's replacement
    page.get_by_role("link", name=re.compile(f"^Afwezig melden.*{name}$")).tap()
    page.get_by_role("button", name="Opslaan").tap()
    expect(page.get_by_text("Je collega is afwezig gemeld.")).to_be_visible()
    away = page.locator("li").filter(has_text=name).filter(has_text="Nu, tot en met")
    expect(away).to_be_visible()
    away.get_by_role("button", name="Weer aanwezig").tap()
    expect(page.get_by_text("De afwezigheid is beëindigd.")).to_be_visible()
    expect(page.locator("li").filter(has_text=name).filter(has_text="Nu, tot en met")).to_have_count(0)


def test_a_proposal_is_answered_with_no_and_stays_where_it_was(visitor: Visitor) -> None:
    page = visitor.open("jongerenwerker", "phone")
    page.goto("/mijn-dag")
    page.get_by_role("link", name=re.compile("overnemen?")).first.tap()
    expect(page.get_by_text("De naam zie je pas als je ja zegt.")).to_be_visible()
    page.get_by_label("Waarom niet?").fill("Mijn week is vol.")
    page.get_by_role("button", name="Nee, nu niet").tap()
    expect(page.get_by_text("Niet overgenomen")).to_be_visible()
    expect(page.get_by_role("button", name="Ja, ik neem over")).to_have_count(0)
