"""The privacy officer's morning: a question about accesses, its answer, the seal, and the log as a file."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Axe, Site, Visitor


def test_from_a_question_to_its_outcome(visitor: Visitor, site: Site, axe: Axe) -> None:
    count = "SELECT count(*) FROM access_question WHERE kind = 'night' AND outcome IS NULL"
    before = site.value(count)
    page = visitor.open("privacy")
    page.goto("/inzages")
    page.get_by_role("link", name="Vragen").click()
    page.get_by_label("Wat valt op").select_option(label="In de nacht")
    page.get_by_role("button", name="Toepassen").click()
    page.locator("tbody").get_by_role("link", name="In de nacht").first.click()
    expect(page.get_by_text("Hoorde dat bij het werk?")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("P-")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Controleer je antwoorden")).to_be_visible()
    assert axe(page) == []
    page.get_by_text("Hoorde bij het werk").click()
    page.get_by_label("Toelichting").fill("Achterwacht na een melding")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("De uitkomst is opgeslagen.")).to_be_visible()
    assert site.value(count) == before - 1

    page.get_by_role("link", name="Zegel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zegel van het logboek")
    assert axe(page) == []

    page.get_by_role("link", name="Alle inzages").click()
    site.run("UPDATE user_session SET confirmed_at = app_now()")  # how to confirm is a journey of its own
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Bestand maken").click()
    first = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()[0]
    assert first.startswith("trace_id;span_id")
    page.locator("tbody").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie zag dit dossier")
    assert axe(page) == []


def test_a_director_asks_who_saw_a_dossier_and_a_worker_says_whom_they_know(visitor: Visitor, axe: Axe) -> None:
    page = visitor.open("regisseur")
    page.goto("/jongeren")
    page.locator("main tbody a, main .list a").first.click()
    page.goto(f"{page.url}/doel")  # of some young people the demo asks by itself, of others something waits
    assert axe(page) == []
    page.get_by_role("button", name="Begeleiding en kwaliteit").click()
    page.get_by_role("link", name="Wie zag dit dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie zag dit dossier")
    expect(page.get_by_role("table").first).to_be_visible()
    assert axe(page) == []

    page.get_by_role("link", name="Terug", exact=True).click()
    page.get_by_role("link", name="Ik ken deze jongere privé").click()
    page.get_by_role("button", name="Ja, ik ken deze jongere privé").click()
    expect(page.get_by_text("Je hebt gemeld dat je deze jongere privé kent.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie ik privé ken")
    assert axe(page) == []
    page.get_by_role("button", name="Geldt niet meer").click()
    expect(page.get_by_text("De melding is beëindigd.")).to_be_visible()
