"""How long it is kept what was changed: as long as what it was changed in."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = (
    Holding(
        "record_change",
        N_("Wat er in een dossier veranderde, versleuteld"),
        Context.JV_DISTRICT,
        "P3Y",
        "AVG art. 5 lid 1 onder d en f",
        "person_id",
    ),
)
