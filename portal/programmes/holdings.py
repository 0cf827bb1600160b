"""Which personal data programmes hold, and for how long (domain §2.8.1, §3.2).

An enrolment is in the context of its programme; the term is that of the one that is kept longest.
"""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

HOLDINGS = tuple(
    Holding(table=table, label=label, context=Context.JV_DISTRICT, retention="P3Y", source="domain §2.8.1")
    for table, label in (
        ("enrolment", N_("Inschrijvingen in een programma, met reden en periode")),
        ("enrolment_event", N_("Stappen van een inschrijving")),
        ("disclosure", N_("Verstrekkingen van de ene aanpak aan de andere")),
    )
)
