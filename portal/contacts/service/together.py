"""A next step for many young people at once: each with the rights and the log of one, and an answer for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.contacts.models import FollowUp, FollowUpStatus
from portal.contacts.service import follow_ups
from portal.core import db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.people import service as people_service
from portal.people.models import Person, PersonStatus
from portal.people.service import together
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Planned:
    """What became of one of them. Without a person it is not within reach, and `problem` says no more."""

    person_id: UUID
    person: Person | None
    problem: str = ""  # Dutch msgid; empty when it was planned
    follow_up: FollowUp | None = None
    worker: str = ""


def plan_all(actor: Actor, person_ids: Sequence[UUID], *, due_on: date, what: str) -> list[Planned]:
    """Give the first worker of each of them something to do by a day; one that cannot does not stop the others.

    Raises Invalid for too many, or (`on`) for a day that cannot be.
    """
    known = {person.id: person for person in together.chosen(actor, person_ids)}
    workers = people_service.workers(list(known))
    order = sorted(dict.fromkeys(person_ids), key=lambda one: (one not in known, _name(known.get(one))))
    return [_planned(actor, one, known.get(one), workers.get(one, []), due_on, what) for one in order]


def _name(person: Person | None) -> str:
    return person.sort_key if person else ""


def _planned(
    actor: Actor,
    person_id: UUID,
    person: Person | None,
    workers: Sequence[people_service.Worker],
    due_on: date,
    what: str,
) -> Planned:
    if person is None:
        return Planned(person_id, None, N_("Deze jongere is niet gevonden."))
    if person.status != PersonStatus.OPEN:
        return Planned(person_id, person, N_("Dit dossier is gesloten. Heropen het eerst."))
    if not workers:
        return Planned(person_id, person, N_("Deze jongere heeft nog geen begeleider."))
    first = next((worker for worker in workers if worker.is_primary), workers[0])
    try:
        with db.session.begin_nested():
            made = follow_ups.plan_for(actor, person_id, assignee_id=first.user_id, due_on=due_on, what=what)
    except NotFound:
        return Planned(person_id, None, N_("Deze jongere is niet gevonden."))
    except Invalid as error:
        if "on" in error.errors:
            raise
        return Planned(person_id, person, next(iter(error.errors.values())))
    return Planned(person_id, person, follow_up=made, worker=first.name)


def take_back(actor: Actor, follow_up_id: UUID) -> FollowUp:
    """Drop what one planned oneself and nobody did yet.

    Raises NotFound, Forbidden for what another planned, Conflict when it is done or changed meanwhile.
    """
    row = follow_ups.get(actor, follow_up_id, Permission.PEOPLE_ASSIGN)
    people_service.hold(row.person)
    if row.created_by != actor.user_id:
        raise Forbidden
    if row.status != FollowUpStatus.OPEN or row.version != 1:
        raise Conflict
    row.status = FollowUpStatus.CANCELLED
    return follow_ups.changed(actor, row, "status", permission=Permission.PEOPLE_ASSIGN)
