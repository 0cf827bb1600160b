"""When nobody is disturbed (domain §6.1): at night, and for most people on Saturdays, Sundays and public holidays.

Messages in the portal appear at any time; what makes a telephone ring waits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import RoleAssignment
from portal.core import clock, db, workdays
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from portal.reminders.models import DeliveryWish


@dataclass(frozen=True)
class QuietHours:
    """Each night from `starts` to `ends`, wall-clock time in Amsterdam; the same time twice means no night at all."""

    starts: time
    ends: time
    free_days: bool  # Saturdays, Sundays and public holidays are quiet all day

    def at(self, moment: datetime) -> bool:
        """Whether this aware moment is quiet."""
        local = clock.to_local(moment)
        return (self.free_days and not workdays.is_workday(local.date())) or self.night(local.time())

    def night(self, at: time) -> bool:
        """Whether this time of the day is quiet; the end itself no longer is."""
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


STAFF = QuietHours(time(19), time(8), free_days=True)
#: Credible messengers work in the evening and at the weekend.
MESSENGERS = QuietHours(time(23), time(10), free_days=False)


def of_people(user_ids: Collection[UUID]) -> Mapping[UUID, QuietHours]:
    """The quiet hours of each of these people: their own, or what their role brings."""
    messengers, own = _only_messengers(user_ids), _own(user_ids)
    return {user_id: own.get(user_id) or default(messenger=user_id in messengers) for user_id in user_ids}


def of(user_id: UUID) -> QuietHours:
    """The quiet hours of one person."""
    return of_people([user_id])[user_id]


def standard(actor: Actor) -> QuietHours:
    """What the roles of this person bring."""
    return default(messenger={role for role, _team in actor.roles} == {Role.CREDIBLE_MESSENGER})


def default(*, messenger: bool) -> QuietHours:
    """What holds for who chose nothing."""
    return MESSENGERS if messenger else STAFF


def _own(user_ids: Collection[UUID]) -> dict[UUID, QuietHours]:
    rows = db.session.scalars(select(DeliveryWish).where(DeliveryWish.user_id.in_(user_ids)))
    return {row.user_id: hours for row in rows if (hours := chosen(row))}


def chosen(row: DeliveryWish) -> QuietHours | None:
    """The hours somebody chose; None for who left it to the role."""
    if row.quiet_from is None or row.quiet_until is None:
        return None
    return QuietHours(row.quiet_from, row.quiet_until, bool(row.quiet_free_days))


def _only_messengers(user_ids: Collection[UUID]) -> set[UUID]:
    """Those whose only present role is that of a messenger."""
    today = clock.today()
    held = (
        select(RoleAssignment.user_id)
        .where(
            RoleAssignment.user_id.in_(user_ids),
            RoleAssignment.holds_on(today),
        )
        .group_by(RoleAssignment.user_id)
        .having(func.bool_and(RoleAssignment.role == Role.CREDIBLE_MESSENGER))
    )
    return set(db.session.scalars(held))
