"""Reminders about emergency access: the director hears at once, the privacy officer until it is reviewed."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case

from portal.accounts.models import RoleAssignment
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass, Term
from portal.emergency.models import EmergencyAccess
from portal.privacy.permissions import Role
from portal.reminders import asking


class Stage(IntEnum):
    """How long a use waits for its review."""

    NEW = 0
    LATE = 1


WEEK = 7  # days


def told(today: date) -> Select[Any]:
    """Uses of the last days, for the directors of the young person's team. Names nobody."""
    began = asking.civil(EmergencyAccess.started_at)
    asked = asking.question(
        object_id=EmergencyAccess.id,
        team_id=EmergencyAccess.team_id,
        due_on=began,
        recipient_id=RoleAssignment.user_id,
        since=EmergencyAccess.started_at,
    ).where(began >= today - asking.NEWS_DAYS, RoleAssignment.user_id != EmergencyAccess.user_id)
    return asking.to_role(asked, Role.JV_DIRECTOR, EmergencyAccess.team_id, today)


def unreviewed(today: date, *, days: int = WEEK) -> Select[Any]:
    """Uses without a review, for every privacy officer; after `days` once more."""
    began = asking.civil(EmergencyAccess.started_at)
    asked = asking.question(
        object_id=EmergencyAccess.id,
        due_on=began,
        recipient_id=RoleAssignment.user_id,
        since=EmergencyAccess.started_at,
        stage=case((began <= today - timedelta(days=days), Stage.LATE), else_=Stage.NEW),
    )
    return asking.to_everybody(asked.where(EmergencyAccess.outcome.is_(None)), Role.PRIVACY_OFFICER, today)


def link(emergency_id: UUID) -> str:
    """The page of one use."""
    return f"/noodtoegangen/{emergency_id}"


RULES = (
    Rule(
        code="NOOD",
        label=N_("Je krijgt dit omdat je regisseur bent van het team."),
        object_type="emergency",
        due=told,
        link=link,
        audience=N_("Regisseurs van het team"),
        stages={0: N_("Iemand gebruikt noodtoegang in je team")},
        news=True,
        kind=RuleClass.ACUTE,
    ),
    Rule(
        code="R39",
        label=N_("Je krijgt dit omdat je als privacy officer noodtoegang beoordeelt."),
        object_type="emergency",
        due=unreviewed,
        link=link,
        audience=N_("Privacy officers"),
        stages={
            Stage.NEW: N_("Beoordeel een noodtoegang"),
            Stage.LATE: N_("Een noodtoegang wacht al een week op je oordeel"),
        },
        kind=RuleClass.LEGAL,
        terms=(Term("days", N_("Nog een keer na"), standard=WEEK, low=1, high=14, unit=N_("dagen")),),
    ),
)
