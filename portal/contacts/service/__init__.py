"""All that can be done with contacts and follow-ups. Use cases in modules; upper features call them from here."""

from __future__ import annotations

from uuid import UUID

from portal.contacts.models import FollowUpKind
from portal.contacts.service import correcting, follow_ups, promises, to_do
from portal.contacts.service.correcting import correct
from portal.contacts.service.details import Details, Next
from portal.contacts.service.present import out_of_reach
from portal.contacts.service.reading import (
    Habits,
    Moment,
    Page,
    Participant,
    get,
    habits,
    hidden_contacts,
    read,
    timeline,
)
from portal.contacts.service.recording import Recorded, change, record
from portal.contacts.service.settling import closes, tells
from portal.core.i18n import N_
from portal.people import service as people

__all__ = [
    "Details", "Habits", "Moment", "Next", "Page", "Participant", "Recorded",
    "change", "closes", "correct", "correcting", "follow_ups", "get", "habits", "hidden_contacts",
    "out_of_reach", "promises", "read", "record", "tells", "timeline", "to_do",
]  # fmt: skip


def _keeps_open(person_id: UUID) -> str | None:
    """Why a dossier cannot be closed yet."""
    kinds = follow_ups.kinds_open(person_id)
    if FollowUpKind.PROMISE in kinds:
        return N_("Er staat nog een belofte open. Vertel de jongere eerst wat ervan is gekomen.")
    if kinds:
        return N_("Er staat nog een vervolg open. Rond dat eerst af of laat het vervallen.")
    return None


people.register_blocker(_keeps_open)
people.register_next_steps(to_do.next_steps)
