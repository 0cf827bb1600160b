"""Organisations that work along, and the summary that their contact person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select

from portal.accounts.service import directory
from portal.cases import policy
from portal.cases.models import Case, CasePartner, Conference, ConferenceStatus
from portal.cases.service.finding import DIRECTOR, Seen, case_of, changed, to_stop, to_work_on
from portal.cases.workflow import Party
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Summary:
    """All that a partner sees: no name, no plan, no notes."""

    case: Case
    director: str
    agreed: str  # what their organisation does
    next_at: datetime | None


def to_add(actor: Actor, case_id: UUID, *, lock: bool = False) -> Seen:
    """A case to which this actor may add an organisation. Raises NotFound, Forbidden, Conflict."""
    return _directed(to_work_on(actor, case_id, lock=lock))


def _directed(found: Seen) -> Seen:
    if Party.DIRECTOR not in found.parties:
        raise Forbidden
    return found


def add(actor: Actor, case_id: UUID, *, name: str, agreed: str, user_id: UUID | None) -> CasePartner:
    """An organisation works along from today; with an account its contact person sees the summary.

    Raises as `to_add`, and Invalid for an account that is none, at a level where nothing is shared, and for an
    organisation that works along already (a form sent twice adds it once).
    """
    found = to_add(actor, case_id, lock=True)
    _check_new(case_id, name)
    if user_id is not None and user_id not in {user.id for user in directory.partners()}:
        raise Invalid(user_id=N_("Kies een van de mogelijkheden."))
    if user_id is not None and found.case.level not in policy.SHARED:
        raise Invalid(user_id=N_("Op het niveau stadsdeel krijgt een partner geen toegang."))
    made = CasePartner(
        case_id=case_id, team_id=found.case.team_id, name=name, agreed=agreed, user_id=user_id, since=clock.today()
    )
    db.session.add(made)
    changed(actor, found, "partners")
    return made


def _check_new(case_id: UUID, name: str) -> None:
    same = select(CasePartner.id).where(
        CasePartner.case_id == case_id, CasePartner.until.is_(None), func.lower(CasePartner.name) == name.lower()
    )
    if db.session.scalar(same.limit(1)):
        raise Invalid(name=N_("Deze organisatie werkt al mee."))


def leave(actor: Actor, partner_id: UUID) -> CasePartner:
    """The organisation stops today, also while the case stands still; its contact person sees nothing from now on.

    Raises as `to_add`.
    """
    found = _directed(to_stop(actor, case_of(CasePartner, partner_id), lock=True))
    row = db.session.get_one(CasePartner, partner_id, populate_existing=True)
    if row.until is not None:
        raise Conflict
    row.until, row.user_id = clock.today(), None
    changed(actor, found, "partners")
    return row


def summaries(actor: Actor) -> list[Summary]:
    """The cases a partner works along in, by their next conference; logged per case."""
    planned = (
        select(func.min(Conference.starts_at))
        .where(
            Conference.case_id == Case.id,
            Conference.status == ConferenceStatus.PLANNED,
            Conference.starts_at >= clock.now(),
        )
        .scalar_subquery()
    )
    mine = and_(CasePartner.case_id == Case.id, CasePartner.user_id == actor.user_id)
    statement = (
        select(Case, func.coalesce(DIRECTOR.name, ""), CasePartner.agreed, planned)
        .join(CasePartner, mine)
        .outerjoin(DIRECTOR, DIRECTOR.id == Case.director_id)
        .where(policy.shared(actor))
        .order_by(planned.asc().nulls_last(), Case.id.desc())
    )
    found = [Summary(*row) for row in db.session.execute(statement)]
    access_log.record(
        actor,
        Action.LIST,
        [Subject("youth_case", one.case.id, one.case.person_id, one.case.team_id) for one in found],
        permission=Permission.CASES_SHARED,
        purpose=Purpose.PLANNING,
        fields=("summary",),
    )
    return found
