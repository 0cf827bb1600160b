"""Rules as data (domain §6.1): whether a rule is on, its class and its terms, in versions that stay readable.

The code holds what a rule asks; a version holds how long it waits and how it reaches people. Version 0 is the rule as
it was delivered. A version that goes beyond what the law leaves room for cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.core import db
from portal.core.registry import Rule, RuleClass, registry
from portal.reminders.models import RuleVersion


@dataclass(frozen=True)
class Setting:
    """How a rule works in one version. `terms` by the code of the term, in its own unit."""

    n: int
    enabled: bool
    kind: RuleClass
    terms: Mapping[str, int] = field(default_factory=dict)


def delivered(rule: Rule) -> Setting:
    """Version 0."""
    return Setting(0, True, rule.kind, {term.code: term.standard for term in rule.terms})


def current() -> dict[str, Setting]:
    """The version of each rule that holds now, in one statement."""
    newest = select(RuleVersion).ext(distinct_on(RuleVersion.rule_code))
    newest = newest.order_by(RuleVersion.rule_code, RuleVersion.n.desc())
    stored = {row.rule_code: row for row in db.session.scalars(newest)}
    return {
        code: of_version(rule, stored[code]) if code in stored else delivered(rule)
        for code, rule in registry.rules.items()
    }


def of_version(rule: Rule, row: RuleVersion) -> Setting:
    """A stored version; terms that came later have their standard, and what the law asks always holds."""
    known = delivered(rule)
    legal = rule.kind == RuleClass.LEGAL
    return Setting(
        row.n,
        row.enabled or legal,
        RuleClass.LEGAL if legal else RuleClass(row.kind),
        {code: int(row.terms.get(code, value)) for code, value in known.terms.items()},
    )


def asked(rule: Rule, setting: Setting, today: date) -> Select[Any]:
    """The rule's question on this civil date; one that is off asks for nothing."""
    statement = rule.due(today, **setting.terms)
    return statement if setting.enabled else select(statement.subquery("off")).where(false())
