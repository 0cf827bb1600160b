"""Words for states, steps and reasons of a trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, lazy_pgettext, ngettext
from flask_babel import lazy_gettext as _l

from portal.messengers.labels import INTEREST, LANGUAGE, words
from portal.trajectories.models import EndReason, MatchStatus, TrajectoryStatus
from portal.trajectories.workflow import Event, Party

if TYPE_CHECKING:
    from portal.trajectories.service import Candidate

STATUS = {
    TrajectoryStatus.REQUESTED: _l("Aangevraagd"),
    TrajectoryStatus.MATCHING: _l("Zoekt messenger"),
    TrajectoryStatus.MATCH_PROPOSED: _l("Voorstel gedaan"),
    TrajectoryStatus.READY: _l("Klaar voor kennismaking"),
    TrajectoryStatus.ACTIVE: _l("Actief"),
    TrajectoryStatus.PAUSED: _l("Gepauzeerd"),
    TrajectoryStatus.ENDING: _l("Wordt afgerond"),
    TrajectoryStatus.ENDED: _l("Afgerond"),
    TrajectoryStatus.REJECTED: _l("Afgewezen"),
    TrajectoryStatus.STOPPED: _l("Gestopt om veiligheid"),
}

#: The columns of the board, by the values of board.Column.
COLUMN = {
    "requested": _l("Aangevraagd"),
    "matching": _l("Koppelen"),
    "proposed": _l("Voorstel"),
    "active": _l("Actief"),
    "ending": lazy_pgettext("kolom", "Afronden"),
}
#: What an empty column says.
COLUMN_EMPTY = {
    "requested": _l("Geen nieuwe aanvragen."),
    "matching": _l("Niemand wacht op een messenger."),
    "proposed": _l("Er staat geen voorstel open."),
    "active": _l("Er loopt geen traject."),
    "ending": _l("Er wordt niets afgerond."),
}

#: Kind of the status badge.
TONE = {
    TrajectoryStatus.REQUESTED: "info",
    TrajectoryStatus.MATCHING: "info",
    TrajectoryStatus.MATCH_PROPOSED: "warning",
    TrajectoryStatus.READY: "info",
    TrajectoryStatus.ACTIVE: "success",
    TrajectoryStatus.PAUSED: "warning",
    TrajectoryStatus.ENDING: "info",
    TrajectoryStatus.ENDED: "neutral",
    TrajectoryStatus.REJECTED: "neutral",
    TrajectoryStatus.STOPPED: "danger",
}

#: What happens next, in one sentence.
NEXT = {
    TrajectoryStatus.REQUESTED: _l("Een coördinator bekijkt de aanvraag."),
    TrajectoryStatus.MATCHING: _l("De coördinator zoekt een messenger die past."),
    TrajectoryStatus.MATCH_PROPOSED: _l("De jongere en de messenger zeggen allebei of ze het zien zitten."),
    TrajectoryStatus.READY: _l("De messenger spreekt af voor de eerste kennismaking."),
    TrajectoryStatus.ACTIVE: _l("De messenger en de jongere zien elkaar."),
    TrajectoryStatus.PAUSED: _l("Het traject staat stil. De coördinator beslist wanneer het verdergaat."),
    TrajectoryStatus.ENDING: _l("Er komt nog een afscheidsgesprek. Daarna sluit de coördinator het traject."),
    TrajectoryStatus.ENDED: _l("Er hoeft niets meer."),
    TrajectoryStatus.REJECTED: _l("Er hoeft niets meer. Je kunt later opnieuw een traject aanvragen."),
    TrajectoryStatus.STOPPED: _l("De coördinator bespreekt met iedereen wat er is gebeurd."),
}

#: The button of a step.
EVENT = {
    Event.ACCEPT: _l("In behandeling nemen"),
    Event.REJECT: _l("Aanvraag afwijzen"),
    Event.PROPOSE_MATCH: _l("Messenger voorstellen"),
    Event.YOUTH_OK: _l("De jongere zegt ja"),
    Event.MESSENGER_OK: _l("De messenger zegt ja"),
    Event.DECLINE: _l("Toch geen match"),
    Event.FIRST_MEETING: _l("Kennismaking is geweest"),
    Event.PAUSE: _l("Pauzeren"),
    Event.RESUME: _l("Verdergaan"),
    Event.SWAP_MESSENGER: _l("Messenger vervangen"),
    Event.REPLACE_MESSENGER: _l("Andere messenger zoeken"),
    Event.END: _l("Afronden"),
    Event.CLOSE: _l("Traject sluiten"),
    Event.SAFETY_STOP: _l("Stoppen om veiligheid"),
}

#: The same button where there is little room.
SHORT = {
    Event.ACCEPT: _l("Oppakken"),
    Event.PROPOSE_MATCH: _l("Voorstellen"),
    Event.CLOSE: _l("Sluiten"),
}

#: The same button as the messenger reads it.
OWN_ANSWER = {
    Event.MESSENGER_OK: _l("Ja, ik doe dit"),
    Event.DECLINE: _l("Nee, dit past niet"),
}

#: What a step means, on its own page.
EXPLAINED = {
    Event.ACCEPT: _l("Je gaat een messenger zoeken. De aanvrager krijgt bericht."),
    Event.REJECT: _l("De aanvrager krijgt bericht en leest je uitleg."),
    Event.YOUTH_OK: _l("De jongere heeft gezegd dat deze messenger goed is."),
    Event.MESSENGER_OK: _l("De messenger heeft gezegd dat deze jongere goed is."),
    Event.DECLINE: _l("De coördinator zoekt verder. Een reden mag, maar hoeft niet."),
    Event.FIRST_MEETING: _l("Vanaf nu is het traject actief."),
    Event.PAUSE: _l("De messenger houdt een plaats vrij. Een pauze duurt hoogstens 8 weken."),
    Event.RESUME: _l("Het traject is weer actief."),
    Event.REPLACE_MESSENGER: _l("De messenger van nu ziet deze jongere niet meer. Je doet daarna een nieuw voorstel."),
    Event.END: _l("Plan een afscheidsgesprek. Daarna sluit je het traject."),
    Event.CLOSE: _l("De messenger en jij zien de naam van deze jongere daarna niet meer."),
    Event.SAFETY_STOP: _l(
        "Het traject stopt meteen. De messenger ziet deze jongere niet meer. Iedereen krijgt bericht."
    ),
}

#: What happened, in the history.
HAPPENED = {
    Event.REQUEST: _l("Traject aangevraagd"),
    Event.ACCEPT: _l("Aanvraag in behandeling genomen"),
    Event.REJECT: _l("Aanvraag afgewezen"),
    Event.PROPOSE_MATCH: _l("Messenger voorgesteld"),
    Event.YOUTH_OK: _l("De jongere zei ja"),
    Event.MESSENGER_OK: _l("De messenger zei ja"),
    Event.DECLINE: _l("Toch geen match"),
    Event.FIRST_MEETING: _l("Kennismaking geweest, traject gestart"),
    Event.PAUSE: _l("Traject gepauzeerd"),
    Event.RESUME: _l("Traject ging verder"),
    Event.SWAP_MESSENGER: _l("Een andere messenger voorgesteld"),
    Event.REPLACE_MESSENGER: _l("Er wordt een andere messenger gezocht"),
    Event.END: _l("Afronden begonnen"),
    Event.CLOSE: _l("Traject gesloten"),
    Event.SAFETY_STOP: _l("Traject gestopt om veiligheid"),
    Event.UNDO: _l("Stap teruggedraaid"),
}

ICON = {
    Event.REQUEST: "send",
    Event.ACCEPT: "inbox",
    Event.REJECT: "circle-x",
    Event.PROPOSE_MATCH: "handshake",
    Event.YOUTH_OK: "circle-check",
    Event.MESSENGER_OK: "circle-check",
    Event.DECLINE: "undo-2",
    Event.FIRST_MEETING: "heart-handshake",
    Event.PAUSE: "hourglass",
    Event.RESUME: "fast-forward",
    Event.SWAP_MESSENGER: "arrow-right-left",
    Event.REPLACE_MESSENGER: "arrow-right-left",
    Event.END: "circle-check",
    Event.CLOSE: "archive",
    Event.SAFETY_STOP: "shield",
    Event.UNDO: "rotate-ccw",
}

END_REASON = {
    EndReason.GOALS_REACHED: _l("Doelen bereikt"),
    EndReason.PARTLY_REACHED: _l("Deels bereikt"),
    EndReason.STOPPED_BY_YOUTH: _l("De jongere wil stoppen"),
    EndReason.STOPPED_BY_MESSENGER: _l("De messenger wil stoppen"),
    EndReason.NO_CONTACT: _l("Geen contact meer"),
    EndReason.MOVED: _l("Verhuisd"),
    EndReason.DETAINED: _l("Zit vast"),
    EndReason.HANDED_OVER_CARE: _l("Overgedragen aan hulpverlening"),
    EndReason.UNSAFE: _l("Niet veilig"),
    EndReason.OTHER: _l("Anders"),
}

MATCH_STATUS = {
    MatchStatus.PROPOSED: _l("Wacht op antwoord"),
    MatchStatus.ACCEPTED: _l("Match"),
    MatchStatus.DECLINED: _l("Geen match"),
    MatchStatus.WITHDRAWN: _l("Ingetrokken"),
    MatchStatus.ENDED: _l("Gestopt"),
}

#: What a state asks of somebody, in "Mijn dag".
ASKS = {
    (Party.WORKER, TrajectoryStatus.MATCH_PROPOSED): _l("Vraag de jongere of deze messenger past"),
    (Party.MESSENGER, TrajectoryStatus.MATCH_PROPOSED): _l("Voorstel: past dit bij jou?"),
    (Party.MESSENGER, TrajectoryStatus.READY): _l("Spreek af voor de kennismaking"),
}


#: The groups of a coordinator in "Mijn dag": heading, word after the number, column of the board.
WORK = {
    TrajectoryStatus.REQUESTED: (_l("Nieuwe aanvragen"), _l("nieuw"), "requested"),
    TrajectoryStatus.MATCHING: (_l("Zoek een messenger"), _l("te koppelen"), "matching"),
    TrajectoryStatus.MATCH_PROPOSED: (_l("Wacht te lang op antwoord"), _l("zonder antwoord"), "proposed"),
    TrajectoryStatus.ENDING: (_l("Af te ronden"), _l("af te ronden"), "ending"),
}


def waiting(days: int) -> str:
    """'Wacht 3 werkdagen'; nothing on the first day."""
    return str(ngettext("Wacht %(num)d werkdag", "Wacht %(num)d werkdagen", days)) if days else ""


def waiting_of_norm(days: int, norm: int) -> str:
    """'Wacht 7 werkdagen (norm 5)'."""
    return str(gettext("%(waiting)s (norm %(norm)s)", waiting=waiting(days), norm=norm))


def places(free: int, total: int) -> str:
    """'2 van 4 plaatsen vrij', or that there is none."""
    if not free:
        return str(gettext("Vol"))
    return str(gettext("%(free)s van %(total)s plaatsen vrij", free=free, total=total))


def reasons(candidate: Candidate) -> list[str]:
    """Why a messenger suits a request, in words; what speaks against it too."""
    if not candidate.possible:
        return [gettext("Niet mogelijk")]
    messenger = candidate.messenger
    found = [gettext("Spreekt %(languages)s", languages=words(candidate.languages, LANGUAGE))] * bool(
        candidate.languages
    )
    found += [gettext("Kent dit stadsdeel")] * candidate.knows_area
    found += [gettext("Doet ook graag: %(interests)s", interests=words(candidate.interests, INTEREST).lower())] * bool(
        candidate.interests
    )
    found += [gettext("Zei eerder nee op deze aanvraag")] * candidate.said_no
    return [*found, places(candidate.room.free, messenger.max_individual)]
