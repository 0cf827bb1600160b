"""Which personal data signals hold, and for how long (domain §2.8.1, §3.2)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

SOURCE = "Selectielijst 6.1; domain §2.8.1"
HOLDINGS = tuple(
    Holding(table=table, label=label, context=Context.JV_DISTRICT, retention=retention, source=SOURCE, part_of=part_of)
    for table, label, retention, part_of in (
        ("signal", N_("Signalen; zonder vervolg na zes maanden zonder wie het was"), "P3Y", ""),
        ("signal_assessment", N_("Beoordelingen van signalen"), "P3Y", "signal_id"),
        ("signal_step", N_("Stappen van een signaal, met vragen en antwoorden"), "P3Y", "signal_id"),
    )
)
