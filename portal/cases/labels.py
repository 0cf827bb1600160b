"""Words of cases, as people read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.cases.models import (
    ActionStatus,
    CaseStatus,
    ConferenceStatus,
    Domain,
    Moment,
    NominationStatus,
    PlanStatus,
    Rater,
)
from portal.cases.workflow import Event
from portal.in_view.models import CaseLevel

LEVEL = {
    CaseLevel.DISTRICT: _l("Stadsdeel"),
    CaseLevel.IN_BETWEEN: _l("Tussenproblematiek"),
    CaseLevel.CITY: _l("Stedelijk (AcVZ)"),
}
#: What a level means, where it is chosen.
LEVEL_EXPLAINED = {
    CaseLevel.DISTRICT: _l("Het stadsdeel kan dit met de eigen partners."),
    CaseLevel.IN_BETWEEN: _l("Te zwaar voor het stadsdeel, te licht voor de stedelijke aanpak."),
    CaseLevel.CITY: _l("Het Actiecentrum Veiligheid en Zorg heeft de regie."),
}

STATUS = {
    CaseStatus.INTAKE: _l("Nieuw"),
    CaseStatus.PLANNING: _l("Plan maken"),
    CaseStatus.RUNNING: _l("Loopt"),
    CaseStatus.PAUSED: _l("Gepauzeerd"),
    CaseStatus.CLOSING: _l("Wordt afgesloten"),
    CaseStatus.CLOSED: _l("Afgesloten, nameting volgt"),
    CaseStatus.ARCHIVED: _l("Klaar"),
    CaseStatus.BROKEN_OFF: _l("Afgebroken"),
}
#: Kind of the status badge.
TONE = {
    CaseStatus.INTAKE: "info",
    CaseStatus.PLANNING: "info",
    CaseStatus.RUNNING: "success",
    CaseStatus.PAUSED: "warning",
    CaseStatus.CLOSING: "info",
    CaseStatus.CLOSED: "neutral",
    CaseStatus.ARCHIVED: "neutral",
    CaseStatus.BROKEN_OFF: "neutral",
}
#: What happens next, in one sentence.
NEXT = {
    CaseStatus.INTAKE: _l("De regisseur van het stadsdeel wijst iemand aan die de regie heeft."),
    CaseStatus.PLANNING: _l("Maak samen met de jongere een plan met doelen. Daarna stel je het vast."),
    CaseStatus.RUNNING: _l("Werk aan de doelen. Meet elke drie maanden hoe het gaat."),
    CaseStatus.PAUSED: _l("De casus staat stil. Een pauze duurt hoogstens drie maanden."),
    CaseStatus.CLOSING: _l("De regisseur kijkt of alles is overgedragen en sluit dan af."),
    CaseStatus.CLOSED: _l("Vraag zes maanden na het einde hoe het gaat. Daarna is de casus klaar."),
    CaseStatus.ARCHIVED: _l("Er hoeft niets meer."),
    CaseStatus.BROKEN_OFF: _l("Er hoeft niets meer."),
}

#: The button of a step.
EVENT = {
    Event.ASSIGN: _l("Regie geven"),
    Event.AGREE_PLAN: _l("Plan vaststellen"),
    Event.SCALE_UP: _l("Opschalen"),
    Event.SCALE_DOWN: _l("Afschalen"),
    Event.PAUSE: _l("Pauzeren"),
    Event.RESUME: _l("Verdergaan"),
    Event.PROPOSE_CLOSE: _l("Afsluiten voorstellen"),
    Event.KEEP_ON: _l("Toch doorgaan"),
    Event.CLOSE: _l("Casus afsluiten"),
    Event.FOLLOW_UP: _l("Nameting is gedaan"),
    Event.BREAK_OFF: _l("Afbreken"),
}
#: What a step means, on its own page.
EXPLAINED = {
    Event.ASSIGN: _l("Deze persoon heeft de regie: roept iedereen bij elkaar en bewaakt het plan."),
    Event.AGREE_PLAN: _l("De jongere kent het plan en heeft gezegd wat die ervan vindt. Het plan geldt vanaf nu."),
    Event.SCALE_UP: _l("Een partner heeft ja gezegd op de voordracht. Vanaf nu werken jullie op dit niveau samen."),
    Event.SCALE_DOWN: _l("Het kan met minder. De casus gaat naar een lichter niveau."),
    Event.PAUSE: _l("Even niets doen kan, als de jongere dat weet. Hoogstens drie maanden."),
    Event.RESUME: _l("De casus loopt weer."),
    Event.PROPOSE_CLOSE: _l("Dit kan als alle beloftes verteld zijn, alle acties klaar zijn en elk doel gemeten is."),
    Event.KEEP_ON: _l("De casus loopt door."),
    Event.CLOSE: _l("De casus sluit. Over zes maanden vraag je nog een keer hoe het gaat."),
    Event.FOLLOW_UP: _l("Je hebt zes maanden na het einde gemeten. De casus is dan klaar."),
    Event.BREAK_OFF: _l("Er komt geen casus."),
}
#: What happened, in the history.
HAPPENED = {
    Event.OPEN: _l("Casus geopend"),
    Event.ASSIGN: _l("Regie gegeven"),
    Event.AGREE_PLAN: _l("Plan vastgesteld"),
    Event.SCALE_UP: _l("Opgeschaald"),
    Event.SCALE_DOWN: _l("Afgeschaald"),
    Event.PAUSE: _l("Gepauzeerd"),
    Event.RESUME: _l("Verdergegaan"),
    Event.PROPOSE_CLOSE: _l("Voorgesteld om af te sluiten"),
    Event.KEEP_ON: _l("Toch doorgegaan"),
    Event.CLOSE: _l("Casus afgesloten"),
    Event.FOLLOW_UP: _l("Nameting gedaan"),
    Event.BREAK_OFF: _l("Casus afgebroken"),
}
ICON = {
    Event.OPEN: "folder-open",
    Event.ASSIGN: "user-cog",
    Event.AGREE_PLAN: "clipboard-check",
    Event.SCALE_UP: "chevron-up",
    Event.SCALE_DOWN: "chevron-down",
    Event.PAUSE: "hourglass",
    Event.RESUME: "fast-forward",
    Event.PROPOSE_CLOSE: "circle-check",
    Event.KEEP_ON: "rotate-ccw",
    Event.CLOSE: "archive",
    Event.FOLLOW_UP: "circle-check",
    Event.BREAK_OFF: "circle-x",
}

DOMAIN = {
    Domain.FINANCE: _l("Geld"),
    Domain.WORK_EDUCATION: _l("Werk en opleiding"),
    Domain.TIME_USE: _l("Vrije tijd"),
    Domain.HOUSING: _l("Wonen"),
    Domain.HOME_RELATIONS: _l("Thuis"),
    Domain.MENTAL_HEALTH: _l("Hoe het in je hoofd gaat"),
    Domain.PHYSICAL_HEALTH: _l("Lichaam en gezondheid"),
    Domain.SUBSTANCE_USE: _l("Drank, drugs en gokken"),
    Domain.BASIC_ADL: _l("Voor jezelf zorgen"),
    Domain.INSTRUMENTAL_ADL: _l("Dingen regelen"),
    Domain.SOCIAL_NETWORK: _l("Vrienden en mensen om je heen"),
    Domain.PARTICIPATION: _l("Meedoen"),
    Domain.JUSTICE: _l("Politie en justitie"),
}
#: The five levels of a measurement.
MEASURED = {
    1: _l("Het is nu echt mis"),
    2: _l("Het lukt nog niet"),
    3: _l("Het lukt een beetje"),
    4: _l("Het lukt meestal"),
    5: _l("Het lukt helemaal"),
}
ATTAINMENT = {
    -2: _l("Veel minder dan gehoopt"),
    -1: _l("Minder dan gehoopt"),
    0: _l("Zoals gehoopt"),
    1: _l("Meer dan gehoopt"),
    2: _l("Veel meer dan gehoopt"),
}
MOMENT = {
    Moment.START: _l("Bij de start"),
    Moment.INTERIM: _l("Tussendoor"),
    Moment.END: _l("Aan het eind"),
    Moment.FOLLOW_UP: _l("Zes maanden later"),
}
RATER = {Rater.WORKER: _l("Begeleider"), Rater.YOUTH: _l("Jongere zelf")}
#: What became of something between the first measurement and the last; the same weight whichever way it goes.
CHANGE = {-1: _l("Achteruit"), 0: _l("Gelijk"), 1: _l("Vooruit")}
CHANGE_ICON = {-1: "chevron-down", 0: "minus", 1: "chevron-up"}

PLAN_STATUS = {
    PlanStatus.DRAFT: _l("Wordt geschreven"),
    PlanStatus.AGREED: _l("Geldt nu"),
    PlanStatus.REPLACED: _l("Vervangen"),
}
ACTION_STATUS = {
    ActionStatus.OPEN: _l("Open"),
    ActionStatus.DONE: _l("Gedaan"),
    ActionStatus.DROPPED: _l("Vervallen"),
}
ACTION_TONE = {ActionStatus.OPEN: "info", ActionStatus.DONE: "success", ActionStatus.DROPPED: "neutral"}
CONFERENCE_STATUS = {
    ConferenceStatus.PLANNED: _l("Gepland"),
    ConferenceStatus.HELD: _l("Geweest"),
    ConferenceStatus.CANCELLED: _l("Afgezegd"),
}
CONFERENCE_TONE = {
    ConferenceStatus.PLANNED: "info",
    ConferenceStatus.HELD: "success",
    ConferenceStatus.CANCELLED: "neutral",
}
NOMINATION_STATUS = {
    NominationStatus.PROPOSED: _l("Wacht op een tweede lezer"),
    NominationStatus.SECONDED: _l("Wacht op de partner"),
    NominationStatus.ACCEPTED: _l("De partner zei ja"),
    NominationStatus.REFUSED: _l("Gaat niet door"),
}
NOMINATION_TONE = {
    NominationStatus.PROPOSED: "warning",
    NominationStatus.SECONDED: "warning",
    NominationStatus.ACCEPTED: "success",
    NominationStatus.REFUSED: "neutral",
}
#: What a case asks of who has it in hand, in "Mijn dag".
ASKS = {
    "intake": _l("Geef iemand de regie"),
    "first_plan": _l("Schrijf een plan"),
    "plan": _l("Maak een nieuw plan"),
    "measurement": _l("Meet hoe het gaat"),
    "pause": _l("De pauze is om"),
    "closing": _l("Sluit af, of ga toch door"),
}
