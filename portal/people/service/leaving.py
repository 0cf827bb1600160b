"""Somebody leaves: everything they have in hand goes to one colleague or to several, in one transaction.

A director sees the young people of the own teams by name. An administrator, who reads no dossiers, by kenmerk only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.orm import aliased

from portal.accounts import policy as accounts
from portal.accounts.models import RoleAssignment, User
from portal.accounts.service import absences
from portal.core import clock, db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment, PersonStatus
from portal.people.service import moving
from portal.people.service.assigning import assignable_workers
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role


@dataclass(frozen=True)
class Item:
    """A young person with whom the leaver has something in hand, and who can take that over."""

    person_id: UUID
    label: str  # name, or kenmerk for who may not know the name
    kenmerk: str
    closed: bool
    guides: bool  # the leaver answers for this young person; otherwise only something is open
    receivers: Sequence[User]


@dataclass(frozen=True)
class Duty:
    """An absence for which the leaver stands in."""

    absence_id: UUID
    name: str


@dataclass(frozen=True)
class InHand:
    """Everything a colleague would leave behind, as far as the actor may give it away."""

    user: User
    items: Sequence[Item]
    duties: Sequence[Duty]
    receivers: Sequence[User]  # the colleagues of all teams concerned, by name


def in_hand(actor: Actor, user_id: UUID) -> InHand:
    """What this colleague has in hand, logged as a list. Raises NotFound for who is no colleague of the actor."""
    user = _colleague(actor, user_id)
    rows = _people(actor, user_id)
    access_log.record(
        actor,
        Action.LIST,
        [Subject("person", person.id, person.id, person.team_id) for person, _ in rows],
        permission=Permission.WORK_HAND_OVER,
        purpose=Purpose.SUPERVISION,
    )
    workers = _workers(actor, user_id, {person.team_id for person, _ in rows})
    named = bool(actor.teams(Permission.PEOPLE_READ, Reach.TEAM))
    items = [
        Item(
            person.id,
            person.display_name if named else person.pseudonym,
            person.pseudonym,
            person.status == PersonStatus.CLOSED,
            guides,
            workers[person.team_id],
        )
        for person, guides in rows
    ]
    duties = [Duty(row.id, row.name) for row in absences.duties_of(user_id)]
    everybody = {worker.id: worker for team in workers.values() for worker in team}
    return InHand(user, items, duties, sorted(everybody.values(), key=lambda worker: (worker.sort_key, worker.id)))


def _workers(actor: Actor, user_id: UUID, teams: Collection[UUID]) -> Mapping[UUID, list[User]]:
    """The other workers of these teams and of those of the leaver, where the actor gives work away; one statement."""
    today, own = clock.today(), aliased(RoleAssignment)
    theirs = select(own.team_id).where(own.user_id == user_id, own.holds_on(today))
    concerned = or_(RoleAssignment.team_id.in_(teams), RoleAssignment.team_id.in_(theirs))
    if not actor.teams(Permission.WORK_HAND_OVER, Reach.ALL):
        concerned &= RoleAssignment.team_id.in_(actor.teams(Permission.WORK_HAND_OVER, Reach.TEAM))
    statement = (
        select(RoleAssignment.team_id, User)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            concerned,
            RoleAssignment.role == Role.YOUTH_WORKER,
            RoleAssignment.holds_on(today),
            User.id != user_id,
            User.deactivated_at.is_(None),
        )
        .order_by(User.sort_key, User.id)
    )
    found: defaultdict[UUID, list[User]] = defaultdict(list)
    for team_id, worker in db.session.execute(statement):
        found[team_id].append(worker)
    return found


def give_away(
    actor: Actor,
    user_id: UUID,
    *,
    receivers: Mapping[UUID, UUID],
    duties: Mapping[UUID, UUID | None],
    rest_to: UUID | None = None,
) -> int:
    """Move everything: `receivers` by young person, `duties` by absence (None: the director hears). One transaction.

    What is about nobody, such as a meeting, goes to `rest_to`, or is cancelled.
    Returns how many young people moved. Raises NotFound, or Invalid when something has no receiver who can take it;
    then nothing moves.
    """
    user = _colleague(actor, user_id)
    _hold(actor, user_id)
    rows = _people(actor, user_id)
    _check(rows, user.id, receivers)
    batches = {to: new_id() for to in receivers.values()}
    for person, _guides in rows:
        to_user_id = receivers[person.id]
        moving.move(actor, person, from_user_id=user.id, to_user_id=to_user_id)
        _note(actor, person, user.id, to_user_id, batches[to_user_id])
    everywhere = bool(actor.teams(Permission.WORK_HAND_OVER, Reach.ALL))
    moving.leave(user.id, rest_to, None if everywhere else actor.teams(Permission.WORK_HAND_OVER, Reach.TEAM))
    _decline_proposals(actor, user.id)
    for absence_id, replacement_id in duties.items():
        absences.let_stand_in(actor, absence_id, instead_of=user.id, replacement_id=replacement_id)
    db.session.flush()
    return len(rows)


def _colleague(actor: Actor, user_id: UUID) -> User:
    actor.require(Permission.WORK_HAND_OVER)
    db.widen(select(func.act_on_work_of(user_id)))
    user = db.session.scalar(select(User).where(User.id == user_id, accounts.visible(actor)))
    if user is None:
        raise NotFound
    return user


def _scope(actor: Actor) -> ColumnElement[bool]:
    if actor.teams(Permission.WORK_HAND_OVER, Reach.ALL):
        return true()
    return Person.team_id.in_(actor.teams(Permission.WORK_HAND_OVER, Reach.TEAM))


def _concerned(actor: Actor, user_id: UUID) -> ColumnElement[bool]:
    """The young people this colleague answers for today or later, or has something open with."""
    lasting = PersonAssignment.not_over(clock.today())
    given = select(PersonAssignment.person_id).where(PersonAssignment.user_id == user_id, lasting)
    return or_(Person.id.in_(given), Person.id.in_(moving.held_elsewhere(user_id))) & _scope(actor)


def _hold(actor: Actor, user_id: UUID) -> None:
    """Lock the young people in one order, so that nobody answers a proposal or closes a dossier meanwhile."""
    db.session.execute(
        select(Person.id).where(_concerned(actor, user_id)).order_by(Person.id).with_for_update(of=Person)
    )


def _people(actor: Actor, user_id: UUID) -> list[tuple[Person, bool]]:
    guided = Person.id.in_(
        select(PersonAssignment.person_id).where(
            PersonAssignment.user_id == user_id, PersonAssignment.holds_on(clock.today())
        )
    )
    statement = select(Person, guided).where(_concerned(actor, user_id)).order_by(Person.sort_key, Person.id)
    found = db.session.execute(statement.execution_options(populate_existing=True))
    return [(person, guides) for person, guides in found]


def _check(rows: Sequence[tuple[Person, bool]], user_id: UUID, receivers: Mapping[UUID, UUID]) -> None:
    able = {team: {user.id for user in assignable_workers(team)} for team in {person.team_id for person, _ in rows}}
    for person, _guides in rows:
        chosen = receivers.get(person.id)
        if chosen is None:
            raise Invalid(everyone=N_("Kies voor iedere jongere wie het overneemt."))
        if chosen == user_id or chosen not in able[person.team_id]:
            raise Invalid(everyone=N_("Kies collega's die in het team van de jongere werken."))


def _note(actor: Actor, person: Person, from_user_id: UUID, to_user_id: UUID, batch_id: UUID) -> None:
    now = clock.now()
    row = HandOver(
        person_id=person.id,
        team_id=person.team_id,
        from_user_id=from_user_id,
        to_user_id=to_user_id,
        proposed_by=actor.user_id,
        proposed_at=now,
        status=HandOverStatus.MOVED,
        answered_at=now,
        batch_id=batch_id,
    )
    db.session.add(row)


def _decline_proposals(actor: Actor, user_id: UUID) -> None:
    """What was proposed to who leaves is answered with no, so that the giver hears."""
    statement = (
        update(HandOver)
        .where(HandOver.to_user_id == user_id, HandOver.status == HandOverStatus.PROPOSED)
        .values(status=HandOverStatus.DECLINED, answered_at=clock.now(), version=HandOver.version + 1)
        .execution_options(synchronize_session=False)
        .returning(HandOver.id, HandOver.person_id, HandOver.team_id)
    )
    rows = db.session.execute(statement).all()
    access_log.record(
        actor,
        Action.UPDATE,
        [Subject("hand_over", row.id, row.person_id, row.team_id) for row in rows],
        permission=Permission.WORK_HAND_OVER,
    )
