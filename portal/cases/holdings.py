"""Which personal data cases hold, and for how long (domain §2.8.1, §3.2)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

_SOURCE = "domain §2.8.1"

#: Terms run from the closing of the case; one that was broken off goes after P42D (service/erasing.py).
HOLDINGS = (
    Holding("youth_case", N_("Casussen: reden, niveau en verloop"), Context.JV_DISTRICT, "P3Y", _SOURCE),
    *(
        Holding(table, label, Context.JV_DISTRICT, "P3Y", _SOURCE, "case_id")
        for table, label in (
            ("case_step", N_("Stappen van een casus")),
            ("case_partner", N_("Organisaties die meewerken aan een casus")),
            ("case_plan", N_("Plannen, met wat de jongere en de ouder ervan vinden")),
            ("case_goal", N_("Doelen per leefgebied")),
            ("case_action", N_("Acties uit een casus")),
            ("case_measurement", N_("Metingen, ook van de jongere zelf")),
            ("case_conference", N_("Casusoverleggen met het verslag")),
            ("case_invitee", N_("Wie bij een casusoverleg was gevraagd")),
            ("case_decision", N_("Besluiten uit een casusoverleg")),
        )
    ),
    Holding(
        "case_nomination",
        N_("Voordrachten voor een ander niveau, met de afweging"),
        Context.ACVZ_REFERRAL,
        "P3Y",
        _SOURCE,
    ),
)
