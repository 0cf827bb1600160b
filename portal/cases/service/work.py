"""What cases ask of somebody today, for "Mijn dag"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from portal.cases import policy
from portal.cases.models import ActionStatus, Case, CaseStatus, Conference, ConferenceStatus, Invitee, Task
from portal.cases.service.finding import Seen, as_seen, log, seen
from portal.cases.workflow import OVER, Party
from portal.core import clock, db
from portal.people import ties
from portal.privacy.actor import Actor
from portal.privacy.models import Action

AHEAD = timedelta(days=7)
PLAN_AHEAD = timedelta(days=14)
MOST = 60  # rows: a case with several actions has several


@dataclass(frozen=True)
class Doing:
    """An own action."""

    seen: Seen
    task: Task


@dataclass(frozen=True)
class Coming:
    """A conference this actor was asked to."""

    seen: Seen
    conference: Conference


@dataclass(frozen=True)
class Asking:
    """A case that asks something of who has it in hand, and by when."""

    seen: Seen
    what: str  # a key of labels.ASKS
    due_on: date | None


@dataclass(frozen=True)
class Work:
    """Everything cases ask of somebody, each by day."""

    doing: list[Doing]
    coming: list[Coming]
    asking: list[Asking]


def work(actor: Actor) -> Work:
    """Own actions that are late or due within a week, conferences of the coming week that one was asked to, and cases
    in one's hands (or in nobody's yet) that wait for something. One statement; logged per case.
    """
    today = clock.today()
    statement = ties.written_once(actor, "work of cases", lambda: _work(actor, today))
    rows = [(as_seen(row), row.Task, row.Conference, row.waits) for row in db.session.execute(statement)]
    log(actor, Action.LIST, list({found.case.id: found for found, *_ in rows}.values()))
    doing = [Doing(found, task) for found, task, _, _ in rows if task]
    coming = {meeting.id: Coming(found, meeting) for found, _, meeting, _ in rows if meeting}
    asking = {found.case.id: _asks(found, today) for found, _, _, waits in rows if waits}
    return Work(
        sorted(doing, key=lambda one: (one.task.due_on, one.task.id)),
        sorted(coming.values(), key=lambda one: (one.conference.starts_at, one.conference.id)),
        sorted(asking.values(), key=lambda one: (one.due_on or today, one.seen.case.id)),
    )


def _work(actor: Actor, today: date) -> Select[Any]:
    to_direct = Case.status.in_((CaseStatus.INTAKE, CaseStatus.CLOSING))
    directs = and_(to_direct, policy.is_party(actor, Party.DIRECTOR))
    left = and_(policy.is_party(actor, Party.DIRECTOR), policy.nobody_leads(today))
    leads = or_(Case.director_id == actor.user_id, left)
    waits = or_(directs, and_(leads, ~to_direct, _waits(today)))
    return (
        seen(actor)
        .outerjoin(Task, and_(Task.case_id == Case.id, *_to_do(actor, today)))
        .outerjoin(Conference, and_(Conference.case_id == Case.id, *_to_come(actor, today)))
        .add_columns(Task, Conference, waits.label("waits"))
        .where(Case.status != CaseStatus.ARCHIVED, or_(Task.id.is_not(None), Conference.id.is_not(None), waits))
        .order_by(Case.id, Task.due_on, Task.id)
        .limit(MOST)
    )


def _to_do(actor: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Task.owner_id == actor.user_id,
        Task.status == ActionStatus.OPEN,
        Task.due_on <= today + AHEAD,
        Case.status.not_in(OVER),
        ~policy.stands_still(),
    )


def _to_come(actor: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    asked = select(Invitee.conference_id).where(Invitee.user_id == actor.user_id)
    until: datetime = clock.day_end(today + AHEAD)
    return (
        Conference.status == ConferenceStatus.PLANNED,
        Conference.starts_at <= until,
        or_(Conference.id.in_(asked), Case.director_id == actor.user_id),
    )


def _waits(today: date) -> ColumnElement[bool]:
    """As the reminders ask: nothing about plan or measurement in a pause, and nothing at all while it stands still."""
    measured = Case.status.not_in((CaseStatus.PAUSED, CaseStatus.ARCHIVED))
    asked = or_(
        Case.status == CaseStatus.PLANNING,
        and_(Case.status == CaseStatus.RUNNING, Case.plan_due_on <= today + PLAN_AHEAD),
        and_(measured, Case.measure_due_on <= today + AHEAD),
        Case.paused_until <= today,
    )
    return and_(asked, ~policy.stands_still())


def _asks(found: Seen, today: date) -> Asking:
    case = found.case
    if case.status == CaseStatus.INTAKE:
        return Asking(found, "intake", case.opened_on)
    if case.status == CaseStatus.CLOSING:
        return Asking(found, "closing", None)
    if case.status == CaseStatus.PLANNING:
        return Asking(found, "first_plan", case.plan_due_on)
    if case.paused_until and case.paused_until <= today:
        return Asking(found, "pause", case.paused_until)
    measured_first = case.measure_due_on and (case.plan_due_on is None or case.measure_due_on <= case.plan_due_on)
    if measured_first:
        return Asking(found, "measurement", case.measure_due_on)
    return Asking(found, "plan", case.plan_due_on)
