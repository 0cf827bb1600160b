"""Whom a record is about, by name, for lists that know its id only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, select, union_all

from portal.cases.models import Case, Conference
from portal.contacts.models import ContactParticipant
from portal.core import db
from portal.in_view.models import YouthInView
from portal.people.models import Person
from portal.people.service.naming import short_names
from portal.privacy.actor import Actor
from portal.trajectories.models import Trajectory

#: Records with a form that is kept, and the young person of each.
OF: tuple[tuple[Any, Any], ...] = (
    (Person.id, Person.id),
    (Case.id, Case.person_id),
    (Trajectory.id, Trajectory.person_id),
    (YouthInView.id, YouthInView.person_id),
    (ContactParticipant.contact_id, ContactParticipant.person_id),
)


def names(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, set[str]]:
    """The names of the young people whom each of `ids` is or is about, where this actor reaches them now; logged as a
    list, one row each. Two statements, none without ids."""
    if not ids:
        return {}
    people = db.session.execute(_people(ids)).all()
    shown = short_names(actor, {person_id for _, person_id in people})
    found: dict[UUID, set[str]] = {}
    for one, person_id in people:
        if person_id in shown:
            found.setdefault(one, set()).add(shown[person_id])
    return found


def _people(ids: Collection[UUID]) -> CompoundSelect[UUID, UUID]:
    of_meetings = select(Conference.id, Case.person_id).join(Case, Case.id == Conference.case_id)
    parts = [select(record, person_id).where(record.in_(ids)) for record, person_id in OF]
    return union_all(*parts, of_meetings.where(Conference.id.in_(ids)))
