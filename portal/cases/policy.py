"""Who reaches which cases (domain §4.2): one SQL condition per party, and what each of them may do."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_

from portal.cases.models import Case, CasePartner, Nomination
from portal.cases.workflow import OVER, Party
from portal.core import clock
from portal.in_view.models import CaseLevel
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission, Reach, Role

#: In which part somebody acts when there are several, for which purpose that reads, and what gives it.
PURPOSE = {
    Party.DIRECTOR: Purpose.SUPERVISION,
    Party.WORKER: Purpose.OWN_CASELOAD,
    Party.COORDINATOR: Purpose.MATCHING,
}
PERMISSION = {
    Party.DIRECTOR: Permission.CASES_DIRECT,
    Party.WORKER: Permission.CASES_WORK,
    Party.COORDINATOR: Permission.CASES_READ,
}
#: At these levels other organisations work along and get the summary.
SHARED = (CaseLevel.IN_BETWEEN, CaseLevel.CITY)


def is_party(actor: Actor, party: Party, about: Person | None = None) -> ColumnElement[bool]:
    """The cases in which `actor` has this part; `about`: of those of this young person."""
    permission = PERMISSION[party]
    if not actor.can(permission):
        return false()
    if party is Party.DIRECTOR:
        return people.in_teams(actor.teams(permission, Reach.TEAM), Case.team_id, about)
    roles = {Party.WORKER: Role.YOUTH_WORKER, Party.COORDINATOR: Role.CM_COORDINATOR}
    as_that = people.acting_as(actor, {roles[party]})
    return people.reaches(as_that, permission, Case.person_id, Case.team_id, about)


def visible(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """The cases this actor may read, in whatever part."""
    return or_(*(is_party(actor, party, about) for party in Party))


def shared(actor: Actor) -> ColumnElement[bool]:
    """The cases of which a partner may read the summary: their organisation works along now."""
    if not actor.can(Permission.CASES_SHARED):
        return false()
    along = (
        exists()
        .where(
            CasePartner.case_id == Case.id,
            CasePartner.user_id == actor.user_id,
            or_(CasePartner.until.is_(None), CasePartner.until >= clock.today()),
        )
        .correlate(Case)
    )
    return and_(along, Case.level.in_(SHARED), Case.status.not_in(OVER))


def reads_second(actor: Actor) -> ColumnElement[bool]:
    """The nominations this actor may answer for as second reader: a director for the level in between, a manager for
    the city; never who made it (domain §4.3)."""
    directed = actor.teams(Permission.CASES_DIRECT, Reach.TEAM)
    managed = people.acting_as(actor, {Role.MANAGER}).teams(Permission.NOMINATIONS_SECOND, Reach.TEAM)
    near = and_(Nomination.level == CaseLevel.IN_BETWEEN, Nomination.team_id.in_((*directed, *managed)))
    far = and_(Nomination.level == CaseLevel.CITY, Nomination.team_id.in_(managed))
    return and_(or_(near, far), Nomination.nominated_by != actor.user_id)
