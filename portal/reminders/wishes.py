"""How people want to be reached: channels per class, quiet hours, the number for SMS; the portal always tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts.models import User
from portal.core import db, sealing, sms
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.core.registry import RuleClass
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reminders import quiet
from portal.reminders.models import DeliveryWish, DispatchChannel
from portal.reminders.quiet import QuietHours
from portal.settings import settings


@dataclass(frozen=True)
class Wishes:
    """What one person takes beyond the portal, as stored."""

    mail: frozenset[RuleClass]
    sms: frozenset[RuleClass]
    number_sealed: bytes | None = None

    def takes(self, channel: DispatchChannel, kind: RuleClass) -> bool:
        """Whether a message of this class goes over this channel."""
        if kind == RuleClass.IN_APP:
            return False
        if channel == DispatchChannel.SMS:
            return bool(self.number_sealed and settings().sms_url) and kind in self.sms
        return kind == RuleClass.LEGAL or kind in self.mail


def of_people(user_ids: Collection[UUID]) -> Mapping[UUID, Wishes]:
    """The wishes of each of these people, in one statement."""
    rows = db.session.execute(
        select(User.id, User.mail_reminders, DeliveryWish)
        .join(DeliveryWish, DeliveryWish.user_id == User.id, isouter=True)
        .where(User.id.in_(user_ids))
    )
    return {user_id: _wishes(mail, row) for user_id, mail, row in rows}


def of(user_id: UUID) -> Wishes:
    """The wishes of one person."""
    return of_people([user_id])[user_id]


def _wishes(mail: bool, row: DeliveryWish | None) -> Wishes:
    if row is None:
        row = DeliveryWish(mail_acute=mail, sms_normal=False, sms_acute=True, sms_legal=False)
    by_mail = {RuleClass.NORMAL: mail, RuleClass.ACUTE: row.mail_acute}
    by_sms = {RuleClass.NORMAL: row.sms_normal, RuleClass.ACUTE: row.sms_acute, RuleClass.LEGAL: row.sms_legal}
    return Wishes(
        frozenset(kind for kind, wanted in by_mail.items() if wanted),
        frozenset(kind for kind, wanted in by_sms.items() if wanted),
        row.number_sealed,
    )


def seal_number(user_id: UUID, number: str) -> bytes:
    """The number for SMS, to be stored in this person's row only."""
    return sealing.seal(number, table="delivery_wish", column="number_sealed", row_id=user_id)


def number_of(user_id: UUID, sealed: bytes | None) -> str:
    """The number for SMS in international form; empty when there is none."""
    return sealing.unseal(sealed, table="delivery_wish", column="number_sealed", row_id=user_id) if sealed else ""


@dataclass(frozen=True)
class Choices:
    """All that a person chooses on one page. `quiet` None: the hours that the role brings."""

    mail_normal: bool
    mail_acute: bool
    sms_normal: bool
    sms_acute: bool
    sms_legal: bool
    number: str
    quiet: QuietHours | None


def choices(actor: Actor) -> Choices:
    """What this person chose, or the defaults."""
    me = _me(actor)
    stored, row = of(me), db.session.get(DeliveryWish, me)
    return Choices(
        mail_normal=RuleClass.NORMAL in stored.mail,
        mail_acute=RuleClass.ACUTE in stored.mail,
        sms_normal=RuleClass.NORMAL in stored.sms,
        sms_acute=RuleClass.ACUTE in stored.sms,
        sms_legal=RuleClass.LEGAL in stored.sms,
        number=number_of(me, stored.number_sealed),
        quiet=quiet.chosen(row) if row else None,
    )


def _me(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound
    return actor.user_id


def choose(actor: Actor, wanted: Choices) -> None:
    """Store what this person chose; the last choice counts. Raises Invalid for a number that gets no SMS."""
    try:
        number = sms.international(wanted.number) if wanted.number else ""
    except ValueError:
        raise Invalid(number=N_("Vul een Nederlands 06-nummer in, zoals 06 12345678.")) from None
    me = _me(actor)
    db.session.execute(update(User).where(User.id == me).values(mail_reminders=wanted.mail_normal))
    values = _values(me, wanted, number)
    db.session.execute(
        insert(DeliveryWish).values(user_id=me, **values).on_conflict_do_update(index_elements=["user_id"], set_=values)
    )
    access_log.record(
        actor,
        Action.UPDATE,
        Subject("user", me),
        permission=Permission.OWN_ACCOUNT,
        fields=["delivery_wish"],
    )


def _values(user_id: UUID, wanted: Choices, number: str) -> dict[str, object]:
    hours = wanted.quiet
    return {
        "mail_acute": wanted.mail_acute,
        "sms_normal": wanted.sms_normal,
        "sms_acute": wanted.sms_acute,
        "sms_legal": wanted.sms_legal,
        "quiet_from": hours.starts if hours else None,
        "quiet_until": hours.ends if hours else None,
        "quiet_free_days": hours.free_days if hours else None,
        "number_sealed": seal_number(user_id, number) if number else None,
    }
