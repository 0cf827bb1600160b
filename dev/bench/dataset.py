"""A city of invented people for measuring: a function of its size and the day, filled with COPY and INSERT … SELECT.

The first team is the same in every size, with as many young people as a team really has, so that two sizes can be
compared by the pages of one worker. The others share the rest of the city, nearly all of it closed dossiers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from portal.core import sealing
from portal.demo.names import POOLS
from portal.people import names

WORKERS = 12
OPEN_EACH = 20  # open dossiers of one worker
FIRST_TEAM = 500  # dossiers, in every size
CONTACTS_EACH = 10
NETWORK = 40  # number of the coordinating team, behind the others in every size
SQL = Path(__file__).with_name("dataset.sql")


@dataclass(frozen=True)
class Size:
    """How much there is: `people` in `teams`, with ten contacts each."""

    people: int
    teams: int

    @property
    def contacts(self) -> int:
        """Contact moments in all."""
        return self.people * CONTACTS_EACH

    def of_team(self, team: int) -> int:
        """Dossiers of one team."""
        if team == 0:
            return min(FIRST_TEAM, self.people)
        share, rest = divmod(max(self.people - FIRST_TEAM, 0), self.teams - 1)
        return share + (team <= rest)


def made_id(kind: str, number: int, at: datetime) -> UUID:
    """A UUIDv7 that is the same every time: made at `at`, its random part drawn from kind and number."""
    digest = int.from_bytes(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).digest())
    value = int(at.timestamp() * 1000) << 80 | digest & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def drawn(kind: str, number: int, below: int) -> int:
    """A number from 0 to `below` that is the same every time."""
    return int.from_bytes(hashlib.md5(f"{kind}.{number}".encode(), usedforsecurity=False).digest()[:4]) % below


@dataclass(frozen=True)
class City:
    """The rows of one size on one day, with one password for everybody."""

    size: Size
    now: datetime
    password_hash: str
    areas: tuple[str, ...]

    @property
    def founded(self) -> datetime:
        """When teams and accounts were made."""
        return self.now - timedelta(days=6 * 365)

    def team_id(self, team: int) -> UUID:
        """The id of a team by number."""
        return made_id("team", team, self.founded)

    def worker_id(self, team: int, worker: int) -> UUID:
        """The id of a worker of a team."""
        return made_id("user", team * 100 + worker, self.founded)

    def organisations(self) -> Iterator[tuple[Any, ...]]:
        """One foundation."""
        yield made_id("organisation", 0, self.founded), "Stichting Meetwerk", "youth_work", self.founded

    def teams(self) -> Iterator[tuple[Any, ...]]:
        """The district teams, and the network that finds messengers."""
        organisation = made_id("organisation", 0, self.founded)
        for team in range(self.size.teams):
            yield self.team_id(team), organisation, f"Team {team + 1:02d}", "district", OPEN_EACH, self.founded
        yield self.team_id(NETWORK), organisation, "Netwerk", "city", 12, self.founded

    def staff(self) -> Iterator[tuple[int, int, str, str]]:
        """Team, number, login and role of everybody with an account."""
        for team in range(self.size.teams):
            for worker in range(WORKERS):
                yield team, worker, f"werker-{team}-{worker}", "youth_worker"
            yield team, WORKERS, f"regisseur-{team}", "jv_director"
        yield NETWORK, 0, "coordinator", "cm_coordinator"
        yield NETWORK, 1, "analist", "analyst"

    def users(self) -> Iterator[tuple[Any, ...]]:
        """Their accounts."""
        organisation = made_id("organisation", 0, self.founded)
        for team, number, login, _role in self.staff():
            given, family = _name("user", team * 100 + number)
            name = f"{given} {family}"
            key = names.columns(given, family)["sort_key"]
            mail = f"{login}@meetwerk.example"
            yield (
                self.worker_id(team, number), organisation, name, key, login, mail, self.password_hash,
                self.founded, self.founded,
            )  # fmt: skip

    def roles(self) -> Iterator[tuple[Any, ...]]:
        """Their roles."""
        for team, number, _login, role in self.staff():
            yield self.worker_id(team, number), self.team_id(team), role, self.founded.date(), self.founded

    def people(self) -> Iterator[tuple[Any, ...]]:
        """The young people, with their worker as who made them; the first of each team are open."""
        number = 0
        for team in range(self.size.teams):
            for place in range(self.size.of_team(team)):
                yield self._person(number, team, place)
                number += 1

    def _person(self, number: int, team: int, place: int) -> tuple[Any, ...]:
        is_open = place < WORKERS * OPEN_EACH
        age = drawn("open" if is_open else "closed", number, 700 if is_open else 2000)
        made = self.now - timedelta(days=(30 if is_open else 150) + age, minutes=number % 1440)
        closed_on = None if is_open else (made + timedelta(days=120)).date()
        person_id = made_id("person", number, made)
        given, family = _name("person", number)
        keys = names.columns(given, family)
        phone = f"06 {10000000 + drawn('phone', number, 89999999)}"
        return (
            person_id, self.team_id(team), f"P-{number:06d}", given, family, self._born(number),
            self.areas[drawn("area", number, len(self.areas))],
            sealing.seal(phone, table="person", column="phone_sealed", row_id=person_id),
            "open" if is_open else "closed", closed_on, keys["sort_key"], keys["search_text"], keys["sounds"],
            made, self.worker_id(team, place % WORKERS),
        )  # fmt: skip

    def _born(self, number: int) -> date:
        return (self.now - timedelta(days=12 * 365 + drawn("born", number, 10 * 365))).date()


def _name(kind: str, number: int) -> tuple[str, str]:
    _weight, given, family = POOLS[drawn(f"{kind}.pool", number, len(POOLS))]
    return given[drawn(f"{kind}.given", number, len(given))], family[drawn(f"{kind}.family", number, len(family))]


COLUMNS = {
    "organisations": ("organisation", "id, name, kind, created_at"),
    "teams": ("team", "id, organisation_id, name, kind, caseload_norm, created_at"),
    "users": (
        "app_user",
        "id, organisation_id, name, sort_key, login, email, password_hash, password_changed_at, created_at",
    ),
    "roles": ("role_assignment", "user_id, team_id, role, valid_from, created_at"),
    "people": (
        "made_person",
        "id, team_id, pseudonym, given_name, family_name, birth_date, area_code, phone_sealed, status, closed_on, "
        "sort_key, search_text, sounds, created_at, created_by",
    ),
}


def fill(url: str, size: Size, *, password_hash: str, now: datetime | None = None) -> City:
    """Fill an empty, migrated database as its superuser and return what was made. The sealing key must be set."""
    with psycopg.connect(url, autocommit=True) as connection:
        city = City(size, now or _this_morning(), password_hash, _areas(connection))
        connection.execute("SET session_replication_role = replica")  # no checks per row of what is known to be right
        connection.execute("CREATE TEMP TABLE made_person (LIKE person INCLUDING DEFAULTS)")
        for name, (table, columns) in COLUMNS.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as rows:  # type: ignore[arg-type]
                for row in getattr(city, name)():
                    rows.write_row(row)
        derived = SQL.read_text().replace(":now", f"'{city.now.isoformat()}'::timestamptz")
        derived = derived.replace(":network", f"'{city.team_id(NETWORK)}'::uuid")
        for statement in derived.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())
    return city


def _this_morning() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0)


def _areas(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    rows = connection.execute("SELECT code FROM area WHERE kind = 'wijk' ORDER BY code").fetchall()
    return tuple(code for (code,) in rows)
