"""What becomes of a worker's part in a case when the young person gets another worker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, update

from portal.cases.models import (
    ActionStatus,
    Case,
    Conference,
    ConferenceStatus,
    Goal,
    GoalStatus,
    Invitee,
    Task,
)
from portal.cases.workflow import OVER
from portal.core import db
from portal.people.models import Person


def hand_over(person: Person, from_user_id: UUID, to_user_id: UUID) -> None:
    """Open actions and goals, being in charge and what the worker is asked to, of the cases that run."""
    running = select(Case.id).where(Case.person_id == person.id, Case.status.not_in(OVER))
    _give(Case, Case.director_id, Case.id.in_(running), from_user_id, to_user_id)
    _give(Task, Task.owner_id, _open_task(running), from_user_id, to_user_id)
    _give(Goal, Goal.owner_id, _open_goal(running), from_user_id, to_user_id)
    _give(Invitee, Invitee.user_id, _still_to_ask(running, to_user_id), from_user_id, to_user_id)


def _give(model: Any, holder: Any, which: ColumnElement[bool], from_user_id: UUID, to_user_id: UUID) -> None:
    changed = {holder.key: to_user_id} | ({"version": model.version + 1} if hasattr(model, "version") else {})
    db.session.execute(
        update(model).where(holder == from_user_id, which).values(changed),
        execution_options={"synchronize_session": False},
    )


def _open_task(running: Any) -> ColumnElement[bool]:
    return Task.case_id.in_(running) & (Task.status == ActionStatus.OPEN)


def _open_goal(running: Any) -> ColumnElement[bool]:
    return Goal.case_id.in_(running) & (Goal.status == GoalStatus.OPEN)


def _still_to_ask(running: Any, to_user_id: UUID) -> ColumnElement[bool]:
    """Planned conferences to which the receiver was not asked already."""
    also = Invitee.__table__.alias("also")
    asked = exists().where(also.c.conference_id == Invitee.conference_id, also.c.user_id == to_user_id)
    planned = select(Conference.id).where(
        Conference.case_id.in_(running), Conference.status == ConferenceStatus.PLANNED
    )
    return Invitee.conference_id.in_(planned) & ~asked


def people_of(user_id: UUID) -> set[UUID]:
    """The young people in whose cases somebody is in charge, or has an open action or goal."""
    led = select(Case.person_id).where(Case.director_id == user_id, Case.status.not_in(OVER))
    held = led.union(_tasks(user_id, Case.person_id), _goals(user_id, Case.person_id))
    return set(db.session.scalars(held))


def _tasks(user_id: UUID, what: Any) -> Select[Any]:
    """`what` of somebody's open actions in cases that run."""
    asked = select(what).select_from(Task).join(Case, Case.id == Task.case_id)
    return asked.where(Task.owner_id == user_id, Task.status == ActionStatus.OPEN, Case.status.not_in(OVER))


def _goals(user_id: UUID, what: Any) -> Select[Any]:
    """The same of open goals."""
    asked = select(what).select_from(Goal).join(Case, Case.id == Goal.case_id)
    return asked.where(Goal.owner_id == user_id, Goal.status == GoalStatus.OPEN, Case.status.not_in(OVER))


def count_of(user_id: UUID) -> Select[int]:
    """How many open actions somebody has in cases that run: what is left behind when the account closes."""
    return _tasks(user_id, func.count())


def count_goals(user_id: UUID) -> Select[int]:
    """The same of open goals."""
    return _goals(user_id, func.count())


def count_led(user_id: UUID) -> Select[int]:
    """How many cases that run somebody is in charge of: without them nobody hears what such a case asks."""
    return select(func.count()).select_from(Case).where(Case.director_id == user_id, Case.status.not_in(OVER))
