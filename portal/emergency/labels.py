"""Words of emergency access."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.emergency.models import Need, Outcome

NEED = {
    Need.DANGER: _l("Er is nu gevaar voor de jongere of voor een ander"),
    Need.INCIDENT: _l("Er is een incident en ik moet nu handelen"),
    Need.UNREACHABLE: _l("Niemand die het dossier kent is bereikbaar, en het moet vandaag"),
}

OUTCOME = {
    Outcome.JUSTIFIED: (_l("Terecht"), "success"),
    Outcome.UNJUSTIFIED: (_l("Niet terecht"), "danger"),
    Outcome.FOLLOW_UP: (_l("Er is een vervolg nodig"), "warning"),
}
