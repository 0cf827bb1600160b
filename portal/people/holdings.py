"""Which personal data this feature holds, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

_GROUND = "AVG art. 6 lid 1 onder e; Gemeentewet art. 172"

#: Terms run from the day the dossier is closed.
HOLDINGS = (
    Holding(
        "person", N_("Naam, geboortedatum, gebied en telefoon van de jongere"), Context.JV_DISTRICT, "P3Y", _GROUND
    ),
    Holding("person_alias", N_("Andere namen van de jongere"), Context.JV_DISTRICT, "P3Y", _GROUND, "person_id"),
    Holding("related_person", N_("Contactpersonen van de jongere"), Context.JV_DISTRICT, "P3Y", _GROUND, "person_id"),
    Holding(
        "hand_over",
        N_("Overdracht van de jongere tussen begeleiders"),
        Context.JV_DISTRICT,
        "P3Y",
        _GROUND,
        "person_id",
    ),
    Holding(
        "person_assignment",
        N_("Wie de jongere begeleidt en begeleidde"),
        Context.JV_DISTRICT,
        "P3Y",
        _GROUND,
        "person_id",
    ),
)
