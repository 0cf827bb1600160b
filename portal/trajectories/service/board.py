"""The coordinator's board: open trajectories by column, how long they wait, and how much room messengers have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.areas import service as areas
from portal.core import clock, db, workdays
from portal.messengers import policy as messenger_policy
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.messengers.service import Room
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories import policy
from portal.trajectories.models import Match, MatchStatus, Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service.finding import Seen, as_seen, log, seen
from portal.trajectories.workflow import OPEN, Party

MOST_CARDS = 400  # five times the network of today; a board with more is no overview
WAITS_LONG = 5  # working days without a match (rule R11)


class Column(StrEnum):
    """The columns, from left to right."""

    REQUESTED = "requested"
    MATCHING = "matching"
    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDING = "ending"


COLUMN_OF = {
    S.REQUESTED: Column.REQUESTED,
    S.MATCHING: Column.MATCHING,
    S.MATCH_PROPOSED: Column.PROPOSED,
    S.READY: Column.PROPOSED,
    S.ACTIVE: Column.ACTIVE,
    S.PAUSED: Column.ACTIVE,
    S.ENDING: Column.ENDING,
}
WITHOUT_MATCH = (S.REQUESTED, S.MATCHING)


@dataclass(frozen=True)
class Filters:
    """What the coordinator wants to see; everything when empty."""

    stadsdeel: str | None = None
    messenger_id: UUID | None = None
    waiting: bool = False  # five working days or longer without a match


@dataclass(frozen=True)
class Card:
    """One trajectory on the board."""

    seen: Seen
    waited: int  # working days since the request, or since the proposal
    youth_ok: bool
    messenger_ok: bool

    @property
    def is_late(self) -> bool:
        """Whether somebody waits for a match, or for an answer, longer than five working days."""
        return self.seen.trajectory.status in (*WITHOUT_MATCH, S.MATCH_PROPOSED) and self.waited >= WAITS_LONG


@dataclass(frozen=True)
class Board:
    """Cards per column and the room of every messenger that can get trajectories."""

    columns: Mapping[Column, Sequence[Card]]
    rooms: Sequence[Room]

    @property
    def total(self) -> int:
        """Cards on the board."""
        return sum(len(cards) for cards in self.columns.values())

    @property
    def is_cut_off(self) -> bool:
        """Whether there may be more than the board shows."""
        return self.total >= MOST_CARDS


def board(actor: Actor, filters: Filters) -> Board:
    """The board of the teams this actor coordinates; every card is logged as seen in a list."""
    rows = db.session.execute(_filtered(_cards(actor), filters)).all()
    cards = [_card(row) for row in rows]
    log(actor, Action.LIST, [card.seen for card in cards])
    columns = {column: [c for c in cards if _column(c) is column] for column in Column}
    return Board(columns, _rooms(actor))


def _column(card: Card) -> Column:
    return COLUMN_OF[S(card.seen.trajectory.status)]


def _cards(actor: Actor) -> Select[Any]:
    answers = (Match.trajectory_id == Trajectory.id) & (Match.status == MatchStatus.PROPOSED)
    return (
        seen(actor)
        .where(policy.is_party(actor, Party.COORDINATOR), Trajectory.status.in_(OPEN))
        .outerjoin(Match, answers)
        .add_columns(Match.youth_ok_at.label("youth_ok_at"), Match.messenger_ok_at.label("messenger_ok_at"))
        .order_by(Trajectory.requested_at, Trajectory.id)
        .limit(MOST_CARDS)
    )


def _filtered(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.stadsdeel:
        lives_there = select(Person.id).where(Person.area_code.in_(areas.within(filters.stadsdeel)))
        statement = statement.where(Trajectory.person_id.in_(lives_there))
    if filters.messenger_id:
        statement = statement.where(Trajectory.messenger_id == filters.messenger_id)
    if filters.waiting:
        statement = statement.where(
            Trajectory.status.in_(WITHOUT_MATCH), Trajectory.requested_at < waiting_since(WAITS_LONG)
        )
    return statement


def waiting_since(count: int) -> datetime:
    """The moment before which somebody has waited `count` working days or longer today."""
    day = workdays.latest_start(clock.today(), count)
    return clock.from_local(datetime.combine(day + timedelta(days=1), time()))


def _card(row: Any) -> Card:
    found = as_seen(row)
    trajectory = found.trajectory
    since = trajectory.requested_at if trajectory.status in WITHOUT_MATCH else trajectory.status_since
    return Card(found, waited(since), row.youth_ok_at is not None, row.messenger_ok_at is not None)


def waited(since: datetime, today: date | None = None) -> int:
    """Working days between a moment and today."""
    return workdays.between(clock.to_local(since).date(), today or clock.today())


def _rooms(actor: Actor) -> list[Room]:
    statement = (
        select(CredibleMessenger)
        .where(messenger_policy.managed(actor), CredibleMessenger.status == MessengerStatus.ACTIVE)
        .options(selectinload(CredibleMessenger.areas))
        .order_by(CredibleMessenger.sort_key, CredibleMessenger.id)
    )
    return messengers.listed(actor, db.session.scalars(statement).all())
