"""What the portal asks of the ledger: the inbox of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, and_, bindparam, func, select, update
from sqlalchemy.orm import contains_eager

from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.core.registry import registry
from portal.privacy.actor import Actor
from portal.reminders import mails, snoozing
from portal.reminders.models import Notification, Reminder

PAGE_SIZE = 30


@dataclass(frozen=True)
class Notice:
    """One message in the inbox, in Dutch msgids. `who`: the young person, while this person may know of them."""

    id: UUID
    title: str
    who: str
    why: str
    due_on: date
    told_at: datetime
    unread: bool
    done: bool  # the record moved on; there is nothing left to do
    put_off_until: date | None = None  # not before that day
    may_put_off: bool = False


def _unread(recipient: Any, today: Any) -> ColumnElement[bool]:
    """New for this person, and still true."""
    return and_(
        Notification.recipient_id == recipient,
        Notification.read_at.is_(None),
        Reminder.cancelled_at.is_(None),
        ~snoozing.put_off(today),
    )


#: Written once, because every page asks it.
_COUNT = select(func.count()).select_from(
    select(Notification.reminder_id)
    .join(Notification.reminder)
    .where(_unread(bindparam("me", type_=Uuid()), bindparam("today", type_=Date())))
    .limit(100)
    .subquery()
)


def unread_count(actor: Actor) -> int:
    """How many notifications this person has not read; counted up to 100, because more is shown as 99+."""
    return db.session.scalar(_COUNT, {"me": actor.user_id, "today": clock.today()}) or 0


def inbox(actor: Actor, *, everything: bool = False, cursor: str | None = None) -> Page[Notice]:
    """The notifications of this person, the newest first; unread ones only unless `everything`.

    Raises NotFound for a cursor that is not ours.
    """
    statement = _newest_first().where(
        Notification.recipient_id == actor.user_id if everything else _unread(actor.user_id, clock.today()),
    )
    if cursor:
        columns = (Notification.created_at, Notification.reminder_id)
        statement = paging.after(statement, columns, paging.place(cursor), descending=True)
    rows = db.session.scalars(statement.limit(PAGE_SIZE + 1)).all()
    page = paging.page(rows, lambda row: (row.created_at.isoformat(), row.reminder_id), size=PAGE_SIZE)
    return Page(_notices(actor, page.rows), page.next_cursor)


def latest(actor: Actor, count: int = 5) -> Sequence[Notice]:
    """The newest unread ones, for a page that shows a few."""
    return _notices(
        actor, db.session.scalars(_newest_first().where(_unread(actor.user_id, clock.today())).limit(count)).all()
    )


def _newest_first() -> Select[Notification]:
    return (
        select(Notification)
        .join(Notification.reminder)
        .options(contains_eager(Notification.reminder))
        .order_by(Notification.created_at.desc(), Notification.reminder_id.desc())
    )


def _notices(actor: Actor, notifications: Sequence[Notification]) -> list[Notice]:
    ids = {n.reminder.person_id for n in notifications if n.reminder.person_id and n.reminder.cancelled_at is None}
    names = registry.short_names(actor, ids) if ids else {}
    ever = snoozing.all_of([n.reminder for n in notifications])
    return [_with_snooze(_notice(n, _name_of(n, names)), n.reminder, ever) for n in notifications]


def _with_snooze(notice: Notice, reminder: Reminder, ever: Mapping[snoozing.Key, date]) -> Notice:
    stands = snoozing.stands(reminder.id, reminder.rule_code, ever.get(snoozing.key_of(reminder)))
    return replace(
        notice,
        put_off_until=None if notice.done else stands.until,
        may_put_off=stands.may_put_off and not notice.done,
    )


def _name_of(notification: Notification, names: Mapping[UUID, str]) -> str:
    reminder = notification.reminder
    return names.get(reminder.person_id, "") if reminder.person_id and reminder.cancelled_at is None else ""


def _notice(notification: Notification, who: str) -> Notice:
    reminder = notification.reminder
    rule = registry.rules.get(reminder.rule_code)
    return Notice(
        id=reminder.id,
        title=mails.title(reminder.rule_code, reminder.stage),
        who=who,
        why=rule.label if rule else "",
        due_on=reminder.due_on,
        told_at=notification.created_at,
        unread=notification.read_at is None and reminder.cancelled_at is None,
        done=reminder.cancelled_at is not None,
    )


def open_notice(actor: Actor, reminder_id: UUID) -> str:
    """Mark one as read; returns the own path of its record. Raises NotFound for somebody else's."""
    mark_read(actor, reminder_id)
    reminder = db.session.get_one(Reminder, reminder_id)
    rule = registry.rules.get(reminder.rule_code)
    if rule is None:
        raise NotFound
    return rule.link(reminder.object_id)


def mark_read(actor: Actor, reminder_id: UUID) -> None:
    """Mark one as read; again changes nothing. Raises NotFound for somebody else's."""
    notification = _own(actor, reminder_id)
    notification.read_at = notification.read_at or clock.now()
    db.session.flush()


def mark_all_read(actor: Actor) -> None:
    """Mark everything of this person as read."""
    db.session.execute(
        update(Notification)
        .where(Notification.recipient_id == actor.user_id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )


def notice(actor: Actor, reminder_id: UUID) -> Notice:
    """One notification of this person. Raises NotFound for somebody else's."""
    return _notices(actor, [_own(actor, reminder_id)])[0]


def _own(actor: Actor, reminder_id: UUID) -> Notification:
    """With its reminder, which the database hides when it is about somebody this person knows in private."""
    own = (Notification.reminder_id == reminder_id, Notification.recipient_id == actor.user_id)
    found = db.session.scalar(_newest_first().where(*own))
    if found is None:
        raise NotFound
    return found
