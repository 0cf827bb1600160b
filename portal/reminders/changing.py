"""Changing a rule: what may be set, what it would have meant, and putting it into use (domain §6.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, select, union_all

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass, registry
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reminders import asking, rulebook
from portal.reminders.models import Reminder, RuleVersion
from portal.reminders.questions import IDENTITY
from portal.reminders.rulebook import Setting

SHORTEST_REASON = 5  # characters
WEEK = 7  # days before today that a preview looks back on


@dataclass(frozen=True)
class Past:
    """A version as it was put into use."""

    version: RuleVersion
    author: str


@dataclass(frozen=True)
class StageCount:
    """Reminders of one stage: on the day before today, and in the seven days before today."""

    stage: int
    yesterday: int
    week: int


@dataclass(frozen=True)
class Preview:
    """What two settings ask for, over the same records as they are now, and what the ledger really made."""

    old: Mapping[int, StageCount]
    new: Mapping[int, StageCount]
    made: Mapping[int, StageCount]

    @property
    def stages(self) -> Sequence[int]:
        """All stages that occur."""
        return sorted(self.old.keys() | self.new.keys() | self.made.keys())


def rules(actor: Actor) -> list[tuple[Rule, Setting]]:
    """Every rule with the version that holds. Raises Forbidden."""
    actor.require(Permission.LEDGER_READ)
    book = rulebook.current()
    return [(rule, book[code]) for code, rule in sorted(registry.rules.items())]


def get(actor: Actor, code: str) -> tuple[Rule, Setting]:
    """One rule. Raises Forbidden or NotFound."""
    actor.require(Permission.LEDGER_READ)
    rule = registry.rules.get(code)
    if rule is None:
        raise NotFound
    return rule, rulebook.current()[code]


def history(actor: Actor, code: str) -> list[Past]:
    """The versions of a rule, the newest first. Raises Forbidden."""
    actor.require(Permission.LEDGER_READ)
    found = (
        select(RuleVersion, User.name)
        .join(User, User.id == RuleVersion.author_id)
        .where(RuleVersion.rule_code == code)
        .order_by(RuleVersion.n.desc())
    )
    return [Past(version, author) for version, author in db.session.execute(found)]


def check(rule: Rule, wanted: Setting) -> None:
    """Raise Invalid for a term outside its bounds, and for less than the law asks."""
    for term in rule.terms:
        if not term.low <= wanted.terms.get(term.code, term.standard) <= term.high:
            raise Invalid(**{f"term_{term.code}": N_("Dit ligt buiten wat mag.")})
    if rule.kind == RuleClass.LEGAL and not (wanted.enabled and wanted.kind == RuleClass.LEGAL):
        raise Invalid(kind=N_("Een termijn van de wet kun je niet uitzetten."))
    if rule.kind != RuleClass.LEGAL and wanted.kind == RuleClass.LEGAL:
        raise Invalid(kind=N_("Alleen een termijn van de wet hoort hierbij."))


def activate(actor: Actor, code: str, wanted: Setting, *, reason: str) -> None:
    """Put a new version into use; `wanted.n` is the version it was made from.

    Raises Forbidden, NotFound, Invalid, or Conflict when somebody else changed the rule meanwhile.
    """
    actor.require(Permission.RULES_MANAGE)
    rule, now = get(actor, code)
    check(rule, wanted)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(reason=N_("Schrijf in een paar woorden waarom."))
    if now.n != wanted.n:
        raise Conflict
    version = RuleVersion(
        rule_code=code,
        n=now.n + 1,
        enabled=wanted.enabled,
        kind=wanted.kind,
        terms=dict(wanted.terms),
        reason=reason,
        author_id=actor.user_id,
    )
    db.session.add(version)
    db.session.flush()
    access_log.record(
        actor, Action.ADMINISTER, Subject("reminder_rule", version.id), permission=Permission.RULES_MANAGE
    )


def preview(actor: Actor, code: str, wanted: Setting) -> Preview:
    """What would have been asked for yesterday and in the last week, now and with other settings; two statements.

    It asks the rule again for those days over the records as they are now: what was done, moved or closed since then
    is not counted, so it is less than was really made. That number comes from the ledger. Raises Forbidden, NotFound
    or Invalid.
    """
    actor.require(Permission.RULES_MANAGE)
    rule, now = get(actor, code)
    check(rule, wanted)
    today = clock.today()
    asked = union_all(*_new_per_day(rule, now, 0, today), *_new_per_day(rule, wanted, 1, today))
    with db.counting():
        rows = db.session.execute(asked).all()
    counted: tuple[Counter[tuple[int, int]], ...] = (Counter(), Counter())
    for which, days_ago, stage, count in rows:
        counted[which][stage, days_ago] += count
    return Preview(_by_stage(counted[0]), _by_stage(counted[1]), _made(code, today))


def _new_per_day(rule: Rule, setting: Setting, which: int, today: date) -> list[Select[Any]]:
    """Per day the rows that the rule asked for then and not the day before, counted by stage."""
    answers = [
        select(*(asked.c[name] for name in IDENTITY)).cte(f"answer_{which}_{days_ago}")
        for days_ago in range(1, WEEK + 2)
        for asked in [rulebook.asked(rule, setting, today - timedelta(days=days_ago)).subquery()]
    ]
    found = []
    for days_ago, (answer, before) in enumerate(pairwise(answers), start=1):
        known = exists().where(and_(*(before.c[name] == answer.c[name] for name in IDENTITY)))
        found.append(
            select(literal(which), literal(days_ago), answer.c.stage, func.count())
            .select_from(answer)
            .where(~known)
            .group_by(answer.c.stage)
        )
    return found


def _made(code: str, today: date) -> Mapping[int, StageCount]:
    day = asking.civil(Reminder.created_at)
    statement = (
        select(Reminder.stage, day, func.count())
        .where(
            Reminder.rule_code == code,
            Reminder.created_at >= clock.day_start(today - timedelta(days=WEEK)),
            Reminder.created_at < clock.day_start(today),
        )
        .group_by(Reminder.stage, day)
    )
    with db.counting():
        rows = db.session.execute(statement).all()
    return _by_stage(Counter({(stage, (today - made_on).days): count for stage, made_on, count in rows}))


def _by_stage(counted: Counter[tuple[int, int]]) -> dict[int, StageCount]:
    stages = {stage for stage, _days_ago in counted}
    return {
        stage: StageCount(
            stage, counted[stage, 1], sum(count for (of, _days_ago), count in counted.items() if of == stage)
        )
        for stage in stages
    }
