"""Words for the ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.registry import RuleClass
from portal.reminders.models import AttemptOutcome, DispatchChannel, DispatchState

STATE = {
    DispatchState.PENDING: _l("Wacht"),
    DispatchState.CLAIMED: _l("Wordt verstuurd"),
    DispatchState.SENT: _l("Verstuurd"),
    DispatchState.UNCERTAIN: _l("Onzeker"),
    DispatchState.DEAD: _l("Mislukt"),
    DispatchState.CANCELLED: _l("Vervallen"),
}

#: How each state is drawn (ui.status).
STATE_KIND = {
    DispatchState.PENDING: "warning",
    DispatchState.CLAIMED: "info",
    DispatchState.SENT: "success",
    DispatchState.UNCERTAIN: "danger",
    DispatchState.DEAD: "danger",
    DispatchState.CANCELLED: "neutral",
}

CHANNEL = {DispatchChannel.EMAIL: _l("Mail"), DispatchChannel.SMS: _l("SMS")}

OUTCOME = {
    AttemptOutcome.ACCEPTED: _l("Aangenomen"),
    AttemptOutcome.TEMPORARY: _l("Nu niet gelukt, later opnieuw"),
    AttemptOutcome.PERMANENT: _l("Geweigerd"),
    AttemptOutcome.UNKNOWN: _l("Onbekend: misschien aangekomen"),
}
BUSY = _l("Bezig")

SOURCE = {"beat": _l("Klok (beat)"), "worker": _l("Timer in de werkers")}

CANCEL = {
    "": "",
    "moved_on": _l("Niet meer nodig: afgehandeld, verplaatst of geen toegang meer"),
    "rule_gone": _l("De regel bestaat niet meer"),
    "rule_off": _l("De regel staat uit"),
}

KIND = {
    RuleClass.NORMAL: _l("Gewoon"),
    RuleClass.ACUTE: _l("Dringend"),
    RuleClass.LEGAL: _l("Termijn van de wet"),
    RuleClass.IN_APP: _l("Alleen in het portaal"),
}
