"""Which personal data of messengers the portal holds, and for how long (domain §3.2)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = (
    Holding(
        table="credible_messenger",
        label=N_("Register van credible messengers"),
        context=Context.CM_WORKFORCE,
        retention="P2Y",
        source="domain §3.2",
    ),
)
