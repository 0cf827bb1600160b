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
    count_of,
    counts,
    create,
    get,
    history,
    kept,
    listing,
    move,
    owners,
    teams,
    update,
)
from portal.places.service.observing import EVERY, Look, last_seen, observe, observed, withdraw
from portal.places.service.sharing import log_guest, partners, share, shares, stop_sharing, to_share

__all__ = [
    "EVERY", "KEEPERS", "REVIEW_AFTER", "WATCHED", "Change", "Details", "Filters", "Look", "choices", "count_of",
    "counts", "create", "get", "history", "kept", "last_seen", "listing", "log_guest", "move", "observe", "observed",
    "owners", "partners", "share", "shares", "stop_sharing", "teams", "to_share", "update", "withdraw",
]  # fmt: skip
