"""Handing over from the list of a talk: the manager proposes, the receiver decides."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import NotFound
from portal.people.models import HandOver, Person
from portal.people.service import handing_over
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.talks import policy
from portal.talks.models import Talk
from portal.talks.service.caseload import in_list
from portal.talks.service.reading import get


def young_person(actor: Actor, talk_id: UUID, person_id: UUID) -> tuple[Talk, Person]:
    """One of the young people on the list, for as long as the talk lasts; logged as read. Raises NotFound."""
    talk = get(actor, talk_id)
    if not policy.shows_names(actor, talk):
        raise NotFound
    person = db.session.scalar(select(Person).where(Person.id == person_id, in_list(talk, clock.today())))
    if person is None:
        raise NotFound
    access_log.record(
        actor,
        Action.READ,
        Subject("talk", talk.id, person.id, person.team_id),
        permission=Permission.TALKS_HOLD,
        purpose=Purpose.SUPERVISION,
    )
    return talk, person


def receivers(talk: Talk, person: Person) -> list[User]:
    """Who could take over: the other workers of the team who are there, by name."""
    return handing_over.receivers(person, talk.worker_id)


def propose(actor: Actor, talk_id: UUID, person_id: UUID, *, to_user_id: UUID, note: str) -> HandOver:
    """Ask a colleague to take over; nothing moves until they say yes. Raises NotFound, Conflict or Invalid."""
    talk, person = young_person(actor, talk_id, person_id)
    return handing_over.propose_for(actor, person, from_user_id=talk.worker_id, to_user_id=to_user_id, note=note)
