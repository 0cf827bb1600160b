"""The ledger as the administrator and the privacy officer see it: codes, moments and counts, never a young person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update

from portal.accounts.models import User
from portal.core import db, paging
from portal.core.errors import Conflict, NotFound
from portal.core.paging import Page
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reminders.models import Attempt, Dispatch, DispatchChannel, DispatchState, Reminder


@dataclass(frozen=True)
class Filters:
    """What part of the ledger to show; None is everything."""

    state: DispatchState | None = None
    rule_code: str | None = None
    recipient_id: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One mail in the list."""

    id: UUID
    state: DispatchState
    channel: DispatchChannel
    recipient: str
    not_before: datetime
    attempts: int
    reminders: int
    rule_codes: tuple[str, ...]


@dataclass(frozen=True)
class Carried:
    """A reminder in a message: by which rule, not about whom."""

    rule_code: str
    stage: int
    due_on: date
    cancel_reason: str


@dataclass(frozen=True)
class Detail:
    """One mail with its tries and the reminders in it."""

    dispatch: Dispatch
    recipient: str
    attempts: Sequence[Attempt]
    reminders: Sequence[Carried]


def entries(actor: Actor, filters: Filters, cursor: str | None = None) -> Page[Entry]:
    """The mails, the newest first. Raises Forbidden, and NotFound for a cursor that is not ours."""
    actor.require(Permission.LEDGER_READ)
    statement = paging.newest(_filtered(_listing(), filters), cursor, Dispatch.created_at, Dispatch.id)
    with db.counting():
        rows = db.session.execute(statement).all()
    page = paging.page(rows, lambda row: (row.created_at.isoformat(), row.id))
    names = _names({row.recipient_id for row in page.rows})
    return Page([_entry(row, names[row.recipient_id]) for row in page.rows], page.next_cursor)


def _names(ids: Collection[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _listing() -> Select[Any]:
    mine = _carried()
    return select(
        Dispatch.id,
        Dispatch.state,
        Dispatch.channel,
        Dispatch.not_before,
        Dispatch.attempts,
        Dispatch.created_at,
        Dispatch.recipient_id,
        select(func.count()).where(mine).correlate(Dispatch).scalar_subquery().label("reminders"),
        select(func.array_agg(Reminder.rule_code.distinct()))
        .where(mine)
        .correlate(Dispatch)
        .scalar_subquery()
        .label("rule_codes"),
    )


def _carried() -> ColumnElement[bool]:
    """A reminder that is in this message."""
    return or_(Reminder.dispatch_id == Dispatch.id, Reminder.sms_dispatch_id == Dispatch.id)


def _filtered(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.state:
        statement = statement.where(Dispatch.state == filters.state)
    if filters.recipient_id:
        statement = statement.where(Dispatch.recipient_id == filters.recipient_id)
    if filters.rule_code:
        by_rule = select(Reminder.id).where(_carried(), Reminder.rule_code == filters.rule_code)
        carries = by_rule.correlate(Dispatch).exists()
        statement = statement.where(carries)
    return statement


def _entry(row: Any, recipient: str) -> Entry:
    return Entry(
        id=row.id,
        state=DispatchState(row.state),
        channel=DispatchChannel(row.channel),
        recipient=recipient,
        not_before=row.not_before,
        attempts=row.attempts,
        reminders=row.reminders,
        rule_codes=tuple(row.rule_codes or ()),
    )


def recipients(actor: Actor) -> list[tuple[UUID, str]]:
    """Who is in the ledger, by name, for the filter. Raises Forbidden."""
    actor.require(Permission.LEDGER_READ)
    known = exists().where(Dispatch.recipient_id == User.id)
    return [
        (row.id, row.name)
        for row in db.session.execute(select(User.id, User.name).where(known).order_by(User.sort_key))
    ]


def get(actor: Actor, dispatch_id: UUID) -> Detail:
    """One mail. Raises Forbidden or NotFound."""
    actor.require(Permission.LEDGER_READ)
    found = db.session.execute(
        select(Dispatch, User.name).join(User, User.id == Dispatch.recipient_id).where(Dispatch.id == dispatch_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    attempts = db.session.scalars(select(Attempt).where(Attempt.dispatch_id == dispatch_id).order_by(Attempt.n)).all()
    return Detail(found[0], found[1], attempts, _carried_by(dispatch_id))


def _carried_by(dispatch_id: UUID) -> list[Carried]:
    columns = select(Reminder.rule_code, Reminder.stage, Reminder.due_on, Reminder.cancel_reason)
    mine = or_(Reminder.dispatch_id == dispatch_id, Reminder.sms_dispatch_id == dispatch_id)
    with db.counting():
        return [Carried(*row) for row in db.session.execute(columns.where(mine).order_by(Reminder.due_on, Reminder.id))]


def send_again(actor: Actor, dispatch_id: UUID) -> None:
    """Try a dead or uncertain mail once more, under the same Message-ID.

    Raises Forbidden, NotFound, or Conflict when somebody else decided first.
    """
    _decide(actor, dispatch_id, (DispatchState.DEAD, DispatchState.UNCERTAIN), _AGAIN)
    db.enqueue("tasks.reminders.deliver", dispatch_id)


def settle_as_sent(actor: Actor, dispatch_id: UUID) -> None:
    """A person knows that an uncertain mail arrived. Raises Forbidden, NotFound or Conflict."""
    _decide(actor, dispatch_id, (DispatchState.UNCERTAIN,), _ARRIVED)


_AGAIN = {"state": DispatchState.PENDING, "attempts": 0, "not_before": func.app_now(), "settled_at": None}
_ARRIVED = {"state": DispatchState.SENT, "settled_at": func.app_now()}


def _decide(actor: Actor, dispatch_id: UUID, states: Sequence[DispatchState], values: dict[str, Any]) -> None:
    actor.require(Permission.LEDGER_MANAGE)
    get(actor, dispatch_id)
    changed = db.session.scalars(
        update(Dispatch)
        .where(Dispatch.id == dispatch_id, Dispatch.state.in_(states))
        .values(values)
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not changed:
        raise Conflict
    access_log.record(
        actor,
        Action.ADMINISTER,
        Subject("dispatch", dispatch_id),
        permission=Permission.LEDGER_MANAGE,
        fields=["state"],
    )
