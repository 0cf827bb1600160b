"""From rules to reminders, in-app messages and waiting mail and SMS: one transaction, in any number of copies."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Subquery, Text, and_, exists, func, literal, select, text, update
from sqlalchemy.dialects import postgresql

from portal.accounts import absence
from portal.accounts.models import User
from portal.core import clock, db
from portal.core.registry import Rule, registry
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.reminders import bundling, rulebook, snoozing
from portal.reminders.models import Dispatch, DispatchState, Notification, Reminder
from portal.reminders.rulebook import Setting

log = logging.getLogger(__name__)

MOVED_ON = "moved_on"
RULE_GONE = "rule_gone"
RULE_OFF = "rule_off"
HELD = timedelta(days=7)  # after that somebody who came back has seen it in the portal

#: What makes a reminder the same one (domain I-26); the rule's code comes on top.
IDENTITY = ("object_id", "due_on", "recipient_id", "stage")
COPIED = (*IDENTITY, "person_id", "team_id")


@dataclass(frozen=True)
class Materialised:
    """What one run did, in counts, and the codes of rules whose question could not be answered."""

    made: int
    lapsed: int
    failed: tuple[str, ...]


def database_now() -> datetime:
    """The database's clock, the only one that decides; takes a moved demo clock over into this process."""
    clock.synchronise(db.session())
    now: datetime = db.session.scalars(select(func.app_now())).one()
    return now


def run() -> Materialised:
    """Ask every rule, and write down what is new. A rule that fails does not stop the others."""
    with db.unit_of_work(part="reminders"):
        # A process that is frozen in the middle must not hold its locks for ever.
        db.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '30s'"))
        now = database_now()
        fresh: list[UUID] = []
        lapsed, failed = 0, []
        book, written = rulebook.current(), _written()
        for code, rule in sorted(registry.rules.items()):
            try:
                with db.session.begin_nested():
                    due = due_now(rule, book[code], now)
                    if written[code].open:
                        lapsed += _lapse(rule, due, MOVED_ON if book[code].enabled else RULE_OFF)
                    if written[code].closed:
                        fresh += _revive(rule, due)
                    fresh += _insert(rule, due, now)
            except Exception as error:  # whatever is wrong with this rule, the others are asked
                log.error("rule failed", exc_info=error, extra={"rule": code})
                failed.append(code)
        _tell(fresh)
        _bundle(_held_back(), now)
    return Materialised(len(fresh), lapsed, tuple(failed))


def _written() -> dict[str, Row[Any]]:
    """Per rule, whether there are reminders of it that stand open, and closed ones; most rules have few or none.

    One made meanwhile by another copy is looked at in the next tick.
    """
    codes = func.unnest(literal(sorted(registry.rules), ARRAY(Text))).table_valued("code").render_derived()
    code = codes.c.code
    of_rule = select(literal(1)).where(Reminder.rule_code == code).correlate(codes)
    rows = db.session.execute(
        select(
            code,
            exists(of_rule.where(Reminder.cancelled_at.is_(None))).label("open"),
            exists(of_rule.where(Reminder.cancelled_at.is_not(None))).label("closed"),
        )
    )
    return {row.code: row for row in rows}


def due_now(rule: Rule, setting: Setting, now: datetime) -> Subquery:
    """The answer, at this moment, of the rule as it is set."""
    return rulebook.asked(rule, setting, clock.to_local(now).date()).subquery("due")


def same_reminder(due: Subquery) -> ColumnElement[bool]:
    """Joins a row of the rule's answer with the reminder made for it."""
    return and_(*(getattr(Reminder, name) == due.c[name] for name in IDENTITY))


def _since(due: Subquery, now: datetime) -> ColumnElement[datetime]:
    midnight = clock.to_local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    start = literal(midnight)
    return func.coalesce(due.c.since, start) if "since" in due.c else start


def _lapse(rule: Rule, due: Subquery, reason: str) -> int:
    """Close what the rule no longer asks for: the record moved on, or the rule is off. News stays."""
    if rule.news and reason == MOVED_ON:
        return 0
    statement = (
        update(Reminder)
        .where(
            Reminder.rule_code == rule.code,
            Reminder.cancelled_at.is_(None),
            ~exists(select(literal(1)).select_from(due).where(same_reminder(due))),
        )
        .values(cancelled_at=func.app_now(), cancel_reason=reason)
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.scalars(statement).all())


def _revive(rule: Rule, due: Subquery) -> list[UUID]:
    """Open again what was closed and is asked for anew: moved away and back, or entitled again.

    Returns those that are in no message any more; they get a new one.
    """
    statement = (
        update(Reminder)
        .where(Reminder.rule_code == rule.code, Reminder.cancelled_at.is_not(None), same_reminder(due))
        .values(cancelled_at=None, cancel_reason="", since=func.app_now())
        .returning(Reminder.id, Reminder.dispatch_id, Reminder.sms_dispatch_id)
        .execution_options(synchronize_session=False)
    )
    opened = {row.id: {row.dispatch_id, row.sms_dispatch_id} - {None} for row in db.session.execute(statement)}
    if not opened:
        return []
    live = set(
        db.session.scalars(
            select(Dispatch.id).where(
                Dispatch.id.in_(set().union(*opened.values())), Dispatch.state != DispatchState.CANCELLED
            )
        )
    )
    loose = [id_ for id_, carriers in opened.items() if not carriers & live]
    db.session.execute(update(Reminder).where(Reminder.id.in_(loose)).values(dispatch_id=None, sms_dispatch_id=None))
    return loose


def _insert(rule: Rule, due: Subquery, now: datetime) -> list[UUID]:
    rows = (
        select(
            literal(rule.code),
            literal(rule.object_type),
            *(due.c[name] for name in COPIED),
            func.least(_since(due, now), func.app_now()),
        )
        .join(User, User.id == due.c.recipient_id)
        .where(User.deactivated_at.is_(None))
        .order_by(*(due.c[name] for name in IDENTITY))  # two runs at once lock in the same order
    )
    statement = (
        postgresql.insert(Reminder)
        .from_select(["rule_code", "object_type", *COPIED, "since"], rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["rule_code", *IDENTITY])
        .returning(Reminder.id)
    )
    return list(db.session.scalars(statement))


def _tell(ids: Sequence[UUID]) -> None:
    """The in-app message, the mail that will carry it, and the evidence, all in the same transaction."""
    if not ids:
        return
    reminders = db.session.scalars(
        select(Reminder).where(Reminder.id.in_(ids)).order_by(Reminder.recipient_id, Reminder.since, Reminder.id)
    ).all()
    notices = [{"reminder_id": reminder.id, "recipient_id": reminder.recipient_id} for reminder in reminders]
    db.session.execute(postgresql.insert(Notification).on_conflict_do_nothing(), notices)
    _bundle(reminders, database_now())
    access_log.record(
        system("reminders"),
        Action.NOTIFY,
        [Subject("reminder", r.id, person_id=r.person_id, team_id=r.team_id) for r in reminders],
    )


def _bundle(reminders: Sequence[Reminder], now: datetime) -> None:
    off = snoozing.all_of(reminders)
    bundling.bundle(reminders, now, {r.id: off[key] for r in reminders if (key := snoozing.key_of(r)) in off})


def _held_back() -> Sequence[Reminder]:
    """What is still true of the reminders that were not mailed because their recipient was away, who is back now."""
    statement = select(Reminder).where(
        Reminder.cancelled_at.is_(None),
        Reminder.dispatch_id.is_(None),
        absence.back_since(Reminder.recipient_id, func.app_now() - HELD),
    )
    return db.session.scalars(statement.order_by(Reminder.recipient_id, Reminder.since, Reminder.id)).all()
