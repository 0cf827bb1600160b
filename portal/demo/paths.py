"""Credible messengers and trajectories.

A place is room for one trajectory at a messenger. Each place runs the same round over and over: asked for, matched,
guided, closed; the places are spread over the round, so that on any day every state is there in its usual number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from portal.contacts.models import Channel, Confidentiality, ContactPurpose, Result
from portal.core.text import sort_key
from portal.demo.city import BEGIN, TEAMS, Colleague, Row, stamps
from portal.demo.names import full_name
from portal.demo.programmes import line_id
from portal.demo.seeds import dice, ident
from portal.demo.texts import CM_NOTES, DECLINED_BY, MOTIVATIONS, REJECTED_BECAUSE, REQUESTS
from portal.demo.youth import ALL_PLACES, ROUND, RUN_UP, Slot, Stay, Youth, at, order_of
from portal.messengers.models import Interest, Language, MessengerStatus
from portal.privacy.contexts import Context
from portal.privacy.models import GrantReason
from portal.privacy.permissions import Role
from portal.privacy.sources import Source
from portal.trajectories.models import EndReason, MatchStatus, TrajectoryStatus
from portal.trajectories.workflow import Event

#: Places per messenger who works: the demo messenger first, then the others. Together the places of all teams.
PLACES = (3, *(3 if n % 5 == 4 else 2 for n in range(32)), 3)
#: Messengers who have no young people now.
WAITING = (
    *(MessengerStatus.CANDIDATE,) * 4, *(MessengerStatus.IN_TRAINING,) * 4, *(MessengerStatus.CERTIFIED,) * 3,
    *(MessengerStatus.PAUSED,) * 3, *(MessengerStatus.ENDED,) * 2,
)  # fmt: skip
#: Requests that come to nothing: so many at a time, each a new one every so many days, waiting so long.
HOPELESS, HOPELESS_EVERY, HOPELESS_WAIT = 10, 60, 34
HOPELESS_HISTORY = 180
_ENDS = (
    (EndReason.GOALS_REACHED, 45), (EndReason.PARTLY_REACHED, 30), (EndReason.STOPPED_BY_YOUTH, 10),
    (EndReason.NO_CONTACT, 6), (EndReason.MOVED, 5), (EndReason.HANDED_OVER_CARE, 4),
)  # fmt: skip


@dataclass(frozen=True)
class Messenger:
    """A credible messenger with the places of one."""

    id: UUID
    name: str
    user: Colleague | None
    status: MessengerStatus
    room: int
    areas: tuple[str, ...]

    @property
    def user_id(self) -> UUID | None:
        """Id of the account, when there is one."""
        return self.user.id if self.user else None


@dataclass(frozen=True)
class Step:
    """One event of a trajectory."""

    event: Event
    status: TrajectoryStatus
    at: datetime
    by: UUID | None
    note: str = ""


@dataclass
class Proposal:
    """A messenger proposed for a trajectory."""

    messenger: Messenger
    at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    declined: str = ""


@dataclass
class Path:
    """A trajectory as far as it has come."""

    id: UUID
    number: str
    stay: Stay
    steps: list[Step] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def last(self) -> Step:
        """The latest event."""
        return self.steps[-1]

    def moment_of(self, event: Event) -> datetime | None:
        """When an event last happened."""
        return next((step.at for step in reversed(self.steps) if step.event is event), None)


class Paths:
    """All messengers and trajectories."""

    def __init__(self, youth: Youth) -> None:
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self.network = self.city.team_id("network")
        self.coordinators = self.city.having(Role.CM_COORDINATOR, "network")

    @cached_property
    def messengers(self) -> tuple[Messenger, ...]:
        """Fifty messengers; those with places first, in the order of the places."""
        users = self.city.having(Role.CREDIBLE_MESSENGER, "network")
        districts = [plan.stadsdeel for plan in TEAMS for _ in range(plan.places)]
        made, first = [], 0
        for who, room in zip(users, PLACES, strict=True):
            areas = tuple(sorted(set(districts[first : first + room])))
            # The demo messenger has one place more than young people: somebody is always proposed for it.
            extra = 1 if first == 0 else 0
            made.append(Messenger(self._id(who.login), who.name, who, MessengerStatus.ACTIVE, room + extra, areas))
            first += room
        return (*made, *(self._waiting(n, status) for n, status in enumerate(WAITING)))

    def _waiting(self, n: int, status: MessengerStatus) -> Messenger:
        chance = dice(self.seed, "messenger", n)
        areas = tuple(sorted(set(chance.choices([plan.stadsdeel for plan in TEAMS], k=2))))
        return Messenger(self._id(f"waiting{n}"), " ".join(full_name(chance)), None, status, 2, areas)

    def _id(self, key: str) -> UUID:
        return ident(self.seed, "messenger", BEGIN, key)

    @cached_property
    def owner(self) -> tuple[Messenger, ...]:
        """Whose place each place is."""
        return tuple(each for each, room in zip(self.messengers, PLACES, strict=False) for _ in range(room))

    @cached_property
    def paths(self) -> list[Path]:
        """Every trajectory that was asked for within the history."""
        placed = [path for stays in self.youth.stays.values() for stay in stays for path in self._placed(stay)]
        return placed + list(self._hopeless())

    def _placed(self, stay: Stay) -> Iterator[Path]:
        place = stay.slot.place
        if place is None:
            return
        asked = stay.start + timedelta(days=RUN_UP)
        if self.youth.horizon <= asked < self.today:
            yield self._told(self._path(stay, asked, place, stay.number), self._round(stay, asked, place))

    def _path(self, stay: Stay, asked: date, row: int, turn: int) -> Path:
        serial = 40000 + row * 100 + (turn * 3 + stay.slot.turn) % 100  # far from the numbers the sequence gives out
        return Path(
            ident(self.seed, "trajectory", at(asked, 11), stay.person_id, row),
            f"TRJ-{asked.year}-{serial:05d}",
            stay,
        )

    def _told(self, path: Path, steps: Iterator[tuple[Step, Proposal | None]]) -> Path:
        """Follow the round until today."""
        for step, proposal in steps:
            if step.at >= at(self.today, 0):
                break
            path.steps.append(step)
            if proposal is not None:
                path.proposals.append(proposal)
            self._answer(path, step)
        return path

    @staticmethod
    def _answer(path: Path, step: Step) -> None:
        proposal = path.proposals[-1] if path.proposals else None
        if proposal is None:
            return
        if step.event is Event.DECLINE:
            proposal.ended_at, proposal.declined = step.at, step.note
        elif step.event is Event.MESSENGER_OK:
            proposal.accepted_at = step.at
        elif step.status in (TrajectoryStatus.ENDED, TrajectoryStatus.STOPPED):
            proposal.ended_at = step.at

    def _round(self, stay: Stay, asked: date, place: int) -> Iterator[tuple[Step, Proposal | None]]:
        """The events of one round; every third is first offered to the demo messenger, who is not free then."""
        chance = dice(self.seed, "path", stay.person_id)
        owner, coordinator = self.owner[place], chance.choice(self.coordinators).id
        order = order_of(place)
        worker = stay.slot.worker.id
        yield Step(Event.REQUEST, TrajectoryStatus.REQUESTED, at(asked, 11), worker), None
        day = 5
        if order % 3 == 0 and owner is not self.messengers[0]:
            yield Step(Event.ACCEPT, TrajectoryStatus.MATCHING, _on(asked, 3, 9), coordinator), None
            yield self._proposed(self.messengers[0], _on(asked, 5, 10), coordinator)
            reason = chance.choice(DECLINED_BY)
            answered = _on(asked, 5 + _days_between(order, order + 3), 9)
            yield Step(Event.DECLINE, TrajectoryStatus.MATCHING, answered, self.messengers[0].user_id, reason), None
            day = 10
        else:
            yield Step(Event.ACCEPT, TrajectoryStatus.MATCHING, _on(asked, day, 9), coordinator), None
        # A little sooner for the demo messenger, so that on every day somebody is proposed for that one.
        found = day + (5 if owner is self.messengers[0] else 7)
        yield self._proposed(owner, _on(asked, found, 10), coordinator)
        yield Step(Event.YOUTH_OK, TrajectoryStatus.MATCH_PROPOSED, _on(asked, day + 9, 15), worker), None
        yield Step(Event.MESSENGER_OK, TrajectoryStatus.READY, _on(asked, day + 13, 18), owner.user_id), None
        yield Step(Event.FIRST_MEETING, TrajectoryStatus.ACTIVE, _on(asked, day + 20, 16), owner.user_id), None
        yield from self._guidance(asked, order, coordinator)

    def _guidance(self, asked: date, order: int, coordinator: UUID) -> Iterator[tuple[Step, Proposal | None]]:
        if order % 8 == 1:
            yield Step(Event.PAUSE, TrajectoryStatus.PAUSED, _on(asked, 90, 11), coordinator), None
            yield Step(Event.RESUME, TrajectoryStatus.ACTIVE, _on(asked, 132, 11), coordinator), None
        if order % 25 == 5:
            yield Step(Event.SAFETY_STOP, TrajectoryStatus.STOPPED, _on(asked, 205, 11), coordinator), None
            return
        yield Step(Event.END, TrajectoryStatus.ENDING, _on(asked, 192, 11), coordinator), None
        yield Step(Event.CLOSE, TrajectoryStatus.ENDED, _on(asked, ROUND - 1, 11), coordinator), None

    def _proposed(self, messenger: Messenger, moment: datetime, by: UUID) -> tuple[Step, Proposal]:
        return Step(Event.PROPOSE_MATCH, TrajectoryStatus.MATCH_PROPOSED, moment, by), Proposal(messenger, moment)

    def _hopeless(self) -> Iterator[Path]:
        """Requests that wait for long and are turned down in the end."""
        slots = [slot for slot in self.youth.slots if slot.place is None and slot.lively is None]
        since = self.today - timedelta(days=HOPELESS_HISTORY)
        for row in range(HOPELESS):
            first = BEGIN.date() + timedelta(days=row * HOPELESS_EVERY // HOPELESS)
            for turn in range((since - first).days // HOPELESS_EVERY, (self.today - first).days // HOPELESS_EVERY + 1):
                asked = first + timedelta(days=turn * HOPELESS_EVERY)
                stay = self._somebody([s for s in slots if s.number % HOPELESS == row], asked, turn)
                if stay is not None and since <= asked < self.today:
                    yield self._told(self._path(stay, asked, 80 + row, turn), self._refused(stay, asked))

    def _somebody(self, slots: list[Slot], asked: date, turn: int) -> Stay | None:
        """Somebody who is in view all the time the request waits."""
        until = asked + timedelta(days=HOPELESS_WAIT)
        for n in range(len(slots)):
            stay = self.youth.staying(slots[(turn + n) % len(slots)], asked)
            if stay is not None and until < stay.end:
                return stay
        return None

    def _refused(self, stay: Stay, asked: date) -> Iterator[tuple[Step, Proposal | None]]:
        chance = dice(self.seed, "refused", stay.person_id, asked)
        yield Step(Event.REQUEST, TrajectoryStatus.REQUESTED, at(asked, 11), stay.slot.worker.id), None
        by, why = chance.choice(self.coordinators).id, chance.choice(REJECTED_BECAUSE)
        yield Step(Event.REJECT, TrajectoryStatus.REJECTED, _on(asked, HOPELESS_WAIT, 9), by, why), None

    def rows(self) -> dict[str, list[Row]]:
        """Messengers, trajectories and all that hangs on them, contacts of messengers included."""
        tables: dict[str, list[Row]] = {
            "credible_messenger": [self._messenger(each) for each in self.messengers],
            "messenger_area": [
                {"messenger_id": each.id, "area_code": code} for each in self.messengers for code in each.areas
            ],
            "trajectory": [], "match": [], "trajectory_event": [], "access_grant": [],
            "contact": [], "contact_participant": [],
        }  # fmt: skip
        for path in self.paths:
            tables["trajectory"].append(self._trajectory(path))
            tables["match"] += self._matches(path)
            tables["trajectory_event"] += self._events(path)
            tables["access_grant"] += self._grants(path)
            self._meetings(path, tables)
        return tables

    def _messenger(self, each: Messenger) -> Row:
        first, _, rest = each.name.partition(" ")
        chance = dice(self.seed, "messenger likes", each.id)
        trained = each.status not in (MessengerStatus.CANDIDATE, MessengerStatus.IN_TRAINING)
        return {
            "id": each.id,
            "team_id": self.network,
            "user_id": each.user_id,
            "display_name": each.name,
            "sort_key": sort_key(first, rest),
            "status": each.status,
            "max_individual": each.room,
            "certified_on": BEGIN.date() + timedelta(days=60) if trained else None,
            "languages": sorted(chance.sample(sorted(Language), k=chance.choice((0, 1, 1, 2)))),
            "interests": sorted(chance.sample(sorted(Interest), k=chance.choice((1, 2, 2, 3)))),
            **stamps(BEGIN, self.coordinators[0].id),
        }

    def _trajectory(self, path: Path) -> Row:
        chance = dice(self.seed, "trajectory", path.id)
        wishes = dice(self.seed, "wishes", path.id)
        asked, last, holder = path.steps[0], path.last, self._holder(path)
        started = path.moment_of(Event.FIRST_MEETING)
        over = last.status in (TrajectoryStatus.ENDED, TrajectoryStatus.STOPPED)
        ending = last.status in (TrajectoryStatus.ENDING, TrajectoryStatus.ENDED)
        reason = (
            EndReason.UNSAFE if last.status is TrajectoryStatus.STOPPED else self._reason(chance) if ending else None
        )
        return {
            "id": path.id,
            "number": path.number,
            "person_id": path.stay.person_id,
            "team_id": self._team(path),
            "coordination_team_id": self.network,
            "status": last.status,
            "status_since": self._since(path),
            "requested_by": asked.by,
            "requested_at": asked.at,
            "request_text": chance.choice(REQUESTS),
            "languages": wishes.sample(sorted(Language), k=wishes.choice((0, 0, 1))),
            "interests": sorted(wishes.sample(sorted(Interest), k=wishes.choice((0, 1, 2)))),
            "youth_agreed_on": asked.at.date() - timedelta(days=chance.randint(0, 5)),
            "messenger_id": holder.id if holder else None,
            "programme_line_id": line_id(self.city, "pmg-1"),
            "started_on": started.date() if started else None,
            "planned_end_on": started.date() + timedelta(days=182) if started else None,
            "ended_on": last.at.date() if over else None,
            "end_reason": reason,
            **stamps(asked.at, asked.by),
        }

    @staticmethod
    def _since(path: Path) -> datetime:
        """The moment of the last change of state; a step that stays in its state does not count."""
        steps = path.steps
        changes = [
            s.at for before, s in zip([None, *steps], steps, strict=False) if not before or before.status != s.status
        ]
        return changes[-1]

    @staticmethod
    def _reason(chance: Random) -> str:
        return chance.choices([reason for reason, _ in _ENDS], [weight for _, weight in _ENDS])[0]

    def _holder(self, path: Path) -> Messenger | None:
        """Whose place the trajectory takes, or took."""
        proposal = path.proposals[-1] if path.proposals else None
        return None if proposal is None or proposal.declined else proposal.messenger

    def _team(self, path: Path) -> UUID:
        return self.city.team_id(path.stay.slot.plan.key)

    def _matches(self, path: Path) -> Iterator[Row]:
        said_yes = path.moment_of(Event.YOUTH_OK)
        for n, each in enumerate(path.proposals):
            chance = dice(self.seed, "match", path.id, n)
            by = chance.choice(self.coordinators).id
            yield {
                "id": ident(self.seed, "match", each.at, path.id, n),
                "trajectory_id": path.id,
                "team_id": self._team(path),
                "messenger_id": each.messenger.id,
                "status": _match_status(each),
                "motivation": chance.choice(MOTIVATIONS),
                "proposed_by": by,
                "proposed_at": each.at,
                "youth_ok_at": said_yes if said_yes and said_yes > each.at and not each.declined else None,
                "messenger_ok_at": each.accepted_at,
                "ended_at": each.ended_at,
                "end_note": each.declined,
                **stamps(each.at, by),
            }

    def _events(self, path: Path) -> Iterator[Row]:
        before = ""
        for n, step in enumerate(path.steps):
            yield {
                "id": ident(self.seed, "event", step.at, path.id, n),
                "trajectory_id": path.id,
                "team_id": self._team(path),
                "at": step.at,
                "by_id": step.by,
                "event": step.event,
                "from_status": before,
                "to_status": step.status,
                "note": step.note,
            }
            before = step.status

    def _grants(self, path: Path) -> Iterator[Row]:
        """The coordinators see whom it is about while it runs; the messenger from the moment of saying yes."""
        over = path.last.status in (TrajectoryStatus.ENDED, TrajectoryStatus.STOPPED, TrajectoryStatus.REJECTED)
        until = path.last.at if over else None
        coordinators: Row = {
            "grantee_user_id": None,
            "grantee_team_id": self.network,
            "grantee_role": Role.CM_COORDINATOR,
        }
        yield self._grant(path, "coordinators", path.steps[0].at, until) | coordinators
        for each in path.proposals:
            if each.accepted_at and each.messenger.user:
                user: Row = {"grantee_user_id": each.messenger.user.id, "grantee_team_id": None, "grantee_role": None}
                yield self._grant(path, "messenger", each.accepted_at, until) | user

    def _grant(self, path: Path, whose: str, since: datetime, until: datetime | None) -> Row:
        return {
            "id": ident(self.seed, "grant", since, path.id, whose),
            "person_id": path.stay.person_id,
            "team_id": self._team(path),
            "reason": GrantReason.TRAJECTORY,
            "record_id": path.id,
            "valid_from": since,
            "valid_until": until,
            "created_by": path.steps[0].by,
        }

    def _meetings(self, path: Path, tables: dict[str, list[Row]]) -> None:
        """The messenger meets the young person about every three weeks."""
        started, holder = path.moment_of(Event.FIRST_MEETING), self._holder(path)
        if started is None or holder is None or holder.user is None:
            return
        end = min(path.moment_of(Event.CLOSE) or at(self.today, 0), at(self.today, 0))
        moment, n = started, 0
        while moment < end:
            contact = self._meeting(path, holder.user.id, moment, n)
            tables["contact"].append(contact)
            tables["contact_participant"].append(
                {
                    "contact_id": contact["id"],
                    "person_id": path.stay.person_id,
                    "contact_team_id": self.network,
                    "person_team_id": self._team(path),
                    "occurred_at": moment,
                }
            )
            n += 1
            chance = dice(self.seed, "meeting", path.id, n)
            moment = at(moment.date() + timedelta(days=chance.randint(16, 26)), chance.randint(13, 20))

    def _meeting(self, path: Path, user_id: UUID, moment: datetime, n: int) -> Row:
        chance = dice(self.seed, "meeting note", path.id, n)
        contact_id = ident(self.seed, "meeting", moment, path.id, n)
        return {
            "id": contact_id,
            "team_id": self.network,
            "worker_id": user_id,
            "trajectory_id": path.id,
            "context": Context.VOLUNTARY_GUIDANCE,
            "occurred_at": moment,
            "duration_min": chance.choice((30, 45, 60, 90)),
            "channel": chance.choice((Channel.HOMEBASE, Channel.SPORT, Channel.STREET, Channel.PHONE)),
            "result": Result.REACHED if chance.random() < 0.85 else Result.BRIEF,
            "purpose": chance.choice((ContactPurpose.CONNECTION, ContactPurpose.HELP)),
            "place": "",
            "note": chance.choice(CM_NOTES),
            "confidentiality": Confidentiality.CASE_TEAM,
            "source": Source.STREET,
            "idempotency_key": ident(self.seed, "key", moment, contact_id),
            **stamps(moment + timedelta(minutes=chance.randint(5, 200)), user_id),
        }


def _days_between(order: int, later: int) -> int:
    """Days between the requests of two places in the round."""
    return later * ROUND // ALL_PLACES - order * ROUND // ALL_PLACES


def _match_status(each: Proposal) -> MatchStatus:
    if each.declined:
        return MatchStatus.DECLINED
    if each.ended_at:
        return MatchStatus.ENDED
    return MatchStatus.ACCEPTED if each.accepted_at else MatchStatus.PROPOSED


def _on(asked: date, days: int, hour: int) -> datetime:
    return at(asked + timedelta(days=days), hour)
