"""From waiting messages to sent ones: claim with a lease and a token, send outside any transaction, settle our own.

The lease runs on the database's real clock, so that moving the clock of a demo does not break a send that is under
way; when a message is due is decided by app_now(). A mail that may have arrived is sent again under the same
Message-ID; an SMS has none that would let a telephone drop the second one, so it is held for a person to decide.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update

from portal.accounts import absence
from portal.accounts.models import User
from portal.core import clock, db, mail, sms
from portal.core.ids import new_id
from portal.core.outcome import Sent
from portal.core.registry import RuleClass, registry
from portal.reminders import bundling, mails, questions, quiet, rulebook, slots, wishes
from portal.reminders.mails import Item
from portal.reminders.materialise import RULE_GONE, database_now
from portal.reminders.models import Attempt, AttemptOutcome, Dispatch, DispatchChannel, DispatchState, Reminder
from portal.reminders.questions import MOVED_ON
from portal.reminders.quiet import QuietHours
from portal.reminders.rulebook import Setting
from portal.reminders.urgent import at_once
from portal.settings import settings

log = logging.getLogger(__name__)

LEASE_EXPIRED = "lease expired"


@dataclass(frozen=True)
class Claim:
    """A dispatch that is ours until the lease ends, with all that is needed to send it."""

    dispatch_id: UUID
    channel: DispatchChannel
    token: UUID
    tries: int
    occurrence_key: str
    to: str  # mail address or telephone number
    language: str
    items: tuple[Item, ...]
    quiet: QuietHours | None  # None: it bypasses them


def drain(go_on: Callable[[], bool]) -> int:
    """Deliver what is due, one by one, as long as `go_on()` says so; returns how many were tried."""
    tried = 0
    while go_on() and (claimed := claim()):
        settle(claimed, send(claimed))
        tried += 1
    return tried


def deliver(dispatch_id: UUID) -> bool:
    """Deliver one dispatch now, if it is due and nobody else has it; tells whether it was tried."""
    claimed = claim(dispatch_id)
    if claimed:
        settle(claimed, send(claimed))
    return claimed is not None


def due_for_claim() -> ColumnElement[bool]:
    """Waiting and due, or claimed by somebody whose lease ended.

    A lease that ends later than a new one would was given before the machine's clock stepped back; it ended too. What
    is new is asked of the running clock: that of a transaction that waited is behind a lease given meanwhile.
    """
    newest = func.clock_timestamp() + timedelta(seconds=settings().lease_seconds)
    return or_(
        and_(Dispatch.state == DispatchState.PENDING, Dispatch.not_before <= func.app_now()),
        and_(
            Dispatch.state == DispatchState.CLAIMED,
            or_(Dispatch.lease_until <= func.now(), Dispatch.lease_until > newest),
        ),
    )


def claim(dispatch_id: UUID | None = None) -> Claim | None:
    """Take the dispatch that waits longest (or this one); None when there is nothing to send.

    One that cannot be judged is put off, so that it does not stop the others.
    """
    while True:
        found: UUID | None = None
        try:
            with db.unit_of_work(part="reminders"):
                dispatch = _lock_next(dispatch_id)
                if dispatch is None:
                    return None
                found = dispatch.id
                claimed = _take(dispatch, database_now())
        except Exception as error:
            if found is None:
                raise
            log.error("dispatch put off", exc_info=error, extra={"dispatch": found})
            _put_off(found)
            continue
        if claimed or dispatch_id:
            return claimed


def _lock_next(dispatch_id: UUID | None) -> Dispatch | None:
    statement = (
        select(Dispatch)
        .where(due_for_claim())
        .order_by(Dispatch.not_before, Dispatch.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if dispatch_id:
        statement = statement.where(Dispatch.id == dispatch_id)
    return db.session.scalars(statement).one_or_none()


def _take(dispatch: Dispatch, now: datetime) -> Claim | None:
    """Under the lock: close what was left open, check again, and write down that we try."""
    left_open = _close_open_attempt(dispatch.id, now)
    channel = DispatchChannel(dispatch.channel)
    if left_open and (_holds(channel) or dispatch.attempts >= settings().mail_max_attempts):
        _end(dispatch, DispatchState.UNCERTAIN, now)
        return None
    user = db.session.get_one(User, dispatch.recipient_id)
    book = rulebook.current()
    live = [] if user.deactivated_at else _wanted(dispatch, channel, book, now)
    if db.session.scalar(select(absence.away(user.id))):
        for reminder in live:
            bundling.carry(reminder, channel, None)  # for the message they get when they are back
        live = []
    if not live:
        _end(dispatch, DispatchState.CANCELLED, now)
        return None
    urgent = [reminder for reminder in live if bundling.kind_of(reminder, book) == RuleClass.ACUTE]
    hours = None if urgent and at_once(urgent, now) else quiet.of(user.id)
    if (hours and hours.at(now)) or _stale(dispatch, now):
        _postpone(dispatch, live, hours or quiet.of(user.id), now)
        return None
    token = _lease(dispatch, now)
    items = tuple(Item(reminder.rule_code, reminder.stage, reminder.due_on) for reminder in live)
    to = user.email if channel == DispatchChannel.EMAIL else _number(user.id)
    return Claim(
        dispatch.id, channel, token, dispatch.attempts, dispatch.occurrence_key, to, user.language, items, hours
    )


def _wanted(dispatch: Dispatch, channel: DispatchChannel, book: Mapping[str, Setting], now: datetime) -> list[Reminder]:
    """What is still due and still wanted over this channel; the rest is left out, and may be asked for again."""
    wished = wishes.of(dispatch.recipient_id)
    wanted = [r for r in _still_due(dispatch, book, now) if wished.takes(channel, bundling.kind_of(r, book))]
    for reminder in dispatch.reminders:
        if wanted and reminder not in wanted:
            bundling.carry(reminder, channel, None)
    return wanted


def _number(user_id: UUID) -> str:
    return wishes.number_of(user_id, wishes.of(user_id).number_sealed)


def _holds(channel: DispatchChannel) -> bool:
    """Whether a message that may have arrived waits for a person."""
    return channel == DispatchChannel.SMS or settings().mail_on_unknown == "hold"


def _stale(dispatch: Dispatch, now: datetime) -> bool:
    """An SMS of an earlier day would be the second one of today."""
    return dispatch.channel == DispatchChannel.SMS and dispatch.slot_on < clock.to_local(now).date()


def _close_open_attempt(dispatch_id: UUID, now: datetime) -> bool:
    statement = (
        update(Attempt)
        .where(Attempt.dispatch_id == dispatch_id, Attempt.outcome.is_(None))
        .values(outcome=AttemptOutcome.UNKNOWN, ended_at=now, reply=LEASE_EXPIRED)
        .returning(Attempt.id)
    )
    return bool(db.session.scalars(statement).all())


def _still_due(dispatch: Dispatch, book: Mapping[str, Setting], now: datetime) -> list[Reminder]:
    """The reminders whose rule still asks for them; the others are closed."""
    live: list[Reminder] = []
    for code in sorted({reminder.rule_code for reminder in dispatch.reminders}):
        mine = [r for r in dispatch.reminders if r.rule_code == code and r.cancelled_at is None]
        asked = _asked_for(code, mine, book[code], now) if code in registry.rules else set()
        for reminder in mine:
            if _identity(reminder) in asked:
                live.append(reminder)
            else:
                reminder.cancelled_at = now
                reminder.cancel_reason = MOVED_ON if code in registry.rules else RULE_GONE
    return live


def _identity(reminder: Reminder) -> tuple[object, ...]:
    return reminder.object_id, reminder.due_on, reminder.recipient_id, reminder.stage


def _asked_for(code: str, reminders: Sequence[Reminder], setting: Setting, now: datetime) -> set[tuple[object, ...]]:
    due = questions.of(registry.rules[code], setting, now).due
    columns = due.c.object_id, due.c.due_on, due.c.recipient_id, due.c.stage
    wanted = [_identity(reminder) for reminder in reminders]
    rows = db.session.execute(select(*columns).where(tuple_(*columns).in_(wanted)))
    return {tuple(row) for row in rows}


def _postpone(dispatch: Dispatch, live: Sequence[Reminder], hours: QuietHours, now: datetime) -> None:
    """Not now. What was never tried goes along with the next slot; a mail that was tried keeps its Message-ID."""
    channel = DispatchChannel(dispatch.channel)
    later = next(slots.after(now, hours))
    same = bundling.occurrence_key(dispatch.recipient_id, channel, later) == dispatch.occurrence_key
    if same or (channel == DispatchChannel.EMAIL and _last_try(dispatch.id)):
        dispatch.state, dispatch.lease_token, dispatch.lease_until = DispatchState.PENDING, None, None
        dispatch.not_before = later.opens
        return
    carrier = bundling.open_dispatch(dispatch.recipient_id, channel, slots.after(now, hours))
    for reminder in live:
        bundling.carry(reminder, channel, carrier)
    _end(dispatch, DispatchState.CANCELLED, now)


def _lease(dispatch: Dispatch, now: datetime) -> UUID:
    token = new_id()
    dispatch.state = DispatchState.CLAIMED
    dispatch.lease_token = token
    dispatch.lease_until = db.session.scalars(select(func.now())).one() + timedelta(seconds=settings().lease_seconds)
    dispatch.attempts += 1
    db.session.add(Attempt(dispatch_id=dispatch.id, n=_last_try(dispatch.id) + 1, token=token, started_at=now))
    return token


def _last_try(dispatch_id: UUID) -> int:
    """The number of the last try ever, also before a person had it sent again; 0 when there was none."""
    return db.session.scalar(select(func.max(Attempt.n)).where(Attempt.dispatch_id == dispatch_id)) or 0


def _end(dispatch: Dispatch, state: DispatchState, now: datetime) -> None:
    dispatch.state, dispatch.settled_at = state, now
    dispatch.lease_token = dispatch.lease_until = None
    if state != DispatchState.CANCELLED:
        log.error("dispatch needs a person", extra={"dispatch": dispatch.id, "outcome": state})


def _put_off(dispatch_id: UUID) -> None:
    with db.unit_of_work(part="reminders"):
        db.session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch_id, due_for_claim())
            .values(
                state=DispatchState.PENDING, lease_token=None, lease_until=None, not_before=func.app_now() + wait(1)
            )
            .execution_options(synchronize_session=False)
        )


def send(claimed: Claim) -> Sent:
    """Hand the message over, outside any transaction."""
    try:
        hand_over = _composed(claimed)
    except Exception as error:  # a broken template is ours to mend; the message waits and the others go on
        log.error("message could not be written", exc_info=error, extra={"dispatch": claimed.dispatch_id})
        return Sent("temporary", type(error).__name__)
    return hand_over()


def _composed(claimed: Claim) -> Callable[[], Sent]:
    config = settings()
    sender, timeout = config.mail_from, config.mail_timeout_seconds
    if claimed.channel == DispatchChannel.SMS:
        text = mails.compose_sms(claimed.to, claimed.language, claimed.occurrence_key, claimed.items)
        return partial(sms.send, text, url=config.sms_url, sender=sender, timeout=timeout)
    letter = mails.compose(claimed.to, claimed.language, claimed.occurrence_key, claimed.items)
    return partial(mail.send, letter, url=config.mail_url, sender=sender, timeout=timeout)


def settle(claimed: Claim, sent: Sent) -> bool:
    """Write down the outcome; False when the lease had ended and somebody else took over."""
    with db.unit_of_work(part="reminders"):
        now = database_now()
        state, values = _verdict(claimed, AttemptOutcome(sent.outcome), now)
        mine = update(Dispatch).where(Dispatch.id == claimed.dispatch_id, Dispatch.lease_token == claimed.token)
        settled = db.session.scalars(
            mine.values(state=state, lease_token=None, lease_until=None, **values)
            .returning(Dispatch.id)
            .execution_options(synchronize_session=False)
        ).all()
        if settled:
            db.session.execute(
                update(Attempt)
                .where(Attempt.token == claimed.token, Attempt.outcome.is_(None))
                .values(outcome=sent.outcome, ended_at=now, reply=sent.reply[:200])
                .execution_options(synchronize_session=False)
            )
    level = logging.ERROR if settled and state in {DispatchState.DEAD, DispatchState.UNCERTAIN} else logging.INFO
    outcome = sent.outcome if settled else "lease lost"
    log.log(level, "dispatch", extra={"dispatch": claimed.dispatch_id, "outcome": outcome})
    return bool(settled)


def _verdict(claimed: Claim, outcome: AttemptOutcome, now: datetime) -> tuple[DispatchState, dict[str, datetime]]:
    """The next state of the dispatch, and when."""
    config = settings()
    exhausted = claimed.tries >= config.mail_max_attempts
    if outcome is AttemptOutcome.ACCEPTED:
        return DispatchState.SENT, {"settled_at": now}
    if outcome is AttemptOutcome.PERMANENT:
        return DispatchState.DEAD, {"settled_at": now}
    if outcome is AttemptOutcome.UNKNOWN and (exhausted or _holds(claimed.channel)):
        return DispatchState.UNCERTAIN, {"settled_at": now}
    if exhausted:
        return DispatchState.DEAD, {"settled_at": now}
    return DispatchState.PENDING, {"not_before": _awake(now + wait(claimed.tries), claimed.quiet)}


def _awake(moment: datetime, hours: QuietHours | None) -> datetime:
    """This moment, or the first slot after it when it lies in quiet hours."""
    return next(slots.after(moment, hours)).opens if hours and hours.at(moment) else moment


def wait(tries: int) -> timedelta:
    """How long after the failed try number `tries` (from 1) the next one is: growing, capped, spread by a fifth."""
    steps = settings().mail_backoff_seconds
    return timedelta(seconds=steps[min(tries, len(steps)) - 1] * random.uniform(0.8, 1.2))
