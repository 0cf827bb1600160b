"""One young person's page: what the features below know of them, as far as this actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select, true, union_all

from portal.accounts import absence
from portal.accounts.models import RoleAssignment, Team, User
from portal.appointments import service as appointments
from portal.cases import service as cases
from portal.contacts import service as contacts
from portal.contacts.service.follow_ups import Plans
from portal.core import clock, db, paging
from portal.core.errors import Forbidden
from portal.in_view import service as in_view
from portal.people import service as people
from portal.people.models import Person, PersonAssignment
from portal.people.service import purposes
from portal.people.ties import lasting
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessGrant, Action, GrantReason
from portal.privacy.permissions import Role
from portal.privacy.purposes import PARTS, Part
from portal.programmes import service as programmes
from portal.trajectories import service as trajectories
from portal.trajectories.models import TrajectoryStatus

#: From here on the coordinator guides a trajectory; before it they look for a messenger.
GUIDED = (TrajectoryStatus.READY, TrajectoryStatus.ACTIVE, TrajectoryStatus.PAUSED, TrajectoryStatus.ENDING)

#: Contacts on the page, and on paper.
SHOWN, PRINTED = 10, 100


#: Hidden contacts, lines of being in view, enrolments, next appointment, case.
AtOnce = tuple[int, list[in_view.Line], list[programmes.Listed], appointments.Upcoming | None, cases.Running | None]


@dataclass(frozen=True)
class Reader:
    """Somebody who may see this dossier beside its workers; `why` is a role or the reason of a grant."""

    name: str
    why: str


@dataclass(frozen=True)
class Dossier:
    """Everything on the page. Without `card.detailed` there are no related persons, aliases or readers in it."""

    card: people.Card
    plans: Plans
    next_appointment: appointments.Upcoming | None
    timeline: paging.Page[contacts.Moment]
    hidden: int  # contacts within reach whose note is not meant for this actor
    trajectories: Sequence[trajectories.Seen]
    views: Sequence[in_view.Line]  # in view now or before
    case: cases.Running | None
    enrolments: Sequence[programmes.Listed]
    readers: Sequence[Reader]
    purpose: Purpose
    parts: frozenset[Part]  # what the purpose shows
    papers: bool  # whether its attachments and changes may be opened
    asked: bool  # the purpose was said, or may be


def show(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier for its page; logs one read with its purpose. Raises NotFound, PurposeNeeded."""
    return _opened(actor, *purposes.card(actor, person_id), SHOWN, Action.READ)


def on_paper(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier to print, logged as an export. Raises as `show`; Forbidden for who sees only the first name."""
    card, purpose = purposes.card(actor, person_id)
    if not card.detailed:
        raise Forbidden
    return _opened(actor, card, purpose, PRINTED, Action.EXPORT)


def more(actor: Actor, person_id: UUID, *, cursor: str | None) -> tuple[people.Card, paging.Page[contacts.Moment]]:
    """Older contacts; logged as reading again. Raises NotFound, also for a strange cursor; Forbidden, PurposeNeeded."""
    card, purpose = purposes.card(actor, person_id)
    if purpose == Purpose.MATCHING:
        purpose = _guiding(purpose, trajectories.for_person(actor, person_id))
    if Part.NOTES not in PARTS[purpose]:
        raise Forbidden
    people.log_read(actor, card.person, purpose=purpose)
    return card, contacts.timeline(actor, person_id, cursor=cursor, size=SHOWN)


@dataclass(frozen=True)
class SideBySide:
    """Everything a young person is or was in, as far as this actor may know of each."""

    card: people.Card
    enrolments: Sequence[programmes.Seen]
    trajectories: Sequence[trajectories.Seen]
    told: Sequence[programmes.Shared]


def side_by_side(actor: Actor, person_id: UUID) -> SideBySide:
    """One young person over programmes; logged as reading. Raises NotFound, PurposeNeeded."""
    card, purpose = purposes.card(actor, person_id)
    paths = trajectories.for_person(actor, person_id)
    people.log_read(actor, card.person, purpose=_guiding(purpose, paths))
    return SideBySide(card, programmes.for_person(actor, person_id), paths, programmes.told_of(actor, person_id))


def _opened(actor: Actor, card: people.Card, purpose: Purpose, size: int, action: Action) -> Dossier:
    person_id = card.person.id
    paths = trajectories.for_person(actor, person_id)
    papers = card.detailed and Part.NOTES in PARTS[purpose]
    purpose = _guiding(purpose, paths)
    people.log_read(actor, card.person, purpose=purpose, action=action)
    parts = PARTS[purpose]
    hidden, views, enrolments, following, running = _asked_at_once(actor, card)
    with_plans, with_notes = Part.PLANS in parts, Part.NOTES in parts
    return Dossier(
        card=card,
        plans=contacts.follow_ups.plans_for(actor, person_id) if with_plans else Plans((), ()),
        next_appointment=following if with_plans else None,
        timeline=contacts.timeline(actor, person_id, size=size) if with_notes else paging.Page((), None),
        hidden=hidden if with_notes else 0,
        trajectories=paths,
        views=views,
        case=running if with_plans else None,
        enrolments=enrolments,
        readers=_readers(card.person) if card.detailed else [],
        purpose=purpose,
        parts=parts,
        papers=papers,
        asked=bool(purposes.asked(actor, card.person)),
    )


def _guiding(purpose: Purpose, paths: Sequence[trajectories.Seen]) -> Purpose:
    """A coordinator who found a messenger goes on to guide the trajectory."""
    guided = any(seen.trajectory.status in GUIDED for seen in paths)
    return Purpose.SUPERVISION if purpose == Purpose.MATCHING and guided else purpose


def _asked_at_once(actor: Actor, card: people.Card) -> AtOnce:
    """How many contacts are not for this actor, where being in view stands, the programmes, the next appointment and
    the case that runs; one statement."""
    later = appointments.upcoming_rows(actor, [card.person.id]).subquery("later")
    case = cases.running(actor, card.person.id).subquery("running")
    count = literal(0) if card.is_assigned else contacts.hidden_contacts(actor, card.person.id).scalar_subquery()
    views = in_view.lines_asked(actor, card.person.id) if card.detailed else null()
    listed = programmes.listed(actor, card.person.id)
    always = select(literal(1).label("one")).subquery("always")
    columns = select(count, views.label("views"), listed.label("listed"), case, later).select_from(always)
    found = db.session.execute(columns.outerjoin(later, true()).outerjoin(case, true())).one()
    hidden, viewed, enrolments, case_id, number, status, level, person_id, *rest = found
    running = cases.Running(case_id, number, status, level) if case_id else None
    following = appointments.Upcoming(*rest) if person_id else None
    return hidden, in_view.lines(viewed), programmes.as_listed(enrolments), following, running


def _readers(person: Person) -> list[Reader]:
    """Directors of the team, whoever was granted this young person, and who stands in now; one statement."""
    arms = (_directors(person), _granted_users(person), _granted_teams(person), _stand_ins(person))
    rows = db.session.execute(union_all(*arms))
    return sorted({Reader(name, why) for name, why in rows}, key=lambda reader: (reader.why, reader.name))


def _directors(person: Person) -> Select[str, str]:
    today = clock.today()
    return (
        select(User.name, literal(str(Role.JV_DIRECTOR)))
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            RoleAssignment.team_id == person.team_id,
            RoleAssignment.role == Role.JV_DIRECTOR,
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= today),
            User.deactivated_at.is_(None),
        )
    )


def _granted_users(person: Person) -> Select[str, str]:
    return (
        select(User.name, AccessGrant.reason)
        .join(AccessGrant, AccessGrant.grantee_user_id == User.id)
        .where(_valid_grant(person))
    )


def _stand_ins(person: Person) -> Select[str, str]:
    done_by = absence.cover(clock.today())
    return (
        select(User.name, literal(str(GrantReason.REPLACEMENT)))
        .join(done_by, and_(done_by.c.replacement_id == User.id, done_by.c.team_id == person.team_id))
        .join(PersonAssignment, PersonAssignment.user_id == done_by.c.user_id)
        .where(PersonAssignment.person_id == person.id, lasting(clock.today()))
    )


def _granted_teams(person: Person) -> Select[str, str]:
    return (
        select(Team.name, func.coalesce(AccessGrant.grantee_role, ""))
        .join(AccessGrant, AccessGrant.grantee_team_id == Team.id)
        .where(_valid_grant(person))
    )


def _valid_grant(person: Person) -> ColumnElement[bool]:
    now = clock.now()
    return and_(
        AccessGrant.person_id == person.id,
        AccessGrant.valid_from <= now,
        or_(AccessGrant.valid_until.is_(None), AccessGrant.valid_until > now),
    )
