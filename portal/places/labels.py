"""Words for monitored locations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.places.models import Atmosphere, Headcount, LocationKind, LocationStatus, Sight
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
    Event.KEEP: _l("Zo laten"),
    Event.END: _l("Stoppen met volgen"),
}
HAPPENED = {
    Event.START: _l("In de lijst gezet"),
    Event.INTENSIFY: _l("Voorrang gekregen"),
    Event.MONITOR: _l("Gewoon in het oog"),
    Event.CALM: _l("Rustig"),
    Event.KEEP: _l("Opnieuw bekeken"),
    Event.END: _l("Gestopt met volgen"),
}
EXPLAINED = {
    Event.START: _l("Het team houdt deze plek vanaf nu in het oog."),
    Event.INTENSIFY: _l("Het team gaat hier eerst langs."),
    Event.MONITOR: _l("Het team gaat hier langs zoals bij andere plekken."),
    Event.CALM: _l("De plek blijft in de lijst. Het team gaat er minder vaak langs."),
    Event.KEEP: _l("Je keek opnieuw naar deze plek, en er verandert niets."),
    Event.END: _l("De plek gaat uit de lijst. Dit kun je niet terugdraaien."),
}
ICON = {
    Event.START: "map-pin",
    Event.INTENSIFY: "triangle-alert",
    Event.MONITOR: "eye",
    Event.CALM: "circle-check",
    Event.KEEP: "refresh-cw",
    Event.END: "archive",
}
HEADCOUNT = {
    Headcount.NOBODY: _l("Niemand"),
    Headcount.UP_TO_5: _l("1 – 5"),
    Headcount.UP_TO_10: _l("6 – 10"),
    Headcount.UP_TO_20: _l("11 – 20"),
    Headcount.MORE: _l("Meer dan 20"),
}
ATMOSPHERE = {
    Atmosphere.CALM: _l("Rustig"),
    Atmosphere.BUSY: _l("Druk"),
    Atmosphere.TENSE: _l("Gespannen"),
    Atmosphere.INCIDENT: _l("Er gebeurde iets"),
}
ATMOSPHERE_ICON = {
    Atmosphere.CALM: "smile",
    Atmosphere.BUSY: "users",
    Atmosphere.TENSE: "zap",
    Atmosphere.INCIDENT: "triangle-alert",
}
SIGHT = {
    Sight.GOOD: _l("Iets goeds: sport, spel of een gesprek"),
    Sight.NOISE: _l("Geluidsoverlast"),
    Sight.LITTER: _l("Afval"),
    Sight.VANDALISM: _l("Iets vernield"),
    Sight.DARK: _l("Slecht verlicht"),
    Sight.SUBSTANCE_USE: _l("Drank of drugs gebruikt"),
    Sight.DEALING: _l("Lijkt op handel in drugs"),
    Sight.INTIMIDATION: _l("Mensen werden lastiggevallen"),
    Sight.THEFT: _l("Diefstal"),
    Sight.VIOLENCE: _l("Geweld"),
    Sight.WEAPONS: _l("Wapens"),
    Sight.INCITEMENT: _l("Ophitsen of bedreigen"),
}
