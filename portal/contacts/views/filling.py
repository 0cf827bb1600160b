"""What the forms of recording and changing share."""

from __future__ import annotations

from typing import Any

from portal.contacts import policy
from portal.contacts.forms import DetailsForm
from portal.contacts.models import Confidentiality
from portal.contacts.service import Details
from portal.core.forms import Choice
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Role
from portal.privacy.sources import Source

RECENT = 4
#: The fields of a contact that the form and the record name alike.
DETAILS = (
    "channel", "result", "purpose", "occurred_at", "duration_min", "headcount", "place", "note", "confidentiality",
    "source",
)  # fmt: skip


def people_choices(actor: Actor, recent: Any = ()) -> list[Choice]:
    """Everybody in reach, the recent ones in front; who has no recent contacts gets the first of the list."""
    listed = people.choices(actor, Permission.CONTACTS_WRITE)
    place = {person_id: n for n, person_id in enumerate(recent)}
    ordered = sorted(listed, key=lambda c: place.get(c.id, len(place)))
    return [Choice(str(c.id), c.label, c.detail, recent=n < RECENT) for n, c in enumerate(ordered)]


def offer_sources(actor: Actor, form: DetailsForm, usual: str = Source.STREET) -> None:
    """Only what the actor may know; an answer that was not sent is the usual one."""
    known = policy.may_know(actor)
    form.source.choices = [choice for choice in form.source.choices if choice.value in known]
    if form.source.data is None and not form.source.errors:
        form.source.data = Source(usual)


def details(form: DetailsForm) -> Details:
    """The answers as what a contact was."""
    answers: dict[str, Any] = form.data
    return Details(**{name: answers[name] for name in DETAILS})


def usual_confidentiality(actor: Actor) -> Confidentiality:
    """A messenger's note is for those around the trajectory; a worker's for the workers."""
    worker = Role.YOUTH_WORKER in actor.role_names
    return Confidentiality.TEAM if worker else Confidentiality.CASE_TEAM
