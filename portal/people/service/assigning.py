"""Who is responsible for a young person; decided by the director of the team."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, update

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.people.models import HandOver, HandOverStatus, Person, PersonAssignment
from portal.people.service.finding import get, subject
from portal.privacy import access_log
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role

constraint("uq_person_assignment_open", "user_id", N_("Deze jongerenwerker begeleidt deze jongere al."))
constraint("uq_person_assignment_primary", "user_id", N_("Er is al een eerste begeleider."))


def assignable_workers(*team_ids: UUID) -> list[User]:
    """The youth workers of these teams today, by name."""
    today = clock.today()
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id.in_(team_ids),
        RoleAssignment.role == Role.YOUTH_WORKER,
        RoleAssignment.holds_on(today),
    )
    return list(
        db.session.scalars(
            select(User).where(User.id.in_(held), User.deactivated_at.is_(None)).order_by(User.sort_key, User.id)
        )
    )


def count_of(user_id: UUID) -> Select[int]:
    """How many young people somebody guides today: who is left behind when the account closes."""
    lasting = PersonAssignment.not_over(clock.today())
    return select(func.count()).where(PersonAssignment.user_id == user_id, lasting)


def assign(actor: Actor, person_id: UUID, *, user_id: UUID, primary: bool) -> PersonAssignment:
    """Make a worker of the young person's team responsible. A new first worker takes the place of the old one.

    Raises NotFound outside the director's reach, Invalid for somebody who cannot take it.
    """
    person = _locked(actor, person_id)
    if user_id not in {user.id for user in assignable_workers(person.team_id)}:
        raise Invalid(user_id=N_("Kies een jongerenwerker van dit team."))
    open_rows = _open(person)
    if any(row.user_id == user_id for row in open_rows):
        raise Invalid(user_id=N_("Deze jongerenwerker begeleidt deze jongere al."))
    first = primary or not any(row.is_primary for row in open_rows)
    if first:
        for row in open_rows:
            row.is_primary = False
        db.session.flush()  # the old first worker steps down before the new one steps up
    cut_short(person.id, user_id)
    made = PersonAssignment(
        person_id=person.id, team_id=person.team_id, user_id=user_id, is_primary=first, since=clock.today()
    )
    db.session.add(made)
    _log(actor, person)
    return made


def cut_short(person_id: UUID, user_id: UUID) -> None:
    """Who works along for a while after handing over and becomes responsible again does so once, from today."""
    along = select(PersonAssignment).where(
        PersonAssignment.person_id == person_id,
        PersonAssignment.user_id == user_id,
        PersonAssignment.until > clock.today(),
    )
    for row in db.session.scalars(along):
        row.until = max(row.since, clock.today())
    db.session.flush()


def end_assignment(actor: Actor, person_id: UUID, assignment_id: UUID) -> None:
    """End a responsibility today; another worker becomes the first one. Raises NotFound, or Conflict when it ended."""
    person = _locked(actor, person_id)
    row = db.session.scalar(
        select(PersonAssignment).where(PersonAssignment.id == assignment_id, PersonAssignment.person_id == person_id)
    )
    if row is None:
        raise NotFound
    if row.until is not None:
        raise Conflict
    row.until = clock.today()
    db.session.flush()
    left = _open(person)
    if row.is_primary and left:
        left[0].is_primary = True
    lapse(person.id, row.user_id)
    _log(actor, person)


def lapse(person_id: UUID, from_user_id: UUID | None = None) -> None:
    """Take back proposals to hand over a young person, all or of one worker: they no longer make sense."""
    statement = update(HandOver).where(HandOver.person_id == person_id, HandOver.status == HandOverStatus.PROPOSED)
    if from_user_id is not None:
        statement = statement.where(HandOver.from_user_id == from_user_id)
    values = {"status": HandOverStatus.WITHDRAWN, "answered_at": clock.now(), "version": HandOver.version + 1}
    db.session.execute(statement.values(values), execution_options={"synchronize_session": "fetch"})


def _locked(actor: Actor, person_id: UUID) -> Person:
    """The young person, held for this transaction, so that two directors do not cross each other."""
    person = get(actor, person_id, Permission.PEOPLE_ASSIGN)
    db.session.refresh(person, with_for_update={"of": Person})
    return person


def _open(person: Person) -> list[PersonAssignment]:
    return list(
        db.session.scalars(
            select(PersonAssignment)
            .where(PersonAssignment.person_id == person.id, PersonAssignment.until.is_(None))
            .order_by(PersonAssignment.since, PersonAssignment.id)
        )
    )


def _log(actor: Actor, person: Person) -> None:
    db.session.flush()
    access_log.record(
        actor,
        Action.UPDATE,
        subject(person),
        permission=Permission.PEOPLE_ASSIGN,
        context=person.context,
        fields=["assignments"],
    )
