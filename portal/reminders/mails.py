"""The mail or SMS of a dispatch: how many, which day, why; never who or what (domain I-25)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

from portal.core import letters, sms
from portal.core.i18n import N_
from portal.core.mail import Mail
from portal.core.registry import registry
from portal.core.sms import Sms
from portal.settings import settings

TITLE = N_("Herinnering")


@dataclass(frozen=True)
class Item:
    """One reminder in a mail: its rule, how far it has come, its date."""

    rule_code: str
    stage: int
    due_on: date


@dataclass(frozen=True)
class Line:
    """So many of one kind for one day."""

    title: str
    due_on: date
    count: int


def title(rule_code: str, stage: int) -> str:
    """The Dutch msgid that names a reminder, neutral; also for a rule that is gone."""
    rule = registry.rules.get(rule_code)
    return rule.stages.get(stage, TITLE) if rule else TITLE


def message_id(occurrence_key: str) -> str:
    """The same for every try, so that the receiver can drop a second copy; the key itself stays inside."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(occurrence_key.encode()).hexdigest()[:40]}@{domain}>"


def compose(to: str, language: str, occurrence_key: str, items: Sequence[Item]) -> Mail:
    """Put the reminders of one dispatch into words, in the recipient's language."""
    translate = letters.translated(language)
    counted = Counter((item.due_on, translate(title(item.rule_code, item.stage))) for item in items)
    letter = letters.compose(
        "reminders/digest",
        language,
        total=len(items),
        lines=[Line(words, due_on, count) for (due_on, words), count in sorted(counted.items())],
        reasons=sorted({translate(registry.rules[item.rule_code].label) for item in items}),
        link=f"{settings().base_url}/meldingen",
    )
    return Mail(to, letter.subject, letter.text, letter.html, message_id(occurrence_key))


def compose_sms(number: str, language: str, occurrence_key: str, items: Sequence[Item]) -> Sms:
    """The same in one SMS: how many, and where to look."""
    text = letters.short(
        "reminders/digest.sms.txt", language, total=len(items), link=f"{settings().base_url}/meldingen"
    )
    return Sms(number, text[: sms.LONGEST], message_id(occurrence_key))
