"""Words for kinds of organisations and teams, and states of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.accounts.models import OrganisationKind, TeamKind
from portal.accounts.service.absences import Cover
from portal.accounts.service.users import State

ORGANISATION_KIND = {
    OrganisationKind.MUNICIPALITY: _l("Gemeente"),
    OrganisationKind.YOUTH_WORK: _l("Jongerenwerk"),
    OrganisationKind.CM_NETWORK: _l("Netwerk credible messengers"),
    OrganisationKind.OTHER: _l("Anders"),
}

TEAM_KIND = {
    TeamKind.DISTRICT: _l("Team van een stadsdeel"),
    TeamKind.CITY: _l("Team voor de hele stad"),
}

STATE = {
    State.ACTIVE: (_l("Actief"), "success"),
    State.INVITED: (_l("Uitgenodigd"), "info"),
    State.CLOSED: (_l("Gesloten"), "neutral"),
}

COVER = {
    Cover.NOT_NEEDED: (_l("Geen waarnemer nodig"), "neutral"),
    Cover.ARRANGED: (_l("Waargenomen"), "success"),
    Cover.NOBODY: (_l("Geen waarnemer"), "warning"),
    Cover.DECLINED: (_l("Waarnemer kan niet"), "warning"),
    Cover.UNABLE: (_l("Waarnemer is zelf weg"), "warning"),
}
