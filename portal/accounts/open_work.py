"""What somebody still has in hand, counted by the features that gave the work: shown before an account is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core import db


@dataclass(frozen=True)
class OpenWork:
    """A kind of work in the plural (Dutch msgid) and how much of it."""

    label: str
    count: int


Count = Callable[[UUID], Select[int]]

_counts: dict[str, Count] = {}


def register(label: str, count: Count) -> None:
    """Let a feature say how to count what a user has in hand; `label` is a Dutch msgid in the plural, one each."""
    _counts[label] = count


def of(user_id: UUID) -> list[OpenWork]:
    """What this user still has in hand; empty when nothing. One statement."""
    db.widen(select(func.act_on_work_of(user_id)))
    found = db.session.execute(select(*(count(user_id).scalar_subquery() for count in _counts.values()))).one()
    return [OpenWork(label, number) for label, number in zip(_counts, found, strict=True) if number]
