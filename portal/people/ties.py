"""What ties somebody to young people one by one: assignments, colleagues they stand in for, and grants.

Asked once per transaction, in one statement. The rights of a page are then a comparison with a list of ids, which
goes by index and is cheap to write down as often as a page needs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, TypeVarTuple, cast
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Date,
    DateTime,
    Result,
    Select,
    Uuid,
    bindparam,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.visitors import iterate

from portal.accounts import absence
from portal.core import clock, db
from portal.people.models import Person, PersonAssignment
from portal.privacy import grants, sources
from portal.privacy.actor import Actor
from portal.privacy.models import AccessGrant, DeclaredRelation, GrantReason
from portal.privacy.permissions import Permission, Role, reach

ASSIGNED, STOOD_IN, GRANTED = "assigned", "stood in", "granted"
#: No reason at all: whom the actor said to know in private and does not answer for (domain I-24).
APART = "apart"
#: What emergency access and a hand-over that is over open: nobody writes in the dossier of a young person they have
#: nothing to do with.
READS = frozenset({GrantReason.BREAK_GLASS, GrantReason.FORMER})
#: What `ask_about` gives with each question.
GIVEN = frozenset({"young", "team", "now", "today"})
READ_ONLY = frozenset({Permission.PEOPLE_READ, Permission.CONTACTS_READ, Permission.TRAJECTORIES_READ})
Made = TypeVar("Made")
Written = TypeVar("Written", bound=ClauseElement)
Columns = TypeVarTuple("Columns")
Asked = Select[str, UUID, UUID | None, str | None, str, UUID | None]  # the columns of Tie


@dataclass(frozen=True)
class Tie:
    """One reason to reach one young person today."""

    kind: str
    person_id: UUID
    team_id: UUID | None = None  # of the assignment, or the team that was granted
    role: str | None = None  # to which holders in that team it was granted
    reason: str = ""  # of a grant
    record_id: UUID | None = None  # what the grant follows from


@dataclass(frozen=True)
class Ties:
    """Everything that ties one person, for the roles and colleagues it was asked for."""

    roles: frozenset[tuple[Role, UUID]]
    replaces: frozenset[UUID]
    at: object  # the day, and how the clock stood
    rows: frozenset[Tie] = field(repr=False)
    worked_out: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # from the rows


def assigned_ids(actor: Actor, permission: Permission | None = None) -> frozenset[UUID]:
    """Young people given to the actor today as a youth worker; with `permission` only in the teams where it is held."""
    return _given(actor, ASSIGNED, permission)


def stood_in_ids(actor: Actor, permission: Permission | None = None) -> frozenset[UUID]:
    """The same of the colleagues for whom the actor stands in now."""
    return _given(actor, STOOD_IN, permission)


def granted(actor: Actor) -> Iterator[Tie]:
    """The grants that hold now, to the actor or to a role they hold in a team."""
    held = {(team, str(role)) for role, team in actor.roles}
    for tie in _of(actor).rows:
        if tie.kind == GRANTED and (tie.team_id is None or (tie.team_id, tie.role) in held):
            yield tie


def trajectory_of(actor: Actor, person_ids: Collection[UUID]) -> UUID | None:
    """The trajectory that opened these young people to the actor, when it is the same for all."""
    young = set(person_ids)
    mine = (tie for tie in granted(actor) if tie.reason == GrantReason.TRAJECTORY and not tie.team_id)
    opened = [tie for tie in mine if tie.person_id in young]
    records = {tie.record_id for tie in opened}
    return records.pop() if young and {tie.person_id for tie in opened} == young and len(records) == 1 else None


def granted_ids(actor: Actor, permission: Permission) -> frozenset[UUID]:
    """Young people opened to the actor by grants that carry `permission`.

    Grants count only for the role they were given to, so that a second role does not widen them: a messenger is
    granted a young person by the trajectory, other roles by replacement, transfer or emergency.
    """
    holders = {role for role in actor.role_names if reach(role, permission)}
    reasons = _personal_reasons(holders) - (READS if permission not in READ_ONLY else set())
    return frozenset(
        tie.person_id
        for tie in granted(actor)
        if tie.role in holders or (tie.team_id is None and tie.reason in reasons)
    )


def reached_ids(actor: Actor, permission: Permission) -> frozenset[UUID]:
    """All young people over whom the actor holds `permission` one by one."""

    def found() -> frozenset[UUID]:
        given = assigned_ids(actor, permission) | stood_in_ids(actor, permission)
        return given | granted_ids(actor, permission)

    return worked_out(actor, ("reached", permission), found)


def apart_ids(actor: Actor) -> frozenset[UUID]:
    """Young people whom the actor said to know in private: not seen, not counted, whatever the team."""

    def found() -> frozenset[UUID]:
        return frozenset(tie.person_id for tie in _of(actor).rows if tie.kind == APART)

    return worked_out(actor, APART, found)


def worked_out(actor: Actor, what: Hashable, how: Callable[[], Made]) -> Made:
    """What follows from the roles and ties of this actor and nothing else, made once for as long as they are the same.

    `what` tells it from all else that is made of them.
    """
    made = _of(actor).worked_out
    key = (actor.roles, what)
    if key not in made:
        made[key] = how()
    return cast(Made, made[key])


def written_once(actor: Actor, what: Hashable, write: Callable[[], Written]) -> Written:
    """A statement of this reader, written down once a day for as long as their roles and ties are the same.

    `write` may look at the reader and the day, never at the moment or at one record: that would be asked again later.
    Raises ValueError when a moment is in it.
    """

    def made() -> Written:
        statement = write()
        if any(_is_moment(part.value) for part in iterate(statement) if isinstance(part, BindParameter)):
            raise ValueError(f"{what} holds a moment")
        return statement

    return worked_out(actor, (what, actor.user_id, sources.audience()), made)


def ask_about(actor: Actor, person: Person, what: Hashable, write: Callable[[], Select[*Columns]]) -> Result[*Columns]:
    """Run what `write` asks about this young person, written down once for all whom the actor reaches in the same way.

    In it the young person is `young(person)` and the moment is `moment()`: these, and the parameters "team" and
    "today", get their values each time. Raises ValueError when a moment or this young person stands in it as a value:
    that would be asked again later, or about somebody else.
    """

    def made() -> Select[*Columns]:
        statement = write()
        for part in iterate(statement):
            if isinstance(part, BindParameter) and part.key not in GIVEN and _stays(part.value, person):
                raise ValueError(f"{what} holds a moment or a young person")
        return statement

    statement = worked_out(actor, (what, actor.user_id, sources.audience(), _ways_to(actor, person)), made)
    given = {"young": person.id, "team": person.team_id, "now": clock.now(), "today": clock.today()}
    return db.session.execute(statement, given)


def young(person: Person) -> BindParameter[UUID]:
    """This young person, in a statement that can be asked about another."""
    return bindparam("young", person.id, type_=Uuid())


def moment() -> BindParameter[datetime]:
    """This moment, in a statement that can be asked again later."""
    return bindparam("now", clock.now(), type_=DateTime(timezone=True))


def _ways_to(actor: Actor, person: Person) -> Hashable:
    """All that decides about rights over this young person, and does not tell who it is."""

    def found() -> Mapping[UUID, frozenset[Hashable]]:
        ways: defaultdict[UUID, set[Hashable]] = defaultdict(set)
        for tie in _of(actor).rows:
            ways[tie.person_id].add((tie.kind, tie.team_id, tie.role, tie.reason))
        return {person_id: frozenset(each) for person_id, each in ways.items()}

    return person.team_id, worked_out(actor, "ways", found).get(person.id)


def _stays(value: object, person: Person) -> bool:
    return value == person.id or _is_moment(value)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value != clock.day_start(clock.to_local(value).date())


def emergencies(actor: Actor) -> dict[UUID, UUID]:
    """Young person → emergency access, of what this transaction asked about; never asks by itself."""
    known: dict[UUID | None, Ties] = db.rights_known()
    rows = known[actor.user_id].rows if actor.user_id in known else frozenset()
    through = (tie for tie in rows if tie.kind == GRANTED and tie.reason == GrantReason.BREAK_GLASS)
    return {tie.person_id: tie.record_id for tie in through if tie.record_id is not None}


def _given(actor: Actor, kind: str, permission: Permission | None) -> frozenset[UUID]:
    teams = {team for role, team in actor.roles if role == Role.YOUTH_WORKER}
    if permission:
        teams &= set(actor.teams(permission))
    return frozenset(tie.person_id for tie in _of(actor).rows if tie.kind == kind and tie.team_id in teams)


def _personal_reasons(holders: Iterable[Role]) -> set[str]:
    reasons: set[str] = set()
    for role in holders:
        if role == Role.CREDIBLE_MESSENGER:
            reasons.add(GrantReason.TRAJECTORY)
        else:
            reasons |= {GrantReason.REPLACEMENT, GrantReason.TRANSFER, *READS}
    return reasons


def _of(actor: Actor) -> Ties:
    """Looked up once per transaction, again after somebody's rights changed in it, when the roles go further, or
    when the actor stands in for others."""
    known: dict[UUID | None, Ties] = db.rights_known()
    found = known.get(actor.user_id)
    at = clock.today(), clock.setting()
    asked = found and (found.at, found.replaces) == (at, actor.replaces) and actor.roles <= found.roles
    if found is None or not asked:
        roles = actor.roles | (found.roles if found else frozenset())
        found = known[actor.user_id] = _same(roles, actor.replaces, at, frozenset(_ask(actor, roles)))
    return found


@lru_cache(maxsize=256)  # readers of the last hours; each keeps up to half a megabyte
def _same(roles: frozenset[tuple[Role, UUID]], replaces: frozenset[UUID], at: object, rows: frozenset[Tie]) -> Ties:
    """One object for as long as somebody's ties are the same, so that what is worked out from them stays."""
    return Ties(roles, replaces, at, rows)


def _ask(actor: Actor, roles: frozenset[tuple[Role, UUID]]) -> Iterator[Tie]:
    if actor.user_id is None:
        return
    statement = _OWN_AND_STOOD_IN if actor.replaces else _OWN
    given = {"me": actor.user_id, "now": clock.now(), "today": clock.today()}
    ties = [Tie(*row) for row in db.session.execute(statement, given | grants.held(roles))]
    apart = {tie.person_id for tie in ties if tie.kind == APART} - _answers_for(ties)
    for tie in ties:
        if (tie.kind == APART) == (tie.person_id in apart):
            yield tie


def _answers_for(ties: Iterable[Tie]) -> set[UUID]:
    """Who is in somebody's care goes on being so until a colleague took over, also when they know each other."""
    own = (tie for tie in ties if tie.kind == ASSIGNED or (tie.reason == GrantReason.TRAJECTORY and not tie.team_id))
    return {tie.person_id for tie in own}


def _assignments(kind: str, whom: ColumnElement[bool]) -> Asked:
    columns = literal(kind), PersonAssignment.person_id, PersonAssignment.team_id
    rest = cast(Any, (null(), literal(""), null()))
    return select(*columns, *rest).where(whom, PersonAssignment.holds_on(bindparam("today", type_=Date())))


def _granted() -> Asked:
    columns = AccessGrant.person_id, AccessGrant.grantee_team_id, AccessGrant.grantee_role
    return select(literal(GRANTED), *columns, AccessGrant.reason, AccessGrant.record_id).where(*grants.VALID)


def _apart() -> Asked:
    rest = cast(Any, (null(), null(), literal(""), null()))
    known = select(literal(APART), DeclaredRelation.person_id, *rest)
    return known.where(DeclaredRelation.user_id == grants.ME, DeclaredRelation.ended_at.is_(None))


#: Written once, because every page asks it.
_COLLEAGUES = absence.stood_in_for(grants.ME, at=grants.NOW)
_OWN = union_all(_assignments(ASSIGNED, PersonAssignment.user_id == grants.ME), _granted(), _apart())
_OWN_AND_STOOD_IN: CompoundSelect[Any] = union_all(
    *_OWN.selects, _assignments(STOOD_IN, PersonAssignment.user_id.in_(_COLLEAGUES))
)
