"""Words for signals. Neutral about people: a signal is about what was seen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.signals.models import (
    Feedback,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SubjectKind,
    Urgency,
    VictimPerspective,
)
from portal.signals.service.finding import Shown
from portal.signals.workflow import Event

KIND = {
    SignalKind.NUISANCE: _l("Overlast"),
    SignalKind.WEAPON: _l("Wapenbezit of ‑dreiging"),
    SignalKind.RECRUITMENT: _l("Ronselen"),
    SignalKind.POSITIVE: _l("Positief signaal of kans"),
    SignalKind.CRIMINAL_EXPLOITATION: _l("Criminele uitbuiting"),
    SignalKind.DRUG_DEALING: _l("Vermoeden van drugshandel"),
    SignalKind.SUBSTANCE_USE: _l("Middelengebruik"),
    SignalKind.VIOLENCE: _l("Geweld"),
    SignalKind.GROUP_CONFLICT: _l("Conflict tussen groepen of drill"),
    SignalKind.EXPLOSIVES: _l("Explosieven of zwaar vuurwerk"),
    SignalKind.ONLINE_INCITEMENT: _l("Online opruiing of bedreiging"),
    SignalKind.SUDDEN_MONEY: _l("Onverklaarbaar geld of spullen"),
    SignalKind.DEBT_PRESSURE: _l("Schulden of onder druk"),
    SignalKind.SCHOOL_ABSENCE: _l("Verzuim of schooluitval"),
    SignalKind.HOME_SITUATION: _l("Zorgen thuis"),
    SignalKind.VICTIMISATION: _l("Slachtoffer"),
    SignalKind.UNREST_AFTER_INCIDENT: _l("Onrust na een incident"),
    SignalKind.OTHER: _l("Anders"),
}
SUBJECT = {
    SubjectKind.PERSON: _l("Een jongere"),
    SubjectKind.GROUP: _l("Een groep"),
    SubjectKind.LOCATION: _l("Een plek"),
    SubjectKind.PHENOMENON: _l("Iets dat speelt"),
}
SUBJECT_ICON = {
    SubjectKind.PERSON: "user",
    SubjectKind.GROUP: "users-round",
    SubjectKind.LOCATION: "map-pin",
    SubjectKind.PHENOMENON: "megaphone",
}
URGENCY = {
    Urgency.NORMAL: _l("Gewoon"),
    Urgency.SOON: _l("Snel"),
    Urgency.ACUTE: _l("Nu"),
}
URGENCY_DETAIL = {
    Urgency.NORMAL: _l("binnen 5 werkdagen"),
    Urgency.SOON: _l("binnen 2 werkdagen"),
    Urgency.ACUTE: _l("binnen 4 uur"),
}
STATUS = {
    SignalStatus.NEW: _l("Nieuw"),
    SignalStatus.TO_TRIAGE: _l("Wacht op beoordeling"),
    SignalStatus.IN_TRIAGE: _l("Wordt beoordeeld"),
    SignalStatus.WAITING_INFO: _l("Wacht op een antwoord"),
    SignalStatus.FOLLOWED_UP: _l("Opgevolgd"),
    SignalStatus.NO_ACTION: _l("Geen actie"),
    SignalStatus.EMERGENCY: _l("Doorgegeven met spoed"),
    SignalStatus.CLOSED: _l("Afgesloten"),
    SignalStatus.STRIPPED: _l("Termijn voorbij"),
    SignalStatus.VOID: _l("Ingetrokken"),
}
TONE = {
    SignalStatus.NEW: "neutral",
    SignalStatus.TO_TRIAGE: "warning",
    SignalStatus.IN_TRIAGE: "info",
    SignalStatus.WAITING_INFO: "warning",
    SignalStatus.FOLLOWED_UP: "info",
    SignalStatus.NO_ACTION: "neutral",
    SignalStatus.EMERGENCY: "danger",
    SignalStatus.CLOSED: "success",
    SignalStatus.STRIPPED: "neutral",
    SignalStatus.VOID: "neutral",
}
OUTCOME = {
    SignalOutcome.NO_ACTION: _l("Geen actie"),
    SignalOutcome.MONITOR_LOCATION: _l("Locatie volgen"),
    SignalOutcome.ADVISE_REPORTER: _l("Advies aan de melder"),
    SignalOutcome.ONE_CONTACT: _l("Eenmalig contact"),
    SignalOutcome.REGISTER_IN_VIEW: _l("In beeld laten voorstellen"),
    SignalOutcome.ADD_TO_CASE: _l("Bij een lopende casus"),
    SignalOutcome.GROUP_STEP1: _l("Inbrengen in de groepsaanpak"),
    SignalOutcome.CARE_REPORT: _l("Zorgmelding of meldcode"),
    SignalOutcome.EMERGENCY: _l("112 of politie"),
    SignalOutcome.REFER: _l("Toeleiden naar hulp"),
}
OUTCOME_DETAIL = {
    SignalOutcome.NO_ACTION: _l("Na zes maanden staat er niet meer wie het was."),
    SignalOutcome.MONITOR_LOCATION: _l("Een plek uit de lijst met locaties."),
    SignalOutcome.ADVISE_REPORTER: _l("De melder kan zelf verder."),
    SignalOutcome.ONE_CONTACT: _l("Een begeleider gaat één keer langs."),
    SignalOutcome.REGISTER_IN_VIEW: _l("Een begeleider doet het voorstel. Een ander beslist."),
    SignalOutcome.ADD_TO_CASE: _l("Er is al een plan."),
    SignalOutcome.GROUP_STEP1: _l("Een groep uit het register. Zonder namen."),
    SignalOutcome.CARE_REPORT: _l("Veilig Thuis of de zorg weet het."),
    SignalOutcome.EMERGENCY: _l("Er is direct gevaar."),
    SignalOutcome.REFER: _l("School, werk, zorg of schuldhulp."),
}
VICTIM = {
    VictimPerspective.CONSIDERED_NO: _l("Bekeken: geen slachtoffer"),
    VictimPerspective.CONSIDERED_YES: _l("Bekeken: ook slachtoffer, eerst hulp"),
    VictimPerspective.NOT_APPLICABLE: _l("Speelt hier niet"),
}
FEEDBACK = {
    Feedback.PICKED_UP: _l("We pakken het op"),
    Feedback.ALREADY_KNOWN: _l("Het was bekend, en jouw signaal helpt"),
    Feedback.PASSED_ON: _l("Iemand anders pakt het op"),
    Feedback.NOTHING_NOW: _l("We doen er nu niets mee"),
    Feedback.WILL_CALL: _l("Ik bel je erover"),
}
EVENT = {
    Event.SUBMIT: _l("Signaal doen"),
    Event.TAKE: _l("Oppakken"),
    Event.ASK_INFO: _l("Vraag stellen"),
    Event.ANSWER: _l("Antwoorden"),
    Event.IDENTIFY: _l("Jongere koppelen"),
    Event.DECIDE: _l("Besluiten"),
    Event.CLOSE: _l("Afsluiten"),
    Event.TELL: _l("Terugkoppelen"),
    Event.WITHDRAW: _l("Intrekken"),
    Event.EXPIRE: _l("Termijn voorbij"),
    Event.LAPSE: _l("Termijn voorbij"),
}
HAPPENED = {
    Event.SUBMIT: _l("Signaal gedaan"),
    Event.TAKE: _l("Opgepakt"),
    Event.ASK_INFO: _l("Vraag gesteld"),
    Event.ANSWER: _l("Antwoord gegeven"),
    Event.IDENTIFY: _l("Jongere gekoppeld"),
    Event.DECIDE: _l("Besloten"),
    Event.CLOSE: _l("Afgesloten"),
    Event.TELL: _l("Teruggekoppeld aan de melder"),
    Event.WITHDRAW: _l("Ingetrokken"),
    Event.EXPIRE: _l("Namen en tekst weggehaald"),
    Event.LAPSE: _l("Bijnaam en tekst weggehaald"),
}
ICON = {
    Event.SUBMIT: "megaphone",
    Event.TAKE: "user-check",
    Event.ASK_INFO: "circle-help",
    Event.ANSWER: "message-square-text",
    Event.IDENTIFY: "link",
    Event.DECIDE: "scale",
    Event.CLOSE: "circle-check",
    Event.TELL: "send",
    Event.WITHDRAW: "undo-2",
    Event.EXPIRE: "hourglass",
    Event.LAPSE: "hourglass",
}
EXPLAINED = {
    Event.ASK_INFO: _l("De melder krijgt bericht dat er een vraag is. De vraag zelf staat alleen hier."),
    Event.ANSWER: _l("Alleen de regisseur leest je antwoord."),
    Event.IDENTIFY: _l("Kies het dossier waar dit over gaat. De bijnaam wordt gewist."),
    Event.CLOSE: _l("Er is gedaan wat nodig was."),
    Event.TELL: _l("De melder leest deze zin, en niet wat je besloot of over wie."),
    Event.WITHDRAW: _l("Doe dit als je je vergiste. Na dertig dagen staat er niets meer van in."),
}
SHOWN = {
    Shown.TO_JUDGE: _l("Beoordelen"),
    Shown.TO_FINISH: _l("Afronden"),
    Shown.DONE: _l("Klaar"),
    Shown.OWN: _l("Van mij"),
}
