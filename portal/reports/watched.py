"""Monitored locations as figures: per team and together (domain §5.2, RPT-07), on a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.accounts.models import Team
from portal.core.formats import full_date
from portal.places import figures
from portal.places.figures import FIGURES, NAMES, Counted
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reports import files
from portal.reports.files import Cell
from portal.reports.periods import Period


@dataclass(frozen=True)
class Watched:
    """The page."""

    period: Period
    lines: Sequence[tuple[str, Counted]]  # per team, by name
    total: Counted


def made(actor: Actor, teams: Sequence[Team], period: Period, *, as_file: str = "") -> Watched:
    """Count these teams, and log that it was looked at, or taken along as a file. Raises Forbidden."""
    counted = figures.count(actor, [team.id for team in teams], period.first, period.last)
    access_log.record(
        actor,
        Action.EXPORT if as_file else Action.READ,
        Subject("location_figures"),
        permission=Permission.CASELOAD_READ,
        purpose=Purpose.REPORTING,
        context=Context.ACCOUNTABILITY,
        fields=[as_file] if as_file else (),
    )
    lines = [(team.name, counted[team.id]) for team in teams]
    return Watched(period, lines, figures.together([line for _name, line in lines]))


def as_csv(page: Watched) -> bytes:
    """One row per team and one for all, with how it is counted."""
    rows: list[Sequence[Cell]] = [
        [_("Locaties")],
        [_("Periode"), f"{full_date(page.period.first)} – {full_date(page.period.last)}"],
        [],
        [_("Team"), *(_(figure.label) for figure in FIGURES)],
        *([name, *_numbers(line)] for name, line in page.lines),
        [_("Alle teams"), *_numbers(page.total)],
        [],
        [_("Zo tellen wij")],
        *([_(figure.label), _(figure.definition)] for figure in FIGURES),
    ]
    return files.written(rows)


def _numbers(line: Counted) -> list[Cell]:
    return [getattr(line, name) for name in NAMES]
