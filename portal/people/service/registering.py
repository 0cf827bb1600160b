"""Making and changing the record of a young person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Team
from portal.areas import service as areas
from portal.core import clock, db, sealing
from portal.core.errors import Forbidden, Invalid, constraint
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.people import names
from portal.people.models import MAX_ALIASES, BirthDatePrecision, Person, PersonAlias, PersonAssignment
from portal.people.service.finding import get, subject
from portal.privacy import access_log
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role

#: Completed years outside which a birth date is taken for a slip of the pen.
PLAUSIBLE_AGES = range(5, 36)
#: For whom the team works (domain I-15): 8 up to and including 27.
TARGET_AGES = range(8, 28)
#: Without the characters that are read for one another.
KENMERK_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

constraint("uq_person_pseudonym", "", N_("Opslaan is niet gelukt. Probeer het nog een keer."))
constraint("fk_person_area_code", "area_code", N_("Kies een gebied uit de lijst."))


@dataclass(frozen=True)
class Details:
    """What a worker may fill in about a young person."""

    given_name: str
    birth_date: date
    family_name: str = ""
    call_name: str = ""
    birth_date_precision: BirthDatePrecision = BirthDatePrecision.DAY
    area_code: str | None = None
    preferred_language: str = ""
    plain_language: bool = False
    phone: str = ""
    aliases: Sequence[str] = ()


def teams_to_register_in(actor: Actor) -> list[Team]:
    """The teams in which this actor may open a dossier, by name."""
    mine = actor.teams(Permission.PEOPLE_CREATE)
    return list(db.session.scalars(select(Team).where(Team.id.in_(mine)).order_by(Team.name)))


def create(actor: Actor, *, team_id: UUID, details: Details) -> Person:
    """Open a dossier in a team of the actor; a youth worker is assigned at once. Raises Forbidden or Invalid."""
    if team_id not in actor.teams(Permission.PEOPLE_CREATE):
        raise Forbidden
    _check(details)
    person = Person(id=new_id(), team_id=team_id, pseudonym=_new_kenmerk())
    _fill(person, details)
    db.session.add(person)
    if (Role.YOUTH_WORKER, team_id) in actor.roles and actor.user_id is not None:
        db.session.flush()
        db.session.add(
            PersonAssignment(person_id=person.id, team_id=team_id, user_id=actor.user_id, since=clock.today())
        )
    db.session.flush()
    access_log.record(
        actor, Action.CREATE, subject(person), permission=Permission.PEOPLE_CREATE, context=person.context
    )
    return person


def update(actor: Actor, person_id: UUID, *, version: int | None, details: Details) -> Person:
    """Change what is known. Raises NotFound, Conflict (somebody else was first) or Invalid."""
    person = get(actor, person_id, Permission.PEOPLE_UPDATE)
    db.ensure_version(person, version)
    _check(details)
    changed = _fill(person, details)
    db.session.flush()
    access_log.record(
        actor,
        Action.UPDATE,
        subject(person),
        permission=Permission.PEOPLE_UPDATE,
        context=person.context,
        fields=changed,
    )
    return person


def _check(details: Details) -> None:
    age = Person(birth_date=born_as_stored(details)).age_on(clock.today())
    if details.birth_date > clock.today():
        raise Invalid(birth_date=N_("Deze datum is nog niet geweest. Kies de dag waarop de jongere is geboren."))
    if age not in PLAUSIBLE_AGES:
        raise Invalid(
            birth_date=N_(
                "Klopt dit? Wij werken met jongeren van 8 tot en met 27 jaar. "
                "Met deze datum is de jongere jonger dan 5 of ouder dan 35."
            )
        )
    if not any(character.isalpha() for character in details.given_name):
        raise Invalid(given_name=N_("Vul een naam met letters in."))
    if len(details.aliases) > MAX_ALIASES:
        raise Invalid(aliases=N_("Je kunt hoogstens 10 andere namen opslaan."))
    if details.area_code is not None and details.area_code not in areas.places():
        raise Invalid(area_code=N_("Kies een gebied uit de lijst."))


def born_as_stored(details: Details) -> date:
    """The birth date as stored: of what is not known, the first of the month or the middle of the year."""
    match details.birth_date_precision:
        case BirthDatePrecision.MONTH:
            return details.birth_date.replace(day=1)
        case BirthDatePrecision.YEAR:
            return date(details.birth_date.year, 7, 1)
        case _:
            return details.birth_date


def _fill(person: Person, details: Details) -> list[str]:
    """Write the details into the record; returns the names of the fields that changed."""
    changed = [name for name, value in _columns(details).items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, _columns(details)[name])
    if person.phone != details.phone:
        person.phone_sealed = _sealed_phone(person.id, details.phone)
        changed.append("phone")
    if _set_aliases(person, details.aliases):
        changed.append("aliases")
    return changed


def _columns(details: Details) -> dict[str, object]:
    return {
        "given_name": details.given_name,
        "family_name": details.family_name,
        "call_name": details.call_name,
        "birth_date": born_as_stored(details),
        "birth_date_precision": details.birth_date_precision,
        "area_code": details.area_code,
        "preferred_language": details.preferred_language,
        "plain_language": details.plain_language,
    } | names.columns(details.given_name, details.family_name, details.call_name, details.aliases)


def _sealed_phone(row_id: UUID, phone: str) -> bytes | None:
    return sealing.seal(phone, table="person", column="phone_sealed", row_id=row_id) if phone else None


def _set_aliases(person: Person, wanted: Sequence[str]) -> bool:
    """Make the aliases equal to `wanted`, each once; whether anything changed."""
    names = list(dict.fromkeys(name for name in wanted if name))
    if [alias.alias for alias in person.aliases] == sorted(names):
        return False
    kept = [alias for alias in person.aliases if alias.alias in names]
    known = {alias.alias for alias in kept}
    person.aliases = kept + [PersonAlias(team_id=person.team_id, alias=name) for name in names if name not in known]
    return True


def _new_kenmerk() -> str:
    return "P-" + "".join(secrets.choice(KENMERK_ALPHABET) for _ in range(6))
