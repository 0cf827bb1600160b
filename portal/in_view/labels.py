"""Words for states, steps and reasons of a young person in view."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.in_view.models import CaseLevel, LetterKind, Side, SourceKind, ViewEndReason, ViewStatus
from portal.in_view.service import Show, Todo, Way
from portal.in_view.workflow import Event, Party

STATUS = {
    ViewStatus.PROPOSED: _l("Voorgesteld"),
    ViewStatus.ACTIVE: _l("In beeld"),
    ViewStatus.SUSPENDED: _l("Opgeschort"),
    ViewStatus.TRANSFER_PENDING: _l("Overdracht gevraagd"),
    ViewStatus.UNDER_OBJECTION: _l("Bezwaar"),
    ViewStatus.ENDED: _l("Niet meer in beeld"),
}
TONE = {
    ViewStatus.PROPOSED: "info",
    ViewStatus.ACTIVE: "success",
    ViewStatus.SUSPENDED: "warning",
    ViewStatus.TRANSFER_PENDING: "info",
    ViewStatus.UNDER_OBJECTION: "warning",
    ViewStatus.ENDED: "neutral",
}
#: What happens next, in one sentence.
NEXT = {
    ViewStatus.PROPOSED: _l("Een regisseur die dit niet zelf voorstelde, beslist."),
    ViewStatus.ACTIVE: _l("Elk half jaar kijken jullie samen met de jongere of het nog nodig is."),
    ViewStatus.SUSPENDED: _l(
        "De herbeoordeling is meer dan 30 dagen te laat. Er mag niets nieuws bij, tot de regisseur beslist of stopt."
    ),
    ViewStatus.TRANSFER_PENDING: _l("De regisseur van het andere stadsdeel zegt ja of nee."),
    ViewStatus.UNDER_OBJECTION: _l(
        "Iemand die dit niet voorstelde en niet besloot, beslist over het bezwaar. Tot dan staat alles stil."
    ),
    ViewStatus.ENDED: _l("Er hoeft niets meer. De gegevens worden na de bewaartermijn vernietigd."),
}
#: The button of a step.
EVENT = {
    Event.APPROVE: _l("In beeld nemen"),
    Event.REJECT: _l("Niet in beeld nemen"),
    Event.REVIEW: _l("Herbeoordelen"),
    Event.ALLOW_LONGER: _l("Nog een half jaar goedvinden"),
    Event.END: _l("Stoppen"),
    Event.TRANSFER: _l("Overdragen aan ander stadsdeel"),
    Event.ACCEPT: _l("Overnemen"),
    Event.DECLINE: _l("Niet overdragen"),
    Event.OBJECT: _l("Bezwaar vastleggen"),
    Event.UPHOLD: _l("Bezwaar is gegrond"),
    Event.DISMISS: _l("Bezwaar is niet gegrond"),
}
#: What a step means, on its own page.
EXPLAINED = {
    Event.APPROVE: _l(
        "De jongere komt een half jaar in beeld. Binnen 30 dagen krijgt de jongere een brief, onder de 16 jaar de"
        " ouder ook."
    ),
    Event.REJECT: _l("De jongere komt niet in beeld. Wie het voorstelde, leest waarom."),
    Event.REVIEW: _l(
        "Vraag de jongere eerst zelf. Met deze stap blijft de jongere nog een half jaar in beeld. Is dat niet meer"
        " nodig? Ga dan terug en kies Stoppen."
    ),
    Event.ALLOW_LONGER: _l("De regisseur mag de jongere na vier keer nog één keer een half jaar in beeld houden."),
    Event.END: _l("De jongere gaat uit beeld en krijgt een brief. Opnieuw in beeld kan alleen met een nieuw besluit."),
    Event.TRANSFER: _l(
        "De andere regisseur leest waarom, zonder naam. Na een ja gaat het hele dossier mee, en zie jij het niet meer."
    ),
    Event.ACCEPT: _l("Het dossier komt naar jouw team. Wijs daarna een begeleider aan."),
    Event.DECLINE: _l("De jongere blijft waar die is."),
    Event.OBJECT: _l(
        "Schrijf in de woorden van de jongere of ouder waarom die het er niet mee eens is. Een ander beslist binnen een"
        " maand."
    ),
    Event.UPHOLD: _l(
        "De jongere gaat meteen uit beeld. Alles wat is geschreven, wordt nu gewist; alleen het aantal blijft. Loopt er"
        " verder niets, dan sluit ook het dossier. Dit kun je niet terugdraaien."
    ),
    Event.DISMISS: _l("De jongere blijft in beeld. Leg de jongere uit waarom, en dat die naar de rechter kan."),
}
#: What is asked as the reason of a step.
WHY = {
    Event.APPROVE: _l("Wil je nog iets toelichten?"),
    Event.REVIEW: _l("Waarom is het nog nodig?"),
    Event.OBJECT: _l("Wat zegt de jongere of ouder?"),
    Event.ACCEPT: _l("Wil je nog iets toelichten?"),
}
#: A step that was taken.
HAPPENED = {
    Event.PROPOSE: _l("Voorgesteld"),
    Event.APPROVE: _l("In beeld genomen"),
    Event.REJECT: _l("Niet in beeld genomen"),
    Event.REVIEW: _l("Herbeoordeeld: nog een half jaar"),
    Event.ALLOW_LONGER: _l("Manager vindt nog een half jaar goed"),
    Event.SUSPEND: _l("Opgeschort: herbeoordeling gemist"),
    Event.END: _l("Uit beeld"),
    Event.TRANSFER: _l("Overdracht gevraagd"),
    Event.ACCEPT: _l("Overgenomen door ander stadsdeel"),
    Event.DECLINE: _l("Niet overgedragen"),
    Event.OBJECT: _l("Bezwaar gemaakt"),
    Event.UPHOLD: _l("Bezwaar gegrond"),
    Event.DISMISS: _l("Bezwaar niet gegrond"),
}
ICON = {
    Event.PROPOSE: "flag",
    Event.APPROVE: "eye",
    Event.REJECT: "circle-x",
    Event.REVIEW: "refresh-cw",
    Event.ALLOW_LONGER: "calendar-plus",
    Event.SUSPEND: "hourglass",
    Event.END: "eye-off",
    Event.TRANSFER: "arrow-right-left",
    Event.ACCEPT: "check",
    Event.DECLINE: "x",
    Event.OBJECT: "scale",
    Event.UPHOLD: "eye-off",
    Event.DISMISS: "scale",
}
END_REASON = {
    ViewEndReason.GOALS_REACHED: _l("Het doel is bereikt"),
    ViewEndReason.NO_LONGER_NEEDED: _l("Het is niet meer nodig"),
    ViewEndReason.MOVED: _l("Verhuisd"),
    ViewEndReason.TRANSFERRED: _l("Overgedragen"),
    ViewEndReason.ADULT_OUT_OF_SCOPE: _l("Ouder dan 27 jaar"),
    ViewEndReason.UNLAWFUL: _l("Ten onrechte in beeld"),
    ViewEndReason.DECEASED: _l("Overleden"),
    ViewEndReason.OBJECTION_UPHELD: _l("Bezwaar gegrond"),
    ViewEndReason.NOT_REGISTERED: _l("Niet in beeld genomen"),
}
SOURCE = {SourceKind.SIGNAL: _l("Een signaal"), SourceKind.NOMINATION: _l("Een voordracht")}
LEVEL = {
    CaseLevel.DISTRICT: _l("Stadsdeel"),
    CaseLevel.IN_BETWEEN: _l("Tussenproblematiek"),
    CaseLevel.CITY: _l("Stedelijk"),
}
SIDE = {Side.YOUTH: _l("De jongere"), Side.GUARDIAN: _l("Ouder of verzorger")}
LETTER = {LetterKind.INFORMATION: _l("Brief: je bent in beeld"), LetterKind.ENDING: _l("Brief: je bent uit beeld")}
WAY = {Way.BY_HAND: _l("Zelf gegeven"), Way.POST: _l("Met de post")}
PARTY = {
    Party.MANAGER: _l("Je ziet dit omdat jij beslist of het langer mag duren. De naam hoef je niet te weten."),
    Party.OFFICER: _l("Je ziet dit vanwege een bezwaar of een brief die wacht. De naam hoef je niet te weten."),
    Party.RECEIVER: _l("Een ander stadsdeel vraagt of jij deze jongere overneemt. De naam zie je na een ja."),
}
#: The parts of a reason, in the order in which they are read.
REASON = {
    "best_interest": _l("Belang van de jongere"),
    "concern": _l("De zorg"),
    "facts": _l("Wat er is gezien of gehoord"),
    "fact_source": _l("Van wie dat komt"),
    "expected": _l("Wat we verwachten"),
    "proportionality": _l("Waarom dit niet te veel is"),
    "alternatives": _l("Wat eerst is geprobeerd"),
}
SHOW = {
    Show.CURRENT: _l("In beeld"),
    Show.PROPOSED: _l("Te beslissen"),
    Show.REVIEW: _l("Herbeoordelen"),
    Show.LETTER: _l("Brief moet nog"),
    Show.OBJECTION: _l("Bezwaar"),
    Show.TRANSFER: _l("Overdracht"),
    Show.ENDED: _l("Uit beeld"),
}
SHOW_EMPTY = {
    Show.CURRENT: _l("Hier staan straks de jongeren die in beeld zijn en die jij begeleidt of regisseert."),
    Show.PROPOSED: _l("Er wacht geen voorstel op een besluit."),
    Show.REVIEW: _l("De komende maand hoeft niemand herbeoordeeld te worden."),
    Show.LETTER: _l("Alle brieven zijn gegeven of verstuurd."),
    Show.OBJECTION: _l("Er is geen bezwaar waarover nog besloten moet worden."),
    Show.TRANSFER: _l("Er wordt niemand overgedragen."),
    Show.ENDED: _l("Nog niemand ging uit beeld."),
}
ASKS = {
    Todo.OBJECTION: _l("Beslis over het bezwaar"),
    Todo.DECIDE: _l("Beslis over het voorstel"),
    Todo.TRANSFER: _l("Neem je deze jongere over?"),
    Todo.LETTER: _l("De brief moet nog weg"),
    Todo.REVIEW: _l("Kijk opnieuw of het nodig is"),
    Todo.LONGER: _l("Mag het langer duren?"),
}
