"""A passkey from the first page of an account to a download, with Chromium's own virtual authenticator."""

from __future__ import annotations

import re

from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.conftest import DEMO_PASSWORD, Axe, Site, Visitor

LOGIN = "analist"


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """A device with a fingerprint reader, built into this browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/inloggen")
    page.get_by_label("Naam of e-mailadres").fill(LOGIN)
    page.get_by_label("Wachtwoord", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Inloggen").click()


def restore(site: Site) -> None:
    """The demo account as it was: the other journeys sign in with the password alone."""
    owner = "(SELECT id FROM app_user WHERE login = :login)"
    for table in ("passkey", "recovery_code", "passkey_challenge"):
        site.run(f"DELETE FROM {table} WHERE user_id = {owner}", login=LOGIN)


def test_a_passkey_opens_confirms_and_leaves(visitor: Visitor, site: Site, axe: Axe) -> None:
    page = visitor.open(None, "phone")
    devtools, device = plug_in(page)
    found: list[str] = []
    try:
        sign_in(page)
        page.wait_for_url("**/mijn-dag")
        page.goto("/mijn-account/passkeys/nieuw")
        found += axe(page)
        page.get_by_role("button", name="Passkey maken").click()
        expect(page.get_by_text("Controleer je antwoorden")).to_be_visible()
        assert not devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        page.get_by_label("Naam", exact=True).fill("Werktelefoon")
        page.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Passkey maken").click()
        expect(page.get_by_text("Je passkey is opgeslagen.")).to_be_visible()
        found += axe(page)
        page.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="10 codes maken").click()
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        found += axe(page)
        on_paper = page.locator(".recovery-codes code").first.inner_text()
        site.wait_for_mail(
            lambda mail: "analist@demo.example" in str(mail["to"]) and "tweede stap" in mail["subject"], 90
        )
        page.get_by_role("link", name="Klaar, ik heb ze bewaard").click()
        expect(page.get_by_text("Werktelefoon", exact=True)).to_be_visible()
        found += axe(page)

        page.context.clear_cookies()
        sign_in(page)
        page.wait_for_url("**/inloggen/code")
        found += axe(page)
        devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        page.get_by_role("button", name="Verder met je passkey").click()
        expect(page.get_by_role("alert").get_by_text("Dit is niet gelukt.")).to_be_visible()
        found += axe(page)
        devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
        page.get_by_role("button", name="Verder met je passkey").click()
        page.wait_for_url("**/mijn-dag")

        site.run("UPDATE user_session SET confirmed_at = NULL")
        page.goto("/caseload")
        page.get_by_role("link", name=re.compile("CSV")).first.click()
        page.wait_for_url("**/bevestigen")
        found += axe(page)
        page.get_by_role("button", name="Bevestigen met je passkey").click()
        page.wait_for_url("**/caseload*")
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("CSV")).first.click()
        assert download.value.suggested_filename.endswith(".csv")

        page.context.clear_cookies()
        sign_in(page)
        page.wait_for_url("**/inloggen/code")
        page.get_by_role("link", name=re.compile("herstelcode")).click()
        found += axe(page)
        page.get_by_label("Herstelcode").fill(on_paper)
        page.get_by_role("button", name="Verder", exact=True).click()
        page.wait_for_url("**/mijn-dag")
        page.goto("/mijn-account")
        page.get_by_role("link", name=re.compile("Verwijderen.*Werktelefoon")).click()
        page.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Verwijderen").click()
        expect(page.get_by_text("Dit is je laatste tweede stap.").first).to_be_visible()
        found += axe(page)
    finally:
        restore(site)
    assert not found, "\n".join(found)
