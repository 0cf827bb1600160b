"""The running cases of a manager's teams, by number: how they stand, and not whose they are (domain §4.2).

Read in the role that sees no names and no words, so that the second wall keeps them out too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, all_, func, select

from portal.accounts.models import Team, User
from portal.cases.models import Case
from portal.cases.service.finding import late_actions, meets_at
from portal.cases.workflow import OVER
from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.in_view.models import CaseLevel
from portal.people import policy as people
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role


@dataclass(frozen=True)
class Standing:
    """A running case as a manager knows it; `number` stands for the young person."""

    id: UUID
    number: str
    person_id: UUID  # for the log alone
    team_id: UUID
    level: str
    status: str
    opened_on: date
    plan_due_on: date | None
    director_id: UUID | None
    meets_at: datetime | None  # the conference that is planned
    late_actions: int  # open ones past their day
    team: str = ""
    director: str = ""

    @property
    def weeks(self) -> int:
        """How long it runs, in whole weeks: the day itself would say more than is needed."""
        return (clock.today() - self.opened_on).days // 7

    @property
    def plan_late(self) -> bool:
        """Whether there should have been a plan, or a new one, by now."""
        return self.plan_due_on is not None and self.plan_due_on < clock.today()


def running(actor: Actor, *, level: CaseLevel | None = None, cursor: str | None = None) -> Page[Standing]:
    """The running cases of the teams this actor leads, the longest first; logged per row.

    Raises Forbidden for who leads no team, NotFound for a strange cursor.
    """
    actor.require(Permission.CASES_OVERSEE)
    with db.counting():
        rows = db.session.execute(_statement(actor, level, cursor)).all()
    found = paging.page(_named([Standing(**row._mapping) for row in rows]), _place)
    access_log.record(
        actor,
        Action.LIST,
        [Subject("youth_case", one.id, one.person_id, one.team_id) for one in found.rows],
        permission=Permission.CASES_OVERSEE,
        purpose=Purpose.SUPERVISION,
        context=Context.JV_DISTRICT,
        fields=["level", "status", "meets_at", "late_actions", "opened_on"],
    )
    return found


def _statement(actor: Actor, level: CaseLevel | None, cursor: str | None) -> Select[Any]:
    led = people.acting_as(actor, {Role.MANAGER}).teams(Permission.CASES_OVERSEE, Reach.TEAM)
    columns = [getattr(Case, name) for name in Standing.__dataclass_fields__ if name in Case.__mapper__.columns]
    known = func.my_known_person_ids(type_=ARRAY(Uuid))  # not even by number (I-24)
    statement = (
        select(*columns, meets_at(), late_actions())
        .where(Case.team_id.in_(led), Case.status.not_in(OVER), Case.person_id != all_(known))
        .order_by(Case.opened_on, Case.id)
        .limit(paging.PAGE_SIZE + 1)
    )
    if level:
        statement = statement.where(Case.level == level)
    return paging.after(statement, [Case.opened_on, Case.id], _after(cursor), descending=False) if cursor else statement


def _place(one: Standing) -> list[Any]:
    return [one.opened_on, one.id]


def _after(cursor: str) -> list[Any]:
    opened_on, case_id = paging.decode(cursor, 2)
    try:
        return [date.fromisoformat(opened_on), UUID(case_id)]
    except ValueError:
        raise NotFound from None


def _named(found: list[Standing]) -> list[Standing]:
    """With the names of the teams and of the colleagues in charge, which that role does not read."""
    ids = {one.team_id for one in found} | {one.director_id for one in found if one.director_id}
    names: dict[UUID, str] = {}
    if ids:
        teams, users = select(Team.id, Team.name), select(User.id, User.name)
        both = teams.where(Team.id.in_(ids)).union_all(users.where(User.id.in_(ids)))
        names = {row.id: row.name for row in db.session.execute(both)}
    return [
        replace(one, team=names[one.team_id], director=names.get(one.director_id, "") if one.director_id else "")
        for one in found
    ]
