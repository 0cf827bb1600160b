"""Promises: what came of one, and when the young person was told (domain §3.4, I-19). Otherwise they are follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select

from portal.accounts.models import User
from portal.contacts import policy
from portal.contacts.models import (
    EFFECTIVE,
    Contact,
    ContactParticipant,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Outcome,
)
from portal.contacts.service import follow_ups
from portal.contacts.service.settling import made_on
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import N_
from portal.privacy.actor import Actor

OFFERED = 3


@dataclass(frozen=True)
class Talk:
    """A contact in which the young person may have been told."""

    id: UUID
    at: datetime
    channel: str
    author: str


def talks(actor: Actor, promise: FollowUp) -> list[Talk]:
    """The last contacts with this young person since the promise, as far as the actor reads them; newest first."""
    rows = db.session.execute(_talks(actor, promise).order_by(Contact.occurred_at.desc(), Contact.id).limit(OFFERED))
    return [Talk(contact.id, contact.occurred_at, contact.channel, author) for contact, author in rows]


def answer(
    actor: Actor,
    promise_id: UUID,
    *,
    outcome: Outcome,
    told_on: date | None = None,
    told_in: UUID | None = None,
    note: str = "",
    version: int | None,
) -> FollowUp:
    """Write down what came of a promise. It is closed when the young person was told: on a day, or in a contact.

    Raises NotFound, Conflict for another kind or when it was closed meanwhile, Invalid for a day on which the young
    person cannot have been told.
    """
    row = follow_ups.to_change(actor, promise_id, version)
    if row.kind != FollowUpKind.PROMISE:
        raise Conflict
    if told_in is not None:
        told_on = _day_of(actor, row, told_in)
    if told_on is not None:
        _check_told(row, told_on)
    row.outcome, row.end_note = outcome, note.strip()
    if told_on is not None:
        row.status, row.done_at, row.told_on = FollowUpStatus.DONE, clock.now(), told_on
        row.done_by_contact_id = told_in
    return follow_ups.changed(actor, row, "outcome", "told_on", "end_note")


def _check_told(row: FollowUp, told_on: date) -> None:
    if told_on > clock.today():
        raise Invalid(told_on=N_("Deze dag is nog niet geweest. Kies vandaag of een eerdere dag."))
    if told_on < made_on(row):
        raise Invalid(told_on=N_("Toen was dit nog niet beloofd. Kies een latere dag."))


def _day_of(actor: Actor, promise: FollowUp, contact_id: UUID) -> date:
    at = db.session.scalar(
        _talks(actor, promise).with_only_columns(Contact.occurred_at).where(Contact.id == contact_id)
    )
    if at is None:
        raise Invalid(told=N_("Kies een contact met deze jongere."))
    return clock.to_local(at).date()


def _talks(actor: Actor, promise: FollowUp) -> Select[Contact, str]:
    return (
        select(Contact, User.name)
        .join(ContactParticipant, ContactParticipant.contact_id == Contact.id)
        .join(User, User.id == Contact.worker_id)
        .where(
            ContactParticipant.person_id == promise.person_id,
            ContactParticipant.occurred_at >= clock.day_start(made_on(promise)),
            Contact.result.in_(EFFECTIVE),
            policy.visible(actor),
        )
    )
