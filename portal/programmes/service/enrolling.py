"""A worker proposes to enrol a young person; telling it in another context is a disclosure of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, constraint
from portal.core.i18n import N_
from portal.people import service as people
from portal.people.models import Person, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.programmes.models import Disclosure, Enrolment, EnrolmentEvent, EnrolmentStatus, Programme, ProgrammeLine
from portal.programmes.service.deciding import take
from portal.programmes.service.finding import Seen, facts_of, find, is_in, log
from portal.programmes.workflow import MACHINE, Event, Party

constraint("ex_enrolment_period", "line_id", N_("Deze jongere is in deze periode al in dit programma."))

#: How long ago an enrolment may have begun when it is noted, and how far ahead it may end.
AT_MOST_AGO, AT_MOST = timedelta(days=92), timedelta(days=366)
Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Wanted:
    """What a worker fills in."""

    line_id: UUID
    reason: str
    since: date
    until: date
    youth_agreed_on: date | None = None


@dataclass(frozen=True)
class Told:
    """Why something may be told in another context."""

    purpose: str
    basis: str
    reason: str
    informed_on: date | None = None


def open_lines(*, context: str | None = None, besides: str | None = None) -> Sequence[ProgrammeLine]:
    """The lines that young people can be enrolled in today, by programme; only of one context, or of all but one."""
    lines = db.session.scalars(_open(select(ProgrammeLine), context, besides)).all()
    return [line for line in lines if line.programme.runs_on(clock.today())]


def lines_for(actor: Actor, person_id: UUID, *, context: str) -> tuple[Sequence[ProgrammeLine], UUID | None]:
    """The same of one context, and the line of those that this young person is in, as a default."""
    rows = db.session.execute(_open(select(ProgrammeLine, is_in(actor, person_id)), context, None)).all()
    lines = [line for line, _ in rows if line.programme.runs_on(clock.today())]
    return lines, next((line.id for line, is_there in rows if is_there), None)


def _open(statement: Rows, context: str | None, besides: str | None) -> Rows:
    statement = statement.join(ProgrammeLine.programme).options(contains_eager(ProgrammeLine.programme))
    statement = statement.where(ProgrammeLine.active, ProgrammeLine.for_people)
    if context is not None:
        statement = statement.where(Programme.context == context)
    if besides is not None:
        statement = statement.where(Programme.context != besides)
    return statement.order_by(Programme.name, ProgrammeLine.position)


def propose(actor: Actor, person_id: UUID, wanted: Wanted, *, disclosure: Disclosure | None = None) -> Enrolment:
    """Propose to enrol a young person of the own caseload; with the young person's yes, where that decides, at once.

    Raises NotFound outside the own caseload, Invalid for a closed dossier, another line or a strange period.
    """
    person = people.get(actor, person_id, Permission.ENROLMENTS_PROPOSE)
    people.hold(person)
    line = _check(person, wanted)
    enrolment = Enrolment(
        number=db.next_number("INS"), person_id=person.id, team_id=person.team_id, programme_id=line.programme_id,
        line_id=line.id, context=line.programme.context, status=MACHINE.first, status_since=clock.now(),
        proposed_by=actor.user_id, reason=wanted.reason, since=wanted.since, until=wanted.until,
        youth_agreed_on=wanted.youth_agreed_on, disclosure_id=disclosure.id if disclosure else None,
    )  # fmt: skip
    enrolment.person, enrolment.line = person, line
    db.session.add(enrolment)
    db.session.flush()
    found = Seen(enrolment, frozenset({Party.WORKER}), explained=True)
    _note(actor, enrolment)
    if facts_of(enrolment).voluntary:
        take(actor, found, Event.AGREE)
    log(actor, Action.CREATE, [found])
    return enrolment


def _note(actor: Actor, enrolment: Enrolment) -> None:
    first = EnrolmentEvent(
        enrolment_id=enrolment.id, team_id=enrolment.team_id, person_id=enrolment.person_id, context=enrolment.context,
        at=enrolment.status_since, by_id=actor.user_id,
        event=Event.PROPOSE, to_status=EnrolmentStatus.PROPOSED,
    )  # fmt: skip
    db.session.add(first)


def _check(person: Person, wanted: Wanted) -> ProgrammeLine:
    today = clock.today()
    line = next((line for line in open_lines() if line.id == wanted.line_id), None)
    if person.status != PersonStatus.OPEN:
        raise Invalid(**{"": N_("Dit dossier is gesloten. Heropen het eerst.")})
    if line is None:
        raise Invalid(line_id=N_("Kies een van de mogelijkheden."))
    if wanted.since > today:
        raise Invalid(since=N_("Deze dag moet nog komen."))
    if wanted.since < today - AT_MOST_AGO:
        raise Invalid(since=N_("Dit is te lang geleden. Kies een dag van de laatste drie maanden."))
    if wanted.until <= today:
        raise Invalid(until=N_("Kies een dag die nog komt."))
    if wanted.until > wanted.since + AT_MOST:
        raise Invalid(until=N_("Schrijf iemand hoogstens voor een jaar in. Verlengen kan later."))
    if wanted.youth_agreed_on is not None and wanted.youth_agreed_on > today:
        raise Invalid(youth_agreed_on=N_("Deze dag moet nog komen."))
    return line


def outside_target(person: Person, line: ProgrammeLine, day: date) -> bool:
    """Whether the young person is younger or older than the programme is meant for: a warning, never a bar (§2.4)."""
    return not line.programme.age_from <= person.age_on(day) <= line.programme.age_until


def to_disclose(actor: Actor, enrolment_id: UUID, *, lock: bool = False) -> Seen:
    """An enrolment that this actor may tell of elsewhere. Raises NotFound, Forbidden for who does not guide them."""
    found = find(actor, enrolment_id, lock=lock)
    if Party.WORKER not in found.parties:
        raise Forbidden
    return found


def disclose(actor: Actor, enrolment_id: UUID, wanted: Wanted, told: Told) -> Enrolment:
    """Tell of a young person in another context and propose them there; the first enrolment goes on as it is.

    Raises NotFound, Forbidden for who does not guide this young person, and as `propose`.
    """
    source = to_disclose(actor, enrolment_id, lock=True).enrolment
    line = next((each for each in open_lines(besides=source.context) if each.id == wanted.line_id), None)
    if line is None:
        raise Invalid(line_id=N_("Kies een van de mogelijkheden."))
    if told.informed_on is not None and told.informed_on > clock.today():
        raise Invalid(informed_on=N_("Deze dag moet nog komen."))
    made = Disclosure(
        person_id=source.person_id, team_id=source.team_id, context=source.context,
        context_to=line.programme.context, purpose=told.purpose, basis=told.basis, reason=told.reason,
        by_id=actor.user_id, at=clock.now(), informed_on=told.informed_on,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    access_log.record(
        actor, Action.CREATE, Subject("disclosure", made.id, made.person_id, made.team_id),
        permission=Permission.ENROLMENTS_PROPOSE, context=made.context,
    )  # fmt: skip
    return propose(actor, source.person_id, wanted, disclosure=made)
