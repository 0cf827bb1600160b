"""Appointments: what stands in the agendas of workers and messengers, from last week to next week."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from portal.appointments.models import AppointmentStatus as Status
from portal.demo.city import TEAMS, Colleague, Row, stamps
from portal.demo.seeds import dice, ident
from portal.demo.texts import APPOINTMENTS, MEETING_PLACES, MEETINGS
from portal.demo.youth import Youth, at
from portal.privacy.permissions import Role

BACK, AHEAD = 14, 7
PLANNED_BEFORE = timedelta(days=8)
#: When appointments begin; every worker has a few of these a day.
HOURS = ((9, 30), (11, 0), (13, 30), (15, 30), (17, 0))
EARLY = 8, 30
SATURDAY, MONDAY, TUESDAY, THURSDAY = 5, 0, 1, 3
#: So many messengers the coordinator talks with each week.
TALKED_WITH = 3
#: Who comes along to a meeting without a young person.
LEADS = {Role.YOUTH_WORKER: Role.JV_DIRECTOR, Role.CREDIBLE_MESSENGER: Role.CM_COORDINATOR}
LIVELY = "jongerenwerker"


class Agenda:
    """Appointments as a function of seed and date; a row depends on its own day and on what has passed since."""

    def __init__(self, youth: Youth, trajectories: list[Row], messengers: list[Row]) -> None:
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self.trajectories = trajectories
        self.accounts = {row["id"]: row["user_id"] for row in messengers}

    def rows(self) -> dict[str, list[Row]]:
        """Appointments with young people and colleagues."""
        self.tables: dict[str, list[Row]] = {
            "appointment": [], "appointment_participant": [], "appointment_colleague": [],
        }  # fmt: skip
        for n in range(-BACK, AHEAD + 1):
            day = self.today + timedelta(days=n)
            for plan in TEAMS:
                for worker in self.city.having(Role.YOUTH_WORKER, plan.key):
                    self._day_of(worker, day)
            self._of_messengers(day)
        return self.tables

    def _day_of(self, worker: Colleague, day: date) -> None:
        chance, lively = dice(self.seed, "agenda", worker.id, day), worker.login == LIVELY
        hours = chance.sample(HOURS, 3 if lively else chance.choice((0, 1, 2)))
        if day.weekday() >= SATURDAY:
            hours = hours[:1] if lively else []
        for n, hour in enumerate(sorted(hours)):
            young = self._young(worker, day, n)
            if young is not None:
                self._appointment(worker, day, hour, n, [young])
        if day.weekday() == TUESDAY and lively:
            self._appointment(worker, day, (12, 30), 9, [])
        if day.weekday() == MONDAY and lively:
            self._appointment(worker, day, EARLY, 10, [])
        if day.weekday() == THURSDAY and lively:
            self._moved(worker, day)

    def _young(self, worker: Colleague, day: date, n: int) -> UUID | None:
        """Somebody this worker guides from ten days before until two days after."""
        slots = [slot for slot in self.youth.slots if slot.worker is worker]
        if not slots:
            return None
        slot = dice(self.seed, "agenda young", worker.id, day, n).choice(slots)
        stays = {self.youth.staying(slot, day + timedelta(days=away)) for away in (-10, 0, 2)}
        stay = stays.pop()
        return stay.person_id if stay is not None and not stays else None

    def _of_messengers(self, day: date) -> None:
        """Of running trajectories, once a week each."""
        for row in self.trajectories:
            user_id = self.accounts.get(row["messenger_id"])
            started = row["started_on"]
            if user_id is None or row["status"] != "active" or not isinstance(started, date) or started > self.today:
                continue
            chance = dice(self.seed, "agenda messenger", row["id"])
            if chance.randrange(7) != day.weekday() or day <= started:
                continue
            who = next(each for each in self.city.colleagues if each.id == user_id)
            person_id, team_id = row["person_id"], row["team_id"]
            self._put(who, day, HOURS[chance.randrange(5)], row["id"], [(person_id, team_id)], "network")
        for weekday, who in enumerate(self.city.having(Role.CREDIBLE_MESSENGER, "network")[:TALKED_WITH], TUESDAY):
            if day.weekday() == weekday:
                self._put(who, day, EARLY, "network", [], "network")

    def _moved(self, worker: Colleague, day: date) -> None:
        """Every Thursday one that was first planned for the Tuesday."""
        young = self._young(worker, day, 7)
        if young is not None:
            first = self._appointment(worker, day - timedelta(days=2), (16, 30), 7, [young])
            first |= {"status": Status.MOVED, "reason": "Moest langer op school blijven.", "revision": 1,
                      "ended_at": first["created_at"]}  # fmt: skip
            second = self._appointment(worker, day, (16, 30), 8, [young])
            second |= {"chain_id": first["id"], "moved_from_id": first["id"], "moves": 1, "what": first["what"],
                       "revision": second["revision"] or 2}  # fmt: skip

    def _appointment(self, worker: Colleague, day: date, hour: tuple[int, int], n: int, young: list[UUID]) -> Row:
        team = self.city.team_id(worker.team)
        return self._put(worker, day, hour, n, [(person, team) for person in young], worker.team)

    def _put(
        self,
        worker: Colleague,
        day: date,
        hour: tuple[int, int],
        key: object,
        young: list[tuple[object, object]],
        team: str,
    ) -> Row:
        chance, start = dice(self.seed, "appointment", worker.id, day, key), at(day, *hour)
        made = start - PLANNED_BEFORE
        status = self._status(worker, day, key, chance.random())
        row: Row = {
            "id": ident(self.seed, "appointment", made, worker.id, key),
            "team_id": self.city.team_id(team),
            "owner_id": worker.id,
            "starts_at": start,
            "ends_at": start + timedelta(minutes=chance.choice((30, 30, 45, 60))),
            "what": chance.choice(APPOINTMENTS if young else MEETINGS),
            "place": chance.choice(MEETING_PLACES),
            "status": status,
            "ended_at": None if status == Status.PLANNED else start + timedelta(hours=1),
            "reason": "Was ziek." if status == Status.CANCELLED else "",
            "contact_id": None,
            "moved_from_id": None,
            "moves": 0,
            "revision": 0 if status == Status.PLANNED else 1,
            "withdrawn": False,
            **stamps(made, worker.id),
        }  # fmt: skip
        row["chain_id"] = row["id"]
        self.tables["appointment"].append(row)
        self._company(row, worker, young, alone=chance.random() > 0.12 and bool(young))
        return row

    def _status(self, worker: Colleague, day: date, key: object, drawn: float) -> Status:
        """What has passed took place, mostly; the demo worker still has to say so of one of yesterday."""
        if day >= self.today:
            return Status.PLANNED
        if worker.login == LIVELY and key == 0 and day == self.today - timedelta(days=1):
            return Status.PLANNED
        return Status.HELD if drawn < 0.8 else Status.NO_SHOW if drawn < 0.92 else Status.CANCELLED

    def _company(self, row: Row, worker: Colleague, young: list[tuple[object, object]], *, alone: bool) -> None:
        self.tables["appointment_participant"] += [
            {"appointment_id": row["id"], "person_id": person, "appointment_team_id": row["team_id"],
             "person_team_id": team}
            for person, team in young
        ]  # fmt: skip
        along = [] if alone else self._along(worker)
        if not young:
            along += self.city.having(LEADS[worker.role], worker.team)[:1]
        self.tables["appointment_colleague"] += [{"appointment_id": row["id"], "user_id": each.id} for each in along]

    def _along(self, worker: Colleague) -> list[Colleague]:
        others = [each for each in self.city.having(Role.YOUTH_WORKER, worker.team) if each is not worker]
        return others[:2]
