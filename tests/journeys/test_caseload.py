"""The manager reads the caseload and takes it along as a spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.journeys.conftest import DEMO_PASSWORD, Site, Visitor


def test_caseload_to_spreadsheet(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    page = visitor.open("manager")
    page.goto("/caseload")
    expect(page.get_by_role("heading", name="Caseload", exact=True)).to_be_visible()
    page.get_by_label("Periode").select_option("dit-jaar")
    page.get_by_role("button", name="Toepassen").click()
    page.wait_for_url("**periode=dit-jaar**")
    heads = page.locator("table").first.locator("tbody tr th").all()
    shown = [re.split(r"[\t\n]", head.inner_text().strip())[0] for head in heads]
    site.run("UPDATE user_session SET confirmed_at = NULL")  # another journey may have confirmed already
    page.get_by_role("link", name="Excel").click()
    page.get_by_label("Je wachtwoord").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()
    page.wait_for_url("**periode=dit-jaar**")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").click()
    target = tmp_path / "caseload.xlsx"
    waiting.value.save_as(target)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    names = [row[1] for row in sheet.iter_rows(min_row=6, values_only=True) if row[1]]
    assert shown == names[:-1] != []  # the file ends with the total of all teams


def test_every_figure_opens_its_definition(visitor: Visitor) -> None:
    page = visitor.open("manager", "phone")
    page.goto("/caseload")
    definitions = page.locator("details.definition")
    assert definitions.count() == 11
    for definition in definitions.all():
        definition.locator("summary").tap()
        expect(definition.locator("p").first).to_be_visible()


def test_no_young_person_is_on_the_page(visitor: Visitor) -> None:
    page = visitor.open("manager")
    page.goto("/caseload")
    assert "P-" not in page.locator("main").inner_text()
