"""Words for monitored locations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.places.models import LocationKind, LocationStatus
from portal.places.workflow import Event

KIND = {
    LocationKind.SQUARE: _l("Plein"),
    LocationKind.PLAYGROUND: _l("Speelplek"),
    LocationKind.HANGOUT: _l("Hangplek"),
    LocationKind.SCHOOL_SURROUNDINGS: _l("Rond een school"),
    LocationKind.STATION_STOP: _l("Station of halte"),
    LocationKind.GARAGE_BOX: _l("Garage of box"),
    LocationKind.PARK: _l("Park"),
    LocationKind.SHOPPING: _l("Winkels"),
    LocationKind.ONLINE: _l("Online"),
}
STATUS = {
    LocationStatus.MONITORED: _l("In het oog"),
    LocationStatus.PRIORITY: _l("Voorrang"),
    LocationStatus.QUIET: _l("Rustig"),
    LocationStatus.ENDED: _l("Gestopt"),
}
TONE = {
    LocationStatus.MONITORED: "info",
    LocationStatus.PRIORITY: "warning",
    LocationStatus.QUIET: "success",
    LocationStatus.ENDED: "neutral",
}
EVENT = {
    Event.START: _l("In de lijst zetten"),
    Event.INTENSIFY: _l("Voorrang geven"),
    Event.MONITOR: _l("Gewoon in het oog houden"),
    Event.CALM: _l("Het is er rustig"),
    Event.END: _l("Stoppen met volgen"),
}
HAPPENED = {
    Event.START: _l("In de lijst gezet"),
    Event.INTENSIFY: _l("Voorrang gekregen"),
    Event.MONITOR: _l("Gewoon in het oog"),
    Event.CALM: _l("Rustig"),
    Event.END: _l("Gestopt met volgen"),
}
EXPLAINED = {
    Event.START: _l("Het team houdt deze plek vanaf nu in het oog."),
    Event.INTENSIFY: _l("Het team gaat hier eerst langs."),
    Event.MONITOR: _l("Het team gaat hier langs zoals bij andere plekken."),
    Event.CALM: _l("De plek blijft in de lijst. Het team gaat er minder vaak langs."),
    Event.END: _l("De plek gaat uit de lijst. Dit kun je niet terugdraaien."),
}
ICON = {
    Event.START: "map-pin",
    Event.INTENSIFY: "triangle-alert",
    Event.MONITOR: "eye",
    Event.CALM: "circle-check",
    Event.END: "archive",
}
