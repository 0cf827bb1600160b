"""Whose attachments: the features that have records with files register how theirs are found, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from portal.documents.models import Owner
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Record:
    """A record with attachments, found within the actor's reach."""

    kind: Owner
    id: UUID
    person_id: UUID
    team_id: UUID
    context: str
    name: str  # what it is called, as far as this actor may see it
    url: str  # own path of its page
    may_add: bool
    permission: Permission
    purpose: Purpose


#: Finds a record for reading its files. Raises NotFound out of reach, Forbidden when its files are not for the actor.
Finder = Callable[[Actor, UUID], Record]
_finders: dict[Owner, Finder] = {}


def register_owner(kind: Owner, finder: Finder) -> None:
    """Let records of this kind have attachments."""
    _finders[kind] = finder


def find(actor: Actor, kind: Owner, record_id: UUID) -> Record:
    """The record, for its attachments. Raises NotFound, Forbidden, PurposeNeeded."""
    return _finders[kind](actor, record_id)
