"""Putting a reminder off: once, for three working days at most, never a term of the law (domain §6.1).

It ends by itself: on the morning of the day it is there again, and so is its message, if it still holds then. Whoever
comes after the owner on the ladder is told as always.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from portal.core import clock, db, workdays
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.registry import RuleClass, registry
from portal.privacy.actor import Actor
from portal.reminders import bundling, quiet, rulebook, slots, wishes
from portal.reminders.models import DispatchChannel, Notification, Reminder, Snooze

LONGEST = 3  # working days

KEY = (Snooze.recipient_id, Snooze.rule_code, Snooze.object_id, Snooze.due_on)
Key = tuple[UUID, str, UUID, date]


def key_of(reminder: Reminder) -> Key:
    """What is put off: this record on this date, whatever stage its reminder is in."""
    return reminder.recipient_id, reminder.rule_code, reminder.object_id, reminder.due_on


def put_off(today: Any) -> ColumnElement[bool]:
    """Whether a reminder is put off on this date; for a statement that has Reminder."""
    return exists().where(*_same(), Snooze.until > today)


def _same() -> tuple[ColumnElement[bool], ...]:
    return (
        Snooze.recipient_id == Reminder.recipient_id,
        Snooze.rule_code == Reminder.rule_code,
        Snooze.object_id == Reminder.object_id,
        Snooze.due_on == Reminder.due_on,
    )


def all_of(reminders: Collection[Reminder]) -> Mapping[Key, date]:
    """Until when each of these was ever put off, in one statement."""
    rows = db.session.execute(
        select(*KEY, Snooze.until).where(tuple_(*KEY).in_([key_of(reminder) for reminder in reminders]))
    )
    return {(row[0], row[1], row[2], row[3]): row.until for row in rows}


@dataclass(frozen=True)
class Standing:
    """How the reminder of a record stands for its recipient."""

    reminder_id: UUID
    may_put_off: bool
    until: date | None  # put off, and not there again before that day


def standing(actor: Actor, object_id: SQLColumnExpression[UUID]) -> ScalarSelect[Any]:
    """The live reminder of this person about a record of the statement around it, for `as_standing`."""
    return (
        select(func.jsonb_build_array(Reminder.id, Reminder.rule_code, Snooze.until))
        .outerjoin(Snooze, and_(*_same()))
        .where(Reminder.recipient_id == actor.user_id, Reminder.object_id == object_id, Reminder.cancelled_at.is_(None))
        .order_by(Reminder.due_on.desc(), Reminder.stage.desc())
        .limit(1)
        .scalar_subquery()
    )


def as_standing(found: Sequence[str | None] | None) -> Standing | None:
    """What `standing` selected."""
    if found is None:
        return None
    reminder_id, rule_code, until = found
    return stands(UUID(reminder_id), rule_code or "", date.fromisoformat(until) if until else None)


def stands(reminder_id: UUID, rule_code: str, until: date | None) -> Standing:
    """How a reminder stands that was put off `until` a day, or never."""
    rule = registry.rules.get(rule_code)
    fixed = rule is None or rule.news or rule.kind == RuleClass.LEGAL  # what is legal stays so, whatever is stored
    return Standing(reminder_id, until is None and not fixed, until if until and until > clock.today() else None)


def choices(today: date) -> list[date]:
    """The days until which somebody may put off."""
    return [workdays.add(today, count) for count in range(1, LONGEST + 1)]


def snooze(actor: Actor, reminder_id: UUID, *, until: date) -> None:
    """Put a reminder off until the morning of that day.

    Raises NotFound for somebody else's or one that no longer holds, Invalid for another day or a term of the law, and
    Conflict when it was put off before.
    """
    reminder = _own(actor, reminder_id)
    if rulebook.current()[reminder.rule_code].kind == RuleClass.LEGAL:
        raise Invalid(until=N_("Een termijn van de wet kun je niet uitstellen."))
    if until not in choices(clock.today()):
        raise Invalid(until=N_("Kies een dag binnen drie werkdagen."))
    values = dict(zip(("recipient_id", "rule_code", "object_id", "due_on"), key_of(reminder), strict=True))
    made = db.session.scalars(
        insert(Snooze).values(**values, until=until).on_conflict_do_nothing().returning(Snooze.object_id)
    ).all()
    if not made:
        raise Conflict
    _again(reminder, until)


def _own(actor: Actor, reminder_id: UUID) -> Reminder:
    reminder = db.session.get(Reminder, reminder_id)
    if reminder is None or reminder.recipient_id != actor.user_id or reminder.cancelled_at is not None:
        raise NotFound
    rule = registry.rules.get(reminder.rule_code)
    if rule is None or rule.news:
        raise NotFound
    return reminder


def _again(reminder: Reminder, until: date) -> None:
    """Unread from that day on, and in the messages of its first slot."""
    mine = dict(zip(("recipient_id", "rule_code", "object_id", "due_on"), key_of(reminder), strict=True))
    live = db.session.scalars(select(Reminder).filter_by(**mine).where(Reminder.cancelled_at.is_(None))).all()
    db.session.execute(
        update(Notification).where(Notification.reminder_id.in_([row.id for row in live])).values(read_at=None)
    )
    kind = rulebook.current()[reminder.rule_code].kind
    wished, hours = wishes.of(reminder.recipient_id), quiet.of(reminder.recipient_id)
    for channel in DispatchChannel:
        if wished.takes(channel, kind):
            carrier = bundling.open_dispatch(reminder.recipient_id, channel, slots.after(before(until), hours))
            for row in live:
                bundling.carry(row, channel, carrier)
    db.session.flush()


def put_off_link(reminder_id: UUID) -> str:
    """Where somebody puts it off and comes back to "Mijn dag"."""
    return f"/meldingen/{reminder_id}/uitstellen?terug=mijn-dag"


def before(day: date) -> datetime:
    """The last moment before a civil date."""
    return clock.day_start(day) - timedelta(microseconds=1)
