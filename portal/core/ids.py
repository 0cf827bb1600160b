"""UUIDv7: opaque, unguessable enough for an address, and ordered by time so that indexes stay compact."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid_utils.compat.uuid7()
