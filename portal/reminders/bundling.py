"""Which message carries a reminder: per person and channel one per slot, and one SMS a day at most (domain §6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql

from portal.accounts import absence
from portal.accounts.models import User
from portal.core import clock, db
from portal.core.registry import RuleClass
from portal.reminders import quiet, rulebook, slots, wishes
from portal.reminders.models import Attempt, Dispatch, DispatchChannel, DispatchState, Reminder
from portal.reminders.rulebook import Setting
from portal.reminders.slots import Slot
from portal.reminders.urgent import at_once

#: The column of a reminder that says in which message of a channel it is.
CARRIER = {DispatchChannel.EMAIL: "dispatch_id", DispatchChannel.SMS: "sms_dispatch_id"}
#: All slots of one day are the same SMS, so that a second one cannot be made.
SMS_SLOT = "day"


def kind_of(reminder: Reminder, book: Mapping[str, Setting]) -> RuleClass:
    """The class of the rule a reminder comes from; a rule that is gone goes nowhere."""
    return book[reminder.rule_code].kind if reminder.rule_code in book else RuleClass.IN_APP


def carry(reminder: Reminder, channel: DispatchChannel, dispatch_id: UUID | None) -> None:
    """Put a reminder into a message of this channel, or into none."""
    setattr(reminder, CARRIER[channel], dispatch_id)


def bundle(reminders: Sequence[Reminder], now: datetime, snoozed: Mapping[UUID, date]) -> None:
    """Put reminders into the messages that will carry them, as their recipients wish.

    Who is away gets none; what is in a message already stays there. `snoozed`: from which day some are told.
    """
    recipients = {reminder.recipient_id for reminder in reminders}
    away = set(db.session.scalars(select(User.id).where(User.id.in_(recipients), absence.away(User.id))))
    wanted, hours = wishes.of_people(recipients), quiet.of_people(recipients)
    book = rulebook.current()
    urgent = [r for r in reminders if kind_of(r, book) == RuleClass.ACUTE and r.recipient_id not in away]
    now_at_once = at_once(urgent, now) if urgent else set()
    chosen: dict[tuple[UUID, DispatchChannel, Slot], UUID] = {}
    for reminder, channel in product([r for r in reminders if r.recipient_id not in away], DispatchChannel):
        mine = hours[reminder.recipient_id]
        carried = getattr(reminder, CARRIER[channel]) is not None
        if carried or not wanted[reminder.recipient_id].takes(channel, kind_of(reminder, book)):
            continue
        if reminder.id in now_at_once:
            carry(reminder, channel, _at_once(reminder, channel, now))
            continue
        start = _start(reminder, now, snoozed)
        key = reminder.recipient_id, channel, next(slots.candidates(start, reminder.since, mine))
        if key not in chosen:
            chosen[key] = open_dispatch(reminder.recipient_id, channel, slots.candidates(start, reminder.since, mine))
        carry(reminder, channel, chosen[key])
    db.session.flush()


def _start(reminder: Reminder, now: datetime, snoozed: Mapping[UUID, date]) -> datetime:
    """From when a reminder may be told: now, or the day until which it is put off."""
    until = snoozed.get(reminder.id)
    return max(now, clock.day_start(until) - timedelta(microseconds=1)) if until else now


def occurrence_key(recipient_id: UUID, channel: DispatchChannel, slot: Slot) -> str:
    """What makes a message the same one: who, over which channel, on which civil date, in which slot."""
    return f"{recipient_id}|{channel}|{slot.on}|{SMS_SLOT if channel == DispatchChannel.SMS else slot.name}"


def _at_once(reminder: Reminder, channel: DispatchChannel, now: datetime) -> UUID | None:
    """A mail of its own; or today's SMS, unless that was tried already: there is one a day, whatever happens."""
    slot = Slot(now, clock.to_local(now).date(), f"acute-{reminder.id}")
    found = _claimable(reminder.recipient_id, channel, slot)
    if found and channel == DispatchChannel.SMS:
        db.session.execute(
            update(Dispatch)
            .where(Dispatch.id == found, Dispatch.not_before > now)
            .values(not_before=now)
            .execution_options(synchronize_session=False)
        )
    return found


def open_dispatch(recipient_id: UUID, channel: DispatchChannel, choice: Iterable[Slot]) -> UUID:
    """The message of the first of these slots that was not tried yet; made when there is none."""
    found = (_claimable(recipient_id, channel, slot) for slot in choice)
    return next(id_ for id_ in found if id_ is not None)


def _claimable(recipient_id: UUID, channel: DispatchChannel, slot: Slot) -> UUID | None:
    """The slot's message, made when there is none; None when it was already tried, so that nothing can be added."""
    key = occurrence_key(recipient_id, channel, slot)
    values = {"occurrence_key": key, "recipient_id": recipient_id, "slot_on": slot.on, "not_before": slot.opens}
    db.session.execute(
        postgresql.insert(Dispatch)
        .values(channel=channel, **values)
        .on_conflict_do_nothing(index_elements=["occurrence_key"])
    )
    untried = Dispatch.occurrence_key == key, ~exists().where(Attempt.dispatch_id == Dispatch.id)
    # What it was for had lapsed before anything was tried: it is as good as new, and what comes now need not wait.
    db.session.execute(
        update(Dispatch)
        .where(*untried, Dispatch.state == DispatchState.CANCELLED)
        .values(state=DispatchState.PENDING, not_before=slot.opens, settled_at=None)
        .execution_options(synchronize_session=False)
    )
    pending = select(Dispatch.id).where(*untried, Dispatch.state == DispatchState.PENDING)
    return db.session.scalar(pending.with_for_update(of=Dispatch))
