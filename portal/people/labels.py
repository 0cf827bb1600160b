"""Words for the enumerations of people."""

from __future__ import annotations

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
