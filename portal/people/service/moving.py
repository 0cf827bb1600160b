"""Moving all that is open with a young person from one worker to another.

What moves is known to the features that hold it; they register here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict
from portal.people.models import Person, PersonAssignment
from portal.people.service.assigning import cut_short, lapse
from portal.people.service.finding import purpose_of_lists
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

#: Moves what is open with this young person from one worker to another: person, from, to.
Mover = Callable[[Person, UUID, UUID], None]
#: The young people with whom this worker has something open, whoever answers for them.
Holder = Callable[[UUID], Collection[UUID]]
#: Deals with what somebody who leaves still holds and that is about nobody: leaver, who takes everything, teams.
Leaver = Callable[[UUID, UUID | None, Collection[UUID] | None], None]
_movers: list[Mover] = []
_holders: list[Holder] = []
_leavers: list[Leaver] = []


def register_mover(mover: Mover, holder: Holder, leaver: Leaver | None = None) -> None:
    """Let an upper feature move its open work along: appointments, follow-ups, promises."""
    if mover not in _movers:
        _movers.append(mover)
        _holders.append(holder)
        _leavers.extend([leaver] if leaver else [])


def held_elsewhere(user_id: UUID) -> set[UUID]:
    """The young people with whom this worker has something open, also where others answer for them."""
    return {person_id for holder in _holders for person_id in holder(user_id)}


def leave(user_id: UUID, to_user_id: UUID | None, team_ids: Collection[UUID] | None) -> None:
    """After all young people went: what is about nobody goes to who takes everything, or ends."""
    for leaver in _leavers:
        leaver(user_id, to_user_id, team_ids)


def move(
    actor: Actor, person: Person, *, from_user_id: UUID, to_user_id: UUID, together_until: date | None = None
) -> None:
    """Let one worker take another's place with a young person: responsibility and everything open, in this transaction.

    `together_until`: the last day on which the first one still works along; without it they stop today. The caller
    locked the young person, and the receiver is a worker of the team. Proposals of the giver lapse.
    """
    _keep_account_open(to_user_id)
    _reassign(person, from_user_id, to_user_id, together_until)
    carry(person, from_user_id, to_user_id)
    lapse(person.id, from_user_id)
    db.session.flush()
    access_log.record(
        actor,
        Action.UPDATE,
        Subject("person", person.id, person.id, person.team_id),
        permission=Permission.PEOPLE_UPDATE,
        purpose=purpose_of_lists(actor),
        context=person.context,
        fields=["assignments"],
    )


def carry(person: Person, from_user_id: UUID, to_user_id: UUID) -> None:
    """Let everything open with this young person go from one worker to another; who is responsible stays as it is."""
    for mover in _movers:
        mover(person, from_user_id, to_user_id)


def _keep_account_open(user_id: UUID) -> None:
    """Wait for whoever is closing this account just now, and look again."""
    account = select(User.id).where(User.id == user_id, User.deactivated_at.is_(None))
    if db.session.scalar(account.with_for_update(read=True, key_share=True)) is None:
        raise Conflict


def _reassign(person: Person, from_user_id: UUID, to_user_id: UUID, together_until: date | None) -> None:
    rows = list(
        db.session.scalars(
            select(PersonAssignment).where(PersonAssignment.person_id == person.id, PersonAssignment.until.is_(None))
        )
    )
    mine = next((row for row in rows if row.user_id == from_user_id), None)
    theirs = next((row for row in rows if row.user_id == to_user_id), None)
    first = mine.is_primary if mine else not any(row.is_primary for row in rows)
    if mine is not None:
        mine.until = together_until + timedelta(days=1) if together_until else max(mine.since, clock.today())
        mine.is_primary = mine.is_primary and together_until is None
        db.session.flush()  # the old first worker steps down before the new one steps up
    if theirs is None:
        cut_short(person.id, to_user_id)
        theirs = PersonAssignment(
            person_id=person.id, team_id=person.team_id, user_id=to_user_id, is_primary=False, since=clock.today()
        )
        db.session.add(theirs)
    theirs.is_primary = theirs.is_primary or first
    db.session.flush()
