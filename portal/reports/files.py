"""The caseload as CSV and XLSX: figures and definitions, no young people. Cells that could be formulas are defused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import xlsxwriter
from flask_babel import gettext as _

from portal.core.formats import full_date, moment
from portal.reports.figures import FIGURES
from portal.reports.service import Caseload, Line

Cell = str | int | float | None
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def defused(value: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def head(made: Caseload) -> list[list[Cell]]:
    """What was counted, over which period, when."""
    return [
        [_("Caseload")],
        [_("Periode"), f"{full_date(made.period.first)} – {full_date(made.period.last)}"],
        [_("Stand"), moment(made.made_at)],
    ]


def columns() -> list[str]:
    """The headings of the table."""
    return [
        _("Team"), _("Begeleider"), _("Formatie (fte)"), _("Norm"), _("Open jongeren"), _("Actieve trajecten"),
        _("Contacten"), _("Geslaagde contacten"), _("Geslaagd (%)"),
        _("Bereikte jongeren"), _("Anderen erbij"), _("Vervolg te laat"),
        _("Langst zonder contact (dagen)"), _("Beloftes"), _("Nagekomen"), _("Deels gelukt"), _("Niet gelukt"),
        _("Ingetrokken"), _("Nog open"), _("Verteld (%)"), _("Beloftes te laat"),
    ]  # fmt: skip


def rows(made: Caseload) -> Iterator[list[Cell]]:
    """One row per worker, then the team's total, then the total of all."""
    for team in made.teams:
        for line in team.workers:
            yield [team.name, _("Niet toegewezen") if line.unassigned else line.name, *_numbers(line)]
        yield [team.name, _("Totaal team"), *_numbers(team.total)]
    yield [_("Alle teams"), _("Totaal"), *_numbers(made.total)]


def _numbers(line: Line) -> Sequence[Cell]:
    return [
        _number(line.formation), _number(line.norm), line.open_people, line.active_trajectories, line.contacts,
        line.effective, _percent(line.effective_rate), line.people_reached, line.unnamed_present,
        line.overdue_follow_ups, line.longest_silence,
        line.promises, line.promises_kept, line.promises_partly, line.promises_not_kept, line.promises_withdrawn,
        line.promises_open, _percent(line.told_rate), line.promises_late,
    ]  # fmt: skip


def _percent(rate: float | None) -> int | None:
    return None if rate is None else round(100 * rate)


def _number(value: Decimal) -> float:
    return round(float(value), 2)


def definitions() -> list[list[Cell]]:
    """Every figure with how it is counted."""
    return [[_(figure.label), _(figure.definition)] for figure in FIGURES]


def as_csv(made: Caseload) -> bytes:
    """The figures, then their definitions."""
    return written([*head(made), [], columns(), *rows(made), [], [_("Zo tellen wij")], *definitions()])


def written(lines: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, decimal comma and a byte-order mark: what a Dutch spreadsheet opens with one click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in lines:
        writer.writerow([_local(defused(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _local(cell: Cell) -> Cell:
    return f"{cell:g}".replace(".", ",") if isinstance(cell, float) else cell


def as_xlsx(made: Caseload) -> bytes:
    """Two sheets: the figures and their definitions."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Caseload"))
    for number, row in enumerate(head(made)):
        sheet.write_row(number, 0, row)
    first = len(head(made)) + 1
    sheet.write_row(first, 0, columns(), bold)
    for number, row in enumerate(rows(made), first + 1):
        sheet.write_row(number, 0, [defused(cell) for cell in row])
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, len(columns()) - 1, 14)
    sheet.freeze_panes(first + 1, 2)
    explained = book.add_worksheet(_("Zo tellen wij"))
    explained.set_column(0, 0, 28)
    explained.set_column(1, 1, 100, wrap)
    for number, row in enumerate(definitions()):
        explained.write_row(number, 0, row)
    book.close()
    return out.getvalue()
