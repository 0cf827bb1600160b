"""Which personal data this feature holds, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

_GROUND = "Wet bescherming klokkenluiders art. 2 en 17a; Ambtenarenwet 2017 art. 4"

#: Terms run from the day on which a report is closed. There are no young people in it.
HOLDINGS = (
    Holding("integrity_report", N_("Vertrouwelijke meldingen van medewerkers"), Context.ACCOUNTABILITY, "P5Y", _GROUND),
    Holding("integrity_message", N_("Wat bij een melding is geschreven"), Context.ACCOUNTABILITY, "P5Y", _GROUND),
    Holding("integrity_event", N_("Wie een melding las of behandelde"), Context.ACCOUNTABILITY, "P5Y", _GROUND),
)  # fmt: skip
