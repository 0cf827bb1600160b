"""Uses of emergency access: an old one that was reviewed, and each week another one that waits. Reasons are sealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.core import db, sealing
from portal.demo.city import City
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.emergency.models import EmergencyAccess, Need, Outcome
from portal.people.models import Person, PersonStatus
from portal.privacy.permissions import Role

#: From which team to which, why, in what words.
STORIES = (
    ("bijlmer", "noord", Need.UNREACHABLE, "Hij staat bij ons voor de deur en zijn begeleider is ziek. Ik wil weten "
     "met wie ik kan bellen."),
    ("gaasperdam", "noord", Need.INCIDENT, "Er is op straat gevochten en zij was erbij. De school vraagt wie haar "
     "vandaag opvangt."),
    ("noord", "bijlmer", Need.DANGER, "Zijn zus belde: hij is al twee nachten niet thuis en neemt niet op."),
)  # fmt: skip
NOTE = "Gebeld met de medewerker en de regisseur. Eén keer gelezen, alleen de telefoonnummers. Dat past erbij."
WEEK = timedelta(days=7)


def leave(seed: int, today: date) -> None:
    """The uses of the last weeks; what is there already stays as it is."""
    monday = today - timedelta(days=today.weekday())
    city = City(seed)
    for n, start in enumerate(monday - WEEK * back for back in range(4)):
        _use(city, start - timedelta(days=3), settled=n > 1)


def _use(city: City, day: date, *, settled: bool) -> None:
    from_team, to_team, need, reason = STORIES[day.toordinal() // 7 % len(STORIES)]
    young = _somebody(city.team_id(to_team))
    if young is None:
        return
    row_id, start = ident(city.seed, "emergency", at(day, 16, 20), from_team), at(day, 16, 20)
    row = {
        "id": row_id,
        "person_id": young.id,
        "team_id": young.team_id,
        "kenmerk": young.pseudonym,
        "user_id": city.having(Role.YOUTH_WORKER, from_team)[-1].id,
        "need": need,
        "reason_sealed": _sealed(row_id, "reason_sealed", reason),
        "started_at": start,
        "ends_at": start + timedelta(minutes=60),
        "stopped_at": start + timedelta(minutes=12),
    }
    if settled:
        row |= _review(city, row_id, start + timedelta(days=4))
    db.session.execute(insert(EmergencyAccess).values(row).on_conflict_do_nothing())


def _review(city: City, row_id: UUID, moment: datetime) -> dict[str, object]:
    return {
        "outcome": Outcome.JUSTIFIED,
        "note_sealed": _sealed(row_id, "note_sealed", NOTE),
        "reviewed_at": moment,
        "reviewed_by": city.by_login("privacy").id,
    }


def _sealed(row_id: UUID, column: str, words: str) -> bytes:
    return sealing.seal(words, table=EmergencyAccess.__tablename__, column=column, row_id=row_id)


def _somebody(team_id: UUID) -> Person | None:
    theirs = select(Person).where(Person.team_id == team_id)
    return db.session.scalar(theirs.where(Person.status == PersonStatus.OPEN).order_by(Person.id).limit(1))
