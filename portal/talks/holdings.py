"""Which personal data this feature holds, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

_GROUND = "AVG art. 6 lid 1 onder e; BW 7:611; WOR art. 27 lid 1 onder k en l"

#: Terms run from the day of the talk. There are no young people in it.
HOLDINGS = (
    Holding(
        "talk",
        N_("Caseloadgesprekken met een medewerker, met de cijfers van toen"),
        Context.ACCOUNTABILITY,
        "P2Y",
        _GROUND,
    ),
    Holding(
        "talk_note",
        N_("Wat beiden over een caseloadgesprek opschreven"),
        Context.ACCOUNTABILITY,
        "P2Y",
        _GROUND,
        "talk_id",
    ),
    Holding(
        "talk_agreement", N_("Afspraken uit een caseloadgesprek"), Context.ACCOUNTABILITY, "P2Y", _GROUND, "talk_id"
    ),
)
