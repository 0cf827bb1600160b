"""Reminder rule R38: the account of an external partner is about to end (domain §6.2, I-21)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleAssignment, User
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass, Term
from portal.privacy.permissions import Role
from portal.reminders import asking

FIRST, LAST = 30, 7  # days before the last day

GUEST = aliased(RoleAssignment, name="guest")
ACCOUNT = aliased(User, name="account")


class Stage(IntEnum):
    """How near the end is."""

    MONTH = 0
    WEEK = 1


def expiring(today: date, *, first: int = FIRST, last: int = LAST) -> Select[Any]:
    """Accounts of external partners with `first` or `last` days to go, for the directors of the team that asked them
    in."""
    near = GUEST.valid_until <= today + timedelta(days=last)
    asked = (
        asking.question(
            object_id=GUEST.user_id,
            due_on=GUEST.valid_until,
            recipient_id=RoleAssignment.user_id,
            stage=case((near, int(Stage.WEEK)), else_=int(Stage.MONTH)),
            since=asking.midnight(GUEST.valid_until - case((near, last), else_=first)),
        )
        .join(ACCOUNT, ACCOUNT.id == GUEST.user_id)
        .where(
            GUEST.role == Role.EXTERNAL_PARTNER,
            GUEST.valid_until >= today,
            GUEST.valid_until <= today + timedelta(days=first),
            ACCOUNT.deactivated_at.is_(None),
        )
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, GUEST.team_id, today)


def link(user_id: UUID) -> str:
    """The page of the account."""
    return f"/mensen/{user_id}"


RULES = (
    Rule(
        code="R38",
        label=N_("Je krijgt dit omdat jouw team een externe partner een account gaf."),
        object_type="user",
        due=expiring,
        link=link,
        kind=RuleClass.LEGAL,
        terms=(
            Term("first", N_("Eerste bericht"), FIRST, 14, 60, N_("dagen")),
            Term("last", N_("Tweede bericht"), LAST, 1, 13, N_("dagen")),
        ),
        audience=N_("Regisseurs van het team"),
        stages={
            Stage.MONTH: N_("Een account van een externe partner loopt over een maand af"),
            Stage.WEEK: N_("Een account van een externe partner loopt over een week af"),
        },
    ),
)
