"""Monitored locations and youth groups: the stock of the end of 2023 is that of the yearly report (demogegevens)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from portal.demo.city import TEAMS, City, Row, TeamPlan, stamps
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.groups.models import AgeBand, SizeBand
from portal.places.models import Atmosphere, Headcount, LocationKind, LocationStatus, Sight
from portal.places.workflow import Event
from portal.privacy.permissions import Role

#: Watched at the end of 2023 (domain §5.3, F-06); quiet or ended by then; and what came later.
STOCK, GONE, LATER = 203, 16, 24
YEAR_END = date(2023, 12, 31)
GROUPS_PER_TEAM = 3
REVIEW = 90  # days
#: Visits are counted from here; only those of the last weeks are made.
VISITED, KEPT = date(2024, 1, 1), timedelta(days=84)
SEEN = (Sight.GOOD, Sight.NOISE, Sight.LITTER, Sight.VANDALISM, Sight.DARK, Sight.SUBSTANCE_USE)
_WORDS = {
    LocationKind.SQUARE: "Plein", LocationKind.PLAYGROUND: "Speelplek", LocationKind.HANGOUT: "Bankjes bij",
    LocationKind.SCHOOL_SURROUNDINGS: "School bij", LocationKind.STATION_STOP: "Halte bij",
    LocationKind.GARAGE_BOX: "Garage", LocationKind.PARK: "Park", LocationKind.SHOPPING: "Winkels bij",
    LocationKind.ONLINE: "Chatgroep",
}  # fmt: skip
_NAMES = (
    "de Wilg", "de Reiger", "het Anker", "de Kade", "de Linde", "het Zwaluwnest", "de Molenwiek", "de Olm", "het Baken",
    "de Vuurtoren", "de Zonnebloem", "het Karrewiel", "de Pauw", "de Waterlelie", "het Klaverblad", "de Boogbrug",
    "de Vlieger", "het Hof", "de Kastanje", "de Poort", "het Eiland", "de Lantaarn", "de Zeepkist", "het Veld",
)  # fmt: skip


def _registered(n: int) -> datetime:
    return at(date(2022 + n % 2, 3 + n, 7), 11)


def group_id(city: City, team: str, n: int) -> UUID:
    """Id of the n-th group of a team (key of its plan)."""
    return ident(city.seed, "group", _registered(n), team, n)


class Watched:
    """The places and groups as they stand on the morning of `today`."""

    def __init__(self, city: City, today: date) -> None:
        self.city, self.seed, self.today = city, city.seed, today
        self.made: dict[str, list[Row]] = {"monitored_location": [], "location_step": [], "location_observation": [],
                                           "youth_group": []}  # fmt: skip

    def rows(self) -> dict[str, list[Row]]:
        """Locations with their steps, and groups."""
        for n in range(STOCK + GONE + LATER):
            steps = [step for step in self._steps(n) if step[0] < self.today]
            if steps:
                self._location(n, steps)
        for plan in TEAMS:
            self.made["youth_group"] += [self._group(plan, n) for n in range(GROUPS_PER_TEAM)]
        return self.made

    def _steps(self, n: int) -> Iterator[tuple[date, Event, LocationStatus]]:
        """When it came into the list and what was decided since; each day is the same whatever today is."""
        chance = dice(self.seed, "location", n)
        if n >= STOCK + GONE:
            yield YEAR_END + timedelta(days=30 + 30 * (n - STOCK - GONE)), Event.START, LocationStatus.MONITORED
            return
        began = date(2021, 1, 4) + timedelta(days=chance.randrange(900))
        yield began, Event.START, LocationStatus.MONITORED
        if n >= STOCK:
            event, status = self._gone(n)
            yield began + timedelta(days=60 + chance.randrange(60)), event, status
        elif chance.random() < 0.2:
            yield began + timedelta(days=40), Event.INTENSIFY, LocationStatus.PRIORITY
        elif chance.random() < 0.25:
            yield YEAR_END + timedelta(days=20 + chance.randrange(900)), Event.CALM, LocationStatus.QUIET

    def _gone(self, n: int) -> tuple[Event, LocationStatus]:
        return (Event.END, LocationStatus.ENDED) if n % 2 else (Event.CALM, LocationStatus.QUIET)

    def _location(self, n: int, steps: list[tuple[date, Event, LocationStatus]]) -> None:
        chance = dice(self.seed, "location place", n)
        plan = chance.choices(TEAMS, [each.young_people for each in TEAMS])[0]
        began, status = steps[0][0], steps[-1][2]
        moment, owner = at(began, 10), chance.choice(self.city.having(Role.YOUTH_WORKER, plan.key)).id
        row_id = ident(self.seed, "location", moment, n)
        kind = chance.choice(tuple(LocationKind))
        self.made["monitored_location"].append(
            {"id": row_id, "team_id": self.city.team_id(plan.key), "name": f"{_WORDS[kind]} {chance.choice(_NAMES)}",
             "kind": kind, "area_code": chance.choice(plan.wijken), "status": status, "since_on": began,
             "ended_on": steps[-1][0] if status is LocationStatus.ENDED else None,
             "review_on": self._review(began), "owner_id": owner, "version": 1, **stamps(moment, owner)}
        )  # fmt: skip
        if status is not LocationStatus.ENDED:
            self.made["location_observation"] += self._visits(row_id, plan, owner, n)
        before = ""
        for number, (day, event, after) in enumerate(steps):
            self.made["location_step"].append(self._step(row_id, number, at(day, 10), event, before, after, owner))
            before = after

    def _visits(self, location: UUID, plan: TeamPlan, owner: UUID, n: int) -> Iterator[Row]:
        """A place has its own rhythm and is forgotten now and then; each visit is the same whatever today is."""
        every = 11 + dice(self.seed, "location rhythm", n).randrange(14)
        for visit in range((self.today - VISITED).days // every, -1, -1):
            day, chance = VISITED + timedelta(days=visit * every + n % every), dice(self.seed, "visit", n, visit)
            moment = at(day, 15 + chance.randrange(6))
            if not self.today - KEPT <= day < self.today or (n + visit) % 9 < 3:
                continue
            air = chance.choices(tuple(Atmosphere), (60, 30, 8, 2))[0]
            yield {
                "id": ident(self.seed, "location observation", moment, location, visit), "location_id": location,
                "team_id": self.city.team_id(plan.key), "by_id": owner, "seen_at": moment, "created_at": moment,
                "key": ident(self.seed, "location look", moment, location, visit), "atmosphere": air,
                "headcount": chance.choice(tuple(Headcount)[1 if air is not Atmosphere.CALM else 0:]),
                "sights": sorted(chance.sample(SEEN, k=chance.randrange(3))),
            }  # fmt: skip

    def _review(self, began: date) -> date:
        """Every so many days, the next one from today on."""
        return self.today + timedelta(days=REVIEW - (self.today - began).days % REVIEW)

    def _step(self, location: UUID, n: int, moment: datetime, event: Event, before: str, after: str, by: UUID) -> Row:
        row_id = ident(self.seed, "location step", moment, location, n)
        return {"id": row_id, "location_id": location, "at": moment, "by_id": by, "event": event,
                "from_status": before, "to_status": after, "note": ""}  # fmt: skip

    def _group(self, plan: TeamPlan, n: int) -> Row:
        chance: Random = dice(self.seed, "group", plan.key, n)
        moment, director = _registered(n), self.city.having(Role.JV_DIRECTOR, plan.key)[0].id
        number = (
            1 + n + GROUPS_PER_TEAM * [each.key for each in TEAMS if each.stadsdeel == plan.stadsdeel].index(plan.key)
        )
        return {
            "id": group_id(self.city, plan.key, n), "team_id": self.city.team_id(plan.key),
            "code": f"{plan.stadsdeel}-{moment.year}-{number:02d}",
            "area_codes": sorted(chance.sample(plan.wijken, k=1 + n % 2)), "size_band": chance.choice(tuple(SizeBand)),
            "age_band": chance.choice(tuple(AgeBand)), "online": chance.random() < 0.4, "fluid": chance.random() < 0.5,
            "version": 1, **stamps(moment, director),
        }  # fmt: skip
