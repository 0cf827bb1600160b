"""What drafts hold, and for how long (the setting DRAFT_DAYS)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = (
    Holding(
        "draft",
        N_("Concepten: wat iemand typte en nog niet opsloeg, versleuteld"),
        Context.JV_DISTRICT,
        "P7D",
        N_("AVG art. 5 lid 1 onder e: niet langer dan nodig; weg na opslaan, weggooien of een week"),
    ),
)
