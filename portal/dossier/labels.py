"""Words for who may see a dossier, and why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.privacy.models import GrantReason
from portal.privacy.permissions import Role

WHY = {
    str(Role.JV_DIRECTOR): _l("Regisseur van het team"),
    str(Role.CM_COORDINATOR): _l("Coördinator van het traject"),
    str(GrantReason.TRAJECTORY): _l("Credible messenger, ziet voornaam en telefoon"),
    str(GrantReason.REPLACEMENT): _l("Neemt waar"),
    str(GrantReason.TRANSFER): _l("Neemt over"),
    str(GrantReason.BREAK_GLASS): _l("Noodtoegang"),
}
