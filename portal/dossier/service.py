"""One young person's page: what the features below know of them, as far as this actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, union_all

from portal.accounts import absence
from portal.accounts.models import RoleAssignment, Team, User
from portal.appointments import service as appointments
from portal.contacts import service as contacts
from portal.contacts.service.follow_ups import Plans
from portal.core import clock, db, paging
from portal.core.errors import Forbidden
from portal.people import service as people
from portal.people.models import Person, PersonAssignment
from portal.people.ties import lasting
from portal.privacy.actor import Actor
from portal.privacy.models import AccessGrant, Action, GrantReason
from portal.privacy.permissions import Role
from portal.trajectories import service as trajectories

#: Contacts on the page, and on paper.
SHOWN, PRINTED = 10, 100


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
    readers: Sequence[Reader]


def show(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier for its page; logs one read with the purpose that follows from the reach. Raises NotFound."""
    card = people.card(actor, person_id)
    people.log_read(actor, card.person, purpose=people.purpose_of(actor, card))
    return _dossier(actor, card, SHOWN)


def on_paper(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier to print, logged as an export. Raises NotFound; Forbidden for who sees only the first name."""
    card = people.card(actor, person_id)
    if not card.detailed:
        raise Forbidden
    people.log_read(actor, card.person, purpose=people.purpose_of(actor, card), action=Action.EXPORT)
    return _dossier(actor, card, PRINTED)


def more(actor: Actor, person_id: UUID, *, cursor: str | None) -> tuple[people.Card, paging.Page[contacts.Moment]]:
    """Older contacts; logged as reading again. Raises NotFound, also for a strange cursor."""
    card = people.card(actor, person_id)
    people.log_read(actor, card.person, purpose=people.purpose_of(actor, card))
    return card, contacts.timeline(actor, person_id, cursor=cursor, size=SHOWN)


def _dossier(actor: Actor, card: people.Card, size: int) -> Dossier:
    person_id = card.person.id
    hidden, following = _hidden_and_next(actor, card)
    return Dossier(
        card=card,
        plans=contacts.follow_ups.plans_for(actor, person_id),
        next_appointment=following,
        timeline=contacts.timeline(actor, person_id, size=size),
        hidden=hidden,
        trajectories=trajectories.for_person(actor, person_id),
        readers=_readers(card.person) if card.detailed else [],
    )


def _hidden_and_next(actor: Actor, card: people.Card) -> tuple[int, appointments.Upcoming | None]:
    """How many contacts are not for this actor, and the next appointment; one statement for both."""
    later = appointments.upcoming_rows(actor, [card.person.id]).subquery("later")
    count = literal(0) if card.is_assigned else contacts.hidden_contacts(actor, card.person.id).scalar_subquery()
    always = select(literal(1).label("one")).subquery("always")
    hidden, person_id, *rest = db.session.execute(
        select(count, later).select_from(always).outerjoin(later, true())
    ).one()
    return hidden, appointments.Upcoming(*rest) if person_id else None


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
