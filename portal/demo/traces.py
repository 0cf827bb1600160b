"""What the access log holds of the last weeks: who opened which dossier, who signed in, who was refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.demo.city import ACCOUNTS, City, Colleague, Row
from portal.demo.paths import Paths
from portal.demo.seeds import dice, ident
from portal.demo.youth import Youth, at
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Role

#: Days of access log that are told.
SPAN = 45


class Traces:
    """Access events that go with the contacts and trajectories of the last weeks."""

    def __init__(self, youth: Youth, paths: Paths, contacts: dict[str, list[Row]]) -> None:
        self.youth, self.paths, self.contacts = youth, paths, contacts
        self.city: City = youth.city
        self.seed, self.today = youth.seed, youth.today
        self.since = at(self.today - timedelta(days=SPAN), 0)
        self.people = {each.id: each for each in self.city.colleagues}

    def rows(self) -> list[Row]:
        """Events, oldest first."""
        made = [*self._contacts(), *self._trajectories(), *self._supervision(), *self._sign_ins(), *self._striking()]
        return sorted(made, key=lambda row: str(row["at"]))

    def _contacts(self) -> Iterator[Row]:
        """A worker opens the dossier and records the contact."""
        contacts = {row["id"]: row for row in self.contacts["contact"] if _moment(row, "created_at") >= self.since}
        for part in self.contacts["contact_participant"]:
            contact = contacts.get(part["contact_id"])
            if contact is None:
                continue
            who, moment = self.people[contact["worker_id"]], _moment(contact, "created_at")  # type: ignore[index]
            about: Row = {
                "person_id": part["person_id"],
                "team_id": part["person_team_id"],
                "context": contact["context"],
            }
            read: Row = {"subject_type": "person", "subject_id": part["person_id"], "origin": "dossier.show"}
            made: Row = {"subject_type": "contact", "subject_id": contact["id"], "origin": "contacts.new"}
            before = moment - timedelta(minutes=1)
            yield self._event(who, Action.READ, before, "read", part["contact_id"], part["person_id"]) | read | about
            yield self._event(who, Action.CREATE, moment, "made", part["contact_id"], part["person_id"]) | made | about

    def _trajectories(self) -> Iterator[Row]:
        """A coordinator reads about whom it is before each step."""
        for path in self.paths.paths:
            for n, step in enumerate(path.steps):
                who = self.people.get(step.by) if step.by else None
                if who is None or who.role != Role.CM_COORDINATOR or step.at < self.since:
                    continue
                yield self._event(who, Action.READ, step.at - timedelta(minutes=3), "match", path.id, n) | {
                    "purpose": Purpose.MATCHING,
                    "origin": "trajectories.show",
                    "subject_type": "trajectory",
                    "subject_id": path.id,
                    "person_id": path.stay.person_id,
                    "team_id": self.city.team_id(path.stay.slot.plan.key),
                    "context": Context.VOLUNTARY_GUIDANCE,
                }

    def _supervision(self) -> Iterator[Row]:
        """The director of a team looks into a few dossiers each week; now and then somebody is refused one."""
        for day in range(1, SPAN):
            date = self.today - timedelta(days=day)
            if date.weekday() == 1:
                for who in self.people.values():
                    if who.role == Role.JV_DIRECTOR:
                        yield from self._looked(who, date.toordinal())
            if date.day in (4, 17):
                yield self._refused(date.toordinal())

    def _striking(self) -> Iterator[Row]:
        """What a privacy officer asks about: dossiers in the night, and many in one hour."""
        for day in range(1, SPAN):
            date = self.today - timedelta(days=day)
            if date.day == 9:
                who = self._somebody(Role.YOUTH_WORKER, "night", date.toordinal())
                own = [slot for slot in self.youth.slots if slot.plan.key == who.team][:3]
                for n, slot in enumerate(own):
                    moment = {"at": at(date, 2, 10 + 3 * n)}
                    yield self._dossier(who, slot.number, date.toordinal(), Action.READ, Purpose.OWN_CASELOAD) | moment
            if date.day == 12:
                who = self._somebody(Role.JV_DIRECTOR, "many", date.toordinal())
                for n, slot in enumerate([s for s in self.youth.slots if s.plan.key == who.team][:28]):
                    moment = {"at": at(date, 16, 1 + 2 * n)}
                    yield self._dossier(who, slot.number, date.toordinal(), Action.READ, Purpose.SUPERVISION) | moment

    def _somebody(self, role: Role, what: str, ordinal: int) -> Colleague:
        return dice(self.seed, what, ordinal).choice([each for each in self.people.values() if each.role == role])

    def _looked(self, who: Colleague, ordinal: int) -> Iterator[Row]:
        chance = dice(self.seed, "look", who.id, ordinal)
        slots = [slot for slot in self.youth.slots if slot.plan.key == who.team]
        for slot in chance.sample(slots, 3):
            yield self._dossier(who, slot.number, ordinal, Action.READ, Purpose.SUPERVISION)

    def _refused(self, ordinal: int) -> Row:
        """A worker opens the address of a dossier that belongs to another team."""
        chance = dice(self.seed, "refused look", ordinal)
        workers = [each for each in self.people.values() if each.role == Role.YOUTH_WORKER]
        who = chance.choice(workers)
        others = [slot for slot in self.youth.slots if slot.plan.key != who.team]
        return self._dossier(who, chance.choice(others).number, ordinal, Action.DENIED, "") | {"result": "denied"}

    def _dossier(self, who: Colleague, slot: int, ordinal: int, action: Action, purpose: str) -> Row:
        chance = dice(self.seed, "dossier", who.id, slot, ordinal)
        day = self.today - timedelta(days=self.today.toordinal() - ordinal)
        stay = self.youth.staying(self.youth.slots[slot], day)
        moment = at(day, chance.randint(9, 16), chance.randint(0, 59))
        person_id = stay.person_id if stay else None
        return self._event(who, action, moment, "look", slot) | {
            "purpose": purpose,
            "origin": "dossier.show",
            "subject_type": "person",
            "subject_id": person_id,
            "person_id": person_id,
            "team_id": self.city.team_id(self.youth.slots[slot].plan.key),
            "context": Context.JV_DISTRICT,
        }

    def _sign_ins(self) -> Iterator[Row]:
        """The people of the demo accounts start their working day."""
        for login, *_ in ACCOUNTS:
            who = self.city.by_login(login)
            for day in range(1, SPAN):
                date = self.today - timedelta(days=day)
                chance = dice(self.seed, "morning", login, date)
                if date.weekday() < 5 and chance.random() < 0.8:
                    moment = at(date, 8, chance.randint(20, 59))
                    yield self._event(who, Action.SIGN_IN, moment, "sign in") | {
                        "origin": "accounts.sign_in",
                        "purpose": "",
                    }

    def _event(self, who: Colleague, action: Action, moment: datetime, *key: object) -> Row:
        return {
            "id": ident(self.seed, "access", moment, who.id, action, *key),
            "at": moment,
            "actor_id": who.id,
            "actor_name": who.name,
            "role": who.role,
            "action": action,
            "result": "ok",
            "origin": "",
            "subject_type": "",
            "subject_id": None,
            "person_id": None,
            "team_id": self.city.team_id(who.team),
            "fields": [],
            "purpose": Purpose.OWN_CASELOAD,
            "context": "",
        }


def _moment(row: Row, column: str) -> datetime:
    value = row[column]
    if not isinstance(value, datetime):
        raise TypeError(f"{column} is no moment")
    return value
