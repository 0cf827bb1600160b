"""Closing and reopening a dossier."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.people.models import Person, PersonStatus
from portal.people.service.assigning import lapse
from portal.people.service.finding import get, hold, subject
from portal.privacy import access_log
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

#: Takes the id of a young person; answers why the dossier must stay open (a Dutch msgid), or nothing.
Blocker = Callable[[UUID], str | None]
_blockers: list[Blocker] = []


def register_blocker(blocker: Blocker) -> None:
    """Let an upper feature keep a dossier open: open follow-ups, a running trajectory."""
    if blocker not in _blockers:
        _blockers.append(blocker)


def blockers(person_id: UUID) -> list[str]:
    """Every reason (Dutch msgid) why this dossier cannot be closed now."""
    return [reason for blocker in _blockers if (reason := blocker(person_id))]


def close(actor: Actor, person_id: UUID, *, version: int | None) -> Person:
    """Close the dossier; assignments and history stay. Raises NotFound, Conflict, or Invalid while work is open."""
    person = _at(actor, person_id, version, PersonStatus.OPEN)
    reasons = blockers(person_id)
    if reasons:
        raise Invalid(**{"": reasons[0]})
    lapse(person.id)
    return _set(actor, person, PersonStatus.CLOSED)


def reopen(actor: Actor, person_id: UUID, *, version: int | None) -> Person:
    """Open a closed dossier again. Raises NotFound or Conflict."""
    return _set(actor, _at(actor, person_id, version, PersonStatus.CLOSED), PersonStatus.OPEN)


def _at(actor: Actor, person_id: UUID, version: int | None, status: PersonStatus) -> Person:
    person = get(actor, person_id, Permission.PEOPLE_UPDATE)
    hold(person)
    db.ensure_version(person, version)
    if person.status != status:
        raise Conflict
    return person


def _set(actor: Actor, person: Person, status: PersonStatus) -> Person:
    person.status = status
    person.closed_on = clock.today() if status is PersonStatus.CLOSED else None
    db.session.flush()
    access_log.record(
        actor,
        Action.UPDATE,
        subject(person),
        permission=Permission.PEOPLE_UPDATE,
        context=person.context,
        fields=["status"],
    )
    return person
