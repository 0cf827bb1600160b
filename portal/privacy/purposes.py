"""Which purposes a role may name for opening a dossier, and which parts of it each purpose shows: data, not code."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from portal.core.errors import Forbidden
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Role


class Part(StrEnum):
    """A part of a dossier that a purpose may leave out. Name, age, workers and trajectories are in all."""

    NOTES = "notes"  # contacts with what was written about them
    PLANS = "plans"  # next steps, promises and the next appointment
    RELATED = "related"  # parents, mentors and others around the young person


EVERYTHING = frozenset(Part)

#: Domain §3.6.8 and §4.2. A purpose that is not here opens no dossier.
PARTS: dict[Purpose, frozenset[Part]] = {
    Purpose.OWN_CASELOAD: EVERYTHING,
    Purpose.REPLACEMENT: EVERYTHING,
    Purpose.BREAK_GLASS: EVERYTHING,
    Purpose.SUPERVISION: EVERYTHING,
    Purpose.INCIDENT: EVERYTHING,
    Purpose.SUBJECT_REQUEST: EVERYTHING,
    Purpose.TRIAGE: frozenset({Part.NOTES, Part.PLANS}),
    Purpose.PLANNING: frozenset({Part.PLANS}),
    Purpose.MATCHING: frozenset({Part.PLANS, Part.RELATED}),
}

#: What a role chooses from when the relation does not say why; the usual one in front.
ASKED: dict[Role, tuple[Purpose, ...]] = {
    Role.JV_DIRECTOR: (
        Purpose.SUPERVISION,
        Purpose.PLANNING,
        Purpose.TRIAGE,
        Purpose.INCIDENT,
        Purpose.SUBJECT_REQUEST,
    ),
}

#: How long an answer holds, for one dossier in one session.
LASTS = timedelta(hours=1)


class PurposeNeeded(Forbidden):
    """The record may be known of and read, once its reader says what for."""

    def __init__(self, person_id: UUID) -> None:
        super().__init__()
        self.person_id = person_id


def choices(roles: Collection[Role]) -> tuple[Purpose, ...]:
    """The purposes somebody with these roles may name."""
    return tuple(dict.fromkeys(purpose for role in Role if role in roles for purpose in ASKED.get(role, ())))
