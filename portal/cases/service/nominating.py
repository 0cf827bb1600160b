"""Nominations for another level: asked in writing, read by a second person, answered by the partner (domain §3.5.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select

from portal.accounts.models import User
from portal.cases import policy
from portal.cases.models import LEVELS, Case, CaseStep, Nomination, NominationStatus
from portal.cases.service.finding import Seen, case_of, find, to_work_on
from portal.cases.workflow import NOMINATION, Ask, Event, Party
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.in_view.models import CaseLevel
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

constraint("uq_case_nomination_open", "", N_("Er loopt al een voordracht voor deze casus."))


class Asked(NamedTuple):
    """A nomination with who made it."""

    nomination: Nomination
    by: str
    holds: bool = False  # a yes that was not used up by a step down


class Weighing(NamedTuple):
    """What is weighed in a nomination; the interest of the young person comes first."""

    interest: str
    reasons: str
    alternatives: str
    proportionality: str
    youth_informed_on: date


def nominate(actor: Actor, case_id: UUID, *, level: CaseLevel, weighing: Weighing) -> Nomination:
    """Ask to work on this case at a further level. Raises NotFound, Forbidden, Conflict or Invalid."""
    found = to_work_on(actor, case_id, lock=True)
    if LEVELS.index(level) <= LEVELS.index(CaseLevel(found.case.level)):
        raise Invalid(level=N_("Kies een van de mogelijkheden."))
    if weighing.youth_informed_on > clock.today():
        raise Invalid(youth_informed_on=N_("Deze dag moet nog komen."))
    made = Nomination(
        case_id=case_id,
        team_id=found.case.team_id,
        case_number=found.case.number,
        level=level,
        nominated_by=actor.user_id,
        nominated_at=clock.now(),
        **weighing._asdict(),
    )
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made, found.case)
    return made


def of_case(case_id: UUID) -> list[Asked]:
    """The nominations of a case, newest first."""
    statement = (
        select(Nomination, User.name, holds())
        .join(User, User.id == Nomination.nominated_by)
        .where(Nomination.case_id == case_id)
        .order_by(Nomination.id.desc())
    )
    return [Asked(*row) for row in db.session.execute(statement)]


def holds() -> ColumnElement[bool]:
    """Nominations with a yes that may still be used. It holds once: after a step down a further level is asked for
    anew."""
    back_since = exists().where(
        CaseStep.case_id == Nomination.case_id,
        CaseStep.event == Event.SCALE_DOWN,
        CaseStep.at > Nomination.nominated_at,
    )
    return and_(Nomination.status == NominationStatus.ACCEPTED, ~back_since)


def waiting(actor: Actor) -> Sequence[Nomination]:
    """What waits for this actor as second reader, longest first; logged per row."""
    statement = (
        select(Nomination)
        .where(policy.reads_second(actor), Nomination.status == NominationStatus.PROPOSED)
        .order_by(Nomination.nominated_at, Nomination.id)
    )
    found = db.session.scalars(statement).all()
    for each in found:
        _log(actor, Action.LIST, each)
    return found


def to_second(actor: Actor, nomination_id: UUID) -> Asked:
    """A nomination for its second reader; logged, without the name of the young person. Raises NotFound."""
    asked = _asked(actor, nomination_id)
    _log(actor, Action.READ, asked.nomination)
    return asked


def _asked(actor: Actor, nomination_id: UUID) -> Asked:
    row = db.session.execute(
        select(Nomination, User.name)
        .join(User, User.id == Nomination.nominated_by)
        .where(Nomination.id == nomination_id, policy.reads_second(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Asked(*row)


def second(actor: Actor, nomination_id: UUID, *, agrees: bool, note: str, version: int) -> Nomination:
    """The second reader says whether it may go to the partner; no needs a reason.

    Raises NotFound, Conflict (answered in the meantime) or Invalid.
    """
    made = _asked(actor, nomination_id).nomination
    db.ensure_version(made, version)
    if not agrees and not note:
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    if made.status != NominationStatus.PROPOSED:
        raise Conflict
    row = NOMINATION.step(Ask.SECOND if agrees else Ask.REFUSE, made.status, None)
    made.status, made.second_reader_id, made.answer_note = row.target, actor.user_id, note
    db.session.flush()
    _log(actor, Action.UPDATE, made)
    return made


def to_answer(actor: Actor, nomination_id: UUID) -> tuple[Seen, Nomination]:
    """A nomination whose answer by the partner this actor may write down. Raises NotFound, Forbidden, Conflict."""
    found = find(actor, case_of(Nomination, nomination_id))
    if Party.DIRECTOR not in found.parties:
        raise Forbidden
    made = db.session.get_one(Nomination, nomination_id)
    if made.status != NominationStatus.SECONDED or not found.goes_on:
        raise Conflict
    return found, made


def answer(
    actor: Actor, nomination_id: UUID, *, accepted: bool, answered_on: date, answered_by: str, note: str, version: int
) -> Nomination:
    """Write down what the partner said. Raises as `to_answer`, and Invalid for a day to come."""
    found, made = to_answer(actor, nomination_id)
    db.ensure_version(made, version)
    if answered_on > clock.today():
        raise Invalid(answered_on=N_("Deze dag moet nog komen."))
    row = NOMINATION.step(Ask.ACCEPT if accepted else Ask.REFUSE, made.status, None, found.parties)
    made.status, made.answered_on, made.answered_by, made.answer_note = row.target, answered_on, answered_by, note
    db.session.flush()
    _log(actor, Action.UPDATE, made, found.case)
    return made


def _log(actor: Actor, action: Action, made: Nomination, case: Case | None = None) -> None:
    """The second reader does not know whose it is; the log does when the case is at hand."""
    access_log.record(
        actor,
        action,
        Subject("case_nomination", made.id, case.person_id if case else None, made.team_id),
        permission=Permission.CASES_READ if case else Permission.NOMINATIONS_SECOND,
        purpose=Purpose.PLANNING,
        context=Context.ACVZ_REFERRAL,
    )
