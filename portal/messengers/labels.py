"""Words for statuses of messengers and for the decisions about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.messengers.models import Interest, Language, MessengerStatus
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

#: What a decision means, on its own page.
EXPLAINED = {
    Change.START_TRAINING: _l("De kandidaat begint met de opleiding."),
    Change.CERTIFY: _l("De opleiding is klaar. Daarna kun je de messenger actief maken."),
    Change.ACTIVATE: _l("Vanaf nu kun je trajecten aan deze messenger geven."),
    Change.PAUSE: _l("Lopende trajecten gaan door. Er komen geen nieuwe bij."),
    Change.RESUME: _l("Vanaf nu kun je weer trajecten aan deze messenger geven."),
    Change.END: _l("De messenger verdwijnt uit de lijst. Dit kun je niet terugdraaien."),
}

LANGUAGE = {
    Language.ARABIC: _l("Arabisch"),
    Language.BERBER: _l("Berbers"),
    Language.ENGLISH: _l("Engels"),
    Language.PAPIAMENTO: _l("Papiaments"),
    Language.POLISH: _l("Pools"),
    Language.SARNAMI: _l("Sarnami"),
    Language.SPANISH: _l("Spaans"),
    Language.SRANAN: _l("Sranantongo"),
    Language.TIGRINYA: _l("Tigrinya"),
    Language.TURKISH: _l("Turks"),
    Language.TWI: _l("Twi"),
}

INTEREST = {
    Interest.BOXING: _l("Boksen"),
    Interest.FOOTBALL: _l("Voetbal"),
    Interest.FITNESS: _l("Fitness"),
    Interest.MUSIC: _l("Muziek"),
    Interest.DANCE: _l("Dans"),
    Interest.GAMING: _l("Gamen"),
    Interest.COOKING: _l("Koken"),
    Interest.CREATIVE: _l("Tekenen en maken"),
    Interest.TECHNIQUE: _l("Techniek"),
    Interest.BUSINESS: _l("Ondernemen"),
}


def words(chosen: Sequence[str], named: Mapping[Any, Any]) -> str:
    """'Boksen, Muziek': the chosen ones by name."""
    return ", ".join(str(label) for value, label in named.items() if value in chosen)
