"""From planning to what became of it: a youth worker makes an appointment, moves it, and the contact closes it."""

from __future__ import annotations

import re

from icalendar import Calendar
from playwright.sync_api import expect

from tests.journeys.conftest import Axe, Site, Visitor

WORKER = "jongerenwerker"


def test_plan_move_and_close_with_a_contact(visitor: Visitor, site: Site, axe: Axe) -> None:
    page = visitor.open(WORKER, "phone")
    page.goto("/jongeren")
    page.locator("main a[href*='/jongeren/']").first.click()
    page.get_by_role("link", name="Afspraak maken").click()
    page.get_by_label("Waarover?").fill("Fiets ophalen")
    page.get_by_label("Hoe lang?").select_option("45")
    assert axe(page) == []
    page.get_by_role("button", name="Opslaan").click()
    if page.get_by_text("Op dit moment is er al een afspraak:").is_visible():
        page.get_by_text("Toch plannen, ook al is er al een afspraak", exact=True).click()
        page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(re.compile(r"/agenda/[0-9a-f-]{36}$"))
    expect(page.get_by_text("De afspraak staat in je agenda.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Verzetten").click()
    page.get_by_label("Wanneer?").fill("2027-02-02T15:00")
    page.get_by_role("button", name="Verzetten").click()
    expect(page.get_by_role("heading", name="1 keer verzet")).to_be_visible()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("De afspraak staat weer in de agenda.")).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Contact vastleggen").click()
    page.get_by_text("Gesproken", exact=True).click()
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url("**/mijn-dag*")
    page.goto(address)
    expect(page.locator("main").get_by_text("Geweest", exact=True)).to_be_visible()
    closed = (
        "SELECT count(*) FROM appointment WHERE what = 'Fiets ophalen' AND status = 'held' AND contact_id IS NOT NULL"
    )
    assert site.value(closed) == 1


def test_the_agenda_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open(WORKER)
    page.goto("/agenda?weergave=week")
    first = page.locator(".topbar__subtitle").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".topbar__subtitle")).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".topbar__subtitle")).to_have_text(first)
    page.keyboard.press("d")
    page.wait_for_url("**weergave=dag*")
    expect(page.locator(".hours")).to_be_visible()


def test_a_calendar_reads_the_secret_address(visitor: Visitor) -> None:
    page = visitor.open(WORKER)
    page.goto("/mijn-account")
    page.get_by_role("link", name="Geheime link maken of intrekken").click()
    page.get_by_role("button", name="Link maken").click()
    address = page.locator("code").inner_text()
    answer = page.context.request.get(address)
    events = Calendar.from_ical(answer.body()).walk("VEVENT")
    assert len(events) > 5
    assert {str(event["SUMMARY"]) for event in events} == {"Afspraak"}
    page.get_by_role("button", name="Link intrekken").click()
    expect(page.get_by_text("De link werkt niet meer.")).to_be_visible()
    assert page.context.request.get(address).status == 404
