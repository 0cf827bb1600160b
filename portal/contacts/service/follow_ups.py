"""One follow-up: moving, finishing, dropping, planning or handing it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.contacts import policy
from portal.contacts.models import (
    Channel,
    Confidentiality,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Result,
)
from portal.contacts.policy import is_effective
from portal.contacts.service import recording
from portal.contacts.service.details import Details, Next
from portal.contacts.service.reading import habits
from portal.contacts.service.recording import Recorded
from portal.contacts.service.settling import made_on
from portal.contacts.service.to_do import Task, as_task, log, task_rows
from portal.core import clock, db, near, workdays
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Allowed:
    """What an actor may do with one follow-up."""

    change: bool
    drop: bool  # close it without telling anybody: never a promise
    reopen: bool
    reassign: bool


def get(actor: Actor, follow_up_id: UUID, permission: Permission = Permission.CONTACTS_READ) -> FollowUp:
    """The follow-up with this id. Raises NotFound out of reach. Logs nothing by itself."""
    statement = (
        select(FollowUp)
        .where(FollowUp.id == follow_up_id, policy.follow_up_visible(actor, permission))
        .options(joinedload(FollowUp.person))
    )
    row = db.session.scalar(statement)
    if row is None:
        raise NotFound
    return row


def read(actor: Actor, follow_up_id: UUID, permission: Permission = Permission.CONTACTS_READ) -> tuple[FollowUp, Task]:
    """One follow-up for a page, logged as read. Raises NotFound."""
    statement = task_rows(actor).where(FollowUp.id == follow_up_id, policy.follow_up_visible(actor, permission))
    found = db.the_one(statement)
    log(actor, Action.READ, [found[0]], permission)
    return found[0], as_task(*found)


def allowed(actor: Actor, row: FollowUp) -> Allowed:
    """What this actor may do with a follow-up now."""
    writes, assigns = db.session.execute(
        select(
            policy.follow_up_visible(actor, Permission.CONTACTS_WRITE),
            policy.follow_up_visible(actor, Permission.PEOPLE_ASSIGN),
        ).where(FollowUp.id == row.id)
    ).one()
    is_open = row.status == FollowUpStatus.OPEN
    return Allowed(
        change=writes and is_open,
        drop=writes and is_open and row.kind != FollowUpKind.PROMISE,
        reopen=writes and not is_open and _can_reopen(row),
        reassign=assigns and is_open,
    )


def move(actor: Actor, follow_up_id: UUID, *, due_on: date, what: str | None = None, version: int | None) -> FollowUp:
    """Put an open follow-up on another day, or say better what it is. Raises Invalid, Conflict when it changed."""
    row = to_change(actor, follow_up_id, version)
    if due_on != row.due_on:
        near.ensure_day("due_on", due_on)
        _ensure_not_forever(row, due_on)
    if row.kind == FollowUpKind.PROMISE and what is not None and not what.strip():
        raise Invalid(what=N_("Schrijf wat je belooft."))
    row.due_on, row.what = due_on, row.what if what is None else what.strip()
    return changed(actor, row, "due_on", "what")


def _ensure_not_forever(row: FollowUp, due_on: date) -> None:
    """A promise that is moved on and on is never late, and nobody hears of it."""
    if row.kind == FollowUpKind.PROMISE and due_on > made_on(row) + near.AHEAD:
        raise Invalid(due_on=N_("Dit is meer dan een jaar nadat je het beloofde. Vertel de jongere wat ervan kwam."))


def called(
    actor: Actor, follow_up_id: UUID, *, result: Result, confidentiality: Confidentiality, version: int | None
) -> Recorded:
    """Log the call of a follow-up: once per state of the row, so that a second tap changes nothing.

    Who was not reached is called again on the next working day. Raises NotFound, Conflict when it changed meanwhile.
    """
    key = uuid5(follow_up_id, str(version))
    earlier = recording.by_key(actor, key)
    if earlier is not None:
        return Recorded(earlier, new=False)
    row = to_change(actor, follow_up_id, version)
    if row.kind != FollowUpKind.CALL:
        raise Conflict
    again = Next(workdays.add(clock.today(), 1), row.what, FollowUpKind.CALL)
    return recording.record(
        actor,
        person_ids=[row.person_id],
        details=Details(Channel.PHONE, result, habits(actor).purpose, clock.now(), confidentiality=confidentiality),
        key=key,
        follow_up=None if is_effective(result) else again,
        from_follow_up=row.id,
    )


def finish(actor: Actor, follow_up_id: UUID, *, reason: str, version: int | None) -> FollowUp:
    """Done without a contact, for a reason. Raises Invalid without one, Conflict when it changed or is a promise."""
    row = _to_drop(actor, follow_up_id, version)
    if not reason.strip():
        raise Invalid(reason=N_("Schrijf kort waarom dit klaar is."))
    row.status, row.done_at, row.end_note = FollowUpStatus.DONE, clock.now(), reason.strip()
    return changed(actor, row, "status")


def cancel(actor: Actor, follow_up_id: UUID, *, version: int | None) -> FollowUp:
    """It no longer has to be done. Raises Conflict when it changed meanwhile, and for a promise (domain I-19)."""
    row = _to_drop(actor, follow_up_id, version)
    row.status = FollowUpStatus.CANCELLED
    return changed(actor, row, "status")


def reopen(actor: Actor, follow_up_id: UUID, *, version: int | None) -> FollowUp:
    """Undo dropping, finishing without a contact, or the answer to a promise. Raises Conflict for a step that a
    contact closed, or when the dossier was closed meanwhile."""
    row = get(actor, follow_up_id, Permission.CONTACTS_WRITE)
    people_service.hold(row.person)
    db.ensure_version(row, version)
    if not _can_reopen(row) or row.person.status != PersonStatus.OPEN:
        raise Conflict
    row.status, row.done_at, row.end_note = FollowUpStatus.OPEN, None, ""
    row.outcome, row.told_on, row.done_by_contact_id = None, None, None
    return changed(actor, row, "status")


def _can_reopen(row: FollowUp) -> bool:
    """A promise always; another step unless a contact closed it: then the contact is what must change."""
    by_contact = row.done_by_contact_id is not None and row.kind != FollowUpKind.PROMISE
    return row.status != FollowUpStatus.OPEN and not by_contact


def assignable(actor: Actor, follow_up_id: UUID) -> list[people_service.Worker]:
    """To whom a director may give a follow-up: the workers of this young person. Raises NotFound."""
    row = get(actor, follow_up_id, Permission.PEOPLE_ASSIGN)
    return [w for w in people_service.workers([row.person_id])[row.person_id] if w.user_id != row.assignee_id]


def plan_for(
    actor: Actor,
    person_id: UUID,
    *,
    assignee_id: UUID,
    due_on: date,
    what: str,
    kind: FollowUpKind = FollowUpKind.CONTACT,
) -> FollowUp:
    """A director gives a worker of this young person something to do by a day.

    Raises NotFound, or Invalid (`worker_id`, `on`, `what`) for somebody else, a day that cannot be, or what is on the
    worker's list already: a form may be sent twice.
    """
    person = people_service.get(actor, person_id, Permission.PEOPLE_ASSIGN)
    people_service.hold(person)
    if assignee_id not in {worker.user_id for worker in people_service.workers([person_id]).get(person_id, [])}:
        raise Invalid(worker_id=N_("Kies een begeleider van deze jongere."))
    near.ensure_day("on", due_on)
    asked = {"person_id": person.id, "assignee_id": assignee_id, "what": what, "due_on": due_on, "kind": kind}
    if db.session.scalar(select(FollowUp.id).filter_by(status=FollowUpStatus.OPEN, **asked).limit(1)):
        raise Invalid(what=N_("Dit staat al op de lijst van de begeleider."))
    made = FollowUp(team_id=person.team_id, context=person.context, **asked)
    db.session.add(made)
    db.session.flush()
    log(actor, Action.CREATE, [made], Permission.PEOPLE_ASSIGN)
    return made


def proposed(actor: Actor, person_id: UUID) -> None:
    """The proposal was made: what asked a worker for it is done."""
    asked = select(FollowUp).where(
        FollowUp.person_id == person_id,
        FollowUp.kind == FollowUpKind.PROPOSE,
        FollowUp.status == FollowUpStatus.OPEN,
        policy.follow_up_visible(actor),
    )
    for row in db.session.scalars(asked.order_by(FollowUp.id).with_for_update(of=FollowUp)).all():
        row.status, row.done_at = FollowUpStatus.DONE, clock.now()
        changed(actor, row, "status")


def reassign(actor: Actor, follow_up_id: UUID, *, assignee_id: UUID, version: int | None) -> FollowUp:
    """Give an open follow-up to another worker of this young person. Raises Invalid for anybody else."""
    row = to_change(actor, follow_up_id, version, Permission.PEOPLE_ASSIGN)
    if assignee_id not in {worker.user_id for worker in assignable(actor, follow_up_id)}:
        raise Invalid(assignee_id=N_("Kies een begeleider van deze jongere."))
    row.assignee_id = assignee_id
    return changed(actor, row, "assignee_id", permission=Permission.PEOPLE_ASSIGN)


def hand_over(person: Person, from_user_id: UUID, to_user_id: UUID) -> None:
    """Everything open with this young person goes to another worker; reminders start anew for them."""
    mine = (
        FollowUp.person_id == person.id,
        FollowUp.assignee_id == from_user_id,
        FollowUp.status == FollowUpStatus.OPEN,
    )
    for row in db.session.scalars(select(FollowUp).where(*mine).order_by(FollowUp.id).with_for_update()):
        row.assignee_id = to_user_id
    db.session.flush()


def people_of(user_id: UUID) -> set[UUID]:
    """The young people with whom somebody has something open."""
    mine = (FollowUp.assignee_id == user_id, FollowUp.status == FollowUpStatus.OPEN)
    return set(db.session.scalars(select(FollowUp.person_id).where(*mine)))


def count_of(user_id: UUID) -> Select[int]:
    """How many follow-ups somebody still has to do: what is left behind when the account closes."""
    return select(func.count()).where(FollowUp.assignee_id == user_id, FollowUp.status == FollowUpStatus.OPEN)


def kinds_open(person_id: UUID) -> set[str]:
    """The kinds of follow-ups still open with a young person, whoever's they are: why a dossier stays open."""
    statement = select(FollowUp.kind).where(FollowUp.person_id == person_id, FollowUp.status == FollowUpStatus.OPEN)
    return set(db.session.scalars(statement.distinct()))


def to_change(
    actor: Actor, follow_up_id: UUID, version: int | None, permission: Permission = Permission.CONTACTS_WRITE
) -> FollowUp:
    """An open follow-up within reach, at this version. Raises NotFound, Conflict when it changed meanwhile."""
    row = get(actor, follow_up_id, permission)
    db.ensure_version(row, version)
    if row.status != FollowUpStatus.OPEN:
        raise Conflict
    return row


def _to_drop(actor: Actor, follow_up_id: UUID, version: int | None) -> FollowUp:
    """One that may end without telling anybody."""
    row = to_change(actor, follow_up_id, version)
    if row.kind == FollowUpKind.PROMISE:
        raise Conflict
    return row


def changed(actor: Actor, row: FollowUp, *fields: str, permission: Permission = Permission.CONTACTS_WRITE) -> FollowUp:
    """Save a changed follow-up and log it. Raises Conflict when somebody else was first."""
    with db.conflicts_as_409():
        db.session.flush()
    log(actor, Action.UPDATE, [row], permission, fields)
    return row
