"""Words of the directory."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.partners.models import PartnerKind, Post

KIND = {
    PartnerKind.DISTRICT_TEAM: _l("Team van het stadsdeel"),
    PartnerKind.SAFETY_HOUSE: _l("Actiecentrum Veiligheid en Zorg"),
    PartnerKind.POLICE: _l("Politie"),
    PartnerKind.PUBLIC_HEALTH: _l("GGD"),
    PartnerKind.SOCIAL_TEAM: _l("Buurtteam of Wijk Actie Team"),
    PartnerKind.SCHOOL: _l("School"),
    PartnerKind.CARE: _l("Zorg"),
    PartnerKind.YOUTH_WORK: _l("Jongerenwerk"),
    PartnerKind.SPORT: _l("Sport"),
    PartnerKind.HOUSING: _l("Woningcorporatie"),
    PartnerKind.CITIZENS: _l("Bewonersinitiatief"),
    PartnerKind.ALLIANCE: _l("Samenwerking"),
    PartnerKind.OTHER: _l("Anders"),
}

POST = {
    Post.LIAISON: _l("Verbindingsfunctionaris"),
    Post.SCHOOL_LIAISON: _l("Schoolcontactpersoon"),
    Post.ACTION_TEAM: _l("Wijk Actie Team"),
    Post.OFFICER: _l("Wijkagent"),
    Post.AREA_BROKER: _l("Gebiedsmakelaar"),
    Post.COUNSELLOR: _l("Hulpverlener"),
    Post.COACH: _l("Trainer"),
    Post.BOARD: _l("Bestuur"),
    Post.OTHER: _l("Contactpersoon"),
}
