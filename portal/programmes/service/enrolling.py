"""A worker proposes to enrol a young person or a group."""

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
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.programmes.models import Disclosure, Enrolment, EnrolmentEvent, EnrolmentStatus, Programme, ProgrammeLine
from portal.programmes.service.deciding import take
from portal.programmes.service.finding import Seen, facts_of, is_in, log
from portal.programmes.workflow import MACHINE, Event, Party

constraint("ex_enrolment_period", "line_id", N_("Deze jongere is in deze periode al in dit programma."))
constraint("ex_enrolment_group_period", "line_id", N_("Deze groep is in deze periode al in dit programma."))

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


def open_lines(
    *, context: str | None = None, besides: str | None = None, groups: bool = False
) -> Sequence[ProgrammeLine]:
    """The lines that young people (or groups) can be enrolled in today, by programme; only of one context, or of all
    but one."""
    lines = db.session.scalars(_open(select(ProgrammeLine), context, besides, groups=groups)).all()
    return [line for line in lines if line.programme.runs_on(clock.today())]


def lines_for(actor: Actor, person_id: UUID, *, context: str) -> tuple[Sequence[ProgrammeLine], UUID | None]:
    """The same of one context, and the line of those that this young person is in, as a default."""
    rows = db.session.execute(_open(select(ProgrammeLine, is_in(actor, person_id)), context, None)).all()
    lines = [line for line, _ in rows if line.programme.runs_on(clock.today())]
    return lines, next((line.id for line, is_there in rows if is_there), None)


def _open(statement: Rows, context: str | None, besides: str | None, *, groups: bool = False) -> Rows:
    statement = statement.join(ProgrammeLine.programme).options(contains_eager(ProgrammeLine.programme))
    statement = statement.where(ProgrammeLine.active)
    if not groups:
        statement = statement.where(ProgrammeLine.for_people)
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
    if person.status != PersonStatus.OPEN:
        raise Invalid(**{"": N_("Dit dossier is gesloten. Heropen het eerst.")})
    line = _check(wanted, open_lines())
    enrolment = _proposed(actor, line, wanted)
    enrolment.person, enrolment.team_id, enrolment.context = person, person.team_id, line.programme.context
    enrolment.youth_agreed_on, enrolment.disclosure_id = wanted.youth_agreed_on, disclosure.id if disclosure else None
    return _enter(actor, enrolment)


def propose_group(actor: Actor, group_id: UUID, *, team_id: UUID, wanted: Wanted) -> Enrolment:
    """Propose to enrol a group that the caller found in reach; its director decides.

    Raises Forbidden without the right to propose in that team, Invalid for another line or a strange period.
    """
    if team_id not in actor.teams(Permission.ENROLMENTS_PROPOSE):
        raise Forbidden
    enrolment = _proposed(actor, _check(wanted, open_lines(groups=True)), wanted)
    enrolment.group_id, enrolment.team_id, enrolment.context = group_id, team_id, Context.GROUP_APPROACH
    return _enter(actor, enrolment)


def _proposed(actor: Actor, line: ProgrammeLine, wanted: Wanted) -> Enrolment:
    return Enrolment(
        number=db.next_number("INS"), programme_id=line.programme_id, line=line, status=MACHINE.first,
        status_since=clock.now(), proposed_by=actor.user_id, reason=wanted.reason, since=wanted.since,
        until=wanted.until,
    )  # fmt: skip


def _enter(actor: Actor, enrolment: Enrolment) -> Enrolment:
    db.session.add(enrolment)
    db.session.flush()
    found = Seen(enrolment, frozenset({Party.WORKER}), explained=True)
    _note(actor, enrolment)
    if facts_of(enrolment).voluntary and (facts_of(enrolment).told or enrolment.youth_agreed_on is None):
        take(actor, found, Event.AGREE)  # without a yes it says so
    log(actor, Action.CREATE, [found])
    return enrolment


def _note(actor: Actor, enrolment: Enrolment) -> None:
    first = EnrolmentEvent(
        enrolment_id=enrolment.id, team_id=enrolment.team_id, person_id=enrolment.person_id, context=enrolment.context,
        at=enrolment.status_since, by_id=actor.user_id,
        event=Event.PROPOSE, to_status=EnrolmentStatus.PROPOSED,
    )  # fmt: skip
    db.session.add(first)


def _check(wanted: Wanted, lines: Sequence[ProgrammeLine]) -> ProgrammeLine:
    today = clock.today()
    line = next((line for line in lines if line.id == wanted.line_id), None)
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
