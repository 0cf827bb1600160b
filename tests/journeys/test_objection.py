"""A young person who does not belong in view objects, is right, and is stripped (domain §7, story 5)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Visitor

MINE = (
    "SELECT v.{} FROM youth_in_view v JOIN person_assignment a ON a.person_id = v.person_id AND a.until IS NULL"
    " WHERE v.status = 'active' AND a.user_id = (SELECT id FROM app_user WHERE login = 'jongerenwerker')"
    " AND v.decided_by = (SELECT id FROM app_user WHERE login = 'regisseur') ORDER BY v.id LIMIT 1"
)
WORDS = "Ik was alleen op bezoek bij mijn oom. Ik hoor hier niet bij."


def read_aloud(page: Page) -> None:
    """The worker shows the young person why, and where to object."""
    page.get_by_role("link", name="Uitleg voor jongere en ouder").click()
    for question in ("Waarom jij?", "Wie besloot dit?", "Wie ziet dit?", "Ben je het er niet mee eens?"):
        expect(page.get_by_role("heading", name=question)).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Do you disagree?")).to_be_visible()


def tell(director: Page, site: Site, number: str, name: str) -> None:
    """The letter that it is over waits on the day of the director, by its number alone."""
    director.goto("/mijn-dag")
    director.get_by_role("link", name=re.compile(rf"{number}.*De brief moet nog weg", re.DOTALL)).click()
    expect(director.get_by_text(name)).to_have_count(0)
    letter = director.get_by_role("link", name="Brief als PDF").first
    assert director.request.get(f"{site.url}{letter.get_attribute('href')}").body().startswith(b"%PDF")
    for _side in range(director.get_by_role("link", name="Brief is weg").count()):
        director.get_by_role("link", name="Brief is weg").first.click()
        director.locator("label", has_text="Met de post").click()
        director.get_by_role("button", name="Opslaan").click()
        expect(director.get_by_text("Opgeslagen: de brief is weg.")).to_be_visible()


def test_a_young_person_objects_and_is_stripped(visitor: Visitor, site: Site) -> None:
    view_id, number, person_id = (site.value(MINE.format(column)) for column in ("id", "number", "person_id"))
    name = site.value("SELECT given_name FROM person WHERE id = :id", id=person_id)
    counted = site.value("SELECT count(*) FROM youth_in_view")
    worker = visitor.open("jongerenwerker", "phone")
    worker.goto(f"/in-beeld/{view_id}")
    read_aloud(worker)
    worker.goto(f"/in-beeld/{view_id}")
    worker.get_by_role("link", name="Bezwaar vastleggen").click()
    worker.get_by_label("Wat zegt de jongere of ouder?").fill(WORDS)
    worker.get_by_role("button", name="Bezwaar vastleggen").click()
    worker.wait_for_url(f"**/in-beeld/{view_id}")

    director = visitor.open("regisseur")
    director.goto(f"/in-beeld/{view_id}")
    director.get_by_role("link", name="Bezwaar is gegrond").click()
    director.get_by_label("Waarom?").fill("Er is niets gezien.")
    director.get_by_role("button", name="Bezwaar is gegrond").click()
    expect(director.get_by_text(re.compile("Een ander beslist over het bezwaar")).first).to_be_visible()

    officer = visitor.open("privacy")
    officer.goto("/mijn-dag")
    officer.get_by_role("link", name=re.compile(str(number))).click()
    expect(officer.get_by_text(WORDS)).to_be_visible()
    expect(officer.get_by_text(str(name), exact=True)).to_have_count(0)
    officer.get_by_role("link", name="Bezwaar is gegrond").click()
    officer.get_by_label("Waarom?").fill("Op bezoek zijn is geen grond.")
    officer.get_by_role("button", name="Bezwaar is gegrond").click()
    officer.wait_for_url("**/in-beeld")

    left = "SELECT concat_ws('|', person_id, concern, facts, end_reason) FROM youth_in_view WHERE id = :id"
    assert site.value(left, id=view_id) == "||objection_upheld"
    assert site.value("SELECT count(*) FROM youth_in_view") == counted  # the count stays
    assert site.value("SELECT count(*) FROM in_view_step WHERE view_id = :id AND note <> ''", id=view_id) == 0
    worker.goto(f"/in-beeld/{view_id}")
    expect(worker.get_by_role("heading", level=1)).not_to_have_text(str(number))
    tell(director, site, str(number), str(name))
    director.goto(f"/in-beeld/{view_id}")
    expect(director.get_by_role("heading", level=1)).not_to_have_text(str(number))
