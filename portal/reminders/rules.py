"""What the ledger itself asks of people: a message that did not arrive, for the administrators (domain §6.1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func

from portal.accounts.models import RoleAssignment
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass
from portal.privacy.permissions import Role
from portal.reminders import asking
from portal.reminders.models import Dispatch, DispatchState

LOOK_BACK = timedelta(days=14)  # after that nobody waits for the message any more


def not_arrived(today: date) -> Select[Any]:
    """Messages that were refused for good, or of which nobody knows whether they arrived, until somebody acts."""
    failed_on = asking.civil(Dispatch.settled_at)
    asked = asking.question(
        object_id=Dispatch.id,
        due_on=failed_on,
        recipient_id=RoleAssignment.user_id,
        since=func.coalesce(Dispatch.settled_at, Dispatch.created_at),
    ).where(Dispatch.state.in_([DispatchState.DEAD, DispatchState.UNCERTAIN]), failed_on >= today - LOOK_BACK)
    return asking.to_everybody(asked, Role.ADMINISTRATOR, today)


def entry_link(dispatch_id: UUID) -> str:
    """The message in the ledger."""
    return f"/herinneringen/{dispatch_id}"


RULES = (
    Rule(
        code="BER",
        label=N_("Je krijgt dit omdat je beheerder bent en een bericht niet is aangekomen."),
        object_type="dispatch",
        due=not_arrived,
        link=entry_link,
        audience=N_("Beheerders"),
        stages={0: N_("Een bericht is niet aangekomen")},
        kind=RuleClass.IN_APP,
    ),
)
