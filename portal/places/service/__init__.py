"""All that can be done with places. Use cases in modules; upper features call them from here."""

from __future__ import annotations

from portal.places.service.keeping import (
    KEEPERS,
    REVIEW_AFTER,
    WATCHED,
    Change,
    Details,
    Filters,
    choices,
    counts,
    create,
    get,
    history,
    kept,
    listing,
    move,
    owners,
    stock,
    teams,
    update,
)
from portal.places.service.observing import Look, last_seen, observe, observed, seen_lately, withdraw

__all__ = [
    "KEEPERS", "REVIEW_AFTER", "WATCHED", "Change", "Details", "Filters", "Look", "choices", "counts", "create", "get",
    "history", "kept", "last_seen", "listing", "move", "observe", "observed", "owners", "seen_lately", "stock", "teams",
    "update", "withdraw",
]  # fmt: skip
