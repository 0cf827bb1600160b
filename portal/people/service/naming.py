"""Names of young people for pages of features below this one, which know ids only."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from portal.core import db
from portal.people import policy
from portal.people.models import Person
from portal.people.service.finding import log_list
from portal.privacy.actor import Actor


def short_names(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    """'Yassine B.' for those of `ids` that this actor reaches; logged as a list, one row each."""
    rows = db.session.execute(
        select(Person, policy.detailed(actor)).where(Person.id.in_(ids), policy.visible(actor))
    ).all()
    log_list(actor, [person for person, _ in rows])
    return {person.id: person.short_name if detailed else person.first_name for person, detailed in rows}
