"""A confidential report: told on a phone, answered by the integrity officer, read back."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DEMO_PASSWORD, Axe, Site, Visitor

STORY = "Op het plein vroeg iemand mij om een telefoonnummer."


def look(page: Page, axe: Axe) -> list[str]:
    """All rules, and the colours in the dark."""
    found = axe(page)
    page.emulate_media(color_scheme="dark")
    found += axe(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} is {wide} px too wide"] if wide > 0 else [])]


def test_a_report_goes_to_one_reader(visitor: Visitor, site: Site, axe: Axe) -> None:
    reporter = visitor.open("messenger", "phone")
    reporter.goto("/mijn-dag")
    reporter.locator("[data-menu] summary").first.click()
    reporter.get_by_role("link", name="Vertrouwelijk melden").click()
    found = look(reporter, axe)
    reporter.get_by_role("button", name="Melding versturen").click()
    expect(reporter.get_by_text("Controleer je antwoorden")).to_be_visible()
    found += look(reporter, axe)
    reporter.get_by_text("Iemand vroeg mij om gegevens").click()
    reporter.get_by_label("Vertel het in je eigen woorden").fill(STORY)
    reporter.get_by_text("Laat mijn naam niet zien").click()
    reporter.get_by_role("button", name="Melding versturen").click()
    expect(reporter.get_by_text("Je melding is verstuurd.")).to_be_visible()
    found += look(reporter, axe)

    def told(mail: dict[str, Any]) -> bool:
        return "integriteit@demo.example" in str(mail["to"])

    mail = site.wait_for_mail(told, 90)
    assert mail["subject"] == "Er is een melding"
    assert "plein" not in mail["text"]

    officer = visitor.open("integriteit")
    officer.goto("/integriteit")
    officer.wait_for_url("**/bevestigen")
    officer.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
    officer.get_by_role("button", name="Bevestigen").click()
    officer.wait_for_url("**/integriteit")
    found += look(officer, axe)
    officer.get_by_role("row", name="Nieuw").get_by_role("link").click()
    expect(officer.get_by_text(STORY)).to_be_visible()
    assert "Rodney" not in officer.locator("main").inner_text()
    officer.get_by_label("Tekst").fill("Wanneer was dit?")
    officer.get_by_text("Vraag aan de melder", exact=True).last.click()
    officer.get_by_role("button", name="Opslaan", exact=True).click()
    expect(officer.get_by_text("Wanneer was dit?")).to_be_visible()
    found += look(officer, axe)

    reporter.reload()
    expect(reporter.get_by_text("Wanneer was dit?")).to_be_visible()
    found += look(reporter, axe)
    assert not found, "\n".join(found)
