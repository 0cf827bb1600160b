"""The directory: finding who to call, keeping it right, and saying that it still is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.core.text import fold, sort_key
from portal.partners.models import Partner, PartnerContact
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

constraint("uq_partner_name", "name", N_("Deze organisatie staat er al in."))

#: After this nobody knows whether a telephone number is still right.
STALE = timedelta(days=183)


@dataclass(frozen=True)
class Details:
    """What is filled in about an organisation."""

    name: str
    kind: str
    about: str = ""
    phone: str = ""
    email: str = ""
    active: bool = True


@dataclass(frozen=True)
class ContactDetails:
    """What is filled in about somebody there."""

    name: str
    post: str
    valid_from: date
    valid_until: date | None = None
    area_code: str | None = None
    phone: str = ""
    email: str = ""


def stale(contact: PartnerContact) -> bool:
    """Whether it is too long ago that somebody checked this."""
    return contact.checked_on < clock.today() - STALE


def directory(actor: Actor, *, area_code: str = "", kind: str = "", words: str = "") -> list[PartnerContact]:
    """Who can be called today, by organisation and name: for a stadsdeel (with those for the whole city), of one kind,
    or with these words in a name."""
    actor.require(Permission.PARTNERS_READ)
    statement = (
        select(PartnerContact)
        .join(PartnerContact.partner)
        .where(Partner.active, PartnerContact.holds_on(clock.today()))
    )
    if area_code:
        statement = statement.where(or_(PartnerContact.area_code == area_code, PartnerContact.area_code.is_(None)))
    if kind:
        statement = statement.where(Partner.kind == kind)
    for word in fold(words).split():
        found = (each.contains(word, autoescape=True) for each in (PartnerContact.sort_key, Partner.sort_key))
        statement = statement.where(or_(*found))
    statement = statement.options(joinedload(PartnerContact.partner), joinedload(PartnerContact.checker))
    ordered = statement.order_by(Partner.sort_key, PartnerContact.sort_key, PartnerContact.id)
    return list(db.session.scalars(ordered))


def without_contact(actor: Actor) -> Sequence[Partner]:
    """Organisations where nobody is known today, by name."""
    actor.require(Permission.PARTNERS_READ)
    statement = select(Partner).where(Partner.active, ~Partner.contacts.any(PartnerContact.holds_on(clock.today())))
    return db.session.scalars(statement.order_by(Partner.sort_key, Partner.id)).all()


def get(actor: Actor, partner_id: UUID) -> Partner:
    """One organisation with everybody known there. Raises NotFound."""
    actor.require(Permission.PARTNERS_READ)
    statement = select(Partner).where(Partner.id == partner_id)
    people = selectinload(Partner.contacts).joinedload(PartnerContact.checker)
    found = db.session.scalar(statement.options(people))
    if found is None:
        raise NotFound
    return found


def contact_of(actor: Actor, partner_id: UUID, contact_id: UUID) -> PartnerContact:
    """Somebody at an organisation. Raises NotFound."""
    found = next((each for each in get(actor, partner_id).contacts if each.id == contact_id), None)
    if found is None:
        raise NotFound
    return found


def create(actor: Actor, details: Details) -> Partner:
    """Add an organisation."""
    actor.require(Permission.PARTNERS_KEEP)
    partner = Partner(**asdict(details), sort_key=sort_key(details.name))
    db.session.add(partner)
    db.session.flush()
    _log(actor, Action.CREATE, partner.id)
    return partner


def update(actor: Actor, partner_id: UUID, *, version: int | None, details: Details) -> None:
    """Change an organisation. Raises NotFound, Conflict for an outdated form."""
    actor.require(Permission.PARTNERS_KEEP)
    partner = get(actor, partner_id)
    db.ensure_version(partner, version)
    _set(partner, asdict(details) | {"sort_key": sort_key(details.name)})
    _log(actor, Action.UPDATE, partner.id)


def add_contact(actor: Actor, partner_id: UUID, details: ContactDetails) -> PartnerContact:
    """Add somebody; whoever adds them has checked them. Raises NotFound, Invalid."""
    actor.require(Permission.PARTNERS_KEEP)
    partner = get(actor, partner_id)
    _check(details)
    db.ensure_new(PartnerContact, "name", partner_id=partner.id, **asdict(details))
    contact = PartnerContact(
        partner_id=partner.id,
        sort_key=_key(details.name),
        checked_on=clock.today(),
        checked_by=actor.user_id,
        **asdict(details),
    )
    db.session.add(contact)
    db.session.flush()
    _log(actor, Action.UPDATE, partner.id)
    return contact


def update_contact(actor: Actor, contact: PartnerContact, *, version: int | None, details: ContactDetails) -> None:
    """Change somebody, or say until when it holds. Raises Conflict for an outdated form, Invalid."""
    actor.require(Permission.PARTNERS_KEEP)
    db.ensure_version(contact, version)
    _check(details)
    _set(contact, asdict(details) | {"sort_key": _key(details.name)})
    check(actor, contact)


def check(actor: Actor, contact: PartnerContact) -> None:
    """Say that name, number and post are right today."""
    actor.require(Permission.PARTNERS_KEEP)
    contact.checked_on, contact.checked_by = clock.today(), actor.user_id or contact.checked_by
    _log(actor, Action.UPDATE, contact.partner_id)


def _key(name: str) -> str:
    return sort_key(*name.split(" ", 1))


def _set(record: Partner | PartnerContact, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(record, name, value)


def _check(details: ContactDetails) -> None:
    if not (details.phone or details.email):
        raise Invalid(phone=N_("Vul een telefoonnummer of een e-mailadres in."))
    if details.valid_until is not None and details.valid_until < details.valid_from:
        raise Invalid(valid_until=N_("Het einde ligt voor het begin."))
    if details.area_code and details.area_code not in {place.code for place in areas.stadsdelen()}:
        raise Invalid(area_code=N_("Kies een van de gebieden."))


def _log(actor: Actor, action: Action, partner_id: UUID) -> None:
    access_log.record(actor, action, Subject("partner", partner_id), permission=Permission.PARTNERS_KEEP)


def grouped(contacts: Iterable[PartnerContact]) -> list[tuple[Partner, list[PartnerContact]]]:
    """The same, by organisation, in the same order."""
    found: dict[UUID, tuple[Partner, list[PartnerContact]]] = {}
    for each in contacts:
        found.setdefault(each.partner_id, (each.partner, []))[1].append(each)
    return list(found.values())
