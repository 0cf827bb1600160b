"""Invented partners (demogegevens)."""

from __future__ import annotations

from datetime import date

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.text import sort_key
from portal.partners.models import Partner, PartnerContact, PartnerKind, Post


def partner(by: User, organisation: str, *, name: str = "Wilma Voorbeeld", area: str | None = "N") -> Partner:
    """An organisation with somebody to call, checked today. Inside a unit of work."""
    made = Partner(name=organisation, sort_key=sort_key(organisation), kind=PartnerKind.PUBLIC_HEALTH)
    db.session.add(made)
    db.session.flush()
    contact = PartnerContact(
        partner_id=made.id, name=name, sort_key=sort_key(*name.split(" ", 1)), post=Post.LIAISON, area_code=area,
        phone="020 123 45 67", email=f"{name.split()[0].lower()}@demo.example", valid_from=date(2025, 1, 1),
        checked_on=clock.today(), checked_by=by.id,
    )  # fmt: skip
    db.session.add(contact)
    db.session.flush()
    db.session.refresh(made, ["contacts"])
    return made
