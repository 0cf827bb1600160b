"""Why somebody reads about a young person: plain from how they reach them, or said when they open the dossier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from portal.core import clock, db
from portal.core.errors import Forbidden
from portal.people import ties
from portal.people.models import Person, PersonAssignment
from portal.people.service import finding
from portal.people.service.finding import Card, get
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission, Reach, Role
from portal.privacy.purposes import LASTS, PurposeNeeded, choices
from portal.reminders.models import Reminder

#: As what an answer stands in the log: it is the log that opens the dossier, so there is no answer without a trace.
SAID = "purpose"

#: Whether something about a young person waits for this actor, as a condition.
Waiting = Callable[[Actor, UUID], ColumnElement[bool]]
_waiting: list[Waiting] = []


def register_waiting(source: Waiting) -> None:
    """Let an upper feature say when something about a young person waits for an actor: nobody is asked why then."""
    if source not in _waiting:
        _waiting.append(source)


def card(actor: Actor, person_id: UUID) -> tuple[Card, Purpose]:
    """A dossier and why this actor reads it. Raises NotFound, PurposeNeeded when that is not plain and was not said."""
    found = finding.card(actor, person_id, *_asks(actor, person_id))
    if not found.detailed:
        return found, Purpose.OWN_CASELOAD
    return found, _of(actor, found.person, found.more)


def read(actor: Actor, person_id: UUID, permission: Permission) -> Person:
    """A young person for a page that shows what is known of them, logged with why. Raises NotFound, PurposeNeeded."""
    person = get(actor, person_id, permission)
    finding.log_read(actor, person, purpose=of(actor, person), permission=permission)
    return person


def of(actor: Actor, person: Person) -> Purpose:
    """The same for a young person of whom the actor may see more than given name and phone."""
    return _of(actor, person, None)


def _of(actor: Actor, person: Person, answered: Sequence[Any] | None) -> Purpose:
    if person.id in ties.assigned_ids(actor):
        return Purpose.OWN_CASELOAD
    if _directs(actor, person):
        said, waits = answered or db.session.execute(select(*_asks(actor, person.id))).one()
        return _said_or_plain(actor, person, said, waits)
    return Purpose.MATCHING if Role.CM_COORDINATOR in actor.role_names else Purpose.REPLACEMENT


def asked(actor: Actor, person: Person) -> tuple[Purpose, ...]:
    """What this actor may say; empty where the relation says it already."""
    if person.id in ties.assigned_ids(actor) or not _directs(actor, person):
        return ()
    return choices({role for role, team in actor.roles if team == person.team_id})


def to_ask(actor: Actor, person_id: UUID) -> tuple[Person, tuple[Purpose, ...]]:
    """The young person and what may be said. Raises NotFound. Shows nothing of the dossier, so it is not logged."""
    person = get(actor, person_id)
    return person, asked(actor, person)


def say(actor: Actor, person_id: UUID, purpose: Purpose) -> None:
    """Open a dossier for `purpose`, for an hour of this session. Raises NotFound, Forbidden for another purpose."""
    person, possible = to_ask(actor, person_id)
    if purpose not in possible:
        raise Forbidden
    access_log.record(
        actor,
        Action.READ,
        Subject(SAID, person.id, person.id, person.team_id),
        permission=Permission.PEOPLE_READ,
        purpose=purpose,
        context=person.context,
    )


def _directs(actor: Actor, person: Person) -> bool:
    return person.team_id in actor.teams(Permission.PEOPLE_READ, Reach.TEAM)


def _said_or_plain(actor: Actor, person: Person, said: str | None, waits: bool) -> Purpose:
    if said:
        return Purpose(said)
    if waits or (person.created_by is not None and person.created_by == actor.user_id):
        return Purpose.SUPERVISION
    raise PurposeNeeded(person.id)


def _asks(actor: Actor, person_id: UUID) -> tuple[ColumnElement[Any], ...]:
    """What was said last, if that still holds, and whether something waits; for who directs a team."""
    if not actor.teams(Permission.PEOPLE_READ, Reach.TEAM):
        return ()
    said = (
        select(AccessEvent.purpose)
        .where(
            AccessEvent.subject_type == SAID,
            AccessEvent.subject_id == person_id,
            AccessEvent.at > clock.now() - LASTS,
            AccessEvent.actor_id == actor.user_id,
            AccessEvent.session_id.is_not_distinct_from(actor.session_id),
            AccessEvent.result == "ok",
        )
        .order_by(AccessEvent.at.desc(), AccessEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return said, or_(*(source(actor, person_id) for source in (_without_worker, _reminded, *_waiting)))


def _without_worker(_actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    """Somebody has to be found."""
    return ~exists().where(PersonAssignment.person_id == person_id, PersonAssignment.holds_on(clock.today()))


def _reminded(actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    """The portal itself told them to look."""
    return exists().where(
        Reminder.recipient_id == actor.user_id, Reminder.person_id == person_id, Reminder.cancelled_at.is_(None)
    )
