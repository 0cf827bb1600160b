"""Numbers about programmes: who is reached by line and focus area, and in how many programmes young people are.

Counted in the role that reads no names. Small numbers stay hidden, and so does what would give them away (domain I-23).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, select, true

from portal.accounts.models import TeamArea
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.i18n import N_
from portal.core.small import hidden, shown
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach
from portal.programmes.models import Enrolment, EnrolmentStatus, Programme

#: The last class is "this many or more".
MOST = 3


#: What is counted first.
PEOPLE = N_("Jongeren die meedoen")
#: And last: groups are about nobody, so that small numbers of them are shown.
GROUPS = N_("Groepen die meedoen")
#: Per line and team how many.
Numbers = dict[UUID, dict[UUID, int]]


@dataclass(frozen=True)
class Line:
    """How many one line reaches; None where a number stays hidden."""

    name: str
    focus: int | None
    elsewhere: int | None
    total: int | None


@dataclass(frozen=True)
class Reached:
    """One kind of what a programme reaches: young people, or what runs for them."""

    label: str  # Dutch msgid
    lines: Sequence[Line]


def total_of(counts: Sequence[int]) -> int | None:
    """The sum, unless it is small itself."""
    return shown(sum(counts))


def reach(actor: Actor, programme: Programme) -> list[Reached]:
    """Per kind and line what a programme reaches today, in the focus areas of today and elsewhere; over the teams one
    counts. Young people always; another kind when there is any of it."""
    in_focus = _teams_within([each.area_code for each in programme.focus_areas if each.held_on(clock.today())])
    lines = [line for line in programme.lines if line.for_people]
    people, groups = _enrolled(actor, programme.id)
    found = [Reached(PEOPLE, [_line(line.name, people.get(line.id, {}), in_focus) for line in lines])]
    ids, teams = [line.id for line in programme.lines], _counted_teams(actor)
    for label, counted in _running.items():
        found += _reached(label, programme, _counted(counted(ids, teams)), in_focus)
    return found + _reached(GROUPS, programme, groups, in_focus, of_people=False)


def _reached(
    label: str, programme: Programme, numbers: Numbers, in_focus: frozenset[UUID], *, of_people: bool = True
) -> list[Reached]:
    """One kind on the lines that have any of it; nothing when none has."""
    rows = [(line.name, numbers[line.id]) for line in programme.lines if line.id in numbers]
    return [Reached(label, [_line(name, count, in_focus, of_people) for name, count in rows])] if rows else []


def _line(name: str, teams: Mapping[UUID, int], in_focus: frozenset[UUID], of_people: bool = True) -> Line:
    focus = sum(count for team, count in teams.items() if team in in_focus)
    elsewhere = sum(count for team, count in teams.items() if team not in in_focus)
    if not of_people:
        return Line(name, focus, elsewhere, focus + elsewhere)
    near, far = hidden([focus, elsewhere])
    return Line(name, near, far, total_of([focus, elsewhere]))


def _enrolled(actor: Actor, programme_id: UUID) -> tuple[Numbers, Numbers]:
    """Young people, and groups, in the programme now; one statement."""
    counts = (func.count(Enrolment.person_id.distinct()), func.count(Enrolment.group_id.distinct()))
    statement = (
        select(Enrolment.line_id, Enrolment.team_id, *counts)
        .where(Enrolment.programme_id == programme_id, _runs(), _own_teams(actor, Enrolment.team_id))
        .group_by(Enrolment.line_id, Enrolment.team_id)
    )
    with db.counting():
        rows = db.session.execute(statement).all()
    people, groups = ([(line, team, row[place]) for line, team, *row in rows] for place in (0, 1))
    return _by_line(people), _by_line(groups)


def _counted(statement: Select[Any, Any, int]) -> Numbers:
    """Per line and team how many, in the role that reads no names."""
    with db.counting():
        rows = db.session.execute(statement).all()
    return _by_line([(line_id, team_id, count) for line_id, team_id, count in rows])


def _by_line(rows: Sequence[tuple[UUID, UUID, int]]) -> Numbers:
    found: Numbers = {}
    for line_id, team_id, count in rows:
        if count:
            found.setdefault(line_id, {})[team_id] = count
    return found


def _runs() -> ColumnElement[bool]:
    return Enrolment.status == EnrolmentStatus.ENROLLED


def _own_teams(actor: Actor, team_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    if actor.teams(Permission.CASELOAD_READ, Reach.ALL):
        return true()
    return team_id.in_(_led(actor))


def _teams_within(codes: Sequence[str]) -> frozenset[UUID]:
    within = frozenset(code for each in codes for code in areas.within(each))
    rows = db.session.scalars(select(TeamArea.team_id).where(TeamArea.area_code.in_(within)))
    return frozenset(rows)


#: What runs in a programme besides: how many, per line and team, in these teams (None: all). Filled by upper features.
Running = Callable[[Collection[UUID], Sequence[UUID] | None], Select[Any, Any, int]]
_running: dict[str, Running] = {}


def register_running(label: str, counted: Running) -> None:
    """Let a feature say how much of its work runs on a line; `label` is a Dutch msgid."""
    _running[label] = counted


def _counted_teams(actor: Actor) -> tuple[UUID, ...] | None:
    return None if actor.teams(Permission.CASELOAD_READ, Reach.ALL) else _led(actor)


def _led(actor: Actor) -> tuple[UUID, ...]:
    return actor.teams(Permission.CASELOAD_READ, Reach.TEAM)


def classes(actor: Actor) -> list[int | None]:
    """How many young people with an open dossier are in no, one, two, and three or more programmes today."""
    several = func.least(func.count(Enrolment.programme_id.distinct()), MOST).label("several")
    per_person = (
        select(Person.id, several)
        .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, _runs()))
        .where(Person.status == PersonStatus.OPEN, _own_teams(actor, Person.team_id))
        .group_by(Person.id)
        .subquery("per_person")
    )
    statement = select(per_person.c.several, func.count()).group_by(per_person.c.several)
    with db.counting():
        rows = db.session.execute(statement).all()
    found: dict[int, int] = dict(list(rows))
    return hidden([found.get(number, 0) for number in range(MOST + 1)])
