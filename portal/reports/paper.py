"""The caseload as data for the layout of a report: what the page shows, to print or to send along, with definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import formats
from portal.core.formats import full_date, number, percent
from portal.reports.files import definitions
from portal.reports.service import Caseload, Line, TeamLines

COUNTED_WIDTHS = [3, 1, 1, 1, 1.3, 1.3, 1, 1.5]
PROMISED_WIDTHS = [3, 1.2, 1.3, 1.2, 1.2, 1.4, 1.2, 1.2, 1]
NOTHING = "–"


def report_of(made: Caseload) -> Mapping[str, Any]:
    """The figures in the reader's language. Of more than five teams it holds the teams only, as the page does."""
    return {
        "organisation": _("Jeugd & Veiligheid"),
        "title": _("Caseload"),
        "date": formats.local_date(made.made_at),
        "wide": True,
        "facts": [
            [_("Periode"), f"{full_date(made.period.first)} – {full_date(made.period.last)}"],
            [_("Stand"), formats.moment(made.made_at)],
        ],
        "sections": [*_teams(made), _promises(made), _defined()],
        "footer": _("Cijfers van teams en medewerkers. Er staan geen namen van jongeren in."),
    }


def _teams(made: Caseload) -> list[dict[str, Any]]:
    if not made.teams:
        nobody = _("Er is geen team met jongerenwerkers dat bij deze keuze past.")
        return [{"heading": _("Teams"), "body": [nobody]}]
    whole = [(team.name, team.total) for team in made.teams]
    together = {"heading": _("Teams"), "body": [_counted(_("Team"), [*whole, (_("Totaal"), made.total)])]}
    if made.per_team:
        return [together]
    return [*map(_team, made.teams), *([together] if len(made.teams) > 1 else [])]


def _team(team: TeamLines) -> dict[str, Any]:
    norm = _(
        "Norm %(norm)s jongeren per voltijdsbaan, geslaagd contact binnen %(days)s dagen. Medewerkers staan op naam.",
        norm=team.norm.caseload,
        days=team.norm.contact_days,
    )
    workers = [(_("Niet toegewezen") if line.unassigned else line.name, line) for line in team.workers]
    total = [(_("Totaal team"), team.total)]
    return {"heading": team.name, "body": [norm, _counted(_("Begeleider"), workers + total)]}


def _counted(of: str, lines: Iterable[tuple[str, Line]]) -> dict[str, Any]:
    head = [of, _("Open"), _("Norm"), _("Trajecten"), _("Contacten"), _("Geslaagd"), _("Te laat"), _("Langst stil")]
    rows = [[name, *_numbers(line)] for name, line in lines]
    return {"table": {"head": head, "rows": rows}, "widths": COUNTED_WIDTHS}


def _numbers(line: Line) -> list[str]:
    return [
        number(line.open_people),
        number(line.norm) if line.norm else NOTHING,
        number(line.active_trajectories),
        number(line.contacts),
        percent(line.effective_rate),
        number(line.overdue_follow_ups),
        _silence(line.longest_silence),
    ]


def _silence(days: int | None) -> str:
    return NOTHING if days is None else str(ngettext("%(num)s dag", "%(num)s dagen", days))


def _promises(made: Caseload) -> dict[str, Any]:
    head = [
        _("Team"), _("Beloftes"), _("Nagekomen"), _("Deels gelukt"), _("Niet gelukt"), _("Ingetrokken"),
        _("Nog open"), _("Verteld"), _("Te laat"),
    ]  # fmt: skip
    rows = [[team.name, *_promised(team.total)] for team in made.teams]
    if len(made.teams) > 1:
        rows.append([_("Totaal"), *_promised(made.total)])
    explained = _("De vijf uitkomsten zijn samen alle beloftes van de periode. Te laat is de stand nu.")
    table = {"table": {"head": head, "rows": rows}, "widths": PROMISED_WIDTHS}
    return {"heading": _("Beloftes"), "body": [explained, *([table] if rows else [])]}


def _promised(line: Line) -> list[str]:
    counted = (
        line.promises, line.promises_kept, line.promises_partly, line.promises_not_kept, line.promises_withdrawn,
        line.promises_open,
    )  # fmt: skip
    return [*map(number, counted), percent(line.told_rate), number(line.promises_late)]


def _defined() -> dict[str, Any]:
    head = [_("Cijfer"), _("Zo tellen wij")]
    return {"heading": _("Zo tellen wij"), "body": [{"table": {"head": head, "rows": definitions()}, "widths": [1, 4]}]}
