"""Handing over a young person: one worker proposes, another accepts or declines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from portal.accounts import absence
from portal.accounts.models import Absence, User
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment, PersonStatus
from portal.people.service import moving, proposals
from portal.people.service.assigning import assignable_workers
from portal.people.service.finding import get, purpose_of_lists
from portal.privacy import access_log, grants
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor, system
from portal.privacy.models import Action, GrantReason
from portal.privacy.permissions import Permission

constraint("uq_hand_over_open", "", N_("Er loopt al een voorstel om deze jongere over te dragen."))


def _heir(row: HandOver) -> UUID | None:
    """Who took over, or when that changed again the first worker of now; None when nobody is responsible."""
    rows = db.session.scalars(_answering(row.person_id).order_by(PersonAssignment.is_primary.desc())).all()
    users = [one.user_id for one in rows]
    return row.to_user_id if row.to_user_id in users else next(iter(users), None)


def receivers(person: Person, from_user_id: UUID) -> list[User]:
    """To whom a young person can be handed over: the other workers of the team who are not away now, by name."""
    away = set(db.session.scalars(select(Absence.user_id).where(absence.running(at=clock.now()))))
    return [u for u in assignable_workers(person.team_id) if u.id != from_user_id and u.id not in away]


def giver(actor: Actor, person_id: UUID) -> tuple[Person, UUID]:
    """The young person, and whose they are now: the actor's own, or for a director the first worker's.

    Raises NotFound out of reach, Forbidden for who is not responsible, Conflict when nobody is.
    """
    person = get(actor, person_id, Permission.PEOPLE_UPDATE)
    rows = db.session.scalars(_answering(person.id).order_by(PersonAssignment.is_primary.desc())).all()
    if any(row.user_id == actor.user_id for row in rows) and actor.user_id:
        return person, actor.user_id
    if person.team_id not in actor.teams(Permission.PEOPLE_ASSIGN):
        raise Forbidden
    if not rows:
        raise Conflict
    return person, rows[0].user_id


def propose(
    actor: Actor,
    person_id: UUID,
    *,
    to_user_id: UUID,
    note: str = "",
    together_days: int = 0,
    reads_days: int = 0,
) -> HandOver:
    """Ask a colleague to take over a young person. Raises NotFound, Forbidden, Conflict or Invalid.

    `together_days`: how long both work on after the yes (0: not); `reads_days`: how long the giver may look things up
    after that. Both count from the day of the yes, whenever it comes.
    """
    person, from_user_id = giver(actor, person_id)
    return propose_for(
        actor,
        person,
        from_user_id=from_user_id,
        to_user_id=to_user_id,
        note=note,
        together_days=together_days,
        reads_days=reads_days,
    )


def propose_for(
    actor: Actor,
    person: Person,
    *,
    from_user_id: UUID,
    to_user_id: UUID,
    note: str = "",
    together_days: int = 0,
    reads_days: int = 0,
) -> HandOver:
    """The same for a young person whom the caller found within the actor's reach, for instance in a caseload talk.

    Raises Invalid for somebody who cannot take over or a closed dossier, Conflict when the giver is not responsible.
    """
    _lock(person)
    if person.status != PersonStatus.OPEN:
        raise Invalid(**{"": N_("Dit dossier is gesloten. Heropen het eerst.")})
    if db.session.scalar(_answering(person.id).where(PersonAssignment.user_id == from_user_id)) is None:
        raise Conflict
    if to_user_id not in {user.id for user in receivers(person, from_user_id)}:
        raise Invalid(to_user_id=N_("Kies een collega van dit team die er nu is."))
    made = HandOver(
        person_id=person.id,
        team_id=person.team_id,
        from_user_id=from_user_id,
        to_user_id=to_user_id,
        proposed_by=actor.user_id,
        proposed_at=clock.now(),
        note=note.strip(),
        together_days=together_days,
        reads_days=reads_days,
    )
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made)
    return made


def _answering(person_id: UUID) -> Select[PersonAssignment]:
    """Who is responsible without an end; somebody who only works along for now gives nobody away."""
    return select(PersonAssignment).where(
        PersonAssignment.person_id == person_id,
        PersonAssignment.holds_on(clock.today()),
        PersonAssignment.until.is_(None),
    )


def _lock(person: Person) -> None:
    db.session.refresh(person, with_for_update={"of": Person})


# --- answering -------------------------------------------------------------------------------------------------------


def accept(actor: Actor, hand_over_id: UUID) -> HandOver:
    """Take over, with everything open. Raises NotFound for anybody else, Conflict when it cannot be any more.

    With an overlap the giver works on until its last day, and then reads for as long as was agreed.
    """
    row, person = _to_answer(actor, hand_over_id)
    gone = db.session.scalar(_answering(person.id).where(PersonAssignment.user_id == row.from_user_id)) is None
    able = row.to_user_id in {user.id for user in assignable_workers(person.team_id)}
    if gone or not able or person.status != PersonStatus.OPEN:
        raise Conflict
    row.status, row.answered_at = HandOverStatus.ACCEPTED, clock.now()
    _date(row)
    db.session.flush()
    moving.move(
        actor,
        person,
        from_user_id=row.from_user_id,
        to_user_id=row.to_user_id,
        together_until=row.together_until if row.together_days else None,
    )
    _log(actor, Action.UPDATE, row)
    return row


def _date(row: HandOver) -> None:
    """From how long to until when, and the right to read that goes with it; it begins where working together ends."""
    if not row.together_days and not row.reads_days:
        return
    row.together_until = clock.today() + timedelta(days=row.together_days)
    row.reads_until = row.together_until + timedelta(days=row.reads_days)
    if row.reads_days:
        opened = grants.grant(
            row.person_id,
            row.team_id,
            reason=GrantReason.FORMER,
            record_id=row.id,
            user_id=row.from_user_id,
            until=_start_of(row.reads_until + timedelta(days=1)),
        )
        if row.together_days:
            opened.valid_from = _start_of(row.together_until + timedelta(days=1))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.AMSTERDAM)


def end_overlaps() -> int:
    """What givers still had open after working together goes to who took over; gives how many. May run at any time."""
    waiting = select(HandOver.id).where(
        HandOver.together_until < clock.today(), HandOver.ended_at.is_(None), HandOver.together_days > 0
    )
    return sum(_end_overlap(hand_over_id) for hand_over_id in db.session.scalars(waiting).all())


def _end_overlap(hand_over_id: UUID) -> bool:
    """One of them, under the lock of the young person."""
    row = db.session.get_one(HandOver, hand_over_id)
    person = db.session.get_one(Person, row.person_id)
    _lock(person)
    db.session.refresh(row, with_for_update={"of": HandOver})
    if row.ended_at is not None:
        return False
    row.ended_at = clock.now()
    heir = _heir(row)
    if heir is not None and heir != row.from_user_id:
        moving.carry(person, row.from_user_id, heir)
    db.session.flush()
    access_log.record(
        system("people"),
        Action.UPDATE,
        Subject("hand_over", row.id, row.person_id, row.team_id),
        context=person.context,
        fields=["ended_at"],
    )
    return True


def decline(actor: Actor, hand_over_id: UUID, *, note: str = "") -> HandOver:
    """Not now: everything stays as it is, who proposed is told. Raises NotFound or Conflict."""
    row, _person = _to_answer(actor, hand_over_id)
    row.status, row.answered_at, row.answer_note = HandOverStatus.DECLINED, clock.now(), note.strip()
    db.session.flush()
    _log(actor, Action.UPDATE, row)
    return row


def withdraw(actor: Actor, hand_over_id: UUID) -> HandOver:
    """Take a proposal back, by who made it, whose young person it is, or the director. Raises NotFound or Conflict."""
    row = _get(actor, hand_over_id, proposals.may_withdraw(actor))
    _held(row)
    row.status, row.answered_at = HandOverStatus.WITHDRAWN, clock.now()
    db.session.flush()
    _log(actor, Action.UPDATE, row)
    return row


def _to_answer(actor: Actor, hand_over_id: UUID) -> tuple[HandOver, Person]:
    row = _get(actor, hand_over_id, HandOver.to_user_id == actor.user_id)
    return row, _held(row)


def _held(row: HandOver) -> Person:
    """Lock the young person and then the proposal, and look again. Raises Conflict when it was answered."""
    person = db.session.get_one(Person, row.person_id)
    _lock(person)
    db.session.refresh(row, with_for_update={"of": HandOver})
    if row.status != HandOverStatus.PROPOSED:
        raise Conflict
    return person


def _get(actor: Actor, hand_over_id: UUID, condition: ColumnElement[bool]) -> HandOver:
    row = db.session.scalar(select(HandOver).where(HandOver.id == hand_over_id, condition))
    if row is None:
        raise NotFound
    return row


def _log(actor: Actor, action: Action, row: HandOver) -> None:
    access_log.record(
        actor,
        action,
        Subject("hand_over", row.id, row.person_id, row.team_id),
        permission=Permission.PEOPLE_UPDATE,
        purpose=purpose_of_lists(actor),
    )
