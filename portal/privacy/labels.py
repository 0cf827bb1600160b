"""Words for roles, purposes and actions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Role

ROLE = {
    Role.YOUTH_WORKER: _l("Jongerenwerker"),
    Role.CM_COORDINATOR: _l("Coördinator credible messengers"),
    Role.CREDIBLE_MESSENGER: _l("Credible messenger"),
    Role.JV_DIRECTOR: _l("J&V-regisseur"),
    Role.MANAGER: _l("Manager"),
    Role.TRAINER: _l("Trainer"),
    Role.ANALYST: _l("Analist"),
    Role.PRIVACY_OFFICER: _l("Privacy officer"),
    Role.ADMINISTRATOR: _l("Beheerder"),
    Role.EXTERNAL_PARTNER: _l("Externe partner"),
    Role.INTEGRITY_OFFICER: _l("Integriteitsmedewerker"),
}

PURPOSE = {
    Purpose.OWN_CASELOAD: _l("Eigen casus"),
    Purpose.REPLACEMENT: _l("Waarneming"),
    Purpose.TRIAGE: _l("Beoordelen signaal"),
    Purpose.MATCHING: _l("Koppelen"),
    Purpose.PLANNING: _l("Inplannen"),
    Purpose.SUPERVISION: _l("Begeleiding en kwaliteit"),
    Purpose.SUBJECT_REQUEST: _l("AVG-verzoek"),
    Purpose.INCIDENT: _l("Calamiteit"),
    Purpose.BREAK_GLASS: _l("Noodtoegang"),
    Purpose.REPORTING: _l("Rapportage"),
    Purpose.SUPPORT: _l("Technisch beheer"),
}

ACTION = {
    Action.READ: _l("Gelezen"),
    Action.LIST: _l("In een lijst gezien"),
    Action.SEARCH: _l("Gezocht"),
    Action.CREATE: _l("Aangemaakt"),
    Action.UPDATE: _l("Gewijzigd"),
    Action.EXPORT: _l("Geëxporteerd"),
    Action.DENIED: _l("Geweigerd"),
    Action.SIGN_IN: _l("Ingelogd"),
    Action.SIGN_IN_FAILED: _l("Inloggen mislukt"),
    Action.SIGN_OUT: _l("Uitgelogd"),
    Action.ADMINISTER: _l("Beheer"),
    Action.NOTIFY: _l("Herinnerd"),
}
