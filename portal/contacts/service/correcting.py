"""Correcting a contact after the term (domain I-11, I-12): both versions stay, and the team's director is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from portal.accounts.models import User
from portal.contacts import policy
from portal.contacts.models import Contact, ContactCorrection, ContactParticipant
from portal.contacts.service.details import MAX_AGE, Details, check_headcount, check_source
from portal.contacts.service.present import everybody
from portal.contacts.service.reading import CORRECTABLE, get
from portal.contacts.service.recording import differing, put
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.privacy.purposes import LASTS

SHORTEST, LONGEST = 10, 500  # characters of a reason


@dataclass(frozen=True)
class Notice:
    """What a director knows of a correction, also when the note is not meant for them: who, when and which fields."""

    correction: ContactCorrection
    author: str
    fields: Sequence[str]
    contact_open: bool  # the contact itself may be read, and with it both versions
    can_see: bool


def correct(
    actor: Actor, contact_id: UUID, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> ContactCorrection:
    """Put an own contact right after the term; `changes` holds new values of CORRECTABLE fields.

    Raises NotFound, Forbidden for another's contact or within the term, Conflict for an outdated version, Invalid for
    a reason that is too short or long, a moment that cannot be, or nothing changed.
    """
    contact = get(actor, contact_id)
    if not policy.can_correct(actor, contact):
        raise Forbidden
    db.ensure_version(contact, version)
    details = _with(contact, changes)
    changed = differing(contact, details)
    _check(actor, contact, changed, reason.strip())
    made = ContactCorrection(
        contact_id=contact.id,
        team_id=contact.team_id,
        at=clock.now(),
        by_id=actor.user_id,
        reason=reason.strip(),
        before={name: _as_text(getattr(contact, name)) for name in changed},
        after={name: _as_text(value) for name, value in changed.items()},
    )
    present = everybody(actor, contact)
    put(actor, contact, details, present=present, before=present)
    db.session.add(made)
    db.session.flush()
    return made


def moments(contact: Contact) -> tuple[datetime, datetime]:
    """Between which moments it can have been: up to when it was recorded, and thirty days before (domain I-12)."""
    recorded = max(contact.created_at, contact.occurred_at)
    return (recorded - MAX_AGE).replace(second=0, microsecond=0), recorded


def notice(actor: Actor, correction_id: UUID) -> Notice:
    """A correction as its readers are told of it, logged when the contact itself stays closed. Raises NotFound."""
    made, author, contact_open = _find(actor, correction_id)
    if not contact_open:
        _log(actor, Action.READ, made)
    named = [name for name in CORRECTABLE if name in made.before]
    return Notice(made, author, named, contact_open, can_see=made.seen_at is None and _may_see(actor, made))


def see(actor: Actor, correction_id: UUID) -> ContactCorrection:
    """A director of the team has seen it; the first one counts. Raises NotFound, Forbidden for an own correction."""
    actor.require(Permission.CORRECTIONS_APPROVE)
    made, _author, _open = _find(actor, correction_id)
    db.session.refresh(made, with_for_update=True)
    if not _may_see(actor, made):
        raise Forbidden
    if made.seen_at is None:
        made.seen_at, made.seen_by_id = clock.now(), actor.user_id
        db.session.flush()
        _log(actor, Action.UPDATE, made, ["seen_at"])
    return made


def waits(actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    """Whether a correction about this young person was seen by no director yet, or by this one just now."""
    just_seen = and_(ContactCorrection.seen_by_id == actor.user_id, ContactCorrection.seen_at > clock.now() - LASTS)
    return exists().where(
        or_(ContactCorrection.seen_at.is_(None), just_seen),
        ContactCorrection.contact_id == ContactParticipant.contact_id,
        ContactParticipant.person_id == person_id,
    )


def _with(contact: Contact, changes: Mapping[str, Any]) -> Details:
    """The details as they are, with what is corrected."""
    if strange := set(changes) - set(CORRECTABLE):
        raise ValueError(f"a correction cannot change {sorted(strange)}")
    now = {each.name: getattr(contact, each.name) for each in fields(Details)}
    return Details(**(now | dict(changes)))


def _check(actor: Actor, contact: Contact, changed: Mapping[str, Any], reason: str) -> None:
    earliest, latest = moments(contact)
    if "occurred_at" in changed and changed["occurred_at"] > latest:
        raise Invalid(occurred_at=N_("Toen je dit vastlegde, was dit moment nog niet geweest. Kies een eerder moment."))
    if "occurred_at" in changed and changed["occurred_at"] < earliest:
        raise Invalid(occurred_at=N_("Dit is meer dan 30 dagen voor het vastleggen. Kies een later moment."))
    check_headcount(changed.get("headcount"), len(contact.participants))
    if "source" in changed:
        check_source(actor, changed["source"])
    if len(reason) < SHORTEST:
        raise Invalid(reason=N_("Schrijf in minstens tien tekens waarom je dit corrigeert."))
    if len(reason) > LONGEST:
        raise Invalid(reason=N_("Maak de reden korter."))
    if not changed:
        raise Invalid(reason=N_("Je hebt niets veranderd. Verander eerst wat er niet klopt."))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _find(actor: Actor, correction_id: UUID) -> tuple[ContactCorrection, str, bool]:
    """The correction, its author, and whether the contact is open to this actor."""
    found = db.session.execute(
        select(ContactCorrection, User.name, policy.visible(actor))
        .join(Contact, Contact.id == ContactCorrection.contact_id)
        .join(User, User.id == ContactCorrection.by_id)
        .where(ContactCorrection.id == correction_id, or_(policy.visible(actor), policy.answers_for(actor)))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]


def _may_see(actor: Actor, made: ContactCorrection) -> bool:
    """A director of a young person who was there, and not the author."""
    return made.by_id != actor.user_id and bool(_of_team(actor, made))


def _of_team(actor: Actor, made: ContactCorrection) -> Sequence[Person]:
    return db.session.scalars(
        select(Person)
        .join(ContactParticipant, ContactParticipant.person_id == Person.id)
        .where(ContactParticipant.contact_id == made.contact_id, people.visible(actor, Permission.CORRECTIONS_APPROVE))
        .order_by(Person.id)
    ).all()


def _log(actor: Actor, action: Action, made: ContactCorrection, changed: Sequence[str] = ()) -> None:
    access_log.record(
        actor,
        action,
        [Subject("contact_correction", made.id, person.id, person.team_id) for person in _of_team(actor, made)],
        permission=Permission.CORRECTIONS_APPROVE,
        purpose=Purpose.SUPERVISION,
        fields=changed,
    )
