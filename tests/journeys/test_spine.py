"""From a worker's signal to a good ending: in view, a case between two levels in Noord, and out again (§7, story 2).

Every next page is found from the page somebody is on, or from "Mijn dag"; nobody types an address.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dev.environment import DEMO_PASSWORD
from tests.journeys.conftest import Axe, Site, Visitor

NAME, FAMILY = "Dilano", "Proefberg"
FACTS = "Twee keer deze week na elf uur op het plein met oudere jongens."
REASON = {
    "Wat is in het belang van deze jongere?": "Een vaste volwassene en een plek om te sporten.",
    "Wat is de zorg?": "Oudere jongens zoeken hem op en hij verzuimt sinds een maand.",
    "Wat is er gezien of gehoord?": FACTS,
    "Van wie komt dat?": "Jongerenwerk en school",
    "Wat moet dit opleveren?": "Weer naar school en een avond in de week sporten.",
    "Waarom is dit niet te veel?": "Gesprekken alleen helpen al twee maanden niet.",
    "Wat is eerst geprobeerd?": "Gesprekken op straat en met de mentor.",
}
VOICE = "Ik wil wel boksen. School vind ik te druk."
GAP = "Te veel voor het stadsdeel, te weinig voor de stedelijke aanpak."

LEFT = """
    SELECT concat_ws(' ', v.status, v.end_reason, c.status, c.level) FROM youth_in_view v
    JOIN youth_case c ON c.view_id = v.id JOIN person p ON p.id = v.person_id WHERE p.given_name = :name
"""


def day(site: Site, more: int = 0) -> str:
    return str(site.value("SELECT (app_now() AT TIME ZONE 'Europe/Amsterdam')::date + :more", more=more))


def press(page: Page, *names: str) -> None:
    """Buttons of a form, one page after another."""
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("form[data-sent]")).to_have_count(0)  # the page after it, or the same one again


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("radiogroup", name=question).locator("label", has_text=answer).first.click()


def tell_of_somebody(worker: Page, site: Site) -> None:
    """The worker knows him from the street, makes a dossier and tells what was seen."""
    worker.goto("/jongeren/nieuw")
    worker.get_by_label("Voornaam", exact=True).fill(NAME)
    worker.get_by_label("Achternaam").fill(FAMILY)
    worker.get_by_label("Geboortedatum").fill(day(site, -17 * 365 - 40))
    press(worker, "Dossier maken")
    follow(worker, "Signaal doen")
    worker.locator("label.choice__label", has_text="Overlast").click()
    worker.get_by_label("Wat zag of hoorde je").fill(FACTS)
    press(worker, "Signaal doen")
    worker.get_by_text("Je signaal is gedaan").wait_for()  # the form is sent without leaving the page


def judge(director: Page, site: Site) -> None:
    """The director asks the worker to propose it: somebody else has to decide."""
    director.goto("/mijn-dag")
    follow(director, re.compile("Overlast"))
    press(director, "Oppakken")
    follow(director, "Besluiten")
    director.get_by_label("Wat is het beste voor de jongere?").fill("Iemand die elke week komt.")
    choose(director, "Wat besluit je?", "In beeld laten voorstellen")
    director.get_by_label("Wie van de begeleiders?").select_option(index=1)
    director.get_by_label("Uiterlijk op").fill(day(site, 1))
    director.get_by_label("Waarom?").fill("Zijn begeleider kent hem en het gezin.")
    press(director, "Besluiten")


def propose(worker: Page, axe: Axe) -> None:
    """From the follow-up on the worker's own day to the proposal that rests on the signal."""
    worker.goto("/mijn-dag")
    follow(worker, re.compile(rf"{NAME}.*In beeld voorstellen", re.DOTALL))
    follow(worker, "Voorstel schrijven")
    assert not axe(worker)
    for question, answer in REASON.items():
        worker.get_by_label(question).fill(answer)
    press(worker, "Voorstellen")
    expect(worker.get_by_text("Het voorstel is gedaan")).to_be_visible()


def send_letter(page: Page, site: Site, way: str) -> None:
    """Print the letter that waits, and say that it went out."""
    pdf = page.get_by_role("link", name="Brief als PDF").get_attribute("href")
    assert page.request.get(f"{site.url}{pdf}").body().startswith(b"%PDF")
    follow(page, "Brief is weg")
    choose(page, "Hoe?", way)
    press(page, "Opslaan")
    expect(page.get_by_text("Opgeslagen: de brief is weg.")).to_be_visible()


def take_in_view(director: Page, site: Site) -> None:
    """Somebody else than the proposer decides."""
    director.goto("/mijn-dag")
    follow(director, re.compile(rf"{NAME}.*Beslis over het voorstel", re.DOTALL))
    follow(director, "In beeld nemen")
    press(director, "In beeld nemen")
    expect(director.get_by_text("Opgeslagen: in beeld genomen.")).to_be_visible()
    send_letter(director, site, "Met de post")


def open_case(director: Page, site: Site) -> None:
    """From the view to a case between the levels, with the worker in charge."""
    follow(director, "Casus openen")
    director.get_by_label("Waarom kan dit niet alleen?").fill("School, het gezin en het jongerenwerk zijn samen nodig.")
    choose(director, "Op welk niveau?", "Tussenproblematiek")
    director.get_by_label("Intake: wat valt er tussen wal en schip?").fill(GAP)
    press(director, "Casus openen")
    follow(director, "Regie geven")
    who = director.get_by_label("Wie krijgt de regie?")
    who.select_option(who.locator("option", has_text="Samira El Idrissi (").get_attribute("value"))
    press(director, "Regie geven")


def write_plan(worker: Page, site: Site) -> None:
    """The young person's voice first, a goal with a measurement, and his yes."""
    worker.goto("/mijn-dag")
    follow(worker, re.compile(rf"{NAME}.*Schrijf een plan", re.DOTALL))
    follow(worker, "Plan schrijven")
    worker.get_by_label("Wat vindt de jongere zelf?").fill(VOICE)
    press(worker, "Plan bewaren")
    follow(worker, "Doel toevoegen")
    worker.get_by_label("Waar gaat het over?").select_option(label="Vrije tijd")
    worker.get_by_label("Wat wil de jongere bereiken?").fill("Elke dinsdag boksen")
    worker.get_by_label("Wanneer kijken jullie of het gelukt is?").fill(day(site, 90))
    press(worker, "Doel toevoegen")
    follow(worker, "Plan vaststellen")
    worker.get_by_label("Wanneer zei de jongere ja tegen het plan?").fill(day(site))
    press(worker, "Plan vaststellen")


def measure(worker: Page, moment: str, *, own: str, mine: str) -> None:
    """Side by side how it goes."""
    follow(worker, "Meten")
    choose(worker, "Welk moment?", moment)
    choose(worker, "Hoe vindt de jongere dat het gaat?", own)
    worker.get_by_text("De jongere koos dit zelf").click()
    choose(worker, "Hoe vind jij dat het gaat?", mine)
    press(worker, "Meting bewaren")


def confer(director: Page, site: Site) -> None:
    """A conference of this afternoon: a decision, an action for the worker, minutes without the name."""
    director.reload()
    follow(director, "Overleg plannen")
    director.get_by_label("Wanneer?").fill(f"{day(site)}T16:00")
    director.get_by_text("Samira El Idrissi").click()
    director.get_by_label("Welke organisaties?").fill("Leerplicht")
    press(director, "Overleg plannen")
    director.get_by_label("Besluit").fill("De school houdt een plek vrij.")
    press(director, "Besluit opslaan")
    director.get_by_label("Wat gaat er gebeuren?").fill("Aanmelden bij de boksschool")
    director.get_by_label("Wie doet dit?").select_option(label="Samira El Idrissi")
    director.get_by_label("Wanneer is het klaar?").fill(day(site, 2))
    press(director, "Actie afspreken")
    director.get_by_label("Kort verslag").fill("De jongere wil boksen, de school denkt mee.")
    press(director, "Overleg afronden")
    print_minutes(director, site)


def print_minutes(director: Page, site: Site) -> None:
    """On paper only after saying once more who one is."""
    site.run("UPDATE user_session SET confirmed_at = NULL")
    director.get_by_role("link", name="Verslag (PDF)").click()
    director.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
    press(director, "Bevestigen")
    with director.expect_download() as minutes:
        director.get_by_role("link", name="Verslag (PDF)").click()
    assert minutes.value.suggested_filename.endswith(".pdf")
    follow(director, "Casus")


def end_case(worker: Page, director: Page, site: Site) -> None:
    """The action is done, the goal measured at the end; the worker proposes to close and the director does."""
    worker.goto("/mijn-dag")
    follow(worker, re.compile("Aanmelden bij de boksschool"))
    choose(worker, "Hoe is het afgelopen?", "Gedaan")
    press(worker, "Opslaan")
    measure(worker, "Aan het eind", own="Het lukt meestal", mine="Het lukt meestal")
    follow(worker, "Afsluiten voorstellen")
    worker.get_by_label("Wat is bereikt, en wie neemt over wat nog nodig is?").fill("Hij bokst en gaat naar school.")
    press(worker, "Afsluiten voorstellen")
    director.goto("/mijn-dag")
    follow(director, re.compile(rf"{NAME}.*Sluit af, of ga toch door", re.DOTALL))
    press(director, "Casus afsluiten")
    expect(director.get_by_text("Opgeslagen: casus afgesloten.")).to_be_visible()


def review(director: Page) -> None:
    """From the case back to the view, which is looked at again with the young person's own words."""
    follow(director, "In beeld")
    follow(director, "Herbeoordelen")
    director.get_by_label("Wat vindt de jongere er zelf van?").fill("Het gaat goed zo. Nog even, dan ben ik klaar.")
    director.get_by_label("Waarom is het nog nodig?").fill("School is net begonnen.")
    press(director, "Herbeoordelen")
    expect(director.get_by_text("Het gaat goed zo.")).to_be_visible()


def end_view(director: Page) -> None:
    """Out of view, with a letter that is printed and given."""
    follow(director, "Stoppen")
    director.get_by_label("Waarom stopt het?").select_option(label="Het doel is bereikt")
    director.get_by_label("Waarom?", exact=True).fill("Hij redt het nu zelf.")
    press(director, "Stoppen")
    expect(director.get_by_text("Brief: je bent uit beeld")).to_be_visible()


def give_letter(worker: Page, site: Site) -> None:
    """The worker finds the letter on the day, prints it and says that it was given."""
    worker.goto("/mijn-dag")
    follow(worker, re.compile(rf"{NAME}.*De brief moet nog weg", re.DOTALL))
    send_letter(worker, site, "Zelf gegeven")


def test_from_a_signal_to_a_good_ending(visitor: Visitor, site: Site, axe: Axe) -> None:
    worker, director = visitor.open("jongerenwerker", "phone"), visitor.open("regisseur")
    tell_of_somebody(worker, site)
    judge(director, site)
    propose(worker, axe)
    take_in_view(director, site)
    open_case(director, site)
    write_plan(worker, site)
    measure(worker, "Bij de start", own="Het lukt een beetje", mine="Het lukt nog niet")
    confer(director, site)
    end_case(worker, director, site)
    review(director)
    end_view(director)
    give_letter(worker, site)
    assert site.value(LEFT, name=NAME) == "ended goals_reached closed in_between"
    assert not axe(worker)
    assert not axe(director)
