"""A Tuesday of the youth worker: an ill colleague, the square, a promise, three boys of twelve, a correction."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Axe, Site, Visitor

WORKER = "jongerenwerker"
#: The next appointment of a colleague for whom our worker stands in.
STOOD_IN = """
    SELECT a.id, to_char(a.starts_at AT TIME ZONE 'Europe/Amsterdam', 'YYYY-MM-DD') AS day
    FROM appointment a JOIN absence b ON b.user_id = a.owner_id AND b.starts_at <= app_now() AND b.ends_at > a.starts_at
    JOIN app_user u ON u.id = b.replacement_id
    WHERE u.login = 'jongerenwerker' AND a.status = 'planned' AND a.starts_at > app_now() ORDER BY a.starts_at LIMIT 1
"""
CONTACTS = "SELECT count(*) FROM contact"
LATEST = "SELECT {column} FROM contact ORDER BY created_at DESC LIMIT 1"
#: An own contact of last week: too old to change, not too old to correct.
OLDER = """
    SELECT c.id FROM contact c JOIN app_user u ON u.id = c.worker_id WHERE u.login = 'jongerenwerker'
        AND c.occurred_at BETWEEN app_now() - interval '20 days' AND app_now() - interval '8 days' LIMIT 1
"""


def recent(page: Page) -> Locator:
    return page.get_by_role("group", name="Kort geleden gekozen").get_by_role("button")


def save(page: Page) -> None:
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/mijn-dag*")
    expect(page.get_by_text("Contact opgeslagen")).to_be_visible()


def test_a_tuesday_on_the_square(visitor: Visitor, site: Site, axe: Axe) -> None:
    page = visitor.open(WORKER, "phone")

    # In the morning: what an ill colleague had to do has arrived, her appointments included.
    page.goto("/mijn-dag")
    drafts = page.locator("#concepten").get_by_role("link").count()
    expect(page.get_by_role("heading", name=re.compile("^Waarneming voor "))).to_be_visible()
    appointment, day = site.value(f"SELECT id FROM ({STOOD_IN}) AS a"), site.value(f"SELECT day FROM ({STOOD_IN}) AS a")
    assert appointment
    page.goto(f"/agenda?weergave=dag&dag={day}")
    page.locator(f"a[href*='{appointment}']").first.tap()
    page.get_by_role("link", name="Contact vastleggen").first.tap()
    page.get_by_text("Gesproken", exact=True).tap()
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url(re.compile(r"/(agenda|mijn-dag)"))
    assert site.value("SELECT status FROM appointment WHERE id = :id", id=appointment) == "held"

    # On the square: somebody asks for something, and hears tomorrow what came of it.
    page.goto("/contacten/nieuw")
    recent(page).first.tap()
    page.get_by_text("Gesproken", exact=True).tap()
    page.get_by_text("Morgen").first.tap()
    page.get_by_text("Belofte", exact=True).tap()
    page.get_by_label(re.compile("Waarover is het vervolg")).fill("Een fietslamp meenemen")
    save(page)
    open_promise = "SELECT status FROM follow_up WHERE what = 'Een fietslamp meenemen' AND kind = 'promise'"
    assert site.value(open_promise) == "open"

    # Three boys of a group of twelve: one contact, three names, nine without.
    before = site.value(CONTACTS)
    page.goto("/contacten/nieuw")
    for place in range(3):
        recent(page).nth(place).tap()
    page.get_by_text("Kort gesproken", exact=True).tap()
    page.get_by_label("Met hoeveel waren ze?").fill("12")
    save(page)
    assert site.value(CONTACTS) == before + 1
    assert site.value(LATEST.format(column="headcount")) == 12
    named = "SELECT count(*) FROM contact_participant WHERE contact_id = :id"
    assert site.value(named, id=site.value(LATEST.format(column="id"))) == 3

    # Back inside: something of last week was wrong; both versions stay.
    older = site.value(OLDER)
    page.goto(f"/contacten/{older}")
    page.get_by_role("link", name="Corrigeren").first.tap()
    page.get_by_label("Waar?").fill("Bij de sporthal")
    page.get_by_label(re.compile("Waarom corrigeer je dit")).fill("Ik had de verkeerde plek gekozen.")
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url(f"**/contacten/{older}*")
    expect(page.get_by_text("Bij de sporthal").first).to_be_visible()
    assert axe(page) == []

    # At the end of the day nothing is left half.
    page.goto("/mijn-dag")
    expect(page.locator("#concepten").get_by_role("link")).to_have_count(drafts)
    assert axe(page) == []
