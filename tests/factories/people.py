"""Invented young people (demogegevens)."""

from __future__ import annotations

from datetime import date, datetime

from portal.accounts.models import Team, User
from portal.core import clock, db, sealing
from portal.core.ids import new_id
from portal.people import names
from portal.people.models import (
    BirthDatePrecision,
    Person,
    PersonAlias,
    PersonAssignment,
    PersonStatus,
    RelatedPerson,
    RelatedRole,
)
from portal.privacy import access_log, grants
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessGrant, Action, GrantReason
from portal.privacy.permissions import Role


def person(
    team: Team,
    name: str = "Yassine Voorbeeld",
    *,
    worker: User | None = None,
    born: date = date(2008, 3, 1),
    precision: BirthDatePrecision = BirthDatePrecision.DAY,
    area: str | None = "NA",
    aliases: tuple[str, ...] = (),
    call_name: str = "",
    phone: str = "",
    status: PersonStatus = PersonStatus.OPEN,
    last_contact_at: datetime | None = None,
) -> Person:
    """A young person of a team, assigned to `worker`. Inside a unit of work; committed by it."""
    given, _, family = name.partition(" ")
    made = Person(
        id=new_id(),
        team_id=team.id,
        pseudonym=f"P-{new_id().hex[-6:].upper()}",
        given_name=given,
        family_name=family,
        call_name=call_name,
        birth_date=born,
        birth_date_precision=precision,
        area_code=area,
        status=status,
        closed_on=clock.today() if status is PersonStatus.CLOSED else None,
        last_contact_at=last_contact_at,
        **names.columns(given, family, call_name, aliases),
        aliases=[PersonAlias(team_id=team.id, alias=alias) for alias in aliases],
    )
    if phone:
        made.phone_sealed = sealing.seal(phone, table="person", column="phone_sealed", row_id=made.id)
    db.session.add(made)
    db.session.flush()
    if worker is not None:
        db.session.add(PersonAssignment(person_id=made.id, team_id=team.id, user_id=worker.id, since=date(2025, 1, 1)))
    _logged(made)
    return made


def related(to: Person, name: str = "Fatma Voorbeeld", *, role: RelatedRole = RelatedRole.PARENT) -> RelatedPerson:
    """Somebody around a young person."""
    made = RelatedPerson(person_id=to.id, team_id=to.team_id, role=role, name=name, may_be_contacted=True)
    db.session.add(made)
    _logged(to)
    return made


def grant_to_user(to: Person, user: User, reason: GrantReason = GrantReason.TRAJECTORY) -> AccessGrant:
    """Let one user see a young person, as an accepted match does."""
    return grants.grant(to.id, to.team_id, reason=reason, record_id=new_id(), user_id=user.id)


def grant_to_team(to: Person, team: Team, role: Role = Role.CM_COORDINATOR) -> AccessGrant:
    """Let the holders of a role in a team see a young person, as a requested trajectory does."""
    return grants.grant(
        to.id, to.team_id, reason=GrantReason.TRAJECTORY, record_id=new_id(), grantee_team_id=team.id, role=role
    )


def _logged(made: Person) -> None:
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("person", made.id, made.id, made.team_id))
