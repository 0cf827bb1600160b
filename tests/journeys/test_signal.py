"""A worker's signal on a phone is judged, becomes a step for a worker, and comes back without content."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Site, Visitor

MOST_TAPS = 6  # beside the text (domain: as for a contact)


class Thumb:
    """Taps on a phone, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, where: Locator) -> None:
        """One tap."""
        where.tap()
        self.taps += 1


def test_a_signal_from_the_street_to_a_contact(visitor: Visitor, site: Site) -> None:
    worker = visitor.open("jongerenwerker", "phone")
    worker.goto("/mijn-dag")
    thumb = Thumb(worker)
    menu = worker.get_by_role("navigation", name="Snelmenu")
    thumb.tap(menu.locator("summary", has_text="Meer"))
    thumb.tap(menu.get_by_role("link", name="Signalen"))
    thumb.tap(worker.locator("main").get_by_role("link", name="Signaal doen"))
    thumb.tap(worker.locator(".combobox__recent button").first)
    thumb.tap(worker.locator("label.choice__label", has_text="Ronselen"))
    worker.get_by_label("Wat zag of hoorde je").fill("Iemand bood geld om een tas weg te brengen.")
    thumb.tap(worker.get_by_role("button", name="Signaal doen"))
    expect(worker.get_by_text("Je signaal is gedaan")).to_be_visible()
    assert thumb.taps <= MOST_TAPS
    path = worker.url.removeprefix(site.url)
    expect(worker.get_by_text("Iemand bood geld")).to_have_count(0)

    director = visitor.open("regisseur")
    director.goto("/mijn-dag")
    expect(director.get_by_role("heading", name="Signalen beoordelen")).to_be_visible()
    director.goto(path)
    expect(director.get_by_text("Iemand bood geld om een tas weg te brengen.")).to_be_visible()
    director.get_by_role("button", name="Oppakken").click()
    director.get_by_role("link", name="Besluiten").click()
    director.get_by_label("Wat is het beste voor de jongere?").fill("Rust, en iemand die blijft komen.")
    director.locator("label", has_text="Eenmalig contact").click()
    director.get_by_label("Wie van de begeleiders?").select_option(index=1)
    director.get_by_label("Uiterlijk op").fill(site.value("SELECT (app_now() + interval '2 days')::date::text"))
    director.get_by_label("Waarom?").fill("Hij kent deze begeleider en luistert naar hem.")
    director.get_by_role("button", name="Besluiten").click()
    expect(director.get_by_text("Opgeslagen: besloten.")).to_be_visible()
    director.get_by_role("link", name="Terugkoppelen").click()
    director.locator("label", has_text="We pakken het op").click()
    director.get_by_role("button", name="Terugkoppelen").click()
    director.get_by_role("link", name="Afsluiten").click()
    director.get_by_role("button", name="Afsluiten").click()
    expect(director.get_by_text("Opgeslagen: afgesloten.")).to_be_visible()

    worker.goto(path)
    expect(worker.get_by_text("We pakken het op")).to_be_visible()
    expect(worker.get_by_text("Hij kent deze begeleider")).to_have_count(0)
    number = worker.locator(".topbar__subtitle").inner_text().split()[0]
    assert site.value("SELECT count(*) FROM follow_up WHERE what = :number", number=number) == 1
