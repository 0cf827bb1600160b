"""The files hold the page's figures, log their export, and run nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.core import db
from portal.privacy.models import AccessEvent, Action
from portal.reports.figures import FIGURES
from portal.reports.files import defused
from tests.factories import World
from tests.factories.pdf_reader import says
from tests.factories.people import person


def _rows(answer: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.decode("utf-8-sig")), delimiter=";"))


def test_the_files_hold_the_same_figures(world: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        person(world.noord, worker=world.worker)
        person(world.noord)
    browser = client_as(world.manager)
    lines = _rows(browser.get("/caseload.csv").data)
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/caseload.xlsx").data))
    sheet = book.worksheets[0]
    cells = [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]
    table = [row for row in lines if row and row[0] == "Team Noord"]
    same = [row for row in cells if row[0] == "Team Noord"]
    assert [row[1] for row in table] == ["Kofi Proef", "Samira Proef", "Niet toegewezen", "Totaal team"]
    assert [row[4] for row in table] == ["0", "1", "1", "2"] == [row[4] for row in same]
    assert book.sheetnames == ["Caseload", "Zo tellen wij"]
    assert book.worksheets[1].max_row == len(FIGURES)
    paper = browser.get("/caseload.pdf")
    assert paper.mimetype == "application/pdf"
    for said in ("Team Noord", "Kofi Proef 0", "Samira Proef 1", "Niet toegewezen 1", "Totaal team 2", "Beloftes"):
        assert says(paper.data, said), said
    assert all(says(paper.data, figure.definition) for figure in FIGURES)


def test_an_export_is_logged_with_role_and_team(world: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(world.manager)
    kinds = ("csv", "xlsx", "pdf")
    for kind in kinds:
        browser.get(f"/caseload.{kind}")
    rows = db.session.scalars(
        select(AccessEvent).order_by(AccessEvent.at, AccessEvent.id).where(AccessEvent.action == Action.EXPORT)
    ).all()
    by = (world.manager.id, "manager", world.noord.id)
    assert [(row.actor_id, row.role, row.team_id, row.fields) for row in rows] == [(*by, [kind]) for kind in kinds]


@pytest.mark.parametrize("text", ["=1+1", "+31", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


def test_a_name_that_is_a_formula_stays_text_in_both_files(world: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(name='=HYPERLINK("x")'))
    browser = client_as(world.manager)
    assert any("'=HYPERLINK" in cell for row in _rows(browser.get("/caseload.csv").data) for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/caseload.xlsx").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if "HYPERLINK" in str(cell.value)] == ["s"]


def test_the_file_name_tells_only_the_date(world: World, client_as: Callable[..., FlaskClient]) -> None:
    answer = client_as(world.manager).get("/caseload.csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="caseload-20')
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
