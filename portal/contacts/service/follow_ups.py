"""Follow-ups: what has to be done, and moving, finishing, dropping or handing over one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Over, Select, and_, func, not_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from portal.accounts.models import Team, User
from portal.contacts import policy
from portal.contacts.models import (
    EFFECTIVE,
    Channel,
    Confidentiality,
    Contact,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Result,
)
from portal.contacts.policy import is_effective
from portal.contacts.service import recording
from portal.contacts.service.details import Details, Next, check_day
from portal.contacts.service.reading import habits
from portal.contacts.service.recording import Recorded
from portal.core import clock, db, workdays
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.people import policy as people
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.people.service import NextStep
from portal.people.service.listing import LONG_WITHOUT_CONTACT
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach
from portal.reminders import snoozing

SHOWN = 100
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """A follow-up in a list, with the name this actor may see."""

    id: UUID
    person_id: UUID
    name: str
    what: str
    due_on: date
    last_contact_at: datetime | None
    phone: str
    assignee: str
    channel: str  # of the contact it came out of, or empty
    kind: FollowUpKind
    version: int
    outcome: str | None = None  # of a promise
    told_on: date | None = None  # of a promise that is closed
    reminder: snoozing.Standing | None = None  # of who the list is for, where it was asked

    @property
    def is_promise(self) -> bool:
        """Whether the young person must be told what came of it."""
        return self.kind == FollowUpKind.PROMISE

    @property
    def to_tell(self) -> bool:
        """A promise whose outcome is known, but not to the young person."""
        return self.outcome is not None and self.told_on is None


@dataclass(frozen=True)
class TeamNumbers:
    """Figures of some teams together; the contacts are those of the last seven days."""

    open_dossiers: int
    late_follow_ups: int
    effective_contacts: int
    long_without_contact: int


@dataclass(frozen=True)
class Allowed:
    """What an actor may do with one follow-up."""

    change: bool
    drop: bool  # close it without telling anybody: never a promise
    reopen: bool
    reassign: bool


@dataclass(frozen=True)
class Agenda:
    """What one worker has to do; the numbers count everything, the lists hold the first hundred."""

    late: Sequence[Task]
    today: Sequence[Task]
    ahead: Sequence[Task]
    to_tell: Sequence[Task]  # promises whose outcome the young person has still to hear, whatever their day
    stood_in: Mapping[str, Sequence[Task]]  # of colleagues who are away, by their name
    late_count: int
    today_count: int
    ahead_count: int
    to_tell_count: int


@dataclass(frozen=True)
class Plans:
    """What was agreed with one young person: next steps, and promises with how they ended."""

    steps: Sequence[Task]
    promises: Sequence[Task]  # open ones first due first, then those told last


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
    statement = _tasks(actor).where(FollowUp.id == follow_up_id, policy.follow_up_visible(actor, permission))
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    _log(actor, Action.READ, [found[0]], permission)
    return found[0], _task(*found)


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


def agenda(actor: Actor) -> Agenda:
    """Open follow-ups up to a week ahead, the actor's own and those of colleagues who are away now; logged as a list.

    One statement, the own ones first.
    """
    today = clock.today()
    own, shared = FollowUp.assignee_id == actor.user_id, people.assigned(actor)
    statement = (
        _open(actor, or_(own, _stood_in(actor)) if actor.replaces else own, _comes_up(today))
        .add_columns(snoozing.standing(actor, FollowUp.id), shared, *_counts(own, today))
        .order_by(None)
        .order_by(not_(own), FollowUp.due_on, Person.sort_key, FollowUp.id)
    )
    found = db.session.execute(statement.limit(2 * SHOWN if actor.replaces else SHOWN)).all()
    theirs = [row for row in found if row[0].assignee_id != actor.user_id][:SHOWN]
    mine = [row for row in found if row[0].assignee_id == actor.user_id][:SHOWN]
    for row, *_, is_shared, _late, _now, _ahead, _to_tell in theirs:
        access_log.acts_for(actor, row.person_id, None if is_shared else row.assignee_id)
    _log(actor, Action.LIST, [row[0] for row in (*mine, *theirs)], Permission.CONTACTS_READ)
    tasks = [replace(_task(*row[:4]), reminder=snoozing.as_standing(row[4])) for row in mine]
    to_do = [task for task in tasks if not task.to_tell]
    late, now, ahead, to_tell = found[0][-4:] if found else (0, 0, 0, 0)
    return Agenda(
        late=[t for t in to_do if t.due_on < today],
        today=[t for t in to_do if t.due_on == today],
        ahead=[t for t in to_do if t.due_on > today],
        to_tell=[task for task in tasks if task.to_tell],
        stood_in=_by_assignee([_task(*row[:4]) for row in theirs]),
        late_count=late,
        today_count=now,
        ahead_count=ahead,
        to_tell_count=to_tell,
    )


def _stood_in(actor: Actor) -> ColumnElement[bool]:
    """Of a colleague who is away, about a young person for whom the actor stands in."""
    about = FollowUp.person_id.in_(select(Person.id).where(people.stood_in(actor)))
    return and_(FollowUp.assignee_id.in_(actor.replaces), about)


def _by_assignee(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    by_name: dict[str, list[Task]] = {}
    for task in tasks:
        by_name.setdefault(task.assignee, []).append(task)
    return by_name


def late_in_teams(actor: Actor) -> list[Task]:
    """Open follow-ups that are late in the teams this actor directs, longest first; logged as a list."""
    teams = actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM)
    found = db.session.execute(
        _open(actor, FollowUp.team_id.in_(teams), FollowUp.due_on < clock.today()).limit(SHOWN)
    ).all()
    _log(actor, Action.LIST, [row for row, *_ in found], Permission.CONTACTS_READ)
    return [_task(*row) for row in found]


def team_numbers(actor: Actor) -> TeamNumbers:
    """How the actor's teams stand, in numbers without names; one statement. Raises Forbidden without the right."""
    actor.require(Permission.CASELOAD_READ)
    teams = select(Team.id)
    if not actor.teams(Permission.CASELOAD_READ, Reach.ALL):
        teams = teams.where(Team.id.in_(actor.teams(Permission.CASELOAD_READ)))
    known = (Person.team_id.in_(teams), Person.status == PersonStatus.OPEN)
    late = (FollowUp.team_id.in_(teams), FollowUp.status == FollowUpStatus.OPEN, FollowUp.due_on < clock.today())
    spoken = (Contact.team_id.in_(teams), Contact.result.in_(EFFECTIVE), Contact.occurred_at > clock.now() - AHEAD)
    long_ago = clock.now() - timedelta(days=LONG_WITHOUT_CONTACT)
    silent = (*known, or_(Person.last_contact_at.is_(None), Person.last_contact_at < long_ago))
    asked = (known, late, spoken, silent)
    counts = (select(func.count()).where(*conditions).scalar_subquery() for conditions in asked)
    with db.counting():
        row = db.session.execute(select(*counts)).one()
    return TeamNumbers(*row)


def plans_for(actor: Actor, person: Person) -> Plans:
    """The open follow-ups of one young person, and the promises of before. The dossier logs the reading."""
    answered = and_(FollowUp.kind == FollowUpKind.PROMISE, FollowUp.status == FollowUpStatus.DONE)
    rows = db.session.execute(
        _tasks(actor)
        .where(
            FollowUp.person_id == person.id,
            policy.follow_up_visible(actor, about=person),
            or_(FollowUp.status == FollowUpStatus.OPEN, answered),
        )
        .order_by(FollowUp.told_on.desc().nulls_first(), FollowUp.due_on, FollowUp.id)
        .limit(SHOWN)
    )
    tasks = [_task(*row) for row in rows]
    return Plans([task for task in tasks if not task.is_promise], [task for task in tasks if task.is_promise])


def next_steps(actor: Actor, person_ids: Collection[UUID]) -> Mapping[UUID, NextStep]:
    """The first open follow-up of each of these young people within reach."""
    rows = db.session.execute(
        select(FollowUp.person_id, FollowUp.what, FollowUp.due_on)
        .ext(distinct_on(FollowUp.person_id))
        .where(
            FollowUp.person_id.in_(person_ids),
            FollowUp.status == FollowUpStatus.OPEN,
            policy.follow_up_visible(actor),
        )
        .order_by(FollowUp.person_id, FollowUp.due_on, FollowUp.id)
    )
    return {row.person_id: NextStep(row.what, row.due_on) for row in rows}


def move(actor: Actor, follow_up_id: UUID, *, due_on: date, what: str | None = None, version: int | None) -> FollowUp:
    """Put an open follow-up on another day, or say better what it is. Raises Invalid, Conflict when it changed."""
    row = to_change(actor, follow_up_id, version)
    if due_on != row.due_on:
        check_day(due_on, "due_on")
    if row.kind == FollowUpKind.PROMISE and what is not None and not what.strip():
        raise Invalid(what=N_("Schrijf wat je belooft."))
    row.due_on, row.what = due_on, row.what if what is None else what.strip()
    return changed(actor, row, "due_on", "what")


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
    check_day(due_on, "on")
    asked = {"person_id": person.id, "assignee_id": assignee_id, "what": what, "due_on": due_on, "kind": kind}
    if db.session.scalar(select(FollowUp.id).filter_by(status=FollowUpStatus.OPEN, **asked).limit(1)):
        raise Invalid(what=N_("Dit staat al op de lijst van de begeleider."))
    made = FollowUp(team_id=person.team_id, context=person.context, **asked)
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, [made], Permission.PEOPLE_ASSIGN)
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
    _log(actor, Action.UPDATE, [row], permission, fields)
    return row


def _tasks(actor: Actor) -> Select[FollowUp, bool, str, str]:
    return (
        select(FollowUp, people.detailed(actor), User.name, func.coalesce(Contact.channel, ""))
        .join(Person, Person.id == FollowUp.person_id)
        .join(User, User.id == FollowUp.assignee_id)
        .outerjoin(Contact, Contact.id == FollowUp.contact_id)
        .options(joinedload(FollowUp.person))
    )


def _open(actor: Actor, *conditions: ColumnElement[bool]) -> Select[FollowUp, bool, str, str]:
    return (
        _tasks(actor)
        .where(FollowUp.status == FollowUpStatus.OPEN, policy.follow_up_visible(actor), *conditions)
        .order_by(FollowUp.due_on, Person.sort_key, FollowUp.id)
    )


def _comes_up(today: date) -> ColumnElement[bool]:
    """Due within a week, or a promise of which only the telling is left."""
    return or_(FollowUp.due_on <= today + AHEAD, FollowUp.outcome.is_not(None))


def _counts(own: ColumnElement[bool], today: date) -> list[Over[int]]:
    """How many own ones there are, also beyond the rows that are asked for: late, today, ahead, to tell."""
    to_do = and_(own, FollowUp.outcome.is_(None))
    asked = (FollowUp.due_on < today, FollowUp.due_on == today, FollowUp.due_on > today)
    counted = [and_(to_do, when) for when in asked] + [and_(own, FollowUp.outcome.is_not(None))]
    return [func.count().filter(each).over() for each in counted]


def _task(row: FollowUp, detailed: bool, assignee: str, channel: str) -> Task:
    person = row.person
    return Task(
        id=row.id,
        person_id=row.person_id,
        name=person.short_name if detailed else person.first_name,
        what=row.what,
        due_on=row.due_on,
        last_contact_at=person.last_contact_at,
        phone=person.phone,
        assignee=assignee,
        channel=channel,
        kind=FollowUpKind(row.kind),
        version=row.version,
        outcome=row.outcome,
        told_on=row.told_on,
    )


def _log(
    actor: Actor, action: Action, rows: Sequence[FollowUp], permission: Permission, fields: Sequence[str] = ()
) -> None:
    access_log.record(
        actor,
        action,
        [Subject("follow_up", row.id, row.person_id, row.team_id) for row in rows],
        permission=permission,
        purpose=people_service.purpose_of_lists(actor, permission),
        fields=fields,
    )
