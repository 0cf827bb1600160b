"""Who reaches which cases (domain §4.2): one SQL condition per party, and what each of them may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, and_, any_, exists, false, func, not_, or_, select, union_all

from portal.accounts import working
from portal.cases.models import (
    ActionStatus,
    Case,
    CasePartner,
    Conference,
    ConferenceStatus,
    Goal,
    GoalStatus,
    Invitee,
    Nomination,
    Task,
)
from portal.cases.workflow import FINAL, OVER, Party
from portal.core import clock
from portal.in_view.models import CaseLevel, ViewStatus, YouthInView
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission, Reach, Role

#: Who may have a case in hand.
IN_HAND = (Role.YOUTH_WORKER, Role.JV_DIRECTOR)
#: In which part somebody acts when there are several, for which purpose that reads, and what gives it.
PURPOSE = {
    Party.DIRECTOR: Purpose.SUPERVISION,
    Party.WORKER: Purpose.OWN_CASELOAD,
    Party.IN_CHARGE: Purpose.OWN_CASELOAD,
    Party.INVOLVED: Purpose.OWN_CASELOAD,
    Party.COORDINATOR: Purpose.MATCHING,
}
PERMISSION = {
    Party.DIRECTOR: Permission.CASES_DIRECT,
    Party.WORKER: Permission.CASES_WORK,
    Party.IN_CHARGE: Permission.CASES_WORK,
    Party.INVOLVED: Permission.CASES_READ,
    Party.COORDINATOR: Permission.CASES_READ,
}
#: While its view is in one of these, nothing may be written in a case and nothing is asked of it (I-14).
STILL = (ViewStatus.SUSPENDED, ViewStatus.TRANSFER_PENDING, ViewStatus.UNDER_OBJECTION)
#: At these levels other organisations work along and get the summary.
SHARED = (CaseLevel.IN_BETWEEN, CaseLevel.CITY)


def stands_still() -> ColumnElement[bool]:
    """The cases that stand still with their view."""
    return exists(YouthInView.id).where(YouthInView.id == Case.view_id, YouthInView.status.in_(STILL))


def nobody_leads(today: date) -> ColumnElement[bool]:
    """The cases of which whoever is in charge does not work in the team any more."""
    works = working.in_team(Case.director_id, Case.team_id, today, *IN_HAND)
    return and_(Case.director_id.is_not(None), not_(and_(works, working.has_account(Case.director_id))))


def is_party(actor: Actor, party: Party, about: Person | None = None) -> ColumnElement[bool]:
    """The cases in which `actor` has this part; `about`: of those of this young person."""
    permission = PERMISSION[party]
    if not actor.can(permission):
        return false()
    if party is Party.DIRECTOR:
        return people.in_teams(actor.teams(permission, Reach.TEAM), Case.team_id, about)
    if party in _THROUGH_THE_CASE:
        return _through_the_case(people.acting_as(actor, {Role.YOUTH_WORKER}), party)
    roles = {Party.WORKER: Role.YOUTH_WORKER, Party.COORDINATOR: Role.CM_COORDINATOR}
    as_that = people.acting_as(actor, {roles[party]})
    return people.reaches(as_that, permission, Case.person_id, Case.team_id, about)


def _through_the_case(as_worker: Actor, party: Party) -> ColumnElement[bool]:
    """Of the young people of colleagues in the team: the case alone, for as long as there is something to do in it."""
    teams = as_worker.teams(PERMISSION[party])
    if not teams:
        return false()
    return and_(_THROUGH_THE_CASE[party](as_worker), Case.team_id.in_(teams), *people.apart(as_worker, Case.person_id))


def _in_charge(actor: Actor) -> ColumnElement[bool]:
    return and_(Case.director_id.in_((actor.user_id, *actor.replaces)), Case.status.not_in(FINAL))


def _involved(actor: Actor) -> ColumnElement[bool]:
    """Asked from the small side: what somebody has to do themselves, not every case of the team."""
    me = actor.user_id
    watches = select(Goal.case_id).where(Goal.owner_id == me, Goal.status == GoalStatus.OPEN)
    does = select(Task.case_id).where(Task.owner_id == me, Task.status == ActionStatus.OPEN)
    asked = (
        select(Invitee.case_id)
        .join(Conference, Conference.id == Invitee.conference_id)
        .where(Invitee.user_id == me, Conference.status == ConferenceStatus.PLANNED)
    )
    ids = func.array(union_all(watches, does, asked).scalar_subquery(), type_=people.IDS)
    return and_(Case.id == any_(ids), Case.status.not_in(OVER))


_THROUGH_THE_CASE: dict[Party, Callable[[Actor], ColumnElement[bool]]] = {
    Party.IN_CHARGE: _in_charge,
    Party.INVOLVED: _involved,
}


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
            CasePartner.holds_on(clock.today()),
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
