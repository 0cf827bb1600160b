"""Which personal data appointments hold, and for how long (domain §2.8.1)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

SOURCE = N_("Selectielijst 2020, 19.1: als plafond; korter door minimalisatie")

HOLDINGS = (
    Holding("appointment", N_("Afspraken: wanneer, waar en waarover"), Context.JV_DISTRICT, "P1Y", SOURCE),
    Holding(
        "appointment_participant",
        N_("Met welke jongere een afspraak was"),
        Context.JV_DISTRICT,
        "P1Y",
        SOURCE,
        "appointment_id",
    ),
)
