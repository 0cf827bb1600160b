"""From rules to reminders, in-app messages and waiting mail and SMS: one transaction, in any number of copies."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, exists, func, literal, select, text, update
from sqlalchemy.dialects import postgresql

from portal.accounts import absence
from portal.core import clock, db
from portal.core.registry import Rule, registry
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.reminders import bundling, questions, rulebook, snoozing
from portal.reminders.models import Dispatch, DispatchState, Notification, Reminder
from portal.reminders.questions import Question

log = logging.getLogger(__name__)

RULE_GONE = "rule_gone"
HELD = timedelta(days=7)  # after that somebody who came back has seen it in the portal


@dataclass(frozen=True)
class Materialised:
    """What one run did, in counts, and the codes of rules whose question could not be answered."""

    made: int
    lapsed: int
    failed: tuple[str, ...]


#: A question, and whether there are reminders of its rule that stand open, and closed ones.
Asked = tuple[Question, Row[Any]]


@dataclass(frozen=True)
class Answer:
    """What one rule gave: reminders that are in no message yet, and how many lapsed."""

    rule: Rule
    fresh: Sequence[UUID] = ()
    lapsed: int = 0
    failed: bool = False


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
        book, written = rulebook.current(), _written()
        asked = [(questions.of(rule, book[code], now), written[code]) for code, rule in sorted(registry.rules.items())]
        answers = _together(asked) or _one_by_one(asked)
        fresh = [id_ for answer in answers for id_ in answer.fresh]
        _tell(fresh)
        _bundle(_held_back(), now)
    lapsed, failed = sum(answer.lapsed for answer in answers), tuple(a.rule.code for a in answers if a.failed)
    return Materialised(len(fresh), lapsed, failed)


def _together(asked: Sequence[Asked]) -> list[Answer]:
    """All in one savepoint; nothing when one of them fails."""
    try:
        with db.session.begin_nested():
            return [_ask(question, written) for question, written in asked]
    except Exception:  # which one it was is known when each has a savepoint of its own
        return []


def _one_by_one(asked: Sequence[Asked]) -> list[Answer]:
    """The same, in which whatever is wrong with one rule does not keep the others from being asked."""
    answers = []
    for question, written in asked:
        try:
            with db.session.begin_nested():
                answers.append(_ask(question, written))
        except Exception as error:
            log.error("rule failed", exc_info=error, extra={"rule": question.rule.code})
            answers.append(Answer(question.rule, failed=True))
    return answers


def _ask(question: Question, written: Row[Any]) -> Answer:
    """Asked of the connection: a session reads through the whole statement each time, which costs more than it."""
    lapsed = _lapse(question) if written.open else 0
    fresh = _revive(question) if written.closed else []
    return Answer(question.rule, [*fresh, *db.session.connection().scalars(question.making)], lapsed)


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


def _lapse(question: Question) -> int:
    """Close what the rule no longer asks for. News stays while its rule is on."""
    if question.rule.news and question.setting.enabled:
        return 0
    return len(db.session.scalars(question.lapsing).all())


def _revive(question: Question) -> list[UUID]:
    """Open again what was closed and is asked for anew: moved away and back, or entitled again.

    Returns those that are in no message any more; they get a new one.
    """
    opened = {row.id: {row.dispatch_id, row.sms_dispatch_id} - {None} for row in db.session.execute(question.reviving)}
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
