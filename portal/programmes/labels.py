"""Words of programmes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.privacy.contexts import Context
from portal.programmes.models import EvidenceStatus, Goal, PmgLine, ThemeLine

THEME_LINE = {
    ThemeLine.MONEY: _l("Geld"),
    ThemeLine.VIOLENCE: _l("Geweld"),
    ThemeLine.NEIGHBOURHOODS: _l("Wijken"),
}

GOAL = {
    Goal.FEWER_ENTRANTS: _l("Minder jonge aanwas"),
    Goal.BREAK_CAREERS: _l("Criminele carrières doorbreken"),
}

EVIDENCE = {
    EvidenceStatus.EVIDENCE_BASED: _l("Bewezen dat het werkt"),
    EvidenceStatus.EVIDENCE_INFORMED: _l("Gebaseerd op wat bekend is"),
    EvidenceStatus.PROMISING: _l("Veelbelovend"),
    EvidenceStatus.NONE: _l("Nog niet onderzocht"),
}

#: Kind of the badge.
EVIDENCE_TONE = {
    EvidenceStatus.EVIDENCE_BASED: "success",
    EvidenceStatus.EVIDENCE_INFORMED: "info",
    EvidenceStatus.PROMISING: "info",
    EvidenceStatus.NONE: "neutral",
}

PMG_LINE = {
    PmgLine.PREVENTION_PERSPECTIVE: _l("Preventie en perspectief"),
    PmgLine.BREAK_CAREERS: _l("Criminele carrières doorbreken"),
    PmgLine.CONTEXTUAL_NETWORKS: _l("Criminele netwerken in buurten"),
}

ENROLS_IN = {
    Context.JV_DISTRICT: _l("Jeugd & Veiligheid: de regisseur beslist wie meedoet"),
    Context.VOLUNTARY_GUIDANCE: _l("Vrijwillig: de jongere zegt zelf ja"),
}
