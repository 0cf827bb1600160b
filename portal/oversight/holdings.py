"""Which personal data oversight holds, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = (
    Holding(
        "declared_relation",
        N_("Wie zegt een jongere privé te kennen"),
        Context.JV_DISTRICT,
        "P3Y",
        N_("AVG artikel 5 lid 1 f: integriteit en vertrouwelijkheid"),
        part_of="person_id",
    ),
)
