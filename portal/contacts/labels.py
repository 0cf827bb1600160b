"""Words and icons for how, what for and what came of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.contacts.models import (
    Channel,
    Confidentiality,
    ContactPurpose,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Outcome,
    Result,
)
from portal.contacts.service.to_do import Task
from portal.privacy.sources import Source

#: In the order of the form: the six used most, then the rest.
CHANNEL = {
    Channel.STREET: _l("Op straat"),
    Channel.PHONE: _l("Telefoon"),
    Channel.CHAT: _l("Appbericht"),
    Channel.HOME_VISIT: _l("Huisbezoek"),
    Channel.YOUTH_CENTRE: _l("Jongerencentrum"),
    Channel.SCHOOL: _l("School"),
    Channel.SPORT: _l("Sportactiviteit"),
    Channel.HOMEBASE: _l("Homebase"),
    Channel.VIDEO: _l("Beeldbellen"),
    Channel.ONLINE_PLATFORM: _l("Online of social media"),
    Channel.MEETING: _l("Overleg met jongere erbij"),
    Channel.DETENTION_VISIT: _l("Bezoek in detentie"),
}

CHANNEL_ICON = {
    Channel.STREET: "footprints",
    Channel.PHONE: "phone",
    Channel.CHAT: "message-square-text",
    Channel.HOME_VISIT: "house",
    Channel.YOUTH_CENTRE: "building-2",
    Channel.SCHOOL: "graduation-cap",
    Channel.SPORT: "dumbbell",
    Channel.HOMEBASE: "map-pin",
    Channel.VIDEO: "video",
    Channel.ONLINE_PLATFORM: "monitor-smartphone",
    Channel.MEETING: "users",
    Channel.DETENTION_VISIT: "landmark",
}

#: In the order of the form: the four used most, then the rest.
RESULT = {
    Result.REACHED: _l("Gesproken"),
    Result.NOT_REACHED: _l("Niet bereikt"),
    Result.BRIEF: _l("Kort gesproken"),
    Result.NO_SHOW: _l("Niet verschenen"),
    Result.SEEN_ONLY: _l("Gezien, niet gesproken"),
    Result.RESCHEDULED: _l("Verzet"),
    Result.DECLINED: _l("Wil geen contact"),
    Result.THIRD_PARTY: _l("Via ander (ouder, mentor)"),
    Result.HANDED_OVER: _l("Warm overgedragen"),
}

RESULT_ICON = {
    Result.REACHED: "circle-check",
    Result.NOT_REACHED: "phone-missed",
    Result.BRIEF: "messages-square",
    Result.NO_SHOW: "calendar-x",
    Result.SEEN_ONLY: "eye",
    Result.RESCHEDULED: "calendar-clock",
    Result.DECLINED: "circle-x",
    Result.THIRD_PARTY: "users",
    Result.HANDED_OVER: "heart-handshake",
}

PURPOSE = {
    ContactPurpose.VIEW: _l("Zicht"),
    ContactPurpose.CONNECTION: _l("Verbinding"),
    ContactPurpose.HELP: _l("Hulp"),
}

CONFIDENTIALITY = {
    Confidentiality.TEAM: _l("Begeleiders"),
    Confidentiality.CASE_TEAM: _l("Casusteam"),
    Confidentiality.SHARED_COVENANT: _l("Casusteam en partners"),
}

#: Who reads the note, in one line.
READERS = {
    Confidentiality.TEAM: _l("De begeleiders van deze jongere lezen de notitie."),
    Confidentiality.CASE_TEAM: _l("Ook de regisseur van het team en wie het traject begeleidt, lezen de notitie."),
    Confidentiality.SHARED_COVENANT: _l("Ook partners in het convenant kunnen de notitie krijgen."),
}

#: From whom it is known; the order is that of the form.
SOURCE = {
    Source.STREET: _l("De jongere of de straat"),
    Source.SCHOOL: _l("School"),
    Source.CARE: _l("Zorg of hulpverlening"),
    Source.POLICE: _l("Politie"),
}

#: Who may read what is known from there, in one line.
RELEASED = {
    Source.STREET: _l("Gaat nooit naar de politie."),
    Source.SCHOOL: _l("Gaat nooit naar de politie."),
    Source.CARE: _l("Alleen begeleiders en de regisseur lezen dit. Een messenger niet."),
    Source.POLICE: _l("Alleen begeleiders en de regisseur lezen dit. Een messenger nooit."),
}

#: What can be corrected, in the order of the form.
CORRECTED = {
    "channel": _l("Hoe"),
    "result": _l("Resultaat"),
    "purpose": _l("Waarvoor"),
    "headcount": _l("Met hoeveel"),
    "place": _l("Waar"),
    "note": _l("Notitie"),
    "source": _l("Van wie"),
    "occurred_at": _l("Wanneer"),
}

#: In the order of the form.
FOLLOW_UP_KIND = {
    FollowUpKind.CONTACT: _l("Contact"),
    FollowUpKind.CALL: _l("Bellen"),
    FollowUpKind.PROMISE: _l("Belofte"),
}

FOLLOW_UP_ICON = {
    FollowUpKind.CONTACT: "user",
    FollowUpKind.CALL: "phone",
    FollowUpKind.PROMISE: "handshake",
    FollowUpKind.PROPOSE: "flag",
}

#: What came of a promise, in the order of the form.
OUTCOME = {
    Outcome.KEPT: _l("Nagekomen"),
    Outcome.PARTLY: _l("Deels gelukt"),
    Outcome.NOT_KEPT: _l("Niet gelukt"),
    Outcome.WITHDRAWN: _l("Ingetrokken"),
}

OUTCOME_ICON = {
    Outcome.KEPT: "circle-check",
    Outcome.PARTLY: "circle-minus",
    Outcome.NOT_KEPT: "circle-x",
    Outcome.WITHDRAWN: "undo-2",
}

#: The kind of status of each outcome, for `ui.status`. Not kept is no alarm: it was told.
OUTCOME_TONE = {
    Outcome.KEPT: "success",
    Outcome.PARTLY: "info",
    Outcome.NOT_KEPT: "neutral",
    Outcome.WITHDRAWN: "neutral",
}

FOLLOW_UP_STATUS = {
    FollowUpStatus.OPEN: _l("Open"),
    FollowUpStatus.DONE: _l("Gedaan"),
    FollowUpStatus.CANCELLED: _l("Vervallen"),
}


def what(step: FollowUp | Task) -> Any:
    """What has to be done, in the worker's words or by its kind."""
    return step.what or (_l("Bellen") if step.kind == FollowUpKind.CALL else _l("Contact opnemen"))


def state(step: FollowUp) -> Any:
    """Where a follow-up stands."""
    if step.outcome and step.status == FollowUpStatus.OPEN:
        return _l("Nog vertellen")
    return OUTCOME[Outcome(step.outcome)] if step.outcome else FOLLOW_UP_STATUS[FollowUpStatus(step.status)]
