"""What is typed survives a browser that dies, a sign-out and a time-out; nobody else at that browser sees it."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error, Page, expect

from dev.environment import DEMO_PASSWORD
from tests.journeys.conftest import Site, Visitor

WORKER, OTHER = "jongerenwerker", "coordinator"
NOTE = "Zijn nicht heeft een stageplek voor hem gevonden"


def write(page: Page, note: str) -> None:
    """Fill in a contact, and wait until the page says that it is kept."""
    page.goto("/contacten/nieuw")
    page.get_by_role("group", name="Kort geleden gekozen").get_by_role("button").first.tap()
    page.get_by_text("Gesproken", exact=True).first.tap()
    page.get_by_role("textbox", name="Notitie").fill(note)
    expect(page.get_by_text("Concept bewaard")).to_be_visible()


def sign_in(page: Page, login: str) -> None:
    """By hand, so that signing out ends no session of another test."""
    page.get_by_label("Naam of e-mailadres").fill(login)
    page.get_by_label("Wachtwoord", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Inloggen").click()


def sign_out(page: Page) -> None:
    page.goto("/mijn-account")
    with page.expect_navigation(url="**/inloggen"):
        page.evaluate("document.querySelector('form[action=\"/uitloggen\"]').requestSubmit()")


def open_drafts(site: Site) -> int:
    count: int = site.value(
        "SELECT count(*) FROM draft d JOIN app_user u ON u.id = d.user_id WHERE u.login = :login AND ended_at IS NULL",
        login=WORKER,
    )
    return count


def test_a_browser_that_dies_loses_nothing(visitor: Visitor, site: Site) -> None:
    before = open_drafts(site)
    page = visitor.open(WORKER, "phone")
    write(page, NOTE)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0], "nothing stays on the device"
    with suppress(Error), page.expect_event("crash"):
        page.goto("chrome://crash")
    other = visitor.open(WORKER, "phone")
    other.goto("/mijn-dag")
    other.locator("#concepten").get_by_role("link").first.tap()
    expect(other.get_by_role("textbox", name="Notitie")).to_have_value(NOTE)
    expect(other.get_by_role("radio", name="Gesproken", exact=True)).to_be_checked()
    other.get_by_role("button", name="Opslaan").tap()
    other.wait_for_url("**/mijn-dag*")
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=NOTE) == 1
    assert open_drafts(site) == before


def test_typing_and_saving_at_once_leaves_no_draft(visitor: Visitor, site: Site) -> None:
    """The page sends its last words along with the form; whichever comes first, nothing stays behind."""
    before = open_drafts(site)
    page = visitor.open(WORKER, "phone")
    page.goto("/contacten/nieuw")
    page.get_by_role("group", name="Kort geleden gekozen").get_by_role("button").first.tap()
    page.get_by_text("Gesproken", exact=True).first.tap()
    page.get_by_role("textbox", name="Notitie").fill(f"{NOTE}!")
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/mijn-dag*")
    page.wait_for_load_state("networkidle")
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=f"{NOTE}!") == 1
    assert open_drafts(site) == before


def test_a_line_that_drops_while_saving_loses_nothing(visitor: Visitor, site: Site) -> None:
    """The page stays, says so above the button, and saves once when the line is back."""
    note = f"{NOTE} (geen bereik)"
    before = open_drafts(site)
    page = visitor.open(WORKER, "phone")
    write(page, "eerst iets anders")
    page.get_by_role("textbox", name="Notitie").fill(note)
    page.context.set_offline(True)
    page.get_by_role("button", name="Opslaan").tap()
    expect(page.get_by_text("Geen verbinding. Wat je invulde, staat hier nog.")).to_be_visible()
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=note) == 0
    page.context.set_offline(False)
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/mijn-dag*")
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=note) == 1
    assert open_drafts(site) == before


def test_signed_out_in_another_tab(visitor: Visitor, site: Site) -> None:
    note = f"{NOTE} (uitgelogd)"
    page = visitor.open(None, "phone")
    page.goto("/inloggen")
    sign_in(page, WORKER)
    page.wait_for_url("**/mijn-dag")
    write(page, "eerst iets anders")
    tab = page.context.new_page()
    sign_out(tab)
    page.get_by_role("textbox", name="Notitie").fill(note)
    page.get_by_role("button", name="Opslaan").tap()
    expect(page.get_by_text("Wat je schreef, is bewaard.")).to_be_visible()
    assert note not in page.content()
    sign_in(tab, OTHER)
    tab.wait_for_url("**/mijn-dag")
    assert "Nog niet opgeslagen" not in tab.content()
    sign_out(tab)
    page.goto("/inloggen")
    sign_in(page, WORKER)
    page.wait_for_url("**/mijn-dag")
    page.locator("#concepten").get_by_role("link").first.tap()
    expect(page.get_by_role("textbox", name="Notitie")).to_have_value(note)
    page.get_by_role("button", name="Weggooien").tap()
    expect(page.get_by_text("Het concept is weggegooid.")).to_be_visible()
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=note) == 0


def test_after_a_time_out_signing_in_leads_to_the_filled_form(visitor: Visitor, site: Site) -> None:
    note = f"{NOTE} (te laat)"
    page = visitor.open(None, "phone")
    page.goto("/inloggen")
    sign_in(page, WORKER)
    page.wait_for_url("**/mijn-dag")
    write(page, note)
    site.run(
        "UPDATE user_session SET ended_at = app_now() WHERE id = (SELECT s.id FROM user_session s"
        " JOIN app_user u ON u.id = s.user_id WHERE u.login = :login ORDER BY s.created_at DESC LIMIT 1)",
        login=WORKER,
    )
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/inloggen")
    sign_in(page, WORKER)
    page.wait_for_url("**/contacten/nieuw?concept=*")
    expect(page.get_by_role("textbox", name="Notitie")).to_have_value(note)
    page.get_by_role("button", name="Opslaan").tap()
    page.wait_for_url("**/mijn-dag*")
    assert site.value("SELECT count(*) FROM contact WHERE note = :note", note=note) == 1
