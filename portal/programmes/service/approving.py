"""Somebody else than who tells it says whether it may be told: a director of the team, or the privacy officer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach
from portal.programmes.models import Disclosure, DisclosureStatus
from portal.programmes.workflow import DISCLOSURE, Party, Telling, Verdict


@dataclass(frozen=True)
class ToJudge:
    """A disclosure for who judges it: what it says and of whom by kenmerk, never by name."""

    disclosure: Disclosure
    by: str
    pseudonym: str


def to_judge(actor: Actor, disclosure_id: UUID) -> ToJudge:
    """A disclosure that waits, for its page; logged. Raises NotFound, or Conflict when somebody decided already."""
    found = _find(actor, disclosure_id)
    if found.disclosure.status != DisclosureStatus.PROPOSED:
        raise Conflict
    _log(actor, Action.READ, found.disclosure)
    return found


def judge(actor: Actor, disclosure_id: UUID, verdict: Verdict, *, note: str, version: int | None) -> Disclosure:
    """Say that it may be told, or why not. Raises NotFound, Conflict (decided meanwhile), or Invalid for one's own."""
    made = _find(actor, disclosure_id, lock=True).disclosure
    db.ensure_version(made, version)
    row = DISCLOSURE.step(verdict, made.status, Telling(made.by_id != actor.user_id), _parties(actor))
    if verdict in DISCLOSURE.needs_reason and not note.strip():
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    made.status, made.decision_note = row.target, note.strip()
    made.decided_by, made.decided_at = actor.user_id, clock.now()
    db.session.flush()
    _log(actor, Action.UPDATE, made, "status")
    return made


def judges(actor: Actor) -> ColumnElement[bool]:
    """The disclosures this actor may judge: of the own team, or all of them."""
    if actor.teams(Permission.DISCLOSURES_APPROVE, Reach.ALL):
        return true()
    return Disclosure.team_id.in_(actor.teams(Permission.DISCLOSURES_APPROVE, Reach.TEAM))


def count_waiting(actor: Actor) -> int:
    """How many disclosures this actor may judge wait for it."""
    waits = (Disclosure.status == DisclosureStatus.PROPOSED, Disclosure.by_id != actor.user_id, judges(actor))
    return db.session.scalar(select(func.count()).select_from(Disclosure).where(*waits)) or 0


def _find(actor: Actor, disclosure_id: UUID, *, lock: bool = False) -> ToJudge:
    actor.require(Permission.DISCLOSURES_APPROVE)
    still = or_(Disclosure.status == DisclosureStatus.PROPOSED, Disclosure.decided_by.is_not(None))
    statement = (
        select(Disclosure, User.name, func.kenmerk_of(Disclosure.person_id))
        .join(User, User.id == Disclosure.by_id)
        .where(Disclosure.id == disclosure_id, judges(actor), still)
    )
    return ToJudge(*db.the_one(statement, lock=Disclosure if lock else None))


def _parties(actor: Actor) -> frozenset[Party]:
    overall = bool(actor.teams(Permission.DISCLOSURES_APPROVE, Reach.ALL))
    return frozenset({Party.OFFICER if overall else Party.DIRECTOR})


def _log(actor: Actor, action: Action, made: Disclosure, *fields: str) -> None:
    access_log.record(
        actor,
        action,
        Subject("disclosure", made.id, made.person_id, made.team_id),
        permission=Permission.DISCLOSURES_APPROVE,
        purpose=Purpose.SUPERVISION,
        context=made.context,
        fields=fields,
    )
