"""How long it may be silent around a young person: the contact norm of their team, or a stricter one.

A feature may ask more for some young people than their team does, and then its norm holds: for reminders, the caseload
and the talk about it alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func

from portal.accounts.service import norms
from portal.people.models import Person

#: For a day: person_id and days, of whom fewer days may pass than the norm of the team; one row each at most. The same
#: subquery each time it is asked for the same day.
Stricter = Callable[[date], Subquery]
_stricter: list[Stricter] = []


def register_norm(source: Stricter) -> None:
    """Let fewer days hold for some young people."""
    if source not in _stricter:
        _stricter.append(source)


def joined(about_people: Select[*tuple[Any, ...]], day: date) -> Select[Any]:
    """A statement about young people, with what `days` asks of that day."""
    norm = norms.as_of(day)
    statement = about_people.join(norm, norm.c.team_id == Person.team_id)
    for source in _stricter:
        stricter = source(day)
        statement = statement.outerjoin(stricter, stricter.c.person_id == Person.id)
    return statement


def days(day: date) -> ColumnElement[int]:
    """After how many days without effective contact a young person is long silent; for a statement that is `joined`."""
    return func.least(norms.as_of(day).c.contact_norm_days, *(source(day).c.days for source in _stricter))
