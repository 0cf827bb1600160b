"""Who could be the messenger for a request: an explained order of messengers, never of young people.

It is help, not a decision: the order follows from what the page says beside each name, and the coordinator chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core import clock, db
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.messengers.service import Room
from portal.privacy.actor import Actor
from portal.trajectories.models import Match, MatchStatus, Trajectory, TrajectoryStatus
from portal.trajectories.service.finding import Seen

#: Names the messengers who can never guide this young person; the reason stays where it is kept.
Rule = Callable[[UUID], Collection[UUID]]

_rules: list[Rule] = []


@dataclass(frozen=True)
class Candidate:
    """A messenger with everything that counts for one request."""

    room: Room
    knows_area: bool
    languages: tuple[str, ...]  # that were asked for
    interests: tuple[str, ...]  # shared
    said_no: bool  # to this request, before
    possible: bool

    @property
    def messenger(self) -> CredibleMessenger:
        """Who it is."""
        return self.room.messenger

    @property
    def offered(self) -> bool:
        """Whether a proposal can be made today."""
        return self.possible and self.room.free > 0

    @property
    def place_in_order(self) -> tuple[int, ...]:
        """Sorts the best first: language, then the district, then what they share, then the most room."""
        return (
            not self.offered,
            self.said_no,
            -len(self.languages),
            not self.knows_area,
            -len(self.interests),
            -self.room.free,
        )


def register(rule: Rule) -> None:
    """Let a feature name messengers who cannot be combined with a young person, without telling why."""
    if rule not in _rules:
        _rules.append(rule)


def impossible(person_id: UUID) -> frozenset[UUID]:
    """The messengers who cannot guide this young person."""
    return frozenset(messenger_id for rule in _rules for messenger_id in rule(person_id))


def candidates(actor: Actor, found: Seen) -> list[Candidate]:
    """The available messengers of the coordinating team, the best first; those of now left out. Logged as a list."""
    statement = (
        select(CredibleMessenger)
        .where(
            CredibleMessenger.team_id == found.trajectory.coordination_team_id,
            CredibleMessenger.status == MessengerStatus.ACTIVE,
            CredibleMessenger.id.is_distinct_from(found.trajectory.messenger_id),
        )
        .options(joinedload(CredibleMessenger.areas))
        .order_by(CredibleMessenger.sort_key, CredibleMessenger.id)
    )
    today = clock.today()
    rooms = messengers.listed(
        actor, [m for m in db.session.scalars(statement).unique() if messengers.is_available(m, today)]
    )
    excluded, refused = impossible(found.trajectory.person_id), _said_no(found.trajectory.id)
    weighed = [_weigh(room, found.trajectory, excluded, refused) for room in rooms]
    return sorted(weighed, key=lambda candidate: candidate.place_in_order)


def _weigh(room: Room, wanted: Trajectory, excluded: Collection[UUID], refused: Collection[UUID]) -> Candidate:
    messenger = room.messenger
    return Candidate(
        room,
        knows_area=_knows(messenger, wanted.person.area_code),
        languages=tuple(each for each in wanted.languages if each in messenger.languages),
        interests=tuple(each for each in wanted.interests if each in messenger.interests),
        said_no=messenger.id in refused,
        possible=messenger.id not in excluded,
    )


def _knows(messenger: CredibleMessenger, code: str | None) -> bool:
    """Whether this messenger works where the young person lives."""
    return bool(code) and not messengers.related_codes(code or "").isdisjoint(a.area_code for a in messenger.areas)


def _said_no(trajectory_id: UUID) -> frozenset[UUID]:
    statement = select(Match.messenger_id).where(
        Match.trajectory_id == trajectory_id, Match.status == MatchStatus.DECLINED
    )
    return frozenset(db.session.scalars(statement))


def _stopped_for_safety(person_id: UUID) -> Collection[UUID]:
    """Who guided this young person when it was stopped for safety does not do so again."""
    statement = (
        select(Match.messenger_id)
        .join(Trajectory, Trajectory.id == Match.trajectory_id)
        .where(
            Trajectory.person_id == person_id,
            Trajectory.status == TrajectoryStatus.STOPPED,
            Match.messenger_id == Trajectory.messenger_id,
        )
    )
    return db.session.scalars(statement).all()


register(_stopped_for_safety)
