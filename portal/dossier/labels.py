"""Words for who may see a dossier, and why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.privacy.contexts import Purpose
from portal.privacy.models import GrantReason
from portal.privacy.permissions import Role

WHY = {
    str(Role.JV_DIRECTOR): _l("Regisseur van het team"),
    str(Role.CM_COORDINATOR): _l("Coördinator van het traject"),
    str(GrantReason.TRAJECTORY): _l("Credible messenger, ziet voornaam en telefoon"),
    str(GrantReason.REPLACEMENT): _l("Neemt waar"),
    str(GrantReason.TRANSFER): _l("Neemt over"),
    str(GrantReason.FORMER): _l("Begeleidde eerder, kijkt nog mee"),
    str(GrantReason.BREAK_GLASS): _l("Noodtoegang"),
}

#: When to choose which purpose, and what it leaves out.
MEANING = {
    Purpose.SUPERVISION: _l("Je helpt een begeleider, kijkt mee of beslist iets."),
    Purpose.PLANNING: _l("Je verdeelt het werk of plant iets in. Je ziet geen notities en geen contactpersonen."),
    Purpose.TRIAGE: _l("Er kwam een zorg binnen en je beoordeelt die. Je ziet geen contactpersonen."),
    Purpose.INCIDENT: _l("Er is iets ernstigs gebeurd en je moet nu handelen."),
    Purpose.SUBJECT_REQUEST: _l("De jongere of een ouder vraagt wat er over hem staat."),
}
