"""Processing contexts (domain §3.2) and purposes of access (domain §3.6.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapped, validates

from portal.core.i18n import N_
from portal.privacy.permissions import Role


class Context(StrEnum):
    """Verwerkingscontext: every record about a person belongs to exactly one and never changes it (C-1)."""

    JV_DISTRICT = "jv_district"
    GROUP_APPROACH = "group_approach"
    PUBLIC_ORDER_MEASURE = "public_order_measure"
    VOLUNTARY_GUIDANCE = "voluntary_guidance"
    ACVZ_REFERRAL = "acvz_referral"
    EDUCATION_SESSION = "education_session"
    RESTORATIVE_TABLE = "restorative_table"
    INCIDENT_AFTERCARE = "incident_aftercare"
    CM_WORKFORCE = "cm_workforce"
    ACCOUNTABILITY = "accountability"


class Purpose(StrEnum):
    """AccessPurpose: why a record was read; logged as purposeOfUse."""

    OWN_CASELOAD = "own_caseload"
    REPLACEMENT = "replacement"
    TRIAGE = "triage"
    MATCHING = "matching"
    PLANNING = "planning"
    SUPERVISION = "supervision"
    SUBJECT_REQUEST = "subject_request"
    INCIDENT = "incident"
    BREAK_GLASS = "break_glass"
    REPORTING = "reporting"
    SUPPORT = "support"


@dataclass(frozen=True)
class Ground:
    """Why records of one context may be held: what every page, list and log of that context refers to."""

    label: str  # Dutch msgid
    why: str  # Dutch msgid, one sentence
    law: str  # articles, as cited
    explained: str  # Dutch msgid: what those articles come down to
    audience: Mapping[Role, str]  # who meets its records, and which of them (Dutch msgid)
    term: str  # ISO 8601 duration; "" keeps for good, then without names
    starts: str  # Dutch msgid: what the term is counted from


_OWN, _TEAM, _COUNTS = N_("eigen jongeren"), N_("het eigen team"), N_("alleen aantallen")
_TRAJECTORY = N_("alleen het eigen traject")
_PUBLIC_TASK = N_("Nodig voor een taak van algemeen belang: de burgemeester zorgt voor de openbare orde.")
_AGREED = N_("De jongere doet mee uit vrije wil, en kan er altijd mee stoppen.")
_ORDER = "AVG art. 6 lid 1 onder e; Gemeentewet art. 172"
R = Role

#: Domain §3.2, the articles from §2.8. One row per context; the term is the longest that records of it may have.
GROUNDS: dict[Context, Ground] = {
    Context.JV_DISTRICT: Ground(
        N_("Jeugd & Veiligheid stadsdeel"),
        N_("Vroeg zien dat het met een jongere de verkeerde kant op gaat, en dan helpen."),
        _ORDER, _PUBLIC_TASK,
        {R.YOUTH_WORKER: _OWN, R.JV_DIRECTOR: _TEAM, R.MANAGER: _COUNTS},
        "P3Y", N_("het sluiten van het dossier"),
    ),
    Context.GROUP_APPROACH: Ground(
        N_("Jeugdgroepenaanpak"),
        N_("Overlast van een groep laten ophouden, met zeven vaste stappen."),
        f"{_ORDER}; AVG art. 10; UAVG art. 23 onder c; Wpg art. 20",
        N_("Een convenant regelt wie wat mag delen. Strafbare feiten alleen als het convenant het zegt."),
        {R.JV_DIRECTOR: _TEAM},
        "P6M", N_("de laatste stap van de aanpak"),
    ),
    Context.PUBLIC_ORDER_MEASURE: Ground(
        N_("Openbare-ordemaatregel"),
        N_("Weten dat een verblijfsverbod er is, en de jongere daarna niet loslaten."),
        "Gemeentewet art. 172, 172a en 172b; APV",
        N_("De burgemeester besluit. Dit portaal legt niets op en schrijft geen brieven."),
        {R.JV_DIRECTOR: _TEAM, R.YOUTH_WORKER: N_("eigen jongeren, alleen dat het er is")},
        "P5Y", N_("het einde van het verbod"),
    ),
    Context.VOLUNTARY_GUIDANCE: Ground(
        N_("Vrijwillige begeleiding"),
        N_("Een traject met een credible messenger, sport of een weg eruit."),
        "AVG art. 6 lid 1 onder a en e", _AGREED,
        {R.YOUTH_WORKER: _OWN, R.CM_COORDINATOR: _TEAM, R.CREDIBLE_MESSENGER: _TRAJECTORY},
        "P2Y", N_("het einde van het traject"),
    ),
    Context.ACVZ_REFERRAL: Ground(
        N_("Toeleiding naar het AcVZ"),
        N_("Een jongere voordragen voor zwaardere hulp en warm overdragen."),
        "WGS; convenant van het AcVZ",
        N_("Een wet en een convenant zeggen wie aan tafel zit en wat daar gedeeld wordt."),
        {R.JV_DIRECTOR: _TEAM},
        "P3Y", N_("het sluiten van de casus"),
    ),
    Context.EDUCATION_SESSION: Ground(
        N_("Voorlichting en lessen"),
        N_("Straatcolleges, Mes Less en inloopuren organiseren en tellen."),
        "AVG art. 4 lid 1",
        N_("Hier staan geen namen van deelnemers in, alleen aantallen."),
        {R.TRAINER: _COUNTS, R.CM_COORDINATOR: _COUNTS, R.MANAGER: _COUNTS},
        "P5Y", N_("de dag van de les"),
    ),
    Context.RESTORATIVE_TABLE: Ground(
        N_("Hersteltafel"),
        N_("Een gesprek tussen wie iets deed en wie het overkwam."),
        "AVG art. 6 lid 1 onder a", N_("Beide kanten zeggen ja. Wie niet meer wil, stopt."),
        {R.JV_DIRECTOR: N_("wie erbij gevraagd is")},
        "P1Y", N_("het einde van de afspraak"),
    ),
    Context.INCIDENT_AFTERCARE: Ground(
        N_("Nazorg in de wijk"),
        N_("Bewoners bijstaan na een explosie, schietpartij of steekpartij."),
        _ORDER, _PUBLIC_TASK,
        {R.MANAGER: _TEAM, R.JV_DIRECTOR: _TEAM},
        "P2Y", N_("het einde van de nazorg"),
    ),
    Context.CM_WORKFORCE: Ground(
        N_("Netwerk credible messengers"),
        N_("Weten wie messenger is, wat die kan en hoeveel ruimte er is."),
        "AVG art. 6 lid 1 onder b", N_("Nodig voor de afspraak die de messenger met ons heeft."),
        {R.CM_COORDINATOR: _TEAM, R.YOUTH_WORKER: N_("naam, gebied en ruimte"), R.JV_DIRECTOR: N_("naam en gebied")},
        "P2Y", N_("het einde van de overeenkomst"),
    ),
    Context.ACCOUNTABILITY: Ground(
        N_("Verantwoording en rapportage"),
        N_("Laten zien hoeveel werk er is en wat het oplevert, en dat met de medewerker bespreken."),
        "AVG art. 6 lid 1 onder e; BW art. 7:611; WOR art. 27 lid 1 onder k en l",
        N_("Cijfers over het werk, niet over de jongere. Kleine aantallen zijn niet te zien."),
        {R.MANAGER: _TEAM, R.JV_DIRECTOR: _TEAM, R.ANALYST: _COUNTS, R.YOUTH_WORKER: N_("de eigen gesprekken")},
        "", N_("aantallen blijven bewaard; gesprekken twee jaar na de dag ervan"),
    ),
}  # fmt: skip
del R


def log_path(context: str) -> str:
    """Where a log record points to for the processing it belongs to; without a context that is running the portal."""
    return f"/verwerkingsregister/{(context or 'portaal').replace('_', '-')}"


class ContextChanged(RuntimeError):
    """Code tried to move a record to another context; it has to make a new one there (C-1)."""


class InContext:
    """Marks a table whose rows carry their context: given when the row is made, and never changed after that."""

    context: Mapped[str]

    @validates("context")
    def _keep(self, _name: str, value: Any) -> Any:
        if inspect(self).persistent and value != self.context:
            raise ContextChanged(f"{type(self).__name__} stays in its context")
        return value
