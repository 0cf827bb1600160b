"""The menu: what each role may open, in fixed order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from markupsafe import Markup

from portal.core import templating
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission

#: Label, endpoint, icon, permission, whether it is a tab on a phone.
NAVIGATION = (
    (N_("Mijn dag"), "home.my_day", "list-checks", Permission.MY_DAY, True),
    (N_("Jongeren"), "people.index", "users", Permission.PEOPLE_READ, True),
    (N_("In beeld"), "in_view.index", "flag", Permission.IN_VIEW_READ, False),
    (N_("Agenda"), "appointments.index", "calendar-days", Permission.CONTACTS_READ, True),
    (N_("Signalen"), "signals.index", "megaphone", Permission.SIGNALS_REPORT, True),
    (N_("Trajecten"), "trajectories.board", "route", Permission.TRAJECTORIES_READ, True),
    (N_("Casussen"), "cases.index", "briefcase", Permission.CASES_READ, False),
    (N_("Casussen: stand"), "cases.overview", "briefcase", Permission.CASES_OVERSEE, False),
    (N_("Gedeeld met mij"), "home.shared", "briefcase", Permission.CASES_SHARED, True),
    (N_("Voordrachten"), "cases.nominations", "send", Permission.NOMINATIONS_SECOND, False),
    (N_("Credible messengers"), "messengers.index", "handshake", Permission.MESSENGERS_READ, False),
    (N_("Locaties"), "places.index", "map-pin", Permission.LOCATIONS_READ, False),
    (N_("Groepen"), "groups.index", "users-round", Permission.GROUPS_READ, False),
    (N_("Programma's"), "programmes.index", "layers", Permission.REFERENCE_READ, False),
    (N_("Partners"), "partners.index", "phone", Permission.PARTNERS_READ, False),
    (N_("Caseload"), "reports.caseload", "chart-column", Permission.CASELOAD_READ, True),
    (N_("Gesprekken"), "talks.index", "messages-square", Permission.TALKS_READ, True),
    (N_("Inzages"), "oversight.accesses", "eye", Permission.ACCESS_LOG_OWN, False),
    (N_("Noodtoegang"), "emergency.index", "siren", Permission.EMERGENCY_READ, False),
    (N_("Signalen: termijnen"), "signals.oversight", "hourglass", Permission.SIGNALS_OVERSEE, False),
    (N_("Herinneringen"), "oversight.ledger", "bell-ring", Permission.LEDGER_READ, True),
    (N_("Integriteit"), "integrity.index", "shield", Permission.INTEGRITY_HANDLE, True),
    (N_("Mensen en teams"), "accounts.users", "user-cog", Permission.USERS_READ, False),
    (N_("Externe partners"), "accounts.guests", "user-check", Permission.GUESTS_SPONSOR, False),
)

#: Tabs that come before those without a place: the day, the people, and where the own work of a role waits.
PLACES = {
    "home.my_day": (1, Permission.MY_DAY),
    "people.index": (2, Permission.PEOPLE_READ),
    "signals.index": (3, Permission.SIGNALS_TRIAGE),
    "trajectories.board": (3, Permission.TRAJECTORIES_COORDINATE),
}
ELSEWHERE = 4

#: The letter after `g` that opens an entry by keyboard.
KEYS = {
    "home.my_day": "d",
    "appointments.index": "a",
    "people.index": "j",
    "in_view.index": "b",
    "trajectories.board": "t",
    "cases.index": "k",
    "cases.overview": "y",
    "home.shared": "f",
    "cases.nominations": "v",
    "messengers.index": "m",
    "programmes.index": "p",
    "partners.index": "o",
    "reports.caseload": "c",
    "talks.index": "g",
    "oversight.accesses": "i",
    "oversight.ledger": "h",
    "emergency.index": "n",
    "integrity.index": "e",
    "accounts.users": "u",
    "accounts.guests": "x",
    "signals.index": "s",
    "signals.oversight": "w",
    "places.index": "l",
    "groups.index": "r",
}


#: Entries beside the main one of their feature, and the pages that belong to none of the others.
ALONE = frozenset({"accounts.guests", "cases.nominations", "cases.overview", "home.shared"})
OF_NONE = frozenset(
    {
        "programmes.disclosures",
        "accounts.extend_guest",
        "accounts.guests",
        "cases.nominations",
        "cases.overview",
        "cases.second",
        "home.shared",
    }
)


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    label: Markup
    url: str
    icon: str
    current: bool
    tab: int  # its place among the tabs on a phone; 0 when it is none
    key: str  # "d" for the shortcut `g d`


def navigation_for(actor: Actor) -> list[NavItem]:
    """What this actor may open, in fixed order."""
    here = (request.endpoint or "").split(".")[0]
    if request.path.startswith(("/mijn-account", "/afwezigheid")):
        here = ""  # the own account is not part of "Mensen en teams"
    if request.endpoint in OF_NONE:
        here = ""
    here = {"dossier": "people"}.get(here, here)  # a dossier is reached through the list of young people
    return [
        NavItem(
            templating.words(label),
            url_for(endpoint),
            icon,
            _is_current(endpoint, here),
            _place(actor, endpoint) if tab else 0,
            KEYS[endpoint],
        )
        for label, endpoint, icon, permission, tab in NAVIGATION
        if actor.can(permission)
    ]


def _place(actor: Actor, endpoint: str) -> int:
    place, permission = PLACES.get(endpoint, (ELSEWHERE, None))
    return place if permission and actor.can(permission) else ELSEWHERE


def _is_current(endpoint: str, feature: str) -> bool:
    if request.endpoint == endpoint:
        return True
    return endpoint.split(".")[0] == feature and feature != "oversight" and endpoint not in ALONE
