"""The figures of the whole city, made once a day: reading every dossier for each visit would hold up the rest.

A row here is a row of the figure's own statement, so there is one definition of each figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.functions import FunctionElement

from portal.accounts.models import Team
from portal.core import clock, db
from portal.reports import periods
from portal.reports.figures import FIGURES, Counted, Scope, active_trajectories, longest_silence
from portal.reports.models import FigureRun, FigureValue

Statement = Callable[..., Any]
#: The statements of all figures; several figures may be read from one.
STATEMENTS = tuple(dict.fromkeys(figure.query for figure in FIGURES))
#: Those that stand as of the day, whatever the period.
STANDING = (active_trajectories, longest_silence)
KEYS = ("team_id", "worker_id")
#: Whose figures are read; the values are those of `_held`.
_HELD = (
    FigureValue.day == bindparam("day", type_=Date()),
    FigureValue.period.in_(["", bindparam("period", type_=Text())]),
    FigureValue.team_id == any_(bindparam("teams", type_=ARRAY(Uuid()))),
)


def newest() -> FigureRun | None:
    """The newest summary; None before the first."""
    return db.session.scalar(select(FigureRun).order_by(FigureRun.day.desc()).limit(1))


def make_first() -> FigureRun:
    """The newest summary. When there is none it is made now, by whoever comes first and may count the whole city."""
    return newest() or make(clock.today())


def make_when_due() -> FigureRun:
    """Make the summary of today unless it is there already; for the task, which may run twice."""
    run = newest()
    return run if run and run.day == clock.today() else make(clock.today())


def make(day: date) -> FigureRun:
    """Make the summary of a day in the present transaction, in place of older ones."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("figure_run", 0))))
    earlier = newest()
    if earlier and earlier.day >= day:
        return earlier  # somebody made it while we waited
    run = FigureRun(day=day, made_at=clock.now())
    db.session.add(run)
    db.session.flush()
    teams = tuple(db.session.scalars(select(Team.id)))
    with db.counting():
        for statement in STATEMENTS:
            for name in ("",) if statement in STANDING else periods.NAMED:
                _write(statement, name, Scope(teams, periods.NAMED[name or "30-dagen"](day), day))
    db.session.execute(delete(FigureRun).where(FigureRun.day < day))
    return run


def rows(run: FigureRun, name: str, team_ids: Collection[UUID]) -> Iterator[Counted]:
    """What a summary holds for a period by name of the workers of these teams."""
    for team_id, found in db.session.execute(_ROWS, _held(run, name, team_ids)):
        for worker_id, counted in found:
            yield Counted(team_id, UUID(worker_id) if worker_id else None, counted)


def wholes(run: FigureRun, name: str, team_ids: Collection[UUID], asked: Select[Any]) -> Sequence[Row[Any]]:
    """The same of each team as a whole; `asked`: from `per_team`."""
    return db.session.execute(asked, _held(run, name, team_ids)).all()


def per_team(*columns: ColumnElement[Any]) -> Select[Any]:
    """The statement of `wholes`: `team_id` and these columns, each a `number` over all workers."""
    return select(FigureValue.team_id, *columns).where(*_HELD).group_by(FigureValue.team_id)


def number(statement: str, column: str, over: Callable[[Any], FunctionElement[int]]) -> ColumnElement[int]:
    """A column of a statement of figures over all workers (`over`: func.sum, func.max), for `per_team`."""
    return over(FigureValue.numbers[column].as_integer()).filter(FigureValue.statement == statement)


def _held(run: FigureRun, name: str, team_ids: Collection[UUID]) -> Mapping[str, Any]:
    return {"day": run.day, "period": name, "teams": list(team_ids)}


def _rows() -> Select[Any]:
    """One value per team: thousands of rows cost more to read than to count."""
    per_worker = (FigureValue.team_id, FigureValue.worker_id)
    numbers = func.json_object_agg(FigureValue.statement, FigureValue.numbers).label("numbers")
    workers = select(*per_worker, numbers).where(*_HELD).group_by(*per_worker).subquery()
    of_team = func.json_agg(func.json_build_array(workers.c.worker_id, workers.c.numbers))
    return select(workers.c.team_id, of_team).group_by(workers.c.team_id)


_ROWS = _rows()


def _write(statement: Statement, name: str, scope: Scope) -> None:
    found = statement(scope).subquery()
    numbers = [part for column in found.c if column.name not in KEYS for part in (literal(column.name), column)]
    values = select(
        literal(scope.today), literal(name), literal(statement.__name__), found.c.team_id, found.c.worker_id,
        func.jsonb_build_object(*numbers),
    )  # fmt: skip
    columns = ("day", "period", "statement", "team_id", "worker_id", "numbers")
    db.session.execute(insert(FigureValue).from_select(columns, values, include_defaults=False))  # each its own id
