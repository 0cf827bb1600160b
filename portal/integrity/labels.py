"""Words of integrity reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.integrity.models import Deed, Status

#: Code → words; the code is sealed with the report.
KIND = {
    "offer": _l("Iemand bood mij iets aan"),
    "threat": _l("Iemand bedreigde mij of zette mij onder druk"),
    "data": _l("Iemand vroeg mij om gegevens"),
    "colleague": _l("Ik zie iets bij een collega dat niet klopt"),
    "other": _l("Iets anders"),
}

STATUS = {
    Status.NEW: (_l("Nieuw"), "info"),
    Status.LOOKED_AT: (_l("In behandeling"), "info"),
    Status.ASKED: (_l("Er is een vraag"), "warning"),
    Status.CLOSED: (_l("Afgesloten"), "neutral"),
}

DEED = {
    Deed.MADE: _l("Gemeld"),
    Deed.READ: _l("Gelezen"),
    Deed.WRITTEN: _l("Iets geschreven"),
    Deed.MOVED: _l("Stand veranderd"),
}
