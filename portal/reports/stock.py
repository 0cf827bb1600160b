"""Young people in view as figures: per team and together (domain §5.2, RPT-05). Numbers only, never a young person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.models import Team
from portal.in_view import figures
from portal.in_view.figures import Counted
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reports.periods import Period


@dataclass(frozen=True)
class Stock:
    """The page."""

    period: Period
    lines: Sequence[tuple[str, Counted]]  # per team, by name
    total: Counted


def made(actor: Actor, teams: Sequence[Team], period: Period) -> Stock:
    """Count these teams, and log that it was looked at. Raises Forbidden for who sees no figures."""
    counted = figures.count(actor, [team.id for team in teams], period.first, period.last)
    access_log.record(
        actor,
        Action.READ,
        Subject("in_view_figures"),
        permission=Permission.CASELOAD_READ,
        purpose=Purpose.REPORTING,
        context=Context.ACCOUNTABILITY,
    )
    lines = [(team.name, counted[team.id]) for team in teams]
    return Stock(period, lines, figures.together([line for _name, line in lines]))
