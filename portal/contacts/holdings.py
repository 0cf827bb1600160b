"""Which personal data contacts hold, and for how long (domain §2.8.1)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

SOURCE = N_("Selectielijst 2020, 19.1: als plafond; korter door minimalisatie")

HOLDINGS = (
    Holding("contact", N_("Contactmomenten met notitie"), Context.JV_DISTRICT, "P3Y", SOURCE),
    Holding(
        "contact_participant", N_("Wie bij een contactmoment was"), Context.JV_DISTRICT, "P3Y", SOURCE, "contact_id"
    ),
    Holding(
        "contact_correction", N_("Correcties van contactmomenten"), Context.JV_DISTRICT, "P3Y", SOURCE, "contact_id"
    ),
    Holding("follow_up", N_("Afgesproken vervolgstappen en beloftes"), Context.JV_DISTRICT, "P3Y", SOURCE),
)
