"""Every step of an enrolment: under the row lock, by the machine in workflow.py, with its trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.programmes.models import GROUP_END_REASONS, EndReason, Enrolment, EnrolmentEvent, EnrolmentStatus
from portal.programmes.service.finding import Seen, facts_of, find, log
from portal.programmes.workflow import MACHINE, Event, Facts, Party

#: How far ahead an extension reaches at most.
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Decision:
    """What somebody fills in with a step."""

    note: str = ""
    until: date | None = None
    end_reason: str | None = None


def decide(
    actor: Actor, enrolment_id: UUID, event: Event, *, version: int | None, decision: Decision | None = None
) -> Enrolment:
    """Take one step. Raises NotFound, Forbidden (not this actor's), Conflict (moved on meanwhile) or Invalid."""
    found = find(actor, enrolment_id, lock=True)
    MACHINE.ensure_party(event, found.parties)
    db.ensure_version(found.enrolment, version)
    take(actor, found, event, decision or Decision())
    log(actor, Action.UPDATE, [found], fields=("status",))
    return found.enrolment


def take(actor: Actor, found: Seen, event: Event, decision: Decision | None = None) -> None:
    """Take a step of an enrolment under its lock; not logged. Raises as `decide`."""
    wanted = decision or Decision()
    enrolment = found.enrolment
    row = MACHINE.step(event, enrolment.status, _facts(actor, enrolment, event, wanted), found.parties)
    if event in MACHINE.needs_reason and not wanted.note.strip():
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    if event is Event.EXTEND and wanted.until is not None:
        enrolment.until = wanted.until
    if event is Event.END:
        _end(enrolment, wanted.end_reason)
    _move(enrolment, event, row.target, actor.user_id, wanted.note)


def _facts(actor: Actor, enrolment: Enrolment, event: Event, wanted: Decision) -> Facts:
    today, programme = clock.today(), enrolment.line.programme
    day = wanted.until or today
    runs = enrolment.line.active and programme.runs_on(day)
    return replace(
        facts_of(enrolment),
        by_another=actor.user_id != enrolment.proposed_by,
        runs=runs,
        later=event is not Event.EXTEND or (wanted.until is not None and wanted.until > enrolment.until),
        within_term=day <= today + AHEAD,
    )


def _end(enrolment: Enrolment, reason: str | None) -> None:
    if reason not in (GROUP_END_REASONS if enrolment.group_id else set(EndReason) - {EndReason.PERIOD_OVER}):
        raise Invalid(end_reason=N_("Kies een van de mogelijkheden."))
    enrolment.ended_on, enrolment.end_reason = clock.today(), reason


def _move(enrolment: Enrolment, event: Event, target: str, by_id: UUID | None, note: str) -> None:
    now = clock.now()
    db.session.add(
        EnrolmentEvent(
            enrolment_id=enrolment.id,
            team_id=enrolment.team_id,
            person_id=enrolment.person_id,
            context=enrolment.context,
            at=now,
            by_id=by_id,
            event=event,
            from_status=enrolment.status,
            to_status=target,
            note=note,
        )
    )
    if target != enrolment.status:
        enrolment.status, enrolment.status_since = target, now
    db.session.flush()


def lapse(actor: Actor) -> int:
    """End what is past its period; for the task of the night, which acts as the system. Returns how many."""
    over = select(Enrolment).where(Enrolment.status == EnrolmentStatus.ENROLLED, Enrolment.until < clock.today())
    found = db.session.scalars(over.order_by(Enrolment.id).with_for_update(skip_locked=True)).all()
    for enrolment in found:
        row = MACHINE.step(Event.LAPSE, enrolment.status, Facts(), frozenset({Party.CALENDAR}))
        enrolment.ended_on, enrolment.end_reason = enrolment.until, EndReason.PERIOD_OVER
        _move(enrolment, Event.LAPSE, row.target, None, "")
        subject = Subject("enrolment", enrolment.id, enrolment.person_id, enrolment.team_id)
        access_log.record(actor, Action.UPDATE, subject, context=enrolment.context, fields=("status",))
    return len(found)
