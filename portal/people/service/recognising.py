"""Before a dossier is made: may this young person be known already, here or with another team?

Of another team nothing is told but its name, and only to who knows family name and birth date. Each question is in the
log, with the young people it was about; how often somebody may ask is limited.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Function, Integer, Row, Text, Uuid, cast, column, false, func, or_, select

from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import TooOften
from portal.people import policy
from portal.people.models import BirthDatePrecision, Person
from portal.people.service import matching
from portal.people.service.finding import log_list
from portal.people.service.registering import Details, born_as_stored
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent, Action, DeclaredRelation
from portal.privacy.permissions import Permission
from portal.settings import settings

#: In the access log: that somebody asked, and about whom of another team. The asker is not shown the second.
QUESTION, LOOKALIKE = "registration", "lookalike"
#: How often one person may ask: nobody registers more young people than this, and a list of names cannot be tried out.
MOST = ((timedelta(hours=1), 20), (timedelta(days=1), 60))


@dataclass(frozen=True)
class Alike:
    """A young person who may be the one that is being registered."""

    id: UUID
    name: str
    kenmerk: str
    area: str


@dataclass(frozen=True)
class Recognised:
    """Who may be meant. Going on anyway takes `seal`, which holds for exactly what was shown."""

    near: Sequence[Alike]  # within reach
    teams: Sequence[str]  # other teams, or workers of the own team: a name and nothing more
    seal: str
    expected: str

    @property
    def any(self) -> bool:
        """Whether there is something to ask about."""
        return bool(self.near or self.teams)

    def answered_by(self, seal: str) -> bool:
        """Whether this is the answer to the same question; somebody registered in between makes it another one."""
        salt, _, given = seal.partition(".")
        return bool(given) and hmac.compare_digest(given.encode(), _seal(self.expected, salt).encode())


def recognise(actor: Actor, *, details: Details) -> Recognised:
    """Look for this young person everywhere, logged. Raises TooOften.

    Somebody the actor said to know in private is asked about, in the log, and told nothing of (domain I-24).
    Registrations of one year of birth go one after the other, so that two at the same moment see each other.
    """
    actor.require(Permission.PEOPLE_CREATE)
    _one_at_a_time(f"registering {actor.user_id}")
    _ensure_not_too_often(actor)
    _one_at_a_time(f"born in {details.birth_date.year}")
    near = alike(actor, details=details)
    away = _elsewhere(actor, details)
    asked = [Subject(QUESTION), *(Subject(LOOKALIKE, row.id, row.id, row.team_id) for row in away)]
    access_log.record(actor, Action.SEARCH, asked, permission=Permission.PEOPLE_CREATE)
    told = _but_acquaintances(actor, away)
    everybody = _listed(actor, [one.id for one in near] + [row.id for row in told])
    salt = secrets.token_hex(8)
    teams = sorted({row.name for row in told})
    return Recognised(near, teams, f"{salt}.{_seal(everybody, salt)}", everybody)


def _listed(actor: Actor, ids: Iterable[UUID]) -> str:
    return f"{actor.user_id}:{','.join(sorted(str(each) for each in ids))}"


def _seal(listed: str, salt: str) -> str:
    return hmac.digest(settings().secret_key.encode(), f"lookalikes {salt} {listed}".encode(), "sha256").hex()


def _one_at_a_time(what: str) -> None:
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def _ensure_not_too_often(actor: Actor) -> None:
    now = clock.now()
    counts = [func.count().filter(AccessEvent.at > now - span) for span, _ in MOST]
    asked = select(*counts).where(
        AccessEvent.actor_id == actor.user_id,
        AccessEvent.at > now - max(span for span, _ in MOST),
        AccessEvent.subject_type == QUESTION,
        AccessEvent.result == "ok",
    )
    if any(count >= most for count, (_, most) in zip(db.session.execute(asked).one(), MOST, strict=True)):
        access_log.record_denied(actor, Subject(QUESTION), permission=Permission.PEOPLE_CREATE)
        raise TooOften


# --- within reach ----------------------------------------------------------------------------------------------------


def alike(actor: Actor, *, details: Details) -> list[Alike]:
    """Young people within reach whose name is found by this one and whose birth date may be this; logged as a list."""
    born, near = born_as_stored(details), policy.reached(actor)
    statement = (
        select(Person)
        .join(near, near.c.id == Person.id)
        .where(
            policy.detailed(actor),
            Person.birth_date.between(date(born.year, 1, 1), date(born.year, 12, 31)),
            or_(false(), *(matching.named(near, matching.literally(typed)) for typed in _names(details))),
        )
    )
    found = [person for person in db.session.scalars(statement.order_by(Person.sort_key)) if _may_be(person, details)]
    log_list(actor, found)
    return [Alike(p.id, p.display_name, p.pseudonym, areas.label(p.area_code)) for p in found]


def _names(details: Details) -> list[matching.Typed]:
    """Given and call name, each with the family name, as words to search by."""
    first = {details.given_name, details.call_name} - {""}
    return [words for words in (matching.words(f"{name} {details.family_name}") for name in first) if words]


def _may_be(person: Person, details: Details) -> bool:
    """Whether two birth dates of one year agree as far as both are known, or have day and month the wrong way round."""
    born = born_as_stored(details)
    precisions = {person.birth_date_precision, details.birth_date_precision}
    if BirthDatePrecision.YEAR in precisions:
        return True
    if BirthDatePrecision.MONTH in precisions:
        return person.birth_date.month == born.month
    known = (person.birth_date.day, person.birth_date.month)
    return known in ((born.day, born.month), (born.month, born.day))


# --- elsewhere -------------------------------------------------------------------------------------------------------


def _elsewhere(actor: Actor, details: Details) -> Sequence[Row[Any]]:
    """Young people out of reach of this name and birth date: id, team and its name."""
    enough = bool(details.family_name) and details.birth_date_precision == BirthDatePrecision.DAY
    columns = (column("id", Uuid), column("team_id", Uuid), column("name", Text))
    asked = select(_lookalikes(details, enough).table_valued(*columns, name="alike"))
    found = db.session.execute(asked).all()
    reached = select(Person.id).where(Person.id.in_([row.id for row in found]), policy.detailed(actor))
    known = set(db.session.scalars(reached))  # asked also about nobody: how long an answer takes tells nothing
    return [row for row in found if row.id not in known]


def _but_acquaintances(actor: Actor, found: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    known = select(DeclaredRelation.person_id).where(
        DeclaredRelation.user_id == actor.user_id,
        DeclaredRelation.ended_at.is_(None),
        DeclaredRelation.person_id.in_([row.id for row in found]),
    )
    apart = set(db.session.scalars(known))
    return [row for row in found if row.id not in apart]


def _lookalikes(details: Details, enough: bool) -> Function[Any]:
    """Asked behind the wall, which tells id and team only: born on that day, with day and month the wrong way round, or
    as far as it is known, and found by one of the names.
    """
    born, asked = details.birth_date, enumerate(_names(details) if enough else ())
    words = [(word, " ".join(sorted(keys)), name) for name, listed in asked for word, keys in listed]
    return func.lookalikes(
        cast([born, *_turned(born)], ARRAY(Date)),
        born.replace(day=1),
        date(born.year, 7, 1),
        *(cast([each[n] for each in words], ARRAY(kind)) for n, kind in enumerate((Text, Text, Integer))),
    )


def _turned(born: date) -> list[date]:
    return [born.replace(month=born.day, day=born.month)] if born.day <= 12 else []
