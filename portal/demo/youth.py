"""Young people in view. Each team has a fixed number of places in view; people come and go, the number stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from portal.core import clock
from portal.demo.city import BEGIN, TEAMS, City, Colleague, Row, TeamPlan, stamps
from portal.demo.names import NICKNAMES, family_name_like, full_name
from portal.demo.seeds import dice, ident
from portal.people import names
from portal.people.models import PersonStatus, RelatedRole
from portal.privacy.permissions import Role

#: Days of history that are told.
HISTORY = 730
#: Each place for a trajectory serves three young people in turn, one trajectory each (see paths).
ROUND = 220
TURNS = 3
#: A young person with a trajectory is in view this long before it is asked for.
RUN_UP = 150
#: The demo worker has every fifth place of her team, this many in all.
LIVELY = 14


ALL_PLACES = sum(plan.places for plan in TEAMS)


def order_of(place: int) -> int:
    """The turn of a place in the round, 0 to ALL_PLACES - 1; neighbours are far apart."""
    return place * 29 % ALL_PLACES


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in Amsterdam as aware UTC."""
    return clock.from_local(datetime.combine(day, time(hour, minute)))


@dataclass(frozen=True)
class Slot:
    """A place in view: a team, a worker, and a rhythm of people coming and going."""

    number: int
    plan: TeamPlan
    worker: Colleague
    lively: int | None  # rank among the demo worker's places
    place: int | None  # the place for trajectories it takes part in
    turn: int  # which of the three turns


@dataclass(frozen=True)
class Stay:
    """One young person in view in a slot, from `start` to before `end`."""

    slot: Slot
    person_id: UUID
    number: int
    start: date
    end: date


class Youth:
    """All young people the demo tells of."""

    def __init__(self, city: City, today: date) -> None:
        self.city, self.seed, self.today = city, city.seed, today
        self.horizon = today - timedelta(days=HISTORY)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every place in view, team by team."""
        made: list[Slot] = []
        place = 0
        for plan in TEAMS:
            made += self._slots_of(plan, len(made), place)
            place += plan.places
        return tuple(made)

    def _slots_of(self, plan: TeamPlan, first: int, first_place: int) -> Iterator[Slot]:
        workers = self.city.having(Role.YOUTH_WORKER, plan.key)
        others = workers[1:] if workers[0].login == "jongerenwerker" else workers
        for n in range(plan.young_people):
            lively = n // 5 if others is not workers and n % 5 == 0 and n < 5 * LIVELY else None
            worker = workers[0] if lively is not None else dice(self.seed, "worker", first + n).choice(others)
            place = first_place + n // TURNS if n < TURNS * plan.places else None
            yield Slot(first + n, plan, worker, lively, place, n % TURNS)

    @cached_property
    def stays(self) -> dict[int, list[Stay]]:
        """Per slot, the stays that touch the history, oldest first."""
        return {slot.number: list(self._stays(slot)) for slot in self.slots}

    def _stays(self, slot: Slot) -> Iterator[Stay]:
        length, first = self._rhythm(slot)
        start = BEGIN.date()
        n = (self.horizon - start - timedelta(days=first)).days // length
        while (begin := start + timedelta(days=first + n * length)) < self.today:
            person_id = ident(self.seed, "person", at(begin, 15), slot.number, n)
            yield Stay(slot, person_id, n, begin, begin + timedelta(days=length))
            n += 1

    def _rhythm(self, slot: Slot) -> tuple[int, int]:
        """How long a stay lasts and when the first one began, in days."""
        if slot.place is not None:
            return TURNS * ROUND, order_of(slot.place) * ROUND // ALL_PLACES + slot.turn * ROUND - RUN_UP
        chance = dice(self.seed, "rhythm", slot.number)
        length = chance.randint(300, 900)
        return length, chance.randint(0, length)

    def stay_on(self, slot: Slot, day: date) -> Stay | None:
        """Who was in view in a slot on a day, also before the history that is told; None before its first."""
        length, first = self._rhythm(slot)
        n = (day - BEGIN.date() - timedelta(days=first)).days // length
        begin = BEGIN.date() + timedelta(days=first + n * length)
        person_id = ident(self.seed, "person", at(begin, 15), slot.number, n)
        return Stay(slot, person_id, n, begin, begin + timedelta(days=length)) if begin >= BEGIN.date() else None

    def add_person(self, stay: Stay, tables: dict[str, list[Row]]) -> None:
        """The young person of a stay, with their workers, into these tables."""
        self._person(stay, tables)
        tables["person_assignment"] += self._assignments(stay)

    def staying(self, slot: Slot, day: date) -> Stay | None:
        """Who is in view in a slot on a day."""
        return next((stay for stay in self.stays[slot.number] if stay.start <= day < stay.end), None)

    def rows(self) -> dict[str, list[Row]]:
        """People with their aliases, related persons and workers."""
        tables: dict[str, list[Row]] = {"person": [], "person_alias": [], "related_person": [], "person_assignment": []}
        for stays in self.stays.values():
            for stay in stays:
                self.add_person(stay, tables)
        return tables

    def _person(self, stay: Stay, tables: dict[str, list[Row]]) -> None:
        chance = dice(self.seed, "person", stay.slot.number, stay.number)
        given, family = full_name(chance)
        call = chance.choice(NICKNAMES) if chance.random() < 0.06 else ""
        alias = chance.choice([n for n in NICKNAMES if n != call]) if chance.random() < 0.2 else ""
        closed = stay.end <= self.today
        made = stamps(at(stay.start, 15), stay.slot.worker.id)
        team_id = self.city.team_id(stay.slot.plan.key)
        tables["person"].append(
            {
                "id": stay.person_id,
                "team_id": team_id,
                "pseudonym": _pseudonym(chance),
                "given_name": given,
                "family_name": family,
                "call_name": call,
                "birth_date": self._birth_date(stay, chance),
                "area_code": chance.choice(stay.slot.plan.wijken),
                "plain_language": chance.random() < 0.15,
                "phone": f"06 00 {chance.randint(10, 99)} {chance.randint(10, 99)} {chance.randint(10, 99)}",
                "status": PersonStatus.CLOSED if closed else PersonStatus.OPEN,
                "closed_on": stay.end if closed else None,
                **names.columns(given, family, call, [alias]),
                **made,
            }
        )
        key = {"person_id": stay.person_id, "team_id": team_id, **made}
        if alias:
            row_id = ident(self.seed, "alias", at(stay.start, 15), stay.person_id)
            tables["person_alias"].append({"id": row_id, "alias": alias, **key})
        tables["related_person"] += self._related(stay, chance, family, key)

    def _birth_date(self, stay: Stay, chance: Random) -> date:
        """Eight to 27 years old during the whole stay; those with a trajectory are between 14 and 23."""
        ages = (14, 21) if stay.slot.place is not None else chance.choice(((8, 12), (12, 17), (15, 20), (18, 24)))
        return stay.start - timedelta(days=chance.randint(ages[0] * 366, ages[1] * 365 + 300))

    def _related(self, stay: Stay, chance: Random, family: str, key: Row) -> Iterator[Row]:
        roles = [RelatedRole.PARENT] if chance.random() < 0.55 else []
        roles += [RelatedRole.MENTOR_SCHOOL] if chance.random() < 0.35 else []
        roles += [RelatedRole.COACH] if chance.random() < 0.15 else []
        for role in roles:
            own = role == RelatedRole.PARENT
            name = f"{family_name_like(chance, family)} {family}" if own else " ".join(full_name(chance))
            yield {
                "id": ident(self.seed, "related", at(stay.start, 15), stay.person_id, role),
                "role": role,
                "name": name,
                "may_be_contacted": chance.random() < 0.7,
                **key,
            }

    def _assignments(self, stay: Stay) -> Iterator[Row]:
        workers = self.city.having(Role.YOUTH_WORKER, stay.slot.plan.key)
        second = workers[stay.slot.number // 7 % len(workers)]
        yield self._assignment(stay, stay.slot.worker, primary=True)
        # Somebody who knows this young person as well; never the demo worker, whose list stays as it is.
        if stay.slot.number % 7 == 3 and second is not stay.slot.worker and second.login != "jongerenwerker":
            yield self._assignment(stay, second, primary=False)

    def _assignment(self, stay: Stay, who: Colleague, *, primary: bool) -> Row:
        return {
            "id": ident(self.seed, "assignment", at(stay.start, 15), stay.person_id, who.id),
            "person_id": stay.person_id,
            "team_id": self.city.team_id(stay.slot.plan.key),
            "user_id": who.id,
            "is_primary": primary,
            "since": stay.start,
            "until": stay.end if stay.end <= self.today else None,
            **stamps(at(stay.start, 15), stay.slot.worker.id),
        }


def _pseudonym(chance: Random) -> str:
    """P- and six letters or digits, none that look alike."""
    return "P-" + "".join(chance.choices("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=6))
