"""Contact moments and follow-ups: every young person has a rhythm; each contact plans the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from portal.contacts.models import Channel, Confidentiality, ContactPurpose, FollowUpKind, FollowUpStatus, Result
from portal.demo.city import BEGIN, Row, stamps
from portal.demo.seeds import dice, ident
from portal.demo.texts import CORRECTIONS, FIRST_MEETING, FOLLOW_UPS, PLACES, TOLD, note_for
from portal.demo.youth import Slot, Stay, Youth, at
from portal.privacy.sources import Source

#: The demo worker's rhythm: due every `cycle` days from `phase`, seen `late` days after. Three of her follow-ups are
#: due on any day, and two are late on any day, whenever the demo is opened.
LIVELY_RHYTHM = (
    (4, 0, 0), (4, 0, 0), (4, 1, 0), (4, 1, 0), (4, 1, 0), (4, 2, 0), (4, 2, 0), (4, 3, 0), (4, 3, 0), (4, 3, 0),
    (8, 0, 4), (8, 2, 4), (8, 4, 4), (8, 6, 4),
)  # fmt: skip

#: Of which of those, and at which turns, the contact was corrected, how many days after, and how long that is told.
CORRECTED_SLOTS, CORRECTED_EVERY, CORRECTED_AFTER, CORRECTED_TOLD = (10, 11), 4, 8, 32

#: Which turns tell what somebody else said.
EVERY_SOURCE, ELSEWHERE = 17, {5: Source.SCHOOL, 11: Source.CARE, 15: Source.POLICE}

_RESULTS = (
    (Result.REACHED, 62), (Result.BRIEF, 15), (Result.NOT_REACHED, 10), (Result.NO_SHOW, 4), (Result.THIRD_PARTY, 4),
    (Result.RESCHEDULED, 2), (Result.DECLINED, 2), (Result.SEEN_ONLY, 1),
)  # fmt: skip
_CHANNELS = (
    (Channel.STREET, 34), (Channel.YOUTH_CENTRE, 18), (Channel.PHONE, 14), (Channel.CHAT, 10), (Channel.SCHOOL, 8),
    (Channel.SPORT, 6), (Channel.HOME_VISIT, 5), (Channel.MEETING, 3), (Channel.HOMEBASE, 2),
)  # fmt: skip
_PURPOSES = ((ContactPurpose.CONNECTION, 50), (ContactPurpose.HELP, 32), (ContactPurpose.VIEW, 18))
_CONFIDENTIALITY = ((Confidentiality.TEAM, 76), (Confidentiality.CASE_TEAM, 21), (Confidentiality.SHARED_COVENANT, 3))
#: Where a worker meets several at once.
_IN_GROUPS = (Channel.STREET, Channel.YOUTH_CENTRE, Channel.SPORT)
_DISTANT = (Channel.PHONE, Channel.CHAT)
#: In which hours somebody is met, Amsterdam time.
_HOURS: dict[str, tuple[int, int]] = {Channel.SCHOOL: (9, 15), Channel.STREET: (14, 21), Channel.PHONE: (10, 18)}


def draw(chance: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """One value by weight."""
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


@dataclass(frozen=True)
class Visit:
    """One turn of the rhythm: the day the follow-up is due, and the day it is done."""

    number: int
    due: date
    day: date


@dataclass(frozen=True)
class Meeting:
    """When a contact took place and over which channel."""

    id: UUID
    moment: datetime
    channel: str


class Visits:
    """All contacts of youth workers, with the follow-ups between them."""

    def __init__(self, youth: Youth) -> None:
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self._meetings: dict[tuple[int, int], Meeting] = {}

    def rows(self) -> dict[str, list[Row]]:
        """Contacts, participants and follow-ups up to yesterday; follow-ups from then on are open."""
        tables: dict[str, list[Row]] = {
            "contact": [],
            "contact_participant": [],
            "contact_correction": [],
            "follow_up": [],
        }
        for slot in self.youth.slots:
            for stay in self.youth.stays[slot.number]:
                self._tell(stay, tables)
        return tables

    def _tell(self, stay: Stay, tables: dict[str, list[Row]]) -> None:
        made = [visit for visit in self.visits(stay) if self.youth.horizon <= visit.day]
        for before, visit in zip([None, *made], made, strict=False):
            if visit.day < self.today:
                self._contact(stay, visit, tables)
                tables["contact_correction"] += self._correction(stay, visit, tables["contact"][-1])
            if before is not None and before.day < self.today:
                tables["follow_up"] += self._follow_up(stay, before, visit)

    def visits(self, stay: Stay) -> Iterator[Visit]:
        """The rhythm of one stay, up to and including the first turn after today."""
        cycle, phase = self._cycle(stay.slot)
        n = (stay.start - BEGIN.date() - timedelta(days=phase)).days // cycle
        while True:
            n += 1
            visit = self._visit(stay.slot, n, cycle, phase)
            if visit.day >= stay.end:
                return
            if visit.day >= stay.start:
                yield visit
            if visit.day >= self.today and visit.due >= self.today:
                return

    def _cycle(self, slot: Slot) -> tuple[int, int]:
        if slot.lively is not None:
            return LIVELY_RHYTHM[slot.lively][:2]
        chance = dice(self.seed, "cycle", slot.number)
        if chance.random() < 0.04:  # somebody who is hard to reach
            return chance.randint(50, 80), chance.randint(0, 49)
        span = (9, 14) if slot.plan.key == "noord" else (19, 36)
        return chance.randint(*span), chance.randint(0, 18)

    def _visit(self, slot: Slot, n: int, cycle: int, phase: int) -> Visit:
        due = BEGIN.date() + timedelta(days=phase + n * cycle)
        if slot.lively is not None:
            return Visit(n, due, due + timedelta(days=LIVELY_RHYTHM[slot.lively][2]))
        chance = dice(self.seed, "visit", slot.number, n)
        due = _not_sunday(due + timedelta(days=chance.randint(-(cycle // 4), cycle // 4)))
        late = min(chance.choices((0, 2, 5, 12), (60, 12, 14, 14))[0], cycle // 3)
        return Visit(n, due, _not_sunday(due + timedelta(days=late)))

    def meeting(self, stay: Stay, visit: Visit) -> Meeting:
        """The contact of a turn."""
        key = (stay.slot.number, visit.number)
        if key not in self._meetings:
            chance = dice(self.seed, "meeting", *key)
            channel = draw(chance, _CHANNELS)
            first, last = _HOURS.get(channel, (12, 20))
            moment = at(visit.day, chance.randint(first, last), chance.randrange(0, 60, 5))
            self._meetings[key] = Meeting(ident(self.seed, "contact", moment, *key), moment, channel)
        return self._meetings[key]

    def result(self, stay: Stay, visit: Visit) -> Result:
        """What came of the contact of a turn."""
        chance = dice(self.seed, "result", stay.slot.number, visit.number)
        return Result.REACHED if self._is_first(stay, visit) else Result(draw(chance, _RESULTS))

    def source(self, stay: Stay, visit: Visit) -> Source:
        """From whom the worker knows what the contact of a turn was about: now and then not from the street."""
        turn = (visit.number + stay.slot.number) % EVERY_SOURCE
        return Source.STREET if self._is_first(stay, visit) else ELSEWHERE.get(turn, Source.STREET)

    def _is_first(self, stay: Stay, visit: Visit) -> bool:
        return visit.day - stay.start < timedelta(days=10)

    def _contact(self, stay: Stay, visit: Visit, tables: dict[str, list[Row]]) -> None:
        meeting, chance = self.meeting(stay, visit), dice(self.seed, "contact", stay.slot.number, visit.number)
        contact_id, moment, channel = meeting.id, meeting.moment, meeting.channel
        team_id = self.city.team_id(stay.slot.plan.key)
        first, result = self._is_first(stay, visit), self.result(stay, visit)
        source = self.source(stay, visit)
        tables["contact"].append(
            {
                "id": contact_id,
                "team_id": team_id,
                "worker_id": stay.slot.worker.id,
                "trajectory_id": None,
                "context": "jv_district",
                "occurred_at": moment,
                "headcount": None,
                "duration_min": chance.choice((5, 10, 15, 20, 30, 30, 45, 60)),
                "channel": channel,
                "result": result,
                "purpose": draw(chance, _PURPOSES),
                "place": chance.choice(PLACES.get(channel, ("",))),
                "note": FIRST_MEETING if first else TOLD.get(source, note_for(chance, channel, result)),
                "confidentiality": draw(chance, _CONFIDENTIALITY),
                "source": source,
                "idempotency_key": ident(self.seed, "key", moment, contact_id),
                **stamps(moment + timedelta(minutes=chance.randint(2, 90)), stay.slot.worker.id),
            }
        )
        there = [stay.person_id, *self._others(stay, visit.day, channel, chance)]
        tables["contact"][-1]["headcount"] = self._present(stay, visit, channel, len(there))
        tables["contact_participant"] += [
            {
                "contact_id": contact_id,
                "person_id": person_id,
                "contact_team_id": team_id,
                "person_team_id": team_id,
                "occurred_at": moment,
            }
            for person_id in there
        ]

    def _correction(self, stay: Stay, visit: Visit, contact: Row) -> Iterator[Row]:
        """Now and then the demo worker put something right afterwards; the contact holds what it became."""
        on = visit.day + timedelta(days=CORRECTED_AFTER)
        told = self.today - timedelta(days=CORRECTED_TOLD) <= on < self.today
        if stay.slot.lively not in CORRECTED_SLOTS or visit.number % CORRECTED_EVERY or not told:
            return
        which = CORRECTED_SLOTS.index(stay.slot.lively)
        moment = at(on, 11, 20)
        field, old = self._earlier(contact, note=which == 1)
        yield {
            "id": ident(self.seed, "correction", moment, contact["id"]),
            "contact_id": contact["id"],
            "team_id": contact["team_id"],
            "at": moment,
            "by_id": contact["worker_id"],
            "reason": CORRECTIONS[which],
            "before": {field: old},
            "after": {field: str(contact[field])},
            "seen_at": None,
            "seen_by_id": None,
        }

    def _earlier(self, contact: Row, *, note: bool) -> tuple[str, str]:
        """The field that was corrected, and what it held before."""
        first, _dot, rest = str(contact["note"]).partition(". ")
        if note and rest:
            return "note", f"{first}."
        other = ContactPurpose.VIEW if contact["purpose"] != ContactPurpose.VIEW else ContactPurpose.HELP
        return "purpose", str(other)

    def _others(self, stay: Stay, day: date, channel: str, chance: Random) -> Iterator[UUID]:
        """Now and then somebody else of the same worker was there too."""
        if channel in _DISTANT or chance.random() > 0.09:
            return
        same = [s for s in self.youth.slots if s.worker is stay.slot.worker and s is not stay.slot]
        other = self.youth.staying(chance.choice(same), day) if same else None
        if other is not None:
            yield other.person_id

    def _present(self, stay: Stay, visit: Visit, channel: str, named: int) -> int | None:
        """In a group on a square or a pitch the worker counts heads."""
        chance = dice(self.seed, "headcount", stay.slot.number, visit.number)
        if channel not in _IN_GROUPS or chance.random() > 0.3:
            return None
        return named + chance.randint(1, 11)

    def _follow_up(self, stay: Stay, before: Visit, visit: Visit) -> Iterator[Row]:
        """What was agreed at `before`; done at `visit`, open while that has not happened."""
        chance = dice(self.seed, "follow_up", stay.slot.number, visit.number)
        if stay.slot.lively is None and chance.random() > 0.75:
            return
        made = self.meeting(stay, before).moment
        done = visit.day < self.today
        what = chance.choice(FOLLOW_UPS)
        yield {
            "id": ident(self.seed, "follow_up", made, stay.slot.number, visit.number),
            "person_id": stay.person_id,
            "team_id": self.city.team_id(stay.slot.plan.key),
            "contact_id": self.meeting(stay, before).id,
            "assignee_id": stay.slot.worker.id,
            "kind": FollowUpKind.CALL if "bellen" in what.lower() else FollowUpKind.CONTACT,
            "what": what,
            "source": self.source(stay, before),
            "due_on": max(visit.due, before.day),
            "outcome": None,
            "told_on": None,
            "status": FollowUpStatus.DONE if done else FollowUpStatus.OPEN,
            "done_at": self.meeting(stay, visit).moment if done else None,
            "done_by_contact_id": self.meeting(stay, visit).id if done else None,
            **stamps(made, stay.slot.worker.id),
        }


def _not_sunday(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == 6 else day
