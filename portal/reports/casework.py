"""Cases as figures (domain §5.2, RPT-12 and RPT-19). Numbers only, never a young person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.models import Team
from portal.cases import figures
from portal.cases.figures import Numbers
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reports.periods import Period


@dataclass(frozen=True)
class Casework:
    """The page."""

    period: Period
    numbers: Numbers


def made(actor: Actor, teams: Sequence[Team], period: Period) -> Casework:
    """Count these teams together, and log that it was looked at. Raises Forbidden for who sees no figures."""
    numbers = figures.count(actor, [team.id for team in teams], period.first, period.last)
    access_log.record(
        actor,
        Action.READ,
        Subject("case_figures"),
        permission=Permission.CASELOAD_READ,
        purpose=Purpose.REPORTING,
        context=Context.ACCOUNTABILITY,
    )
    return Casework(period, numbers)
