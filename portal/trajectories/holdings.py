"""Which personal data trajectories hold, and for how long (domain §2.8.1, §3.2)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = tuple(
    Holding(
        table=table,
        label=label,
        context=Context.VOLUNTARY_GUIDANCE,
        retention="P2Y",
        source="domain §2.8.1",
        part_of=part_of,
    )
    for table, label, part_of in (
        ("trajectory", N_("Trajecten: aanvraag, wens en verloop"), ""),
        ("match", N_("Voorstellen van messengers met de antwoorden"), "trajectory_id"),
        ("trajectory_event", N_("Stappen van een traject"), "trajectory_id"),
    )
)
