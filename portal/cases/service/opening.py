"""A director opens a case for a young person in view."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.cases.models import Case, CaseStep
from portal.cases.service.finding import Seen, log
from portal.cases.workflow import MACHINE, Event, Party
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, constraint
from portal.core.i18n import N_
from portal.in_view.models import CaseLevel, ViewStatus, YouthInView
from portal.people import service as people
from portal.people.models import Person, PersonStatus
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

PLAN_WITHIN = timedelta(days=30)  # domain R09
#: Where the level in between is tried out (domain SS-18).
PILOT_AREAS = frozenset({"N", "T", "F"})

constraint("uq_youth_case_open", "", N_("Deze jongere heeft al een casus die loopt."))


def to_open(actor: Actor, person_id: UUID) -> tuple[Person, YouthInView]:
    """The young person and the view a case would come from. Raises NotFound out of reach; Conflict without a view."""
    person = people.read(actor, person_id, Permission.CASES_DIRECT)
    return person, _view_of(person)


def open_case(
    actor: Actor,
    person_id: UUID,
    *,
    reason: str,
    level: CaseLevel = CaseLevel.DISTRICT,
    intake: str = "",
    research_consent_on: date | None = None,
) -> Case:
    """Open a case for a young person who is in view.

    Raises NotFound out of reach, Conflict when the young person is not in view, Invalid for a level that needs more:
    the level in between an intake and a pilot area, the city a nomination that was accepted.
    """
    person = people.get(actor, person_id, Permission.CASES_DIRECT)
    people.hold(person)
    view = _view_of(person)
    _check(person, view, level, intake, research_consent_on)
    case = Case(
        number=db.next_number("CAS"),
        person_id=person.id,
        team_id=person.team_id,
        view_id=view.id,
        level=level,
        status=MACHINE.first,
        status_since=clock.now(),
        opened_on=clock.today(),
        opened_by=actor.user_id,
        reason=reason,
        intake=intake,
        research_consent_on=research_consent_on if level == CaseLevel.IN_BETWEEN else None,
        plan_due_on=clock.today() + PLAN_WITHIN,
    )
    db.session.add(case)
    db.session.flush()
    _trace(actor, case, view)
    return case


def _view_of(person: Person) -> YouthInView:
    view = db.session.scalar(
        select(YouthInView)
        .where(
            YouthInView.person_id == person.id,
            YouthInView.team_id == person.team_id,
            YouthInView.status == ViewStatus.ACTIVE,
        )
        .order_by(YouthInView.id.desc())
        .limit(1)
    )
    if view is None:
        raise Conflict
    return view


def _check(person: Person, view: YouthInView, level: CaseLevel, intake: str, consent_on: date | None) -> None:
    if person.status != PersonStatus.OPEN:
        raise Conflict
    if level == CaseLevel.CITY:
        raise Invalid(level=N_("Open de casus eerst in het stadsdeel. Draag de jongere daarna voor."))
    if level == CaseLevel.IN_BETWEEN and view.stadsdeel_code not in PILOT_AREAS:
        raise Invalid(level=N_("Dit niveau is er nu alleen in Noord, Zuidoost en Nieuw-West."))
    if level == CaseLevel.IN_BETWEEN and not intake:
        raise Invalid(intake=N_("Schrijf op wat er tussen wal en schip valt."))
    if consent_on and consent_on > clock.today():
        raise Invalid(research_consent_on=N_("Deze dag moet nog komen."))


def _trace(actor: Actor, case: Case, view: YouthInView) -> None:
    view.level = case.level
    db.session.add(
        CaseStep(
            case_id=case.id,
            team_id=case.team_id,
            at=case.status_since,
            by_id=actor.user_id,
            event=Event.OPEN,
            to_status=case.status,
        )
    )
    db.session.flush()
    log(actor, Action.CREATE, [Seen(case, frozenset({Party.DIRECTOR}), "")])
