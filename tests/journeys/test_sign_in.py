"""From invitation to signing in with a code: administrator, mail, phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from portal.accounts import totp
from portal.core import clock
from tests.journeys.conftest import Site, Visitor

PASSWORD = "vijf gewone woorden achter elkaar"


def code(secret: str, steps: int = 0) -> str:
    """What the app on the phone shows; `steps` of 30 seconds later, for a code works once."""
    return str(pyotp.TOTP(secret).generate_otp(int(clock.wall().timestamp()) // totp.STEP_SECONDS + steps))


def sign_in(page: Page) -> None:
    page.goto("/inloggen")
    page.get_by_label("Naam of e-mailadres").fill("noor.reis")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()


def invite(page: Page) -> None:
    page.goto("/mensen/nieuw")
    page.get_by_label("Naam", exact=True).fill("Noor Reis")
    page.get_by_label("Naam om in te loggen").fill("noor.reis")
    page.get_by_label("E-mailadres").fill("noor.reis@demo.example")
    page.get_by_label("Organisatie").select_option(index=1)
    page.get_by_label("Rol", exact=True).select_option(label="Jongerenwerker")
    page.get_by_label("Team", exact=True).select_option(index=1)
    page.get_by_role("button", name="Account maken").click()
    expect(page.get_by_text("De uitnodiging is onderweg")).to_be_visible()


def test_a_new_colleague_comes_in_with_a_phone(visitor: Visitor, site: Site, axe: Callable[[Page], list[str]]) -> None:
    found: list[str] = []
    admin = visitor.open("beheerder", "desktop")
    invite(admin)
    found += axe(admin)

    def is_invitation(mail: dict[str, Any]) -> bool:
        return "noor.reis@demo.example" in str(mail["to"])

    mail = site.wait_for_mail(is_invitation, 90)  # the sweeper, should the message get lost
    link = re.search(r"https?://\S+/uitnodiging/[\w-]+", mail["text"])
    assert link, mail
    phone = visitor.open(None, "phone")
    phone.goto(link.group(0))
    found += axe(phone)
    phone.get_by_label("Nieuw wachtwoord").fill("kort")
    phone.get_by_role("button", name="Wachtwoord opslaan").click()
    expect(phone.get_by_role("alert")).to_contain_text("minstens 12 tekens")
    found += axe(phone)
    phone.get_by_label("Nieuw wachtwoord").fill(PASSWORD)
    phone.get_by_role("button", name="Wachtwoord opslaan").click()
    expect(phone.get_by_text("Je kunt nu inloggen")).to_be_visible()
    sign_in(phone)
    phone.wait_for_url("**/mijn-dag")

    phone.goto("/mijn-account/code-aanzetten")
    found += axe(phone)
    secret = phone.locator(".secret").inner_text().replace(" ", "")
    phone.get_by_label("Code", exact=True).fill(code(secret))
    phone.get_by_label("Je wachtwoord").fill("niet het goede wachtwoord")
    phone.get_by_role("button", name="Aanzetten").click()
    expect(phone.get_by_role("alert")).to_contain_text("Dit wachtwoord klopt niet.")
    found += axe(phone)
    phone.get_by_label("Code", exact=True).fill(code(secret))
    phone.get_by_label("Je wachtwoord").fill(PASSWORD)
    phone.get_by_role("button", name="Aanzetten").click()
    expect(phone.get_by_text("Inloggen met een code staat aan.")).to_be_visible()
    phone.goto("/mijn-account/overal-uitloggen")
    found += axe(phone)
    phone.get_by_role("button", name="Overal uitloggen").click()

    sign_in(phone)
    phone.wait_for_url("**/inloggen/code")
    found += axe(phone)
    phone.get_by_label("Code", exact=True).fill(code(secret, steps=1))
    phone.get_by_role("button", name="Verder", exact=True).click()
    phone.wait_for_url("**/mijn-dag")

    for address in ("/mensen", "/teams", "/organisaties", "/teams/nieuw", "/organisaties/nieuw"):
        admin.goto(address)
        found += axe(admin)
    admin.goto("/mensen")
    admin.get_by_label("Zoek op naam").fill("noor reis")
    admin.get_by_label("Zoek op naam").press("Enter")
    admin.get_by_role("link", name="Noor Reis").click()
    expect(admin.get_by_text("Logt in met tweede stap")).to_be_visible()
    for address in ("wijzigen", "rollen/nieuw", "team-wisselen", "sluiten"):
        here = admin.url
        admin.goto(f"{here}/{address}")
        found += axe(admin)
        admin.goto(here)
    assert not found, "\n".join(found)
