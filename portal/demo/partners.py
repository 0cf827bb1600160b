"""The directory of the demo: who to call, per stadsdeel; all of them invented."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from portal.core.text import fold, sort_key
from portal.demo.city import BEGIN, DOMAIN, City, Row, stamps
from portal.demo.names import full_name
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.partners.models import PartnerKind, Post
from portal.privacy.permissions import Role

AREAS = {
    "N": "Noord", "T": "Zuidoost", "F": "Nieuw-West", "E": "West", "M": "Oost", "K": "Zuid", "A": "Centrum",
    "S": "Weesp",
}  # fmt: skip
#: One organisation for the city, with somebody per stadsdeel.
CITYWIDE = (
    ("ggd", "GGD (demogegevens)", PartnerKind.PUBLIC_HEALTH, Post.LIAISON, "Zorgen over gezondheid of verslaving."),
    ("police", "Politie (demogegevens)", PartnerKind.POLICE, Post.OFFICER, "De wijkagent van het stadsdeel."),
    ("schools", "Schoolcontact (demogegevens)", PartnerKind.SCHOOL, Post.SCHOOL_LIAISON, "Verzuim of ruzie op school."),
)  # fmt: skip
#: One organisation in each stadsdeel.
LOCAL = (
    ("wat", "Wijk Actie Team {} (demogegevens)", PartnerKind.SOCIAL_TEAM, Post.ACTION_TEAM, "Snel samen om tafel."),
    ("care", "Buurtzorg Jong {} (demogegevens)", PartnerKind.CARE, Post.COUNSELLOR, "Hulp thuis en op school."),
    ("citizens", "Buurtmoeders {} (demogegevens)", PartnerKind.CITIZENS, Post.BOARD, "Kennen iedereen in de buurt."),
)  # fmt: skip


def rows(city: City, today: date) -> dict[str, list[Row]]:
    """Organisations and who is known there; what was checked long ago shows as such."""
    tables: dict[str, list[Row]] = {"partner": [], "partner_contact": []}
    for key, name, kind, post, about in CITYWIDE:
        made = _partner(city, tables, key, name, kind, about)
        for code in AREAS:
            _contact(city, tables, made, f"{key}{code}", code, post, today)
    for key, name, kind, post, about in LOCAL:
        for code, area in AREAS.items():
            made = _partner(city, tables, f"{key}{code}", name.format(area), kind, about)
            _contact(city, tables, made, f"{key}{code}", code, post, today)
    return tables


def _partner(city: City, tables: dict[str, list[Row]], key: str, name: str, kind: PartnerKind, about: str) -> UUID:
    made = ident(city.seed, "partner", BEGIN, key)
    tables["partner"].append(
        {"id": made, "name": name, "sort_key": sort_key(name), "kind": kind, "about": about,
         "phone": "020 000 00 00", "email": "", **stamps(BEGIN)}
    )  # fmt: skip
    return made


def _contact(
    city: City, tables: dict[str, list[Row]], partner: UUID, key: str, code: str, post: Post, today: date
) -> None:
    chance = dice(city.seed, "partner contact", key)
    first, family = full_name(chance)
    since = timedelta(days=chance.choice((10, 40, 80)) if chance.random() < 0.8 else 300)
    checked = today.replace(day=1) - since
    director = city.having(Role.JV_DIRECTOR, "noord")[0].id
    tables["partner_contact"].append(
        {"id": ident(city.seed, "partner contact", BEGIN, key), "partner_id": partner, "name": f"{first} {family}",
         "sort_key": sort_key(first, family), "post": post, "area_code": code, "phone": "06 00 00 00 00",
         "email": f"{fold(first)}.{fold(family).replace(' ', '')}@{DOMAIN}", "valid_from": date(2024, 1, 1),
         "valid_until": None, "checked_on": checked, "checked_by": director,
         **stamps(at(date(2024, 1, 1), 9), director)}
    )  # fmt: skip
