"""Who sees which contacts and follow-ups: the reach over young people, narrowed by how confidential the note is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, or_, select, true

from portal.contacts.models import EFFECTIVE, Confidentiality, Contact, ContactParticipant, FollowUp
from portal.core import clock, workdays
from portal.people import policy as people
from portal.people import ties
from portal.people.models import Person
from portal.privacy import sources
from portal.privacy.actor import Actor
from portal.privacy.models import GrantReason
from portal.privacy.permissions import Permission, Role
from portal.privacy.sources import Source
from portal.settings import settings

#: Who reads what a worker plans: the workers of the young person, and the director of their team.
TEAM_ROLES = frozenset({Role.YOUTH_WORKER, Role.JV_DIRECTOR})

#: Notes that go beyond the workers of this young person.
WIDER = (Confidentiality.CASE_TEAM, Confidentiality.SHARED_COVENANT)


def visible(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """The contacts this actor may read; `about`: of those in which this young person takes part."""
    return and_(_with_reached(actor, about), note_open(actor, about), released(actor, about))


def released(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """Contacts whose source may be known to this actor, for the page that is being made.

    Who is a messenger here and a worker there reads as a worker only what they reach as one.
    """
    return _released(actor, Contact.source, _with_reached(people.acting_as(actor, TEAM_ROLES), about))


def _with_reached(actor: Actor, about: Person | None) -> ColumnElement[bool]:
    """Contacts with somebody whose contacts this actor reads: one of those who take part is enough."""
    if about is not None and people.holds(actor, Permission.CONTACTS_READ, about):
        return true()
    return exists(_takes_part(_reaches(actor, Permission.CONTACTS_READ)))


def _released(actor: Actor, source: SQLColumnExpression[str], as_team: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a source that everybody around the young person may know, or of another when reached in a role of the team."""
    elsewhere = sources.released_to(actor.role_names - TEAM_ROLES)
    own = sources.released_to(actor.role_names & TEAM_ROLES)
    everything = frozenset(Source)
    if not actor.role_names - TEAM_ROLES:
        return true() if own == everything else source.in_(own)
    ways: list[ColumnElement[bool]] = [source.in_(elsewhere)]
    if own:
        ways.append(and_(as_team, source.in_(own)))
    return or_(*ways)


def may_know(actor: Actor) -> frozenset[Source]:
    """The sources this actor can write down: what nobody may tell them, they do not record either."""
    return sources.released_to(actor.role_names)


def note_open(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """Contacts whose confidentiality includes this actor, among those with young people within reach.

    Workers of the young person read everything; directors, coordinators and messengers what is meant for the case
    team, what belongs to a trajectory they were let into, and what they wrote themselves.
    """
    works_with = _works_with(actor)
    if about is not None and about.id in works_with:
        return true()
    return or_(
        Contact.confidentiality.in_(WIDER),
        Contact.worker_id == actor.user_id,
        and_(Contact.trajectory_id.is_not(None), people.among(Contact.trajectory_id, _granted_records(actor))),
        exists(_takes_part(people.among(ContactParticipant.person_id, works_with))),
    )


def follow_up_visible(
    actor: Actor, permission: Permission = Permission.CONTACTS_READ, about: Person | None = None
) -> ColumnElement[bool]:
    """The follow-ups of the young people over whom this actor holds `permission`.

    A messenger or coordinator sees only their own: what a worker means to do can tell what the street must not know.
    `about`: of those of this young person.
    """
    place = (FollowUp.person_id, FollowUp.team_id, about)
    within = people.reaches(actor, permission, *place)
    team = people.reaches(people.acting_as(actor, TEAM_ROLES), permission, *place)
    known = _released(actor, FollowUp.source, team)
    if actor.role_names <= TEAM_ROLES:
        return and_(within, known)
    return and_(within, known, or_(FollowUp.assignee_id == actor.user_id, team))


def can_edit(actor: Actor, contact: Contact) -> bool:
    """The author, within the term (domain I-11), and never again once it was corrected: that would hide a version."""
    return _is_own(actor, contact) and not _is_locked(contact)


def can_correct(actor: Actor, contact: Contact) -> bool:
    """The author, after the term (domain I-11)."""
    return _is_own(actor, contact) and _is_locked(contact)


def answers_for(actor: Actor) -> ColumnElement[bool]:
    """Contacts with young people of the teams this actor directs, whoever their notes are for."""
    return exists(_takes_part(_reaches(actor, Permission.CORRECTIONS_APPROVE)))


def last_edit_day(contact: Contact) -> date:
    """The last civil date on which the author may still change this contact."""
    return workdays.add(clock.to_local(contact.occurred_at).date(), settings().contact_edit_days)


def _is_own(actor: Actor, contact: Contact) -> bool:
    return contact.worker_id == actor.user_id and actor.can(Permission.CONTACTS_WRITE)


def _is_locked(contact: Contact) -> bool:
    return clock.today() > last_edit_day(contact) or bool(contact.corrections)


def is_effective(result: str) -> bool:
    """Whether a result counts as effective contact (domain §3.6.1)."""
    return result in EFFECTIVE


def _takes_part(condition: ColumnElement[bool]) -> Select[UUID]:
    taking_part = select(ContactParticipant.person_id).where(ContactParticipant.contact_id == Contact.id, condition)
    return taking_part.correlate(Contact)  # also where the statement around it joins participants


def _reaches(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    return people.reaches(actor, permission, ContactParticipant.person_id, ContactParticipant.person_team_id)


def _works_with(actor: Actor) -> frozenset[UUID]:
    """Young people this actor answers for as a worker: assigned, or taken over for a while."""
    own = ties.assigned_ids(actor) | ties.stood_in_ids(actor)
    grants = (tie for tie in ties.granted(actor) if not tie.team_id and tie.reason != GrantReason.TRAJECTORY)
    return own | {tie.person_id for tie in grants}


def _granted_records(actor: Actor) -> frozenset[UUID]:
    """Trajectories whose young person was opened to this actor."""
    opened = (tie.record_id for tie in ties.granted(actor) if tie.reason == GrantReason.TRAJECTORY)
    return frozenset(record for record in opened if record)
