"""Proposals to hand over a young person, as those who are part of one read them; answering is in handing_over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people import policy, ties
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment, PersonStatus
from portal.people.service.finding import purpose_of_lists
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

SHOWN = 50
GIVING, RECEIVING, PROPOSING = aliased(User), aliased(User), aliased(User)


@dataclass(frozen=True)
class Proposal:
    """A hand-over as it is shown. Until the answer the receiver sees no name: this young person is not theirs yet."""

    id: UUID
    version: int
    person_id: UUID
    kenmerk: str
    area: str
    age: int
    name: str  # empty for who does not reach the young person
    from_name: str
    to_name: str
    by_name: str
    at: datetime
    note: str
    answer_note: str
    status: HandOverStatus
    together_days: int
    reads_days: int
    together_until: date | None  # known after the yes
    reads_until: date | None
    may_answer: bool
    may_withdraw: bool


def may_withdraw(actor: Actor) -> ColumnElement[bool]:
    """The proposals this actor may take back: who made it, whose young person it is, or the director."""
    return or_(
        HandOver.proposed_by == actor.user_id,
        HandOver.from_user_id == actor.user_id,
        HandOver.team_id.in_(actor.teams(Permission.PEOPLE_ASSIGN)),
    )


def read(actor: Actor, hand_over_id: UUID) -> Proposal:
    """One proposal, for who is part of it; logged as read. Raises NotFound."""
    found = _proposals(actor, _rows(actor, HandOver.id == hand_over_id))
    if not found:
        raise NotFound
    return found[0]


def to_answer(actor: Actor) -> list[Proposal]:
    """What colleagues ask this actor to take over, longest first; logged as a list."""
    asked = HandOver.to_user_id == actor.user_id
    statement = ties.written_once(actor, "to take over", lambda: _rows(actor, asked, sensible()))
    return _proposals(actor, statement, Action.LIST)


def open_for(actor: Actor, person_id: UUID) -> Proposal | None:
    """The proposal that waits for an answer, to show with the young person."""
    found = _proposals(actor, _rows(actor, HandOver.person_id == person_id, sensible()))
    return found[0] if found else None


def sensible() -> ColumnElement[bool]:
    """Proposals that can still be accepted: unanswered, the dossier open, the giver responsible."""
    return _sensible(clock.today())


@lru_cache(maxsize=2)
def _sensible(today: date) -> ColumnElement[bool]:
    young, held = aliased(Person), aliased(PersonAssignment)
    return and_(
        HandOver.status == HandOverStatus.PROPOSED,
        exists(literal(1)).where(young.id == HandOver.person_id, young.status == PersonStatus.OPEN),
        exists(literal(1)).where(
            held.person_id == HandOver.person_id,
            held.user_id == HandOver.from_user_id,
            held.holds_on(today),
            held.until.is_(None),
        ),
    )


def _rows(actor: Actor, *conditions: ColumnElement[bool]) -> Select[Any]:
    rights: tuple[Any, ...] = (policy.detailed(actor), may_withdraw(actor))
    return (
        select(HandOver, Person, GIVING.name, RECEIVING.name, PROPOSING.name, *rights)
        .join(Person, Person.id == HandOver.person_id)
        .join(GIVING, GIVING.id == HandOver.from_user_id)
        .join(RECEIVING, RECEIVING.id == HandOver.to_user_id)
        .join(PROPOSING, PROPOSING.id == HandOver.proposed_by)
        .where(or_(HandOver.to_user_id == actor.user_id, may_withdraw(actor)), *conditions)
        .order_by(HandOver.proposed_at, HandOver.id)
        .limit(SHOWN)
    )


def _proposals(actor: Actor, statement: Select[Any], action: Action = Action.READ) -> list[Proposal]:
    rows = db.session.execute(statement).all()
    access_log.record(
        actor,
        action,
        [Subject("hand_over", row.id, row.person_id, row.team_id) for row, *_ in rows],
        permission=Permission.PEOPLE_UPDATE,
        purpose=purpose_of_lists(actor),
    )
    return [_proposal(actor, *row) for row in rows]


def _proposal(
    actor: Actor,
    row: HandOver,
    person: Person,
    from_name: str,
    to_name: str,
    by_name: str,
    reached: bool,
    may_withdraw: bool,
) -> Proposal:
    waits = row.status == HandOverStatus.PROPOSED
    return Proposal(
        id=row.id,
        version=row.version,
        person_id=row.person_id,
        kenmerk=person.pseudonym,
        area=areas.stadsdeel(person.area_code),
        age=person.age_on(clock.today()),
        name=person.display_name if reached else "",
        from_name=from_name,
        to_name=to_name,
        by_name=by_name,
        at=row.proposed_at,
        note=row.note,
        answer_note=row.answer_note,
        status=HandOverStatus(row.status),
        together_days=row.together_days,
        reads_days=row.reads_days,
        together_until=row.together_until,
        reads_until=row.reads_until,
        may_answer=waits and row.to_user_id == actor.user_id,
        may_withdraw=waits and may_withdraw,
    )


def count_of(user_id: UUID) -> Select[int]:
    """How many proposals wait for this user's answer: what is left behind when the account closes."""
    return select(func.count()).where(HandOver.to_user_id == user_id, sensible())
