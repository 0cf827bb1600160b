"""Words for statuses of messengers and for the decisions about them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.messengers.models import MessengerStatus
from portal.messengers.workflow import Change

STATUS = {
    MessengerStatus.CANDIDATE: _l("Kandidaat"),
    MessengerStatus.IN_TRAINING: _l("In opleiding"),
    MessengerStatus.CERTIFIED: _l("Opgeleid"),
    MessengerStatus.ACTIVE: _l("Actief"),
    MessengerStatus.PAUSED: _l("Gepauzeerd"),
    MessengerStatus.ENDED: _l("Gestopt"),
}

#: Kind of the status badge.
TONE = {
    MessengerStatus.CANDIDATE: "neutral",
    MessengerStatus.IN_TRAINING: "info",
    MessengerStatus.CERTIFIED: "info",
    MessengerStatus.ACTIVE: "success",
    MessengerStatus.PAUSED: "warning",
    MessengerStatus.ENDED: "neutral",
}

CHANGE = {
    Change.START_TRAINING: _l("Opleiding starten"),
    Change.CERTIFY: _l("Opleiding afgerond"),
    Change.ACTIVATE: _l("Actief maken"),
    Change.PAUSE: _l("Pauzeren"),
    Change.RESUME: _l("Weer actief maken"),
    Change.END: _l("Laten stoppen"),
}
