"""What a rule asks for on one day, in the statements of the ledger.

Building them costs more than the database needs to answer them, and a tick asks every rule: they are kept for the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from portal.accounts.models import User
from portal.core import clock
from portal.core.registry import Rule
from portal.reminders import rulebook
from portal.reminders.models import Reminder
from portal.reminders.rulebook import Setting

MOVED_ON = "moved_on"
RULE_OFF = "rule_off"

#: What makes a reminder the same one (domain I-26); the rule's code comes on top.
IDENTITY = ("object_id", "due_on", "recipient_id", "stage")
COPIED = (*IDENTITY, "person_id", "team_id")
#: Statements of a few days; more is of no use.
KEPT = 256


@dataclass(frozen=True, eq=False)
class Question:
    """One rule as it is set, on one civil date. Its statements depend on nothing else, so that they may be kept."""

    rule: Rule
    setting: Setting
    today: date

    @cached_property
    def due(self) -> Subquery:
        """Everything that deserves a reminder."""
        return rulebook.asked(self.rule, self.setting, self.today).subquery("due")

    @cached_property
    def lapsing(self) -> ReturningUpdate[UUID]:
        """Closes what the rule no longer asks for: the record moved on, or the rule is off."""
        statement = (
            update(Reminder)
            .where(
                Reminder.rule_code == self.rule.code,
                Reminder.cancelled_at.is_(None),
                ~exists(select(literal(1)).select_from(self.due).where(self._same_reminder())),
            )
            .values(cancelled_at=func.app_now(), cancel_reason=MOVED_ON if self.setting.enabled else RULE_OFF)
        )
        return statement.returning(Reminder.id).execution_options(synchronize_session=False)

    @cached_property
    def reviving(self) -> ReturningUpdate[UUID, UUID | None, UUID | None]:
        """Opens again what was closed and is asked for anew."""
        statement = (
            update(Reminder)
            .where(Reminder.rule_code == self.rule.code, Reminder.cancelled_at.is_not(None), self._same_reminder())
            .values(cancelled_at=None, cancel_reason="", since=func.app_now())
        )
        carriers = Reminder.dispatch_id, Reminder.sms_dispatch_id
        return statement.returning(Reminder.id, *carriers).execution_options(synchronize_session=False)

    @cached_property
    def making(self) -> ReturningInsert[UUID]:
        """Writes down what is new."""
        rows = (
            select(
                literal(self.rule.code),
                literal(self.rule.object_type),
                *(self.due.c[name] for name in COPIED),
                func.least(self._since(), func.app_now()),
            )
            .join(User, User.id == self.due.c.recipient_id)
            .where(User.deactivated_at.is_(None))
            .order_by(*(self.due.c[name] for name in IDENTITY))  # two runs at once lock in the same order
        )
        return (
            postgresql.insert(Reminder)
            .from_select(["rule_code", "object_type", *COPIED, "since"], rows, include_defaults=False)
            .on_conflict_do_nothing(index_elements=["rule_code", *IDENTITY])
            .returning(Reminder.id)
        )

    def _same_reminder(self) -> ColumnElement[bool]:
        """Joins a row of the answer with the reminder made for it."""
        return and_(*(getattr(Reminder, name) == self.due.c[name] for name in IDENTITY))

    def _since(self) -> ColumnElement[datetime]:
        start = literal(clock.day_start(self.today))
        return func.coalesce(self.due.c.since, start) if "since" in self.due.c else start


_kept: dict[tuple[Any, ...], Question] = {}


def of(rule: Rule, setting: Setting, now: datetime) -> Question:
    """What the rule asks for at this moment, as it is set."""
    today = clock.to_local(now).date()
    key = rule.code, rule.due, setting.enabled, tuple(sorted(setting.terms.items())), today
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[key] = Question(rule, setting, today)
    return found
