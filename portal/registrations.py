"""What the features register: the web process and the workers know the same rules."""

from __future__ import annotations

from portal.contacts.rules import RULES as CONTACTS
from portal.core.registry import registry
from portal.people.service.naming import short_names
from portal.trajectories.rules import RULES as TRAJECTORIES


def register() -> None:
    """Fill the registry; doing it again changes nothing."""
    registry.short_names = short_names
    registry.add(rules=CONTACTS)
    registry.add(rules=TRAJECTORIES)
