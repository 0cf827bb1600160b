"""The caseload: per worker and team, against formation and norm. Numbers only, never a young person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, bindparam, func, or_, select

from portal.accounts.models import RoleAssignment, Team, TeamArea, User
from portal.accounts.service import norms
from portal.accounts.service.norms import Norm
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.core.registry import Figure
from portal.people import policy as people
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role
from portal.reports import figures, summary
from portal.reports.figures import Counted, Scope, counted
from portal.reports.models import FigureRun
from portal.reports.periods import NAMED, Period

#: So many teams are counted at each visit; more come from the summary of the day.
LIVE_TEAMS = 5
SUMMARISE = "tasks.reports.summarise"
#: Team and worker; None is nobody.
Key = tuple[UUID, UUID | None]

#: Which columns of a line each figure fills from which of its own.
COLUMNS: dict[Figure, dict[str, str]] = {
    figures.OPEN_PEOPLE: {"open_people": "value", "people_late": "part", "people_reached": "reached"},
    figures.ACTIVE_TRAJECTORIES: {"active_trajectories": "value"},
    figures.CONTACTS: {"contacts": "value", "effective": "part", "unnamed_present": "unnamed"},
    figures.LONGEST_SILENCE: {"longest_silence": "value", "silent_people": "part"},
    figures.PROMISES: {
        "overdue_follow_ups": "value",
        "promises": "promises",
        "promises_kept": "kept",
        "promises_partly": "partly",
        "promises_not_kept": "not_kept",
        "promises_withdrawn": "withdrawn",
        "promises_open": "open",
        "promises_told": "told",
        "promises_late": "late",
    },
}
BY_STATEMENT = {figure.query.__name__: columns for figure, columns in COLUMNS.items()}
#: The same columns of a whole team, from the summary.
OF_TEAM = summary.per_team(
    *(
        summary.number(statement, source, func.max if name == "longest_silence" else func.sum).label(name)
        for statement, columns in BY_STATEMENT.items()
        for name, source in columns.items()
    )
)
#: What lines are added up by; the longest silence is no sum.
SUMMED = (*(name for columns in COLUMNS.values() for name in columns if name != "longest_silence"), "formation", "norm")


@dataclass
class Line:
    """The figures of one worker, or their sum over several. `formation` in FTE, `norm` in young people."""

    name: str
    worker_id: UUID | None = None
    open_people: int = 0
    people_late: int = 0
    active_trajectories: int = 0
    contacts: int = 0
    effective: int = 0
    people_reached: int = 0
    unnamed_present: int = 0
    overdue_follow_ups: int = 0
    longest_silence: int | None = None
    silent_people: int = 0
    promises: int = 0
    promises_kept: int = 0
    promises_partly: int = 0
    promises_not_kept: int = 0
    promises_withdrawn: int = 0
    promises_open: int = 0
    promises_told: int = 0
    promises_late: int = 0
    formation: Decimal = Decimal(0)
    norm: Decimal = Decimal(0)
    unassigned: bool = False

    @property
    def effective_rate(self) -> float | None:
        """Effective of all contacts; None without contacts."""
        return self.effective / self.contacts if self.contacts else None

    @property
    def per_fte(self) -> float | None:
        """Open young people per full-time worker; None without formation."""
        return float(self.open_people / self.formation) if self.formation else None

    @property
    def promises_known(self) -> int:
        """Promises of the period of which it is known what came of them."""
        return self.promises - self.promises_open

    @property
    def told_rate(self) -> float | None:
        """Told of what is known; None when nothing is."""
        return self.promises_told / self.promises_known if self.promises_known else None

    def add(self, other: Line) -> None:
        """Add another line's figures; the longest silence is the longer of the two."""
        mine, others = vars(self), vars(other)
        for name in SUMMED:
            mine[name] += others[name]
        known = [days for days in (self.longest_silence, other.longest_silence) if days is not None]
        self.longest_silence = max(known, default=None)


@dataclass
class TeamLines:
    """A team with its workers by name and who is assigned to nobody as the remainder; or only as a `whole`."""

    id: UUID
    name: str
    stadsdelen: tuple[str, ...]
    norm: Norm
    workers: list[Line] = field(default_factory=list)
    whole: Line | None = None

    @cached_property
    def total(self) -> Line:
        """The sum of the workers, once all are there."""
        return self.whole or summed(self.name, self.workers)


@dataclass(frozen=True)
class Caseload:
    """A caseload as made at one moment."""

    teams: Sequence[TeamLines]
    period: Period
    made_at: datetime
    summary_of: date | None = None  # the day whose summary this is; None: counted just now

    @property
    def per_team(self) -> bool:
        """Whether these are too many teams to show the workers of each."""
        return len(self.teams) > LIVE_TEAMS

    @cached_property
    def total(self) -> Line:
        """The sum of the teams."""
        return summed("", [team.total for team in self.teams])


def summed(name: str, lines: Iterable[Line]) -> Line:
    """One line that is the sum of others."""
    total = Line(name)
    for line in lines:
        total.add(line)
    return total


def teams_within_reach(actor: Actor) -> list[Team]:
    """Teams with youth workers whose figures this actor may see, by name."""
    actor.require(Permission.CASELOAD_READ)
    has_workers = (
        select(RoleAssignment.id)
        .where(RoleAssignment.team_id == Team.id, RoleAssignment.role == Role.YOUTH_WORKER)
        .exists()
    )
    statement = select(Team).where(Team.active, has_workers).order_by(Team.name)
    if actor.reach(Permission.CASELOAD_READ) != Reach.ALL:
        statement = statement.where(Team.id.in_(actor.teams(Permission.CASELOAD_READ, Reach.TEAM)))
    return list(db.session.scalars(statement))


def caseload(
    actor: Actor,
    *,
    teams: Sequence[Team],
    period: Period,
    named: str = "",
    team_id: UUID | None = None,
    stadsdeel: str = "",
    per_worker: bool = False,
) -> Caseload:
    """The caseload of the teams within reach (from `teams_within_reach`), narrowed to one team or stadsdeel.

    Many teams together come from the summary of the day when the period is a `named` one, and then without the workers
    of each unless `per_worker`; what is counted for few teams, or in dates of one's own, is counted now. Raises
    NotFound for a team outside the reach.
    """
    actor.require(Permission.CASELOAD_READ)
    if team_id is not None and team_id not in {team.id for team in teams}:
        raise NotFound
    found = _lines_of(teams)
    chosen = {
        key: team
        for key, team in found.items()
        if (team_id is None or key == team_id) and (not stadsdeel or stadsdeel in team.stadsdelen)
    }
    if named and len(chosen) > LIVE_TEAMS:
        everything = actor.reach(Permission.CASELOAD_READ) == Reach.ALL
        if run := summary.make_first() if everything else summary.newest():
            return _from_summary(run, chosen, named, per_worker)
        db.enqueue(SUMMARISE)
    scope = Scope(tuple(chosen), period, clock.today())
    with db.counting():
        now = counted(COLUMNS, scope)
    _fill(chosen, scope, now)
    return Caseload(list(chosen.values()), period, clock.now())


def _from_summary(run: FigureRun, teams: dict[UUID, TeamLines], named: str, per_worker: bool) -> Caseload:
    if run.day < clock.today():
        db.enqueue(SUMMARISE)
    period = NAMED[named](run.day)
    scope = Scope(tuple(teams), period, run.day)
    if per_worker:
        _fill(teams, scope, summary.rows(run, named, teams))
    else:
        _fill_whole(teams, scope, {row.team_id: row for row in summary.wholes(run, named, teams, OF_TEAM)})
    return Caseload(list(teams.values()), period, run.made_at, run.day)


def _lines_of(teams: Sequence[Team]) -> dict[UUID, TeamLines]:
    stadsdelen, held = defaultdict[UUID, set[str]](set), dict[UUID, Norm]()
    for row in db.session.execute(_norms_and_areas(clock.today()), {"teams": [team.id for team in teams]}):
        held[row.team_id] = norms.of_row(row)
        if row.area_code is not None:
            stadsdelen[row.team_id].add(areas.places()[row.area_code].stadsdeel_code)
    return {team.id: TeamLines(team.id, team.name, tuple(sorted(stadsdelen[team.id])), held[team.id]) for team in teams}


@lru_cache(maxsize=2)
def _norms_and_areas(day: date) -> Select[Any]:
    norm = norms.as_of(day)
    wanted = norm.c.team_id == any_(bindparam("teams", type_=ARRAY(Uuid())))
    return select(norm, TeamArea.area_code).outerjoin(TeamArea, TeamArea.team_id == norm.c.team_id).where(wanted)


def _fill(teams: dict[UUID, TeamLines], scope: Scope, found: Iterable[Counted]) -> None:
    """Make the lines of the workers in these teams, sorted by name."""
    lines = {(each.team_id, each.worker_id): _line(each.worker_id, each.numbers) for each in found}
    order: dict[Key, str] = {}
    for held_in, user_id, name, sort_key, fte in _workers(scope, {worker_id for _, worker_id in lines if worker_id}):
        for key in [(held_in, user_id)] if held_in else [key for key in lines if key[1] == user_id]:
            line = lines.get(key) or lines.setdefault(key, _line(user_id, {}))
            line.name, order[key] = name, sort_key
            line.formation += fte or 0
            line.norm += (fte or 0) * teams[key[0]].norm.caseload
    for key in sorted(lines, key=lambda key: (key[1] is None, order.get(key, ""))):
        teams[key[0]].workers.append(lines[key])


def _line(worker_id: UUID | None, numbers: Mapping[str, Mapping[str, Any]]) -> Line:
    named = ((row, BY_STATEMENT.get(statement, {})) for statement, row in numbers.items())
    given = {name: row[source] for row, columns in named for name, source in columns.items()}
    return Line("", worker_id, unassigned=worker_id is None, **given)


def _fill_whole(teams: dict[UUID, TeamLines], scope: Scope, found: Mapping[UUID, Any]) -> None:
    """Make one line of each of these teams."""
    formation = dict(iter(db.session.execute(_formation(scope))))
    for team in teams.values():
        held, numbers = formation.get(team.id, Decimal(0)), found[team.id]._mapping if team.id in found else {}
        given = {name: value for name, value in numbers.items() if name != "team_id" and value is not None}
        team.whole = Line(team.name, formation=held, norm=held * team.norm.caseload, **given)


def _formation(scope: Scope) -> Select[UUID, Decimal]:
    """The FTE of youth workers per team today, of teams that have any."""
    statement = select(RoleAssignment.team_id, func.sum(RoleAssignment.fte))
    return statement.where(*_held(scope), RoleAssignment.fte.is_not(None)).group_by(RoleAssignment.team_id)


def _workers(scope: Scope, seen: set[UUID]) -> Sequence[Any]:
    """Everybody who holds the role in these teams today, with FTE, and everybody else with a figure (team NULL)."""
    statement = (
        select(RoleAssignment.team_id, User.id, User.name, User.sort_key, RoleAssignment.fte)
        .select_from(User)
        .outerjoin(RoleAssignment, and_(RoleAssignment.user_id == User.id, *_held(scope)))
        .where(or_(RoleAssignment.id.is_not(None), people.among(User.id, seen)))
    )
    return db.session.execute(statement).all()


def _held(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The role of youth worker in these teams, today."""
    return (
        RoleAssignment.role == Role.YOUTH_WORKER,
        RoleAssignment.team_id.in_(scope.team_ids),
        RoleAssignment.holds_on(scope.today),
    )


def log_export(actor: Actor, made: Caseload, kind: str) -> None:
    """Record that the figures left the portal as a file: which teams, by whom; there are no data subjects in it."""
    subjects = [Subject("caseload", team_id=team.id) for team in made.teams]
    access_log.record(
        actor,
        Action.EXPORT,
        subjects or Subject("caseload"),
        permission=Permission.CASELOAD_READ,
        purpose=Purpose.REPORTING,
        context=Context.ACCOUNTABILITY,
        fields=[kind],
    )
