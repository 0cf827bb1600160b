"""What somebody still has in hand, counted by the features that gave the work: shown before an account is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.core import db


@dataclass(frozen=True)
class OpenWork:
    """A kind of work in the plural (Dutch msgid) and how much of it."""

    label: str
    count: int


Count = Callable[[UUID], int]

_counts: dict[str, Count] = {}


def register(label: str, count: Count) -> None:
    """Let a feature count what a user has in hand; `label` is a Dutch msgid in the plural, one per feature."""
    _counts[label] = count


def of(user_id: UUID) -> list[OpenWork]:
    """What this user still has in hand; empty when nothing. One statement per registered count."""
    db.widen(select(func.act_on_work_of(user_id)))
    found = [OpenWork(label, count(user_id)) for label, count in _counts.items()]
    return [work for work in found if work.count]
