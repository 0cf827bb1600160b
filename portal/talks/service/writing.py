"""Notes of both, and what was agreed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.core import clock, db, near
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.talks import policy
from portal.talks.models import AgreementStatus, Talk, TalkAgreement, TalkNote
from portal.talks.service.holding import log
from portal.talks.service.reading import agreement, get


def add_note(actor: Actor, talk_id: UUID, *, body: str) -> TalkNote:
    """Write something down, beside what is there. Raises NotFound, Conflict before the talk, Invalid when empty."""
    talk = _taken_place(actor, talk_id)
    if not body.strip():
        raise Invalid(body=N_("Schrijf iets op."))
    db.ensure_new(TalkNote, "body", talk_id=talk.id, author_id=actor.user_id, body=body.strip())
    note = TalkNote(talk_id=talk.id, team_id=talk.team_id, author_id=actor.user_id, at=clock.now(), body=body.strip())
    db.session.add(note)
    db.session.flush()
    log(actor, talk, Action.CREATE, "note")
    return note


def agree(actor: Actor, talk_id: UUID, *, what: str, due_on: date) -> TalkAgreement:
    """Agree that the worker does something; who holds the talk writes it down. Raises NotFound, Conflict or Invalid."""
    talk = _taken_place(actor, talk_id)
    if not policy.holds(actor, talk):
        raise NotFound
    near.ensure_day("due_on", due_on)
    db.ensure_new(TalkAgreement, "what", talk_id=talk.id, what=what.strip(), due_on=due_on, status=AgreementStatus.OPEN)
    row = TalkAgreement(talk_id=talk.id, team_id=talk.team_id, what=what.strip(), due_on=due_on)
    db.session.add(row)
    db.session.flush()
    log(actor, talk, Action.CREATE, "agreement")
    return row


def _taken_place(actor: Actor, talk_id: UUID) -> Talk:
    talk = get(actor, talk_id)
    if not policy.may_write(actor, talk):
        raise Conflict
    return talk


def finish(actor: Actor, agreement_id: UUID, *, version: int | None) -> TalkAgreement:
    """It was done; either of the two says so. Raises NotFound or Conflict."""
    return _end(actor, agreement_id, version, AgreementStatus.DONE)


def drop(actor: Actor, agreement_id: UUID, *, version: int | None) -> TalkAgreement:
    """It no longer has to be done; only who holds the talk says so. Raises NotFound or Conflict."""
    return _end(actor, agreement_id, version, AgreementStatus.DROPPED)


def reopen(actor: Actor, agreement_id: UUID, *, version: int | None) -> TalkAgreement:
    """It has to be done after all. Raises NotFound or Conflict."""
    return _end(actor, agreement_id, version, AgreementStatus.OPEN)


def _end(actor: Actor, agreement_id: UUID, version: int | None, status: AgreementStatus) -> TalkAgreement:
    row, talk = agreement(actor, agreement_id)
    if AgreementStatus.DROPPED in (status, row.status) and not policy.holds(actor, talk):
        raise NotFound
    db.ensure_version(row, version)
    if (row.status == AgreementStatus.OPEN) is (status is AgreementStatus.OPEN):
        raise Conflict
    row.status = status
    row.ended_at = None if status is AgreementStatus.OPEN else clock.now()
    with db.conflicts_as_409():
        db.session.flush()
    log(actor, talk, Action.UPDATE, "agreement")
    return row
