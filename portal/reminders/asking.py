"""The shape of a rule's question (core.registry.Rule), so that every feature asks it in the same columns and words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    SQLColumnExpression,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, workdays
from portal.privacy.models import DeclaredRelation
from portal.privacy.permissions import Role
from portal.reminders.slots import AHEAD, before_free_days

NEWS_DAYS = timedelta(days=7)  # news is told for a week: an outage of the worker may last as long


def question(
    *,
    object_id: Any,
    due_on: Any,
    recipient_id: Any,
    since: Any,
    stage: Any = 0,
    person_id: Any = None,
    team_id: Any = None,
) -> Select[Any]:
    """SELECT of the columns the ledger reads, still without conditions.

    Each is a column or expression; `stage` may be a plain number. Without `person_id` the message names nobody.
    """
    return select(
        object_id.label("object_id"),
        _or_null(person_id).label("person_id"),
        _or_null(team_id).label("team_id"),
        due_on.label("due_on"),
        recipient_id.label("recipient_id"),
        (literal(int(stage)) if isinstance(stage, int) else stage).label("stage"),
        since.label("since"),
    )


def to_role(statement: Select[Any], role: Role, team_id: Any, today: date) -> Select[Any]:
    """The same question for everybody who holds `role` in the team of this column; its recipient is
    RoleAssignment.user_id. Never about a young person whom the recipient said to know in private (domain I-24)."""
    known = aliased(DeclaredRelation)
    apart = exists(literal(1)).where(
        known.user_id == RoleAssignment.user_id,
        known.person_id == statement.selected_columns["person_id"],
        known.ended_at.is_(None),
    )
    return (
        statement.join(RoleAssignment, RoleAssignment.team_id == team_id)
        .join(User, User.id == RoleAssignment.user_id)
        .where(RoleAssignment.role == role, works(today), ~apart)
        .distinct()
    )


def to_everybody(statement: Select[Any], role: Role, today: date) -> Select[Any]:
    """The same question for everybody who holds `role` in any team; its recipient is RoleAssignment.user_id."""
    return (
        statement.join(RoleAssignment, RoleAssignment.role == role)
        .join(User, User.id == RoleAssignment.user_id)
        .where(works(today))
        .distinct()
    )


def either(*statements: Select[Any]) -> Select[Any]:
    """One question for several kinds of recipients; who is several of them hears it once."""
    return select(union(*statements).subquery("told"))


def works(today: date) -> ColumnElement[bool]:
    """The role holds today and the account is open; for a statement that joins both tables."""
    return and_(RoleAssignment.holds_on(today), User.deactivated_at.is_(None))


def civil(moment: Any) -> ColumnElement[date]:
    """The civil date in Amsterdam of a moment."""
    return cast(func.timezone(clock.AMSTERDAM.key, moment), Date)


def midnight(day: Any) -> ColumnElement[datetime]:
    """The moment at which a civil date begins in Amsterdam."""
    return func.timezone(clock.AMSTERDAM.key, cast(day, DateTime(timezone=False)))


def announced(due_on: SQLColumnExpression[date], today: date) -> ColumnElement[bool]:
    """Whether what is due on this date may be told of ahead: on the day before, and before free days from ten o'clock
    on the last working day, up to the first working day after them (domain §6.1, the Friday rule)."""
    until = workdays.add(today, 1)
    if not before_free_days(today):
        return due_on <= until
    return or_(due_on <= today, and_(due_on <= until, func.app_now() >= _ahead(today)))


def announced_since(due_on: SQLColumnExpression[date], today: date) -> ColumnElement[datetime]:
    """Since when something to come is told of, as seen on `today`; for what is announced()."""
    opened = _ahead(today) if before_free_days(today) else clock.day_start(today)
    return case((due_on > today, literal(opened)), else_=midnight(due_on))


def _ahead(day: date) -> datetime:
    return clock.from_local(datetime.combine(day, AHEAD))


def _or_null(column: Any) -> ColumnElement[UUID | None]:
    return cast(null(), Uuid) if column is None else column
