"""Making an appointment and changing it: another moment, cancelled, undone, given to a colleague."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal.accounts.models import RoleAssignment, User
from portal.appointments import policy
from portal.appointments.models import Appointment, AppointmentColleague, AppointmentParticipant
from portal.appointments.models import AppointmentStatus as Status
from portal.appointments.service import clashes
from portal.appointments.service.reading import get, needs_moment
from portal.appointments.workflow import MACHINE, Change
from portal.core import clock, db, near
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.people import policy as people
from portal.people import service as people_service
from portal.people import ties
from portal.people.models import Person, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role

USUAL = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
MAX_BACK = timedelta(hours=1)  # somebody who notes it while it has just begun
MAX_PEOPLE = MAX_COLLEAGUES = 20

#: Who can go along.
COMPANY = (Role.YOUTH_WORKER, Role.JV_DIRECTOR, Role.CM_COORDINATOR, Role.CREDIBLE_MESSENGER)


def plan(
    actor: Actor,
    *,
    person_ids: Collection[UUID],
    starts_at: datetime,
    ends_at: datetime | None = None,
    what: str = "",
    place: str = "",
    colleague_ids: Collection[UUID] = (),
    despite_clash: bool = False,
) -> Appointment:
    """Plan an appointment of the actor, with young people or (an overleg, a round) without.

    Moments are aware; without an end it takes half an hour. Raises NotFound for a young person out of reach, Invalid
    for what cannot be, and Clashing (an Invalid) when somebody is taken, unless `despite_clash`.
    """
    actor.require(Permission.CONTACTS_WRITE)
    ends_at = ends_at or starts_at + USUAL
    check_moment(starts_at, ends_at)
    present = _reachable(actor, person_ids)
    _check_about(present, what)
    along = _chosen(actor, colleague_ids)
    made = Appointment(
        id=new_id(), team_id=people.acting_team(actor, present), owner_id=actor.user_id, starts_at=starts_at,
        ends_at=ends_at, what=what.strip(), place=place.strip(), context=_context(actor, present),
    )  # fmt: skip
    made.chain_id = made.id
    _check_clashes(actor, made, present, along, despite_clash)
    _add(made, present, along)
    _log(actor, Action.CREATE, made, present)
    return made


def change(
    actor: Actor,
    appointment_id: UUID,
    *,
    person_ids: Collection[UUID],
    what: str,
    place: str,
    colleague_ids: Collection[UUID],
    version: int | None,
    despite_clash: bool = False,
) -> Appointment:
    """Change who comes, what it is about and where, not when. Raises as `plan`, and Conflict."""
    row = _to_change(actor, appointment_id, version, Appointment.owner_id == actor.user_id)
    keep = [one for one in _young(row) if not _reaches(actor, one)]
    present = [*_reachable(actor, person_ids), *keep]
    _check_about(present, what)
    kept = {one.user_id for one in row.colleagues}
    along = _chosen(actor, set(colleague_ids) - kept) | (set(colleague_ids) & kept)
    joining = [one for one in present if one.id not in {p.person_id for p in row.participants}]
    _check_clashes(actor, row, joining, along - kept, despite_clash, owner=False)
    row.what, row.place, row.revision = what.strip(), place.strip(), row.revision + 1
    _set_company(row, present, along)
    _flush()
    _log(actor, Action.UPDATE, row, present, ("what", "place", "participants", "colleagues"))
    return row


def move(
    actor: Actor,
    appointment_id: UUID,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    version: int | None,
    despite_clash: bool = False,
) -> Appointment:
    """Put it on another moment: the old one stays as moved, the new one is returned. Raises as `plan`, and Conflict.

    One that a contact closed as moved gets its new moment in the same way, once.
    """
    row = get(actor, appointment_id, policy.changeable(actor))
    _hold(row)
    db.ensure_version(row, version)
    if row.status != Status.PLANNED and not needs_moment(row):
        raise Conflict
    check_moment(starts_at, ends_at)
    if (starts_at, ends_at) == (row.starts_at, row.ends_at):
        raise Invalid(starts_at=N_("Dit is het moment van nu. Kies een ander moment."))
    if row.status == Status.PLANNED:
        _end(row, Change.MOVE, reason)
    return _follow(actor, row, starts_at, ends_at, despite_clash)


def cancel(actor: Actor, appointment_id: UUID, *, reason: str, version: int | None) -> Appointment:
    """It will not take place, for a reason. Raises Invalid without one, Conflict when it changed."""
    row = _to_change(actor, appointment_id, version)
    if not reason.strip():
        raise Invalid(reason=N_("Schrijf kort waarom de afspraak niet doorgaat."))
    _end(row, Change.CANCEL, reason)
    _flush()
    _log(actor, Action.UPDATE, row, _young(row), ("status",))
    return row


def finish(actor: Actor, appointment_id: UUID, *, version: int | None) -> Appointment:
    """It took place, without young people. Raises Invalid for one with young people, who ask for a contact."""
    row = _to_change(actor, appointment_id, version)
    if row.participants:
        raise Invalid(version=N_("Leg een contact vast. Daarmee is de afspraak klaar."))
    if row.starts_at > clock.now():
        raise Invalid(version=N_("Deze afspraak is nog niet geweest."))
    _end(row, Change.HOLD)
    _flush()
    _log(actor, Action.UPDATE, row, (), ("status",))
    return row


def undo(actor: Actor, appointment_id: UUID, *, version: int | None) -> Appointment:
    """Plan it again, within half an hour after it was cancelled, moved or finished by hand.

    Raises Conflict afterwards, when a contact closed it, when the new moment changed, or when a dossier was closed.
    """
    row = get(actor, appointment_id, policy.changeable(actor))
    _hold(row)
    db.ensure_version(row, version)
    if not policy.can_undo(row) or any(person.status != PersonStatus.OPEN for person in _young(row)):
        raise Conflict
    later = _successor(row)
    if later is not None:
        _withdraw(later)
    row.status, row.ended_at, row.reason = MACHINE.step(Change.UNDO, row.status, None).target, None, ""
    row.revision = (later.revision if later else row.revision) + 1
    _flush()
    _log(actor, Action.UPDATE, row, _young(row), ("status",))
    return row


def hand_over(actor: Actor, appointment_id: UUID, *, owner_id: UUID, version: int | None) -> Appointment:
    """A director gives it to another worker. Raises Invalid for who does not work with these young people."""
    directs = Appointment.team_id.in_(actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM))
    row = get(actor, appointment_id, directs)
    _hold(row)
    db.ensure_version(row, version)
    if row.status != Status.PLANNED:
        raise Conflict
    if owner_id not in {user_id for user_id, _name in takers(row)}:
        raise Invalid(owner_id=N_("Kies een begeleider van deze jongere."))
    row.owner_id, row.revision = owner_id, row.revision + 1
    row.colleagues = [one for one in row.colleagues if one.user_id != owner_id]
    _flush()
    _log(actor, Action.UPDATE, row, _young(row), ("owner_id",), Permission.PEOPLE_ASSIGN)
    return row


def takers(row: Appointment) -> list[tuple[UUID, str]]:
    """Who can take an appointment over: the workers of all its young people, or of the team when there are none."""
    if not row.participants:
        workers = people_service.assignable_workers(row.team_id)
        return [(user.id, user.name) for user in workers if user.id != row.owner_id]
    shared = people_service.workers([one.person_id for one in row.participants])
    per_person = [{w.user_id: w.name for w in shared.get(one.person_id, ())} for one in row.participants]
    common = set.intersection(*(set(names) for names in per_person)) - {row.owner_id}
    return sorted(((user_id, per_person[0][user_id]) for user_id in common), key=lambda pair: pair[1])


def company(actor: Actor) -> list[tuple[UUID, str]]:
    """The colleagues who can go along: who holds a role in the actor's own teams, by name."""
    teams = actor.teams(Permission.CONTACTS_WRITE)
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id.in_(teams), RoleAssignment.role.in_(COMPANY), RoleAssignment.holds_on(clock.today())
    )
    rows = db.session.execute(
        select(User.id, User.name)
        .where(User.id.in_(held), User.id != actor.user_id, User.deactivated_at.is_(None))
        .order_by(User.sort_key, User.id)
    )
    return [(row.id, row.name) for row in rows]


def check_moment(starts_at: datetime, ends_at: datetime) -> None:
    """Raise Invalid for a moment that has been, that is more than a year ahead, or that does not end after it began."""
    near.ensure_moment("starts_at", starts_at, back=MAX_BACK)
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise Invalid(ends_at=N_("Kies een eind na het begin, hoogstens twaalf uur later."))


# --- who -------------------------------------------------------------------------------------------------------------


def _reachable(actor: Actor, person_ids: Collection[UUID]) -> list[Person]:
    if len(person_ids) > MAX_PEOPLE:
        raise Invalid(people=N_("Kies hoogstens twintig jongeren."))
    people_service.hold_all(person_ids)
    found = db.session.scalars(
        select(Person)
        .where(Person.id.in_(person_ids), people.visible(actor, Permission.CONTACTS_WRITE))
        .order_by(Person.id)
        .execution_options(populate_existing=True)  # as they are under the lock
    ).all()
    if len(found) != len(set(person_ids)):
        raise NotFound
    if any(person.status != PersonStatus.OPEN for person in found):
        raise Invalid(people=N_("Het dossier van deze jongere is afgesloten."))
    return list(found)


def _reaches(actor: Actor, person: Person) -> bool:
    reached = select(Person.id).where(Person.id == person.id, people.visible(actor, Permission.CONTACTS_WRITE))
    return db.session.scalar(reached) is not None


def _young(row: Appointment) -> list[Person]:
    return [one.person for one in row.participants]


def _chosen(actor: Actor, colleague_ids: Collection[UUID]) -> set[UUID]:
    if len(colleague_ids) > MAX_COLLEAGUES:
        raise Invalid(colleagues=N_("Kies hoogstens twintig collega’s."))
    if not set(colleague_ids) <= {user_id for user_id, _name in company(actor)}:
        raise Invalid(colleagues=N_("Kies collega’s van je eigen team."))
    return set(colleague_ids)


def _check_about(present: Sequence[Person], what: str) -> None:
    if not present and not what.strip():
        raise Invalid(people=N_("Kies een jongere, of schrijf waarover de afspraak gaat."))


def _check_clashes(
    actor: Actor,
    wanted: Appointment,
    present: Sequence[Person],
    along: Collection[UUID],
    despite: bool,
    *,
    owner: bool = True,
) -> None:
    users = {*along, wanted.owner_id} if owner else set(along)
    clashes.check(actor, wanted, user_ids=users, person_ids=[one.id for one in present], despite=despite)


# --- the row ---------------------------------------------------------------------------------------------------------


def _to_change(
    actor: Actor, appointment_id: UUID, version: int | None, condition: ColumnElement[bool] | None = None
) -> Appointment:
    """A planned appointment this actor may change, held until the transaction ends."""
    row = get(actor, appointment_id, policy.changeable(actor) if condition is None else condition)
    _hold(row)
    db.ensure_version(row, version)
    if row.status != Status.PLANNED:
        raise Conflict
    return row


def _hold(row: Appointment) -> None:
    """Lock the young people first, then the appointment, and look again."""
    people_service.hold_all([one.person_id for one in row.participants])
    db.session.refresh(row, with_for_update={"of": Appointment, "key_share": True})


def _add(made: Appointment, present: Sequence[Person], along: Collection[UUID]) -> None:
    _set_company(made, present, along)
    db.session.add(made)
    db.session.flush()


def _set_company(row: Appointment, present: Sequence[Person], along: Collection[UUID]) -> None:
    known = {one.person_id: one for one in row.participants}
    row.participants = [
        known.get(person.id)
        or AppointmentParticipant(
            appointment_id=row.id, person_id=person.id, appointment_team_id=row.team_id, person_team_id=person.team_id
        )
        for person in present
    ]
    going = {one.user_id: one for one in row.colleagues}
    row.colleagues = [
        going.get(user_id) or AppointmentColleague(appointment_id=row.id, user_id=user_id) for user_id in sorted(along)
    ]


def _context(actor: Actor, present: Sequence[Person]) -> Context:
    """That of the trajectory in which the actor works with these young people, if there is one."""
    guided = ties.trajectory_of(actor, [person.id for person in present])
    return Context.VOLUNTARY_GUIDANCE if guided else Context.JV_DISTRICT


def _end(row: Appointment, how: Change, reason: str = "") -> None:
    row.status, row.ended_at, row.reason = MACHINE.step(how, row.status, None).target, clock.now(), reason.strip()
    row.revision += 1


def _follow(actor: Actor, row: Appointment, starts_at: datetime, ends_at: datetime, despite_clash: bool) -> Appointment:
    """The next one in the chain, with the same company."""
    present, along = _young(row), {one.user_id for one in row.colleagues}
    made = Appointment(
        id=new_id(), team_id=row.team_id, owner_id=row.owner_id, starts_at=starts_at, ends_at=ends_at, what=row.what,
        place=row.place, chain_id=row.chain_id, moved_from_id=row.id, moves=row.moves + 1, revision=row.revision + 1,
        context=row.context,
    )  # fmt: skip
    _check_clashes(actor, made, present, along, despite_clash)
    _flush()
    _add(made, present, along)
    _log(actor, Action.UPDATE, row, present, ("status",))
    _log(actor, Action.CREATE, made, present)
    return made


def _successor(row: Appointment) -> Appointment | None:
    """Its new moment, locked."""
    return db.session.scalar(
        select(Appointment)
        .where(Appointment.moved_from_id == row.id, ~Appointment.withdrawn)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _withdraw(later: Appointment) -> None:
    if later.status != Status.PLANNED or later.version != 1:
        raise Conflict
    later.status, later.ended_at, later.withdrawn = (
        MACHINE.step(Change.CANCEL, later.status, None).target,
        clock.now(),
        True,
    )


def _flush() -> None:
    with db.conflicts_as_409():
        db.session.flush()


def _log(
    actor: Actor,
    action: Action,
    row: Appointment,
    present: Sequence[Person],
    fields: Sequence[str] = (),
    permission: Permission = Permission.CONTACTS_WRITE,
) -> None:
    subjects = [Subject("appointment", row.id, person.id, person.team_id) for person in present]
    access_log.record(
        actor,
        action,
        subjects or Subject("appointment", row.id, team_id=row.team_id),
        permission=permission,
        purpose=Purpose.PLANNING,
        fields=fields,
    )
