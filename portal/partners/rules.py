"""Reminder rule R38: the account of an external partner is about to end (domain §6.2, I-21)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case
from sqlalchemy.orm import aliased

from portal.accounts import working
from portal.accounts.models import RoleAssignment, User
from portal.accounts.service.expiring import SPONSORS
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
    """Accounts of external partners with `first` or `last` days to go: for who answers for them, and where nobody who
    still works there does, for the directors of the team."""
    return asking.either(_to_sponsors(today, first, last), _to_directors(today, first, last))


def _to_sponsors(today: date, first: int, last: int) -> Select[Any]:
    held = and_(RoleAssignment.user_id == GUEST.sponsor_id, RoleAssignment.team_id == GUEST.team_id)
    asked = _near(today, first, last, GUEST.sponsor_id).join(RoleAssignment, held)
    asked = asked.join(User, User.id == GUEST.sponsor_id)
    return asked.where(RoleAssignment.role.in_(SPONSORS), asking.works(today)).distinct()


def _to_directors(today: date, first: int, last: int) -> Select[Any]:
    answers = and_(
        working.in_team(GUEST.sponsor_id, GUEST.team_id, today, *SPONSORS), working.has_account(GUEST.sponsor_id)
    )
    asked = _near(today, first, last, RoleAssignment.user_id).where(~answers)
    return asking.to_role(asked, Role.JV_DIRECTOR, GUEST.team_id, today)


def _near(today: date, first: int, last: int, recipient: Any) -> Select[Any]:
    near = GUEST.valid_until <= today + timedelta(days=last)
    return (
        asking.question(
            object_id=GUEST.user_id,
            due_on=GUEST.valid_until,
            recipient_id=recipient,
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


def link(_user_id: UUID) -> str:
    """The page of who answers for it, where it is extended."""
    return "/gasten"


RULES = (
    Rule(
        code="R38",
        label=N_("Je krijgt dit omdat je instaat voor een externe partner met een account in jouw team."),
        object_type="user",
        due=expiring,
        link=link,
        kind=RuleClass.LEGAL,
        terms=(
            Term("first", N_("Eerste bericht"), FIRST, 14, 60, N_("dagen")),
            Term("last", N_("Tweede bericht"), LAST, 1, 13, N_("dagen")),
        ),
        audience=N_("Wie ervoor instaat, en anders de regisseurs van het team"),
        stages={
            Stage.MONTH: N_("Een account van een externe partner loopt over een maand af"),
            Stage.WEEK: N_("Een account van een externe partner loopt over een week af"),
        },
    ),
)
