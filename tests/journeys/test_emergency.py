"""Emergency access: somebody from another team reads for a while, the director hears, the privacy officer judges."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DEMO_PASSWORD, Axe, Site, Visitor

WHY = "De school belde: hij is niet gekomen en neemt niet op."
FAR = """
    SELECT p.id FROM person p JOIN team t ON t.id = p.team_id
    WHERE t.name = 'Jongerenteam Noord' AND p.status = 'open' AND NOT EXISTS (
        SELECT FROM person_assignment a JOIN app_user u ON u.id = a.user_id
        WHERE a.person_id = p.id AND a.until IS NULL AND u.login = 'jongerenwerker')
    AND NOT EXISTS (SELECT FROM person_assignment a JOIN absence w ON w.user_id = a.user_id WHERE a.person_id = p.id)
    AND NOT EXISTS (SELECT FROM access_grant g WHERE g.person_id = p.id)
    ORDER BY p.id LIMIT 1
"""


def look(page: Page, axe: Axe) -> list[str]:
    """Both widths, and the colours in the dark."""
    found = axe(page)
    page.emulate_media(color_scheme="dark")
    found += axe(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} is {wide} px too wide"] if wide > 0 else [])]


def test_an_hour_with_somebody_elses_dossier(visitor: Visitor, site: Site, axe: Axe) -> None:
    person = site.value(FAR)
    names = site.value("SELECT given_name || ' ' || family_name FROM person WHERE id = :id", id=person)
    site.run("UPDATE user_session SET confirmed_at = NULL")
    worker = visitor.open("jongerenwerker", "phone")
    worker.goto(f"/jongeren/{person}")
    found = look(worker, axe)
    worker.get_by_role("link", name="Vraag noodtoegang").click()
    worker.wait_for_url("**/bevestigen")
    found += look(worker, axe)
    worker.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
    worker.get_by_role("button", name="Bevestigen").click()
    worker.wait_for_url("**/noodtoegang")
    found += look(worker, axe)
    worker.get_by_role("button", name="Dossier openen").click()
    expect(worker.get_by_text("Controleer je antwoorden")).to_be_visible()
    found += look(worker, axe)
    worker.get_by_text("Er is nu gevaar").click()
    worker.get_by_label("Wat is er aan de hand?").fill(WHY)
    worker.get_by_role("button", name="Dossier openen").click()
    worker.wait_for_url(f"**/jongeren/{person}")
    expect(worker.get_by_text("Noodtoegang tot")).to_be_visible()
    found += look(worker, axe)

    def told(mail: dict[str, Any]) -> bool:
        return "regisseur@demo.example" in str(mail["to"]) and "noodtoegang" in (mail["subject"] + mail["text"])

    mail = site.wait_for_mail(told, 90)
    assert not any(name in mail["subject"] + mail["text"] for name in names.split() if len(name) > 3)

    worker.get_by_role("button", name="Stop nu").click()
    expect(worker.get_by_text("De noodtoegang is gestopt.")).to_be_visible()
    worker.goto(f"/jongeren/{person}")
    expect(worker.get_by_role("heading", level=1)).to_have_text("Deze pagina is er niet")

    officer = visitor.open("privacy")
    officer.goto("/noodtoegangen")
    found += look(officer, axe)
    officer.get_by_role("row", name="Samira El Idrissi").first.get_by_role("link").click()
    expect(officer.get_by_text(WHY)).to_be_visible()
    found += look(officer, axe)
    officer.get_by_text("Terecht", exact=True).click()
    officer.get_by_label("Toelichting").fill("Gebeld met de school, het klopt.")
    officer.get_by_role("button", name="Oordeel opslaan").click()
    expect(officer.get_by_text("Je oordeel is opgeslagen.")).to_be_visible()
    assert not found, "\n".join(found)
