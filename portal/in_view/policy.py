"""Who reaches which views (domain §4.2): one SQL condition per part, and what each part may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_

from portal.in_view.models import IN_VIEW, InViewLetter, LetterKind, ViewStatus, YouthInView
from portal.in_view.workflow import REVIEWS, Party
from portal.people import policy as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission, Reach, Role

#: In which part somebody acts when there are several.
PRECEDENCE = (Party.DIRECTOR, Party.RECEIVER, Party.WORKER, Party.MANAGER, Party.OFFICER)
PERMISSION = {
    Party.WORKER: Permission.IN_VIEW_PROPOSE,
    Party.DIRECTOR: Permission.IN_VIEW_DECIDE,
    Party.RECEIVER: Permission.IN_VIEW_DECIDE,
    Party.MANAGER: Permission.IN_VIEW_ALLOW,
    Party.OFFICER: Permission.IN_VIEW_STOP,
}
PURPOSE = {
    Party.WORKER: Purpose.OWN_CASELOAD,
    Party.DIRECTOR: Purpose.SUPERVISION,
    Party.RECEIVER: Purpose.TRIAGE,
    Party.MANAGER: Purpose.SUPERVISION,
    Party.OFFICER: Purpose.SUBJECT_REQUEST,
}
#: Who sees whose view it is; the others decide on what is written, by its number.
NAMED = frozenset({Party.WORKER, Party.DIRECTOR})


def letter_waits() -> ColumnElement[bool]:
    """Views of which a letter about the end still has to go out."""
    return exists().where(
        InViewLetter.view_id == YouthInView.id,
        InViewLetter.kind == LetterKind.ENDING,
        InViewLetter.sent_on.is_(None),
    )


def is_party(actor: Actor, party: Party, about: Person | None = None) -> ColumnElement[bool]:
    """The views in which `actor` has this part; `about`: of those of this young person."""
    if party not in PERMISSION or not actor.can(PERMISSION[party]):
        return false()
    kept = YouthInView.stripped_at.is_(None)
    there = or_(kept, letter_waits()) if party is Party.DIRECTOR else kept
    return and_(there, _part(actor, party, about))


def _part(actor: Actor, party: Party, about: Person | None) -> ColumnElement[bool]:
    teams = actor.teams(PERMISSION[party], Reach.TEAM)
    if party is Party.DIRECTOR:
        return people.in_teams(teams, YouthInView.team_id, about)
    if party is Party.RECEIVER:
        return YouthInView.transfer_team_id.in_(teams)
    if party is Party.MANAGER:
        still_open = YouthInView.status.in_((ViewStatus.ACTIVE, ViewStatus.SUSPENDED))
        return and_(YouthInView.team_id.in_(teams), still_open, YouthInView.review_no >= REVIEWS)
    if party is Party.OFFICER:
        late = and_(YouthInView.letter_due_on.is_not(None), YouthInView.status.in_(IN_VIEW))
        return or_(YouthInView.status == ViewStatus.UNDER_OBJECTION, late)
    worker = people.acting_as(actor, frozenset({Role.YOUTH_WORKER}))
    return people.reaches(worker, PERMISSION[party], YouthInView.person_id, YouthInView.team_id, about)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The views this actor may know of, in whatever part."""
    return or_(*(is_party(actor, party) for party in PRECEDENCE))


def here(actor: Actor) -> ColumnElement[bool]:
    """Of the visible views those that are not only on offer from another team."""
    return or_(*(is_party(actor, party) for party in PRECEDENCE if party is not Party.RECEIVER))


def directs(actor: Actor) -> bool:
    """Whether this actor decides on views."""
    return bool(actor.teams(Permission.IN_VIEW_DECIDE, Reach.TEAM))
