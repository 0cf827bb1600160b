"""The plan of a case: versions of at most six months, goals per part of life, and actions with an owner and a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import RoleAssignment, User
from portal.cases.models import (
    MOST_GOALS,
    ActionStatus,
    Case,
    Domain,
    Goal,
    GoalStatus,
    Measurement,
    Plan,
    PlanStatus,
    Task,
)
from portal.cases.service.finding import Seen, case_of, changed, find, to_round_off, to_work_on
from portal.cases.service.terms import LONGEST_PLAN_MONTHS
from portal.cases.workflow import OVER
from portal.core import clock, db, near
from portal.core.errors import Conflict, Forbidden, Invalid, constraint
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role

constraint("uq_case_goal_domain", "domain", N_("Voor dit leefgebied is er al een doel."))
constraint("ck_case_plan_six_months", "valid_until", N_("Een plan geldt hoogstens zes maanden."))


@dataclass(frozen=True)
class Todo:
    """An action with the name of who does it."""

    task: Task
    owner: str

    @property
    def is_late(self) -> bool:
        """Whether its day has passed while it is open."""
        return self.task.status == ActionStatus.OPEN and self.task.due_on < clock.today()


def plans(case_id: UUID) -> Sequence[Plan]:
    """All versions, newest first."""
    return db.session.scalars(select(Plan).where(Plan.case_id == case_id).order_by(Plan.version_no.desc())).all()


def draft_of(listed: Sequence[Plan]) -> Plan | None:
    """The version that is being written."""
    return next((plan for plan in listed if plan.status == PlanStatus.DRAFT), None)


def current_of(listed: Sequence[Plan]) -> Plan | None:
    """The version that holds."""
    return next((plan for plan in listed if plan.status == PlanStatus.AGREED), None)


def write_plan(
    actor: Actor,
    case_id: UUID,
    *,
    youth_voice: str,
    guardian_voice: str,
    valid_from: date,
    valid_until: date,
    version: int | None = None,
) -> Plan:
    """Write the plan that is being made, or start a next version.

    Raises NotFound, Forbidden, Conflict (over, or changed in the meantime) or Invalid for a period that is too long.
    """
    found = to_work_on(actor, case_id, lock=True)
    if valid_until <= valid_from:
        raise Invalid(valid_until=N_("Het einde komt na het begin."))
    if valid_until > clock.months_later(valid_from, LONGEST_PLAN_MONTHS):
        raise Invalid(valid_until=N_("Een plan geldt hoogstens zes maanden."))
    if not found.case.opened_on <= valid_from <= clock.months_later(clock.today(), 1):
        raise Invalid(valid_from=N_("Een plan begint niet voor de casus, en hooguit een maand na vandaag."))
    listed = plans(case_id)
    plan = draft_of(listed)
    if plan is None:
        plan = _next_version(found.case, listed)
        db.session.add(plan)
    else:
        db.ensure_version(plan, version)
    plan.youth_voice, plan.guardian_voice = youth_voice, guardian_voice
    plan.valid_from, plan.valid_until = valid_from, valid_until
    changed(actor, found, "plan")
    return plan


def _next_version(case: Case, listed: Sequence[Plan]) -> Plan:
    return Plan(
        case_id=case.id, team_id=case.team_id, version_no=max((plan.version_no for plan in listed), default=0) + 1
    )


def goals(case_id: UUID) -> list[tuple[Goal, str]]:
    """The goals with who watches over each, in the order of the parts of life, open ones first."""
    statement = (
        select(Goal, User.name).join(User, User.id == Goal.owner_id).where(Goal.case_id == case_id).order_by(Goal.id)
    )
    return _in_order([(goal, name) for goal, name in db.session.execute(statement)])


def goals_measured(case_id: UUID) -> tuple[list[tuple[Goal, str]], list[Measurement]]:
    """The same with all measurements of them, oldest first; one statement."""
    statement = (
        select(Goal, User.name, Measurement)
        .join(User, User.id == Goal.owner_id)
        .outerjoin(Measurement, Measurement.goal_id == Goal.id)
        .where(Goal.case_id == case_id)
        .order_by(Goal.id, Measurement.measured_on, Measurement.id)
    )
    rows = db.session.execute(statement).all()
    found = {goal.id: (goal, name) for goal, name, _ in rows}
    measured = [row for _, _, row in rows if row is not None]
    return _in_order(found.values()), sorted(measured, key=lambda one: (one.measured_on, one.id))


def _in_order(rows: Iterable[tuple[Goal, str]]) -> list[tuple[Goal, str]]:
    """Open ones first, then as the parts of life are listed."""
    places = list(Domain)
    return sorted(rows, key=lambda row: (row[0].status == GoalStatus.CLOSED, places.index(Domain(row[0].domain))))


def add_goal(actor: Actor, case_id: UUID, *, domain: Domain, body: str, owner_id: UUID, due_on: date) -> Goal:
    """A goal for one part of life; at most five are open, one per part of life.

    Raises NotFound, Forbidden, Conflict or Invalid.
    """
    found = to_work_on(actor, case_id, lock=True)
    open_ones = select(func.count()).where(Goal.case_id == case_id, Goal.status == GoalStatus.OPEN)
    if (db.session.scalar(open_ones) or 0) >= MOST_GOALS:
        raise Invalid(domain=N_("Er zijn al vijf doelen. Rond eerst een doel af."))
    _ensure_colleague(found, owner_id)
    near.ensure_day("due_on", due_on)
    goal = Goal(case_id=case_id, team_id=found.case.team_id, domain=domain, body=body, owner_id=owner_id, due_on=due_on)
    db.session.add(goal)
    changed(actor, found, "goals")
    return goal


#: How a case is found for what is done with it.
Found = Callable[[Actor, UUID], Seen]


def get_goal(actor: Actor, goal_id: UUID, to: Found = to_work_on) -> tuple[Seen, Goal]:
    """A goal and its case, `to` do something new with it or to end it. Raises as `to_work_on`."""
    found = to(actor, case_of(Goal, goal_id))
    return found, db.session.get_one(Goal, goal_id)


def change_goal(actor: Actor, goal_id: UUID, *, body: str, owner_id: UUID, due_on: date, version: int) -> Goal:
    """Say an open goal in other words, or give it to somebody else. Raises as `add_goal`."""
    found, goal = open_goal(actor, goal_id, version)
    _ensure_colleague(found, owner_id)
    if due_on != goal.due_on:
        near.ensure_day("due_on", due_on)
    goal.body, goal.owner_id, goal.due_on = body, owner_id, due_on
    changed(actor, found, "goals")
    return goal


def close_goal(actor: Actor, goal_id: UUID, *, attainment: int, version: int) -> Goal:
    """Say how far it was reached, from -2 (far less than hoped) to 2. Raises as `add_goal`."""
    found, goal = open_goal(actor, goal_id, version, to_round_off)
    goal.status, goal.attainment, goal.closed_on = GoalStatus.CLOSED, attainment, clock.today()
    changed(actor, found, "goals")
    return goal


def open_goal(actor: Actor, goal_id: UUID, version: int, to: Found = to_work_on) -> tuple[Seen, Goal]:
    """A goal that may still be changed, and its case. Raises as `get_goal`, and Conflict when it was changed."""
    found, goal = get_goal(actor, goal_id, to)
    if goal.status != GoalStatus.OPEN:
        raise Conflict
    db.ensure_version(goal, version)
    return found, goal


def colleagues(team_id: UUID) -> Sequence[User]:
    """Who can own a goal or an action: youth workers and directors of the team, by name."""
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id == team_id,
        RoleAssignment.role.in_((Role.YOUTH_WORKER, Role.JV_DIRECTOR)),
        RoleAssignment.holds_on(clock.today()),
    )
    statement = select(User).where(User.id.in_(held), User.deactivated_at.is_(None))
    return db.session.scalars(statement.order_by(User.sort_key, User.id)).all()


def in_hand(team_id: UUID) -> Mapping[UUID, int]:
    """How many running cases of a team each person has in hand; who has none is left out."""
    statement = select(Case.director_id, func.count()).where(Case.team_id == team_id, Case.status.not_in(OVER))
    rows = db.session.execute(statement.group_by(Case.director_id))
    return {director_id: count for director_id, count in rows if director_id is not None}


def _ensure_colleague(found: Seen, owner_id: UUID) -> None:
    if owner_id not in {user.id for user in colleagues(found.case.team_id)}:
        raise Invalid(owner_id=N_("Kies een van de mogelijkheden."))


# --- actions -----------------------------------------------------------------


def tasks(case_id: UUID) -> list[Todo]:
    """The actions of a case: open ones by day, then the ended ones, newest first."""
    statement = (
        select(Task, func.coalesce(User.name, Task.owner_name))
        .outerjoin(User, User.id == Task.owner_id)
        .where(Task.case_id == case_id)
        .order_by(Task.due_on, Task.id)
    )
    rows = [Todo(task, name) for task, name in db.session.execute(statement)]
    ended = [row for row in rows if row.task.status != ActionStatus.OPEN]
    return [row for row in rows if row.task.status == ActionStatus.OPEN] + ended[::-1]


def add_task(
    actor: Actor,
    case_id: UUID,
    *,
    what: str,
    due_on: date,
    owner_id: UUID | None = None,
    owner_name: str = "",
    goal_id: UUID | None = None,
    conference_id: UUID | None = None,
) -> Task:
    """Agree an action: who does what by when. The owner is a colleague, or else an organisation by name.

    Raises NotFound, Forbidden, Conflict or Invalid.
    """
    found = to_work_on(actor, case_id)
    if owner_id is not None:
        _ensure_colleague(found, owner_id)
    elif not owner_name:
        raise Invalid(owner_id=N_("Kies wie dit doet, of schrijf een organisatie op."))
    near.ensure_day("due_on", due_on)
    if goal_id is not None and goal_id not in {goal.id for goal, _ in goals(case_id)}:
        raise Invalid(goal_id=N_("Kies een van de mogelijkheden."))
    asked = {
        "case_id": case_id, "what": what, "owner_id": owner_id, "owner_name": "" if owner_id else owner_name,
        "due_on": due_on,
    }  # fmt: skip
    db.ensure_new(Task, "what", status=ActionStatus.OPEN, **asked)
    task = Task(team_id=found.case.team_id, goal_id=goal_id, conference_id=conference_id, **asked)
    db.session.add(task)
    changed(actor, found, "actions")
    return task


def get_task(actor: Actor, task_id: UUID) -> tuple[Seen, Todo]:
    """An action and its case. Raises NotFound, Forbidden for who only reads and has another action, or none, Conflict
    while it stands still."""
    found = find(actor, case_of(Task, task_id))
    todo = next(todo for todo in tasks(found.case.id) if todo.task.id == task_id)
    if not found.may_end(todo.task, actor.user_id):
        raise Forbidden
    if found.stands_still:
        raise Conflict
    return found, todo


def end_task(actor: Actor, task_id: UUID, *, status: ActionStatus, result: str, version: int) -> Task:
    """Say that an action was done, or why it is dropped.

    Raises NotFound, Forbidden, Conflict (ended already) or Invalid without a reason for dropping it.
    """
    found, todo = get_task(actor, task_id)
    task = todo.task
    if task.status != ActionStatus.OPEN:
        raise Conflict
    db.ensure_version(task, version)
    if status == ActionStatus.OPEN:
        raise Invalid(status=N_("Kies een van de mogelijkheden."))
    if status == ActionStatus.DROPPED and not result:
        raise Invalid(result=N_("Schrijf in een paar woorden waarom."))
    task.status, task.result, task.ended_on = status, result, clock.today()
    changed(actor, found, "actions")
    return task
