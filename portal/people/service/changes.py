"""What was changed in a dossier, for who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.core.errors import Forbidden
from portal.history import keeping
from portal.history.service import Change
from portal.history.service import changes as changes_of
from portal.people.models import Person, PersonAlias, PersonAssignment, RelatedPerson
from portal.people.service import purposes
from portal.people.service.finding import Card, log_read
from portal.privacy.actor import Actor
from portal.privacy.purposes import PARTS, Part

OWN = ("person", "person_alias", "person_assignment")


def watch() -> None:
    """Say which fields are remembered; doing it again changes nothing."""
    keeping.watch(
        Person,
        "given_name", "family_name", "call_name", "birth_date", "birth_date_precision", "area_code",
        "preferred_language", "plain_language", "phone_sealed", "status",
        person="id",
    )  # fmt: skip
    keeping.watch(PersonAlias, named="alias")
    keeping.watch(PersonAssignment, "is_primary", "until", named="user_id")
    keeping.watch(RelatedPerson, "name", "role", "phone_sealed", "may_be_contacted", "valid_until", named="name")


def changes(actor: Actor, person_id: UUID) -> tuple[Card, Sequence[Change]]:
    """The changes in a dossier, logged as reading it. Raises NotFound, PurposeNeeded, Forbidden without the notes."""
    card, purpose = purposes.card(actor, person_id)
    if not card.detailed or Part.NOTES not in PARTS[purpose]:
        raise Forbidden
    log_read(actor, card.person, purpose=purpose)
    kinds = (*OWN, "related_person") if Part.RELATED in PARTS[purpose] else OWN
    return card, changes_of(person_id, kinds=kinds)
