"""Words for the enumerations of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.people.models import BirthDatePrecision, HandOverStatus, PersonStatus, PreferredLanguage, RelatedRole

STATUS = {
    PersonStatus.OPEN: _l("Open"),
    PersonStatus.CLOSED: _l("Gesloten"),
}

BIRTH_DATE_PRECISION = {
    BirthDatePrecision.DAY: _l("De hele datum klopt"),
    BirthDatePrecision.MONTH: _l("Alleen maand en jaar"),
    BirthDatePrecision.YEAR: _l("Alleen het jaar"),
}

RELATED_ROLE = {
    RelatedRole.GUARDIAN: _l("Gezaghebbende"),
    RelatedRole.PARENT: _l("Ouder"),
    RelatedRole.COACH: _l("Coach"),
    RelatedRole.MENTOR_SCHOOL: _l("Mentor op school"),
    RelatedRole.CONFIDANT: _l("Vertrouwenspersoon"),
}

LANGUAGE = {
    PreferredLanguage.DUTCH: _l("Nederlands"),
    PreferredLanguage.ENGLISH: _l("Engels"),
    PreferredLanguage.ARABIC: _l("Arabisch"),
    PreferredLanguage.FRENCH: _l("Frans"),
    PreferredLanguage.PAPIAMENTU: _l("Papiaments"),
    PreferredLanguage.PERSIAN: _l("Farsi of Dari"),
    PreferredLanguage.POLISH: _l("Pools"),
    PreferredLanguage.PORTUGUESE: _l("Portugees"),
    PreferredLanguage.SOMALI: _l("Somalisch"),
    PreferredLanguage.SPANISH: _l("Spaans"),
    PreferredLanguage.SRANAN: _l("Sranantongo"),
    PreferredLanguage.TAMAZIGHT: _l("Tamazight"),
    PreferredLanguage.TIGRINYA: _l("Tigrinya"),
    PreferredLanguage.TURKISH: _l("Turks"),
    PreferredLanguage.UKRAINIAN: _l("Oekraïens"),
    PreferredLanguage.SIGN_LANGUAGE: _l("Nederlandse Gebarentaal"),
}

HAND_OVER = {
    HandOverStatus.PROPOSED: (_l("Wacht op antwoord"), "warning"),
    HandOverStatus.ACCEPTED: (_l("Overgenomen"), "success"),
    HandOverStatus.DECLINED: (_l("Niet overgenomen"), "neutral"),
    HandOverStatus.WITHDRAWN: (_l("Ingetrokken"), "neutral"),
    HandOverStatus.MOVED: (_l("Overgedragen bij vertrek"), "success"),
}

#: What the fields of a dossier are called where their changes are told.
FIELD = {
    ("person", "given_name"): _l("Voornaam"),
    ("person", "family_name"): _l("Achternaam"),
    ("person", "call_name"): _l("Roepnaam"),
    ("person", "birth_date"): _l("Geboortedatum"),
    ("person", "birth_date_precision"): _l("Hoe precies is de geboortedatum"),
    ("person", "area_code"): _l("Woont in"),
    ("person", "preferred_language"): _l("Taal"),
    ("person", "plain_language"): _l("Graag eenvoudige taal"),
    ("person", "phone"): _l("Telefoon"),
    ("person", "status"): _l("Dossier"),
    ("person_alias", "alias"): _l("Andere naam"),
    ("person_assignment", "user_id"): _l("Begeleider"),
    ("person_assignment", "is_primary"): _l("Eerste begeleider"),
    ("person_assignment", "until"): _l("Begeleidt niet meer vanaf"),
    ("related_person", "name"): _l("Contactpersoon"),
    ("related_person", "role"): _l("Rol van de contactpersoon"),
    ("related_person", "phone"): _l("Telefoon van de contactpersoon"),
    ("related_person", "may_be_contacted"): _l("Mag benaderd worden"),
    ("related_person", "valid_until"): _l("Contactpersoon tot"),
}
_YES_NO = {"True": _l("ja"), "False": _l("nee")}
VALUES: dict[str, Mapping[Any, Any]] = {
    "birth_date_precision": BIRTH_DATE_PRECISION,
    "preferred_language": LANGUAGE,
    "status": STATUS,
    "role": RELATED_ROLE,
    "plain_language": _YES_NO,
    "is_primary": _YES_NO,
    "may_be_contacted": _YES_NO,
}
DATES = frozenset({"birth_date", "until", "valid_until"})
