"""Which personal data this feature holds, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = (
    Holding("emergency_access", N_("Noodtoegang: wie, waarom, hoe lang en het oordeel"), Context.ACCOUNTABILITY,
            "P5Y", "AVG art. 5 lid 2 en art. 32"),
)  # fmt: skip
