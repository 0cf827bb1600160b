"""Which personal data views hold, and for how long (domain §2.8.1, §3.2)."""

from __future__ import annotations

from portal.core.i18n import N_
from portal.core.registry import Holding
from portal.privacy.contexts import Context

#: The term runs from the end; after an objection that was right nothing but counts stays, at once.
HOLDINGS = tuple(
    Holding(table=table, label=label, context=Context.JV_DISTRICT, retention="P3Y", source="Selectielijst 2020, 19.1",
            part_of=part_of)
    for table, label, part_of in (
        ("youth_in_view", N_("Jongere in beeld: waarom, wie besloot en tot wanneer"), ""),
        ("in_view_step", N_("Stappen van een jongere in beeld"), "view_id"),
        ("in_view_review", N_("Herbeoordelingen van een jongere in beeld"), "view_id"),
        ("in_view_letter", N_("Brieven over in beeld zijn"), "view_id"),
        ("in_view_statement", N_("Eigen woorden van de jongere en de ouder"), "view_id"),
    )
)  # fmt: skip
