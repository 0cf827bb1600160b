"""Which personal data attachments hold, and for how long."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

#: The term is that of the context of the record a file hangs on; this is the longest.
HOLDINGS = (
    Holding(
        "attachment",
        N_("Bijlagen bij een jongere, traject, jongere in beeld of casus, versleuteld"),
        Context.JV_DISTRICT,
        "P3Y",
        "AVG art. 6 lid 1 onder e; Gemeentewet art. 172",
    ),
)
