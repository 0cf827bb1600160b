"""Make the pictures of the README: ``python -m dev.screenshots`` while a demo runs at `BASE_URL` (port 8000).

Pictures of the same demo on the same day differ only where the portal does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright

from dev import chromium
from dev.environment import DEMO_PASSWORD
from dev.supervisor import ROOT, say

TARGET = ROOT / "docs" / "images"
LARGEST = 200_000  # bytes; the README must open quickly
SIZES = {390: 844, 1440: 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which page, how wide, and what is pressed first."""

    name: str
    login: str
    path: str
    width: int
    dark: bool = False
    follow: tuple[str, ...] = field(default=())  # links to follow, as CSS selectors


PICTURES = (
    Picture("mijn-dag", "jongerenwerker", "/mijn-dag", 1440),
    Picture("mijn-dag-telefoon", "jongerenwerker", "/mijn-dag", 390),
    Picture("mijn-dag-donker", "jongerenwerker", "/mijn-dag", 390, dark=True),
    Picture("contact-telefoon", "jongerenwerker", "/mijn-dag", 390, follow=("main a[href*='/contacten/nieuw?']",)),
    Picture("dossier", "jongerenwerker", "/jongeren", 1440, follow=("main a[href^='/jongeren/0']",)),
    Picture("signaal-telefoon", "jongerenwerker", "/signalen/nieuw", 390),
    Picture("casus", "regisseur", "/casussen", 1440, follow=("main a[href^='/casussen/0']",)),
    Picture("trajecten", "coordinator", "/trajecten", 1440),
    Picture("caseload", "manager", "/caseload", 1440),
)


@contextmanager
def signed_in(browser: Browser, address: str, picture: Picture) -> Iterator[Page]:
    """Give a page of the picture's width with its person signed in."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": SIZES[picture.width]},
        color_scheme="dark" if picture.dark else "light",
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/inloggen")
    page.fill("[name=login]", picture.login)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/mijn-dag")
    yield page
    context.close()


def take(browser: Browser, address: str, picture: Picture) -> str:
    """Take one picture; return a complaint, or nothing."""
    with signed_in(browser, address, picture) as page:
        page.goto(picture.path)
        for selector in picture.follow:
            page.locator(selector).first.click()
            page.wait_for_load_state("networkidle")
        page.evaluate("window.scrollTo(0, 0); document.fonts.ready")
        path = TARGET / f"{picture.name}.png"
        page.screenshot(path=path)
    size = path.stat().st_size
    say(f"{path.relative_to(ROOT)}  {size // 1000} kB")
    return f"{path.name} is larger than {LARGEST // 1000} kB" if size > LARGEST else ""


def main() -> int:
    """Take all pictures; return 0 when each is there and small enough."""
    address = os.environ.get("BASE_URL") or "http://localhost:8000"
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(install=True), args=ARGUMENTS)
        complaints = [complaint for picture in PICTURES if (complaint := take(browser, address, picture))]
        browser.close()
    for complaint in complaints:
        say(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
