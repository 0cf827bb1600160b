"""Reading cases: always with the part the actor has in them, so that pages and rules ask only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Label, Row, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.areas import service as areas
from portal.cases import policy
from portal.cases.models import (
    ActionStatus,
    Case,
    CasePartner,
    CaseStatus,
    CaseStep,
    Conference,
    ConferenceStatus,
    Plan,
    PlanStatus,
    Task,
)
from portal.cases.workflow import OVER, TEAM, Event, Party
from portal.core import clock, db, paging
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.core.paging import Page
from portal.in_view.models import CaseLevel, ViewStatus, YouthInView
from portal.people import ties
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action

#: The order in which somebody with several parts acts.
PRECEDENCE = (Party.DIRECTOR, Party.WORKER, Party.IN_CHARGE, Party.INVOLVED, Party.COORDINATOR)
#: Who reaches the case through the young person, and so what there is beside it.
BESIDE = frozenset({Party.DIRECTOR, Party.WORKER, Party.COORDINATOR})
DIRECTOR = aliased(User, name="director")
HOLDS, WRITTEN = aliased(Plan, name="holds"), aliased(Plan, name="written")


@dataclass(frozen=True)
class Seen:
    """A case as one actor sees it."""

    case: Case
    parties: frozenset[Party]
    director: str  # who has it in hand; empty when nobody yet
    stadsdeel_code: str | None = None
    plan: Plan | None = None  # that holds; only when it was read along
    draft: Plan | None = None  # that is being written
    meets_at: datetime | None = None  # the conference that is planned; only in the list
    late_actions: int = 0  # open ones past their day; only in the list
    view_status: str | None = None  # of the view it came from; None for who does not see that

    @property
    def party(self) -> Party:
        """The part in which this actor acts first."""
        return next(party for party in PRECEDENCE if party in self.parties)

    @property
    def works(self) -> bool:
        """Whether this actor may change it at all."""
        return bool(self.parties & TEAM)

    @property
    def reads_dossier(self) -> bool:
        """Whether this actor reaches the young person too, not the case alone."""
        return bool(self.parties & BESIDE)

    def may_end(self, task: Task, user_id: UUID | None) -> bool:
        """Whether this actor may say what became of an action: who works on the case, and who does it."""
        return self.works or task.owner_id == user_id

    @property
    def is_open(self) -> bool:
        """Whether people still work on it."""
        return self.case.status not in OVER

    @property
    def goes_on(self) -> bool:
        """Whether anything new may begin: not while its view is suspended, disputed or on its way elsewhere, nor
        after that view has ended (I-14)."""
        return self.view_status == ViewStatus.ACTIVE

    @property
    def stands_still(self) -> bool:
        """Whether nothing may be written at all; when the view ended, what was begun is still rounded off."""
        return self.view_status in policy.STILL

    @property
    def name(self) -> str:
        """The young person's name."""
        return self.case.person.short_name

    @property
    def stadsdeel(self) -> str:
        """Name of the stadsdeel the young person lives in; never a smaller area."""
        return areas.label(self.stadsdeel_code)


@dataclass(frozen=True)
class Moved:
    """One step of the history, with who took it."""

    event: Event
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class Running:
    """The case that is going on, for a page about the young person."""

    id: UUID
    number: str
    status: str
    level: str


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; no person data."""

    level: CaseLevel | None = None
    status: CaseStatus | None = None
    stadsdeel: str = ""  # its code
    mine: bool = False
    closed: bool = False


def path(case_id: UUID) -> str:
    """The address of a case's page."""
    return f"/casussen/{case_id}"


def seen(actor: Actor) -> Select[Any]:
    """Select the cases in reach, each with the actor's parts and who has it in hand."""
    parts: list[Any] = [policy.is_party(actor, party).label(party) for party in Party]
    return (
        select(
            Case,
            *parts,
            func.coalesce(DIRECTOR.name, "").label("director_name"),
            func.stadsdeel_of(Case.person_id).label("stadsdeel_code"),
            select(YouthInView.status)
            .where(YouthInView.id == Case.view_id)
            .correlate(Case)
            .scalar_subquery()
            .label("view_status"),
        )
        .outerjoin(DIRECTOR, DIRECTOR.id == Case.director_id)
        .where(policy.visible(actor))
        .options(joinedload(Case.person))
    )


def as_seen(row: Row[Any]) -> Seen:
    """One row of `seen(actor)`."""
    values = row._mapping
    parties = frozenset(party for party in Party if values[party])
    return Seen(row[0], parties, values["director_name"], values["stadsdeel_code"], view_status=values["view_status"])


def find(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seen:
    """One case, not logged: for who changes it and logs that. `lock` holds the row until the commit.

    Raises NotFound when the actor may not know of it.
    """
    statement = seen(actor).where(Case.id == case_id)
    return as_seen(db.the_one(statement, lock=Case if lock else None))


def get(actor: Actor, case_id: UUID, *, action: Action = Action.READ) -> Seen:
    """One case, read and logged. Raises NotFound when the actor may not know of it."""
    statement = (
        seen(actor)
        .outerjoin(HOLDS, and_(HOLDS.case_id == Case.id, HOLDS.status == PlanStatus.AGREED))
        .outerjoin(WRITTEN, and_(WRITTEN.case_id == Case.id, WRITTEN.status == PlanStatus.DRAFT))
        .add_columns(HOLDS, WRITTEN)
        .where(Case.id == case_id)
    )
    row = db.the_one(statement)
    found = replace(as_seen(row), plan=row.holds, draft=row.written)
    log(actor, action, [found])
    return found


def log(
    actor: Actor,
    action: Action,
    found: Sequence[Seen],
    *,
    fields: Sequence[str] = (),
    context: Context = Context.JV_DISTRICT,
) -> None:
    """Record what was read or changed, one row per case, under the part the actor has in it."""
    for party in PRECEDENCE:
        own = [seen.case for seen in found if seen.party is party]
        if party is Party.IN_CHARGE:
            _stands_in(actor, own)
        if own:
            access_log.record(
                actor,
                action,
                [Subject("youth_case", one.id, one.person_id, one.team_id) for one in own],
                permission=policy.PERMISSION[party],
                purpose=policy.PURPOSE[party],
                context=context,
                fields=fields,
            )


def _stands_in(actor: Actor, cases: Iterable[Case]) -> None:
    """Say for whom: a colleague is away who has these cases in hand."""
    for case in cases:
        if case.director_id != actor.user_id:
            access_log.acts_for(actor, case.person_id, case.director_id)


def listing(actor: Actor, filters: Filters, *, cursor: str | None = None) -> Page[Seen]:
    """The cases in reach, newest first; logged per row. Raises NotFound for a strange cursor."""
    statement = _narrowed(seen(actor).add_columns(meets_at(), late_actions()), actor, filters)
    statement = paging.newest(statement, cursor, Case.id)
    rows = [
        replace(as_seen(row), meets_at=row.meets_at, late_actions=row.late_actions)
        for row in db.session.execute(statement)
    ]
    page = paging.page(rows, lambda s: [s.case.id])
    log(actor, Action.LIST, page.rows)
    return page


def meets_at() -> Label[datetime]:
    planned = (Conference.case_id == Case.id, Conference.status == ConferenceStatus.PLANNED)
    return select(func.min(Conference.starts_at)).where(*planned).correlate(Case).scalar_subquery().label("meets_at")


def late_actions() -> Label[int]:
    late = (Task.case_id == Case.id, Task.status == ActionStatus.OPEN, Task.due_on < clock.today())
    return select(func.count()).where(*late).correlate(Case).scalar_subquery().label("late_actions")


def _narrowed(statement: Select[Any], actor: Actor, filters: Filters) -> Select[Any]:
    over = Case.status.in_(OVER)
    statement = statement.where(over if filters.closed else ~over)
    if filters.level:
        statement = statement.where(Case.level == filters.level)
    if filters.status and not filters.closed:
        statement = statement.where(Case.status == filters.status)
    if filters.stadsdeel:
        statement = statement.where(func.stadsdeel_of(Case.person_id) == filters.stadsdeel)
    return statement.where(Case.director_id == actor.user_id) if filters.mine else statement


def running(actor: Actor, person: Person) -> Select[UUID, str, str, str]:
    """Select the columns of Running for a page about this young person, which logs itself; one row or none."""
    columns = (Case.id, Case.number, Case.status, Case.level)
    going_on = (Case.person_id == ties.young(person), Case.status.not_in(OVER))
    return select(*columns).where(policy.visible(actor, person), *going_on).limit(1)


def counts(actor: Actor) -> Mapping[str, int]:
    """How many open cases in reach there are per level."""
    statement = select(Case.level, func.count()).where(policy.visible(actor), Case.status.not_in(OVER))
    return dict(list(db.session.execute(statement.group_by(Case.level))))


def history(found: Seen) -> list[Moved]:
    """What happened to the case, newest first."""
    statement = (
        select(CaseStep, User.name)
        .outerjoin(User, User.id == CaseStep.by_id)
        .where(CaseStep.case_id == found.case.id)
        .order_by(CaseStep.at.desc(), CaseStep.id.desc())
    )
    return [Moved(Event(row.event), row.at, by or "", row.note) for row, by in db.session.execute(statement)]


def partners(case_id: UUID) -> list[tuple[CasePartner, str]]:
    """The organisations that work along now, each with the name of its contact person."""
    statement = (
        select(CasePartner, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == CasePartner.user_id)
        .where(CasePartner.case_id == case_id, CasePartner.holds_on(clock.today()))
        .order_by(CasePartner.name, CasePartner.id)
    )
    return [(row, name) for row, name in db.session.execute(statement)]


def case_of(model: Any, record_id: UUID) -> UUID:
    """The case a part of it belongs to; whether the actor may see it is asked there. Raises NotFound."""
    found: UUID | None = db.session.scalar(select(model.case_id).where(model.id == record_id))
    if found is None:
        raise NotFound
    return found


def to_work_on(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seen:
    """A case in which this actor begins something new; not logged.

    Raises NotFound out of reach, Forbidden for who only reads, Conflict when nobody works on it any more or its view
    does not go on.
    """
    found = to_stop(actor, case_id, lock=lock)
    if not found.goes_on:
        raise Conflict
    return found


def to_round_off(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seen:
    """A case in which this actor finishes what was begun, also after its view ended. Raises as `to_work_on`."""
    found = to_stop(actor, case_id, lock=lock)
    if found.stands_still:
        raise Conflict
    return found


def to_stop(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seen:
    """A case of which this actor lets something stop that goes on about the young person: that may always be done.

    Raises NotFound, Forbidden as `to_work_on`, Conflict when nobody works on it any more.
    """
    found = find(actor, case_id, lock=lock)
    if not found.works:
        raise Forbidden
    if not found.is_open:
        raise Conflict
    return found


def opened(actor: Actor, found: Seen) -> Seen:
    """The same case, logged as read: for a page that names the young person, on which a part of it is changed."""
    log(actor, Action.READ, [found])
    return found


def changed(actor: Actor, found: Seen, *fields: str) -> None:
    """Write the change of a part of the case, and its row in the log."""
    db.session.flush()
    log(actor, Action.UPDATE, [found], fields=fields)
