"""Who reaches which enrolments (domain §3.2, §4.2): one SQL condition per part somebody has in them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, literal, or_

from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.permissions import Permission, Reach, Role
from portal.programmes.models import Disclosure, DisclosureStatus, Enrolment
from portal.programmes.workflow import Party

#: For which purpose somebody in this part reads.
PURPOSE = {
    Party.WORKER: Purpose.OWN_CASELOAD,
    Party.DIRECTOR: Purpose.SUPERVISION,
    Party.COORDINATOR: Purpose.MATCHING,
}
ROLE = {
    Party.WORKER: Role.YOUTH_WORKER,
    Party.DIRECTOR: Role.JV_DIRECTOR,
    Party.COORDINATOR: Role.CM_COORDINATOR,
}


def is_party(actor: Actor, party: Party, about: Person | None = None) -> ColumnElement[bool]:
    """The enrolments in which `actor` has this part: a coordinator only in what is voluntary. Of a group, who reads the
    register of its team is its worker. `about`: of those of this young person."""
    alone = people.acting_as(actor, frozenset({ROLE[party]}))
    reached = people.reaches(alone, Permission.ENROLMENTS_READ, Enrolment.person_id, Enrolment.team_id, about)
    if about is None:
        of_group = Enrolment.team_id.in_(alone.teams(Permission.GROUPS_READ, Reach.TEAM))
        reached = or_(reached, and_(Enrolment.group_id.is_not(None), of_group))
    voluntary = Enrolment.context == Context.VOLUNTARY_GUIDANCE
    return and_(reached, voluntary, _may_be_known()) if party is Party.COORDINATOR else reached


def _may_be_known() -> ColumnElement[bool]:
    """Told with nothing, or with what somebody approved: until then it is not known in the other context."""
    waits = exists(literal(1)).where(
        Disclosure.id == Enrolment.disclosure_id, Disclosure.status != DisclosureStatus.APPROVED
    )
    return ~waits


def visible(actor: Actor, about: Person | None = None) -> ColumnElement[bool]:
    """The enrolments this actor may know of, in whatever part."""
    return or_(*(is_party(actor, party, about) for party in ROLE))


def explained(actor: Actor) -> ColumnElement[bool]:
    """Those of which the reason may be read: of what is voluntary a director sees only that it is there."""
    decided = Enrolment.context != Context.VOLUNTARY_GUIDANCE
    return or_(
        is_party(actor, Party.WORKER),
        and_(is_party(actor, Party.DIRECTOR), decided),
        is_party(actor, Party.COORDINATOR),
    )
