"""Caseload talks: one a quarter with every worker, some of a director, and today one with the demo worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from portal.demo.city import BEGIN, TEAMS, City, Colleague, Row, stamps
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.privacy.permissions import Role
from portal.talks.models import AgreementStatus, Occasion, TalkStatus

HISTORY = timedelta(days=400)
#: A talk is told of when it is this old, so that there is something new to say at the next.
TOLD_AFTER = timedelta(days=60)
#: A talk of a director is so long after one of the manager, and the next is so far ahead.
LATER, AHEAD = timedelta(days=35), timedelta(days=3)
NOTES = (
    "De lijst is goed bij. We bespraken drie jongeren met wie het contact stil ligt; het vervolg staat nu op een dag.",
    "Veel losse contacten op straat, weinig op afspraak. Volgende keer kijken we of dat is veranderd.",
    "Twee jongeren kunnen worden afgesloten. De rest loopt zoals afgesproken.",
    "Drukke maanden. We kijken samen wat er af kan voordat er iemand bij komt.",
)
VIEWS = (
    "Ik herken het beeld. Het stille deel komt vooral door de vakantie.",
    "Het aantal zegt niet alles: twee jongeren vragen nu bijna elke dag tijd.",
    "Fijn om dit samen te doen. Ik wil graag meer tijd voor huisbezoek.",
)
AGREED = (
    "Bij elke jongere die lang stil is een dag voor het vervolg kiezen",
    "Twee dossiers nalopen en voorstellen om ze af te sluiten",
    "Met een collega bespreken wie de avond op het plein doet",
    "Een traject aanvragen voor wie daar ja op zei",
)


class Talks:
    """The talks as they stand on the morning of `today`."""

    def __init__(self, city: City, today: date) -> None:
        self.city, self.seed, self.today = city, city.seed, today

    def rows(self) -> dict[str, list[Row]]:
        """Talks, notes and agreements."""
        made: dict[str, list[Row]] = {"talk": [], "talk_note": [], "talk_agreement": []}
        for plan in TEAMS:
            manager = self.city.having(Role.MANAGER, plan.key)[0]
            for worker in self.city.having(Role.YOUTH_WORKER, plan.key):
                days = list(self._days(worker))
                for before, day in pairwise(days):
                    self._tell(made, manager, worker, before, day, is_last=day == days[-1])
        manager, director = self.city.by_login("manager"), self.city.by_login("regisseur")
        first, second = self.city.having(Role.YOUTH_WORKER, director.team)[:2]
        made["talk"] += [
            self._planned(manager, first, self.today, "planned"),
            self._planned(director, second, self.today + AHEAD, "planned by a director"),
        ]
        self._of_director(made, director, second)
        return made

    def _of_director(self, made: dict[str, list[Row]], director: Colleague, worker: Colleague) -> None:
        """A director talks with one of the team a while after the manager did."""
        for day, _next in pairwise(self._days(worker)):
            self._tell(made, director, worker, day, day + LATER, is_last=False)

    def _days(self, worker: Colleague) -> Iterator[date]:
        """A weekday in the second month of each quarter, another for each worker."""
        first = BEGIN.date().replace(day=1)
        for n in range(4 * (self.today.year - first.year + 1)):
            month = date(first.year + n // 4, 3 * (n % 4) + 2, 1)
            day = month + timedelta(days=dice(self.seed, "talk", worker.id, n).randrange(25))
            day += timedelta(days=8 - day.isoweekday() if day.isoweekday() > 5 else 0)
            if self.today - HISTORY <= day <= self.today - TOLD_AFTER:
                yield day

    def _tell(
        self,
        made: dict[str, list[Row]],
        manager: Colleague,
        worker: Colleague,
        before: date,
        day: date,
        *,
        is_last: bool,
    ) -> None:
        chance = dice(self.seed, "talk-told", worker.id, day)
        start, team = at(day, 10), self.city.team_id(worker.team)
        talk = ident(self.seed, "talk", start, worker.id)
        made["talk"].append(
            {"id": talk, "team_id": team, "worker_id": worker.id, "held_by_id": manager.id, "planned_on": day,
             "status": TalkStatus.HELD, "occasion": Occasion.REGULAR, "opened_at": start,
             "open_until": at(day + timedelta(days=1), 0), "since_on": before, "figures": self._figures(worker, day),
             **stamps(start, manager.id)}
        )  # fmt: skip
        for n, (author, body, hour) in enumerate(
            ((manager, chance.choice(NOTES), 11), (worker, chance.choice(VIEWS), 15))
        ):
            moment = at(day, hour)
            note = ident(self.seed, "talk-note", moment, worker.id, n)
            made["talk_note"].append(
                {"id": note, "talk_id": talk, "team_id": team, "author_id": author.id, "at": moment, "body": body}
            )
        for n, what in enumerate(chance.sample(AGREED, 2)):
            is_open = is_last and n == 0
            due = self.today + timedelta(days=2) if is_open else day + timedelta(days=14 + n)
            made["talk_agreement"].append(
                {"id": ident(self.seed, "talk-agreed", start, worker.id, n), "talk_id": talk, "team_id": team,
                 "what": what, "due_on": due, "status": AgreementStatus.OPEN if is_open else AgreementStatus.DONE,
                 "ended_at": None if is_open else at(day + timedelta(days=12), 16), **stamps(start, manager.id)}
            )  # fmt: skip

    def _figures(self, worker: Colleague, day: date) -> dict[str, object]:
        chance = dice(self.seed, "talk-figures", worker.id, day)
        people, contacts = chance.randint(9, 14), chance.randint(40, 90)
        late = chance.randint(0, 3)
        return {
            "open_people": people, "people_late": late, "silent_people": chance.randint(0, 3),
            "longest_silence": chance.randint(18, 44), "active_trajectories": chance.randint(0, 3),
            "overdue_follow_ups": late, "contacts": contacts, "effective": contacts * 2 // 3,
            "arrived": chance.randint(0, 3), "left": chance.randint(0, 3), "follow_ups_closed": chance.randint(10, 40),
            "promises": late + 1, "promises_late": late // 2,
            "formation": worker.fte, "norm": str(12 * float(worker.fte)), "contact_norm_days": 30,
        }  # fmt: skip

    def _planned(self, holder: Colleague, worker: Colleague, day: date, key: str) -> Row:
        """One that is still to come; it moves along until somebody opens it."""
        return {
            "id": ident(self.seed, "talk", BEGIN, key), "team_id": self.city.team_id(worker.team),
            "worker_id": worker.id, "held_by_id": holder.id, "planned_on": day,
            "status": TalkStatus.PLANNED, "occasion": None, "opened_at": None, "open_until": None, "since_on": None,
            "figures": {}, **stamps(BEGIN, holder.id),
        }  # fmt: skip
