"""The register of credible messengers: who they are, where they work, how much room they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.accounts.models import RoleAssignment, Team, User
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.core.text import sort_key
from portal.messengers import policy, workload
from portal.messengers.models import CredibleMessenger, Interest, Language, MessengerArea, MessengerStatus
from portal.messengers.workflow import MACHINE, Change
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role

MAX_INDIVIDUAL = 8  # hard ceiling of domain §2.5
IN_USE = N_("Dit account hoort al bij een andere messenger.")

constraint("uq_credible_messenger_user", "user_id", IN_USE)


@dataclass(frozen=True)
class Room:
    """A messenger and how many of the places are taken."""

    messenger: CredibleMessenger
    taken: int
    promised: int = 0  # of the taken ones: held by a proposal that waits for an answer

    @property
    def free(self) -> int:
        """Places left; never negative."""
        return max(0, self.messenger.max_individual - self.taken)


@dataclass(frozen=True)
class Details:
    """What a coordinator fills in about a messenger."""

    display_name: str
    max_individual: int
    area_codes: Sequence[str]
    user_id: UUID | None = None
    certified_on: date | None = None
    available_from: date | None = None
    available_until: date | None = None
    languages: Sequence[str] = ()
    interests: Sequence[str] = ()


def register(actor: Actor, *, status: str | None = None, area_code: str | None = None) -> list[Room]:
    """The messengers this actor may know of, by name, with their room; ended ones only when asked for."""
    statement = select(CredibleMessenger).where(policy.visible(actor)).options(selectinload(CredibleMessenger.areas))
    statement = _of_status(statement, status)
    if area_code:
        codes = related_codes(area_code)
        statement = statement.where(CredibleMessenger.areas.any(MessengerArea.area_code.in_(codes)))
    found = list(db.session.scalars(statement.order_by(CredibleMessenger.sort_key, CredibleMessenger.id)))
    return listed(actor, found)


def listed(actor: Actor, messengers: Collection[CredibleMessenger]) -> list[Room]:
    """The same messengers with their places taken, for a page that shows them all; logged as a list."""
    _log(actor, Action.LIST, messengers)
    return with_room(messengers)


def _of_status(statement: Select[Any], status: str | None) -> Select[Any]:
    if status:
        return statement.where(CredibleMessenger.status == status)
    return statement.where(CredibleMessenger.status != MessengerStatus.ENDED)


def related_codes(area_code: str) -> frozenset[str]:
    """An area with all above and below it: who knows Zuidoost also knows Venserpolder, and the other way round."""
    return areas.within(area_code) | frozenset(place.code for place in areas.path(area_code))


def with_room(messengers: Collection[CredibleMessenger]) -> list[Room]:
    """The same messengers with their places taken, in one statement."""
    counts = workload.occupied([m.id for m in messengers])
    return [Room(m, *counts.get(m.id, workload.Places())) for m in messengers]


def get(actor: Actor, messenger_id: UUID) -> CredibleMessenger:
    """One messenger, read and logged. Raises NotFound when the actor may not know of it."""
    found = db.session.scalar(
        select(CredibleMessenger)
        .where(CredibleMessenger.id == messenger_id, policy.visible(actor))
        .options(selectinload(CredibleMessenger.areas))
    )
    if found is None:
        raise NotFound
    _log(actor, Action.READ, [found])
    return found


def lock(messenger_id: UUID) -> CredibleMessenger:
    """The messenger under a row lock, freshly read: whoever gives away a place holds it (domain I-10)."""
    found = db.session.scalar(
        select(CredibleMessenger)
        .where(CredibleMessenger.id == messenger_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def is_available(messenger: CredibleMessenger, day: date) -> bool:
    """Whether new trajectories may come to this messenger on `day`."""
    return (
        messenger.status == MessengerStatus.ACTIVE
        and (messenger.available_from is None or messenger.available_from <= day)
        and (messenger.available_until is None or messenger.available_until >= day)
    )


def create(actor: Actor, *, team_id: UUID, details: Details) -> CredibleMessenger:
    """Add a candidate to a team's register. Raises Forbidden outside the own teams, Invalid for wrong details."""
    if team_id not in policy.managing_teams(actor):
        raise Forbidden
    messenger = CredibleMessenger(team_id=team_id, display_name=details.display_name, sort_key="", areas=[])
    _fill(messenger, details, taken=0)
    db.session.add(messenger)
    db.session.flush()
    _log(actor, Action.CREATE, [messenger])
    return messenger


def update(actor: Actor, messenger_id: UUID, *, version: int, details: Details) -> CredibleMessenger:
    """Change a messenger's details. Raises NotFound, Forbidden, Conflict (older version) or Invalid."""
    messenger = _managed(actor, messenger_id, version)
    before = messenger.user_id
    _fill(messenger, details, taken=workload.taken([messenger.id]).get(messenger.id, 0))
    db.session.flush()
    if before != messenger.user_id:
        workload.account_changed(messenger.id, before, messenger.user_id)
    _log(actor, Action.UPDATE, [messenger])
    return messenger


def change_status(actor: Actor, messenger_id: UUID, *, version: int, change: Change) -> CredibleMessenger:
    """Move a messenger to another status. Raises Conflict when it changed meanwhile, Invalid while places are taken."""
    messenger = _managed(actor, messenger_id, version)
    row = MACHINE.step(change, messenger.status, None)
    taken = workload.taken([messenger.id]).get(messenger.id, 0)
    if change is Change.END and taken:
        raise Invalid(**{"": N_("Deze messenger heeft nog trajecten. Geef die eerst een andere messenger.")})
    messenger.status = row.target
    if change is Change.CERTIFY:
        messenger.certified_on = messenger.certified_on or clock.today()
    db.session.flush()
    _log(actor, Action.UPDATE, [messenger], fields=("status",))
    return messenger


def _managed(actor: Actor, messenger_id: UUID, version: int) -> CredibleMessenger:
    messenger = lock(messenger_id)
    if not policy.can_manage(actor, messenger):
        raise Forbidden if actor.can(Permission.MESSENGERS_READ) else NotFound
    db.ensure_version(messenger, version)
    return messenger


def _fill(messenger: CredibleMessenger, details: Details, *, taken: int) -> None:
    _check(messenger, details, taken)
    first, _, family = details.display_name.partition(" ")
    messenger.display_name = details.display_name
    messenger.sort_key = sort_key(first, family)
    messenger.max_individual = details.max_individual
    messenger.user_id = details.user_id
    messenger.certified_on = details.certified_on
    messenger.available_from = details.available_from
    messenger.available_until = details.available_until
    messenger.languages = sorted(set(details.languages))
    messenger.interests = sorted(set(details.interests))
    messenger.updated_at = clock.now()  # moves the version also when only the areas change
    wanted = set(details.area_codes)
    messenger.areas[:] = [area for area in messenger.areas if area.area_code in wanted]
    held = {area.area_code for area in messenger.areas}
    messenger.areas.extend(MessengerArea(area_code=code) for code in sorted(wanted - held))


def _check(messenger: CredibleMessenger, details: Details, taken: int) -> None:
    if not 0 <= details.max_individual <= MAX_INDIVIDUAL:
        raise Invalid(max_individual=N_("Kies een aantal van 0 tot en met 8."))
    if details.max_individual < taken:
        raise Invalid(
            max_individual=N_("Er lopen meer trajecten dan dit. Zet de messenger op pauze om geen nieuwe te krijgen.")
        )
    if unknown := set(details.area_codes) - set(areas.places()):
        raise Invalid(area_codes=N_("Kies een van de mogelijkheden.")) from KeyError(*unknown)
    if not set(details.languages) <= set(Language):
        raise Invalid(languages=N_("Kies een van de mogelijkheden."))
    if not set(details.interests) <= set(Interest):
        raise Invalid(interests=N_("Kies een van de mogelijkheden."))
    if details.certified_on and details.certified_on > clock.today():
        raise Invalid(certified_on=N_("Deze dag moet nog komen."))
    if details.available_from and details.available_until and details.available_until < details.available_from:
        raise Invalid(available_until=N_("De laatste dag ligt voor de eerste."))
    linked = details.user_id not in (None, messenger.user_id)
    if linked and not _is_messenger_account(details.user_id, messenger.team_id):
        raise Invalid(user_id=N_("Kies een account met de rol credible messenger."))


def _is_messenger_account(user_id: UUID | None, team_id: UUID) -> bool:
    return any(user.id == user_id for user in messenger_accounts([team_id]))


def messenger_accounts(team_ids: Collection[Any]) -> Sequence[User]:
    """The active accounts with the role credible messenger in these teams, by name."""
    today = clock.today()
    holders = select(RoleAssignment.user_id).where(
        RoleAssignment.role == Role.CREDIBLE_MESSENGER,
        RoleAssignment.team_id.in_(team_ids),
        RoleAssignment.holds_on(today),
    )
    statement = select(User).where(User.id.in_(holders), User.deactivated_at.is_(None)).order_by(User.sort_key)
    return db.session.scalars(statement).all()


def managing_teams(actor: Actor) -> Sequence[Team]:
    """The teams in whose register this actor may add messengers, by name."""
    statement = select(Team).where(Team.id.in_(policy.managing_teams(actor))).order_by(Team.name)
    return db.session.scalars(statement).all()


def _log(
    actor: Actor, action: Action, messengers: Collection[CredibleMessenger], *, fields: Sequence[str] = ()
) -> None:
    changing = action in (Action.CREATE, Action.UPDATE)
    access_log.record(
        actor,
        action,
        [Subject("credible_messenger", m.id, None, m.team_id) for m in messengers],
        permission=Permission.MESSENGERS_MANAGE if changing else Permission.MESSENGERS_READ,
        purpose=Purpose.PLANNING,
        context=Context.CM_WORKFORCE,
        fields=fields,
    )
