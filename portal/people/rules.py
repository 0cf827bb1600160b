"""Reminder rules about who does the work: colleagues who are away, and young people who are handed over."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_
from sqlalchemy.orm import aliased

from portal.accounts import absence
from portal.accounts.models import Absence, RoleAssignment, User
from portal.core.i18n import N_
from portal.core.registry import Rule
from portal.privacy.permissions import Role
from portal.reminders import asking


class AwayStage(IntEnum):
    """Who hears of an absence: who stands in, or the director when nobody does."""

    REPLACEMENT = 0
    DIRECTOR = 2


def standing_in(today: date) -> Select[Any]:
    """Absences that run or are planned, for who stands in."""
    return (
        asking.question(
            object_id=Absence.id,
            due_on=asking.civil(Absence.starts_at),
            recipient_id=Absence.replacement_id,
            since=Absence.updated_at,
            stage=AwayStage.REPLACEMENT,
        )
        .join(User, User.id == Absence.replacement_id)
        .where(_to_come(), Absence.declined_at.is_(None), User.deactivated_at.is_(None))
    )


def nobody_stands_in(today: date) -> Select[Any]:
    """Absences of youth workers for whom nobody stands in, or whose replacement cannot, for the team's directors."""
    held, account = aliased(RoleAssignment), aliased(User)
    alone = or_(Absence.replacement_id.is_(None), Absence.declined_at.is_not(None))
    unable = and_(absence.running(), absence.uncovered(Absence.user_id, held.team_id, today))
    asked = (
        asking.question(
            object_id=Absence.id,
            team_id=held.team_id,
            due_on=asking.civil(Absence.starts_at),
            recipient_id=RoleAssignment.user_id,
            since=Absence.updated_at,
            stage=AwayStage.DIRECTOR,
        )
        .join(held, held.user_id == Absence.user_id)
        .where(
            _to_come(),
            held.role == absence.STOOD_IN,
            asking.holds(held, today),
            exists().where(account.id == Absence.user_id, account.deactivated_at.is_(None)),
            or_(alone, unable),
        )
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, held.team_id, today)


def _to_come() -> Any:
    return and_(Absence.ends_at > func.app_now(), Absence.ends_at > Absence.starts_at)


def absences_link(_absence_id: UUID) -> str:
    """The page with all absences that concern somebody."""
    return "/afwezigheid"


RULES = (
    Rule(
        code="AFW",
        label=N_("Je krijgt dit omdat je waarneemt voor een collega."),
        object_type="absence",
        due=standing_in,
        link=absences_link,
        stages={AwayStage.REPLACEMENT: N_("Je neemt waar voor een collega")},
    ),
    Rule(
        code="AFW-regie",
        label=N_("Je krijgt dit omdat je regisseur bent en niemand waarneemt voor een collega die afwezig is."),
        object_type="absence",
        due=nobody_stands_in,
        link=absences_link,
        stages={AwayStage.DIRECTOR: N_("Een collega is afwezig zonder waarnemer")},
    ),
)
