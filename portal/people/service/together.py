"""The same for many young people at once: each with the rights and the log of one, and an answer for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.core import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.people import policy
from portal.people.models import Person, PersonStatus
from portal.people.service.assigning import assign
from portal.people.service.finding import log_list
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission

#: As many as stand on one page of the list.
MOST = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one of them. Without a person it is not within reach, and `problem` says no more."""

    person_id: UUID
    person: Person | None
    problem: str = ""  # Dutch msgid; empty when it was done
    assignment_id: UUID | None = None  # what can be taken back


def chosen(actor: Actor, person_ids: Sequence[UUID]) -> list[Person]:
    """Those of these young people whom the actor may assign, by name; logged as a list. Raises Invalid for too many."""
    ids = _bounded(person_ids)
    reach = policy.visible(actor, Permission.PEOPLE_ASSIGN)
    statement = select(Person).where(policy.among(Person.id, ids), reach).order_by(Person.sort_key, Person.id)
    found = list(db.session.scalars(statement))
    log_list(actor, found, permission=Permission.PEOPLE_ASSIGN)
    return found


def assign_all(actor: Actor, person_ids: Sequence[UUID], *, user_id: UUID, primary: bool) -> list[Outcome]:
    """Give each of them this worker; one that cannot does not stop the others. Raises Invalid for too many."""
    ids = _bounded(person_ids)
    known = {person.id: person for person in chosen(actor, ids)}
    order = sorted(ids, key=lambda one: (one not in known, known[one].sort_key if one in known else ""))
    return [_assigned(actor, one, known.get(one), user_id, primary) for one in order]


def _assigned(actor: Actor, person_id: UUID, person: Person | None, user_id: UUID, primary: bool) -> Outcome:
    if person is not None and person.status != PersonStatus.OPEN:
        return Outcome(person_id, person, N_("Dit dossier is gesloten. Heropen het eerst."))
    try:
        with db.session.begin_nested():
            made = assign(actor, person_id, user_id=user_id, primary=primary)
    except NotFound:
        return Outcome(person_id, None, N_("Deze jongere is niet gevonden."))
    except Invalid as error:
        return Outcome(person_id, person, next(iter(error.errors.values())))
    return Outcome(person_id, person, assignment_id=made.id)


def _bounded(person_ids: Sequence[UUID]) -> list[UUID]:
    ids = list(dict.fromkeys(person_ids))
    if not ids:
        raise Invalid(**{"": N_("Kies eerst een of meer jongeren in de lijst.")})
    if len(ids) > MOST:
        raise Invalid(**{"": N_("Kies hoogstens 50 jongeren tegelijk.")})
    return ids
