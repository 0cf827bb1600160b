"""axe finds nothing, on every page of every role, on phone and desktop, light and dark; and nothing overflows."""

from __future__ import annotations

from urllib.parse import urlsplit
from zlib import crc32

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SIZES, Axe, Site, Visitor

TABLET = {"width": 1024, "height": 768}
PAGES = {
    None: ["/inloggen", "/wachtwoord-vergeten", "/bestaat-niet"],
    "jongerenwerker": [
        "/mijn-dag", "/jongeren", "/jongeren/nieuw", "/contacten/nieuw", "/trajecten", "/credible-messengers",
        "/meldingen", "/inzages", "/mijn-account", "/mijn-account/prive-bekend", "/mijn-account/passkeys/nieuw",
        "/bevestigen", "/vertrouwelijk-melden", "/mijn-account/berichten", "/hulp", "/afwezigheid",
        "/afwezigheid/nieuw", "first:/jongeren",
        "/agenda", "/agenda/nieuw", "/agenda?weergave=dag&wie=team", "/agenda?weergave=week", "/agenda/op-je-telefoon",
        "/verwerkingsregister", "/verwerkingsregister/jv-district", "/in-beeld", "first:/in-beeld",
        "/signalen", "/signalen/nieuw", "first:/signalen", "/locaties", "/locaties/nieuw", "first:/locaties",
    ],
    "regisseur": [
        "/casussen", "first:/casussen", "/casussen?toon=afgesloten", "/voordrachten",
        "/mijn-dag", "/agenda?weergave=week&wie=team", "/agenda?weergave=dag&wie=team",
        "/jongeren", "/caseload", "/trajecten", "/mensen", "first:/jongeren", "/rapporten/in-beeld", "/in-beeld",
        "/rapporten/casussen", "/rapporten/locaties", "/in-beeld?toon=voorstel", "first:/in-beeld",
        "/dienst", "/dienst/nieuw",
        "/groepen", "/groepen/nieuw", "first:/groepen", "/gasten",
        "/signalen", "first:/signalen", "/signalen?toon=afronden",
    ],
    "coordinator": [
        "/mijn-dag", "/trajecten", "/trajecten?wacht=5&meer=active", "/credible-messengers", "first:/trajecten",
        "first:/credible-messengers",
    ],
    "messenger": ["/mijn-dag", "/agenda", "/trajecten", "first:/trajecten"],
    "manager": ["/mijn-dag", "/caseload", "/mensen", "/teams", "/caseloadgesprekken", "first:/caseloadgesprekken",
                "/programmas", "first:/programmas", "/programmas/nieuw", "/signalen/cijfers",
                "/casussen/stand", "/partners", "first:/partners"],
    "trainer": ["/signalen", "/signalen/nieuw", "/mijn-dag", "/meldingen", "/programmas", "/partners", "/mijn-account"],
    "integriteit": ["/mijn-dag"],
    "analist": ["/mijn-dag", "/caseload"],
    "privacy": [
        "/mijn-dag", "/inzages", "/inzages/alle", "/inzages/vragen", "first:/inzages/vragen",
        "/inzages/zegel", "/verstrekkingen", "/herinneringen", "/mensen", "/signalen/termijnen",
        "/noodtoegangen", "first:/noodtoegangen",
    ],
    "partner": ["/mijn-dag", "/gedeeld"],
    "beheerder": [
        "/mijn-dag", "/mensen", "/herinneringen", "/herinneringen/regels", "/herinneringen/regels/R04-regie",
        "/herinneringen/regels/R04-regie/wijzigen", "/mensen/nieuw", "first:/mensen",
    ],
}  # fmt: skip


def _go(page: Page, address: str) -> None:
    """Open an address; `first:` opens the first record in its list."""
    if not address.startswith("first:"):
        page.goto(address)
        return
    root = address.removeprefix("first:")
    page.goto(root)
    links = page.locator("main a[href]").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    record = next(link for link in links if link.startswith(root + "/") and link.count("-") >= 4 and "?" not in link)
    page.goto(record)


def _look(page: Page, axe: Axe) -> list[str]:
    """All rules on both widths, light on the one and dark on the other: in turn, as colours do not differ by width."""
    found: list[str] = []
    colours = ("light", "dark") if crc32(urlsplit(page.url).path.encode()) % 2 else ("dark", "light")
    for (width, height), colour in zip(SIZES.values(), colours, strict=True):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colour)
        found += axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{page.url} is {wide} px too wide at {width}")
    page.set_viewport_size(TABLET)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"{page.url} is {wide} px too wide on a tablet")
    return found


@pytest.mark.parametrize("login", list(PAGES), ids=str)
def test_axe_finds_nothing(visitor: Visitor, axe: Axe, login: str | None) -> None:
    page = visitor.open(login)
    found: list[str] = []
    for address in PAGES[login]:
        _go(page, address)
        found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_for_who_has_no_role(visitor: Visitor, axe: Axe, site: Site) -> None:
    site.run(
        "INSERT INTO app_user (organisation_id, name, sort_key, login, email, password_hash)"
        " SELECT organisation_id, 'Zonder Rol', 'rol', 'zonderrol', 'zonderrol@demo.example', password_hash"
        " FROM app_user WHERE login = 'trainer'"
    )
    page, found = visitor.open("zonderrol"), list[str]()
    for address in ("/mijn-dag", "/programmas", "/inzages", "/meldingen", "/mijn-account"):
        _go(page, address)
        found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_attachments(visitor: Visitor, axe: Axe) -> None:
    page = visitor.open("jongerenwerker")
    _go(page, "first:/jongeren")
    page.get_by_role("link", name="Bijlagen").click()
    found = _look(page, axe)
    page.set_input_files("input[type=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Beste,"})
    page.get_by_role("button", name="Bijlage bewaren").click()
    page.get_by_role("link", name="Verbergen").click()
    found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_promise(visitor: Visitor, axe: Axe, site: Site) -> None:
    mine = "assignee_id = (SELECT id FROM app_user WHERE login = 'jongerenwerker')"
    promise = site.value(f"SELECT id FROM follow_up WHERE kind = 'promise' AND status = 'open' AND {mine} LIMIT 1")
    page = visitor.open("jongerenwerker")
    page.goto(f"/vervolg/{promise}")
    found = _look(page, axe)
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.wait_for_url("**/belofte")
    found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_what_is_done_at_a_place(visitor: Visitor, axe: Axe) -> None:
    found: list[str] = []
    page = visitor.open("regisseur")
    _go(page, "first:/locaties")
    place = page.url
    page.get_by_role("link", name="Ik was hier").click()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Controleer je antwoorden")).to_be_visible()
    found += _look(page, axe)
    page.get_by_text("Gespannen").click()
    page.get_by_text("Niemand").click()
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(place)
    found += _look(page, axe)
    for end in ("/delen", "/bekeken"):
        page.goto(place + end)
        found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_around_one_young_person(visitor: Visitor, axe: Axe, site: Site) -> None:
    enrolment, person = site.value(
        "SELECT ARRAY[e.id, e.person_id] FROM enrolment e JOIN person p ON p.id = e.person_id AND p.status = 'open'"
        " JOIN person_assignment a ON a.person_id = p.id AND a.until IS NULL JOIN app_user u ON u.id = a.user_id"
        " WHERE u.login = 'jongerenwerker' AND e.status = 'enrolled' LIMIT 1"
    )
    page = visitor.open("jongerenwerker")
    found: list[str] = []
    for address in (
        f"/inschrijvingen/{enrolment}",
        f"/inschrijvingen/{enrolment}/verstrekken",
        f"/jongeren/{person}/programmas",
        f"/jongeren/{person}/overdragen",
        f"/jongeren/{person}/veranderingen",
    ):
        response = page.goto(address)
        assert response is not None, address
        assert response.ok, address
        found += _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_handing_everything_over(visitor: Visitor, axe: Axe) -> None:
    page = visitor.open("regisseur")
    _go(page, "first:/mensen")
    page.get_by_role("link", name="Alles overdragen").click()
    found = _look(page, axe)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_pages_with_errors(visitor: Visitor, axe: Axe) -> None:
    page = visitor.open("jongerenwerker")
    found: list[str] = []
    for address, button in (("/contacten/nieuw", "Opslaan"), ("/jongeren/nieuw", "Dossier maken")):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("Controleer je antwoorden")).to_be_visible()
        found += _look(page, axe)
    assert not found, "\n".join(found)


def test_the_english_switch_reaches_every_word_of_a_page(visitor: Visitor) -> None:
    page = visitor.open("trainer")
    page.goto("/mijn-dag")
    page.get_by_role("button", name="EN", exact=True).click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text() == "My day"
    page.get_by_role("button", name="NL", exact=True).click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).inner_text() == "Mijn dag"
