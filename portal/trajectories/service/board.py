"""The coordinator's board: open trajectories by column, how long they wait, and how much room messengers have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, select
from sqlalchemy.orm import joinedload

from portal.core import clock, db, workdays
from portal.messengers import policy as messenger_policy
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.messengers.service import Room
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories import policy
from portal.trajectories.models import Match, MatchStatus, Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service.finding import Seen, as_seen, log, seen
from portal.trajectories.service.undoing import Undoable, recent
from portal.trajectories.workflow import MACHINE, OPEN, Event, Facts, Party, Transition

PER_COLUMN = 15  # what fits beside each other without getting lost
MOST_CARDS = 100  # of a column that is opened; who has more needs a filter
NORM = 5  # working days without a match, or without an answer (rule R11)
NEARLY = 4


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
#: Somebody waits for an answer; what runs does not wait.
WAITING = (*WITHOUT_MATCH, S.MATCH_PROPOSED, S.READY)


class Pace(StrEnum):
    """How a waiting time stands to the norm."""

    FINE = "fine"
    NEARLY = "nearly"
    LATE = "late"


@dataclass(frozen=True)
class Filters:
    """What the coordinator wants to see; everything when empty."""

    stadsdeel: str | None = None
    column: Column | None = None
    messenger_id: UUID | None = None
    waiting: int | None = None  # so many working days or longer
    mine: bool = False  # only where the actor took a step
    opened: Column | None = None  # the column that is shown beyond the first cards; no filter

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.stadsdeel or self.column or self.messenger_id or self.waiting or self.mine)


@dataclass(frozen=True)
class Card:
    """One trajectory on the board."""

    seen: Seen
    waited: int  # working days since the request, or since the proposal
    youth_ok: bool
    messenger_ok: bool

    @property
    def waits(self) -> bool:
        """Whether somebody waits for an answer."""
        return self.seen.trajectory.status in WAITING

    @property
    def pace(self) -> Pace:
        """How the waiting time stands to the norm."""
        if not self.waits or self.waited < NEARLY:
            return Pace.FINE
        return Pace.LATE if self.waited >= NORM else Pace.NEARLY

    @property
    def is_late(self) -> bool:
        """Whether somebody waits longer than the norm."""
        return self.pace is Pace.LATE

    @property
    def actions(self) -> list[Transition]:
        """What the actor can do with it, the likely step first."""
        facts = Facts(youth_ok=self.youth_ok, messenger_ok=self.messenger_ok)
        return list(MACHINE.possible(self.seen.trajectory.status, facts, self.seen.parties))


@dataclass(frozen=True)
class Pile:
    """One column: the cards that are shown and how many there are."""

    cards: Sequence[Card]
    total: int

    @property
    def hidden(self) -> int:
        """Cards that are not shown."""
        return self.total - len(self.cards)


@dataclass(frozen=True)
class Board:
    """Cards per column and the room of every messenger that can get trajectories."""

    columns: Mapping[Column, Pile]
    rooms: Sequence[Room]
    recent: Sequence[Undoable]  # what the actor did just now and can take back
    without_filters: int | None  # open trajectories; not counted again when nothing is left out

    @property
    def total(self) -> int:
        """Trajectories that fit the filters."""
        return sum(pile.total for pile in self.columns.values())

    @property
    def everything(self) -> int:
        """Open trajectories, with or without the filters."""
        return self.total if self.without_filters is None else self.without_filters

    @property
    def free(self) -> int:
        """Places that can be given away today."""
        return sum(room.free for room in self.rooms)


def board(actor: Actor, filters: Filters) -> Board:
    """The board of the teams this actor coordinates; every card that is shown is logged as seen in a list."""
    listed = _listed(actor, filters)
    rows = db.session.execute(_cards(actor, listed)).all()
    cards = [(_card(row), row.of) for row in rows]
    steps = recent(actor)
    log(actor, Action.LIST, list({one.trajectory.id: one for one in _shown(cards, steps)}.values()))
    columns = {column: _pile(cards, column) for column in Column}
    return Board(columns, _rooms(actor), steps, _everything(actor) if filters.narrows else None)


def _shown(cards: Sequence[tuple[Card, int]], steps: Sequence[Undoable]) -> list[Seen]:
    return [card.seen for card, _ in cards] + [step.seen for step in steps]


def _pile(cards: Sequence[tuple[Card, int]], column: Column) -> Pile:
    own = [(card, of) for card, of in cards if COLUMN_OF[S(card.seen.trajectory.status)] is column]
    return Pile([card for card, _ in own], own[0][1] if own else 0)


def _everything(actor: Actor) -> int:
    return db.session.scalar(select(func.count()).select_from(Trajectory).where(_on_board(actor))) or 0


def _on_board(actor: Actor) -> ColumnElement[bool]:
    return and_(policy.is_party(actor, Party.COORDINATOR), Trajectory.status.in_(OPEN))


def waits_since() -> ColumnElement[Any]:
    """From when the waiting time of a card counts; for what runs, since when it does."""
    needs_one = func.coalesce(Trajectory.searching_since, Trajectory.requested_at)
    return case((Trajectory.status.in_(WITHOUT_MATCH), needs_one), else_=Trajectory.status_since)


def _listed(actor: Actor, filters: Filters) -> Subquery:
    """The ids of the first cards of each column, longest waiting first, and how many the column has."""
    column = case({str(status): str(where) for status, where in COLUMN_OF.items()}, value=Trajectory.status)
    narrowed = (
        select(
            Trajectory.id,
            column.label("column"),
            waits_since().label("since"),
            func.row_number().over(partition_by=column, order_by=(waits_since(), Trajectory.id)).label("n"),
            func.count().over(partition_by=column).label("of"),
        )
        .where(_on_board(actor), *_conditions(actor, filters))
        .subquery()
    )
    most = case((narrowed.c.column == (filters.opened or ""), MOST_CARDS), else_=PER_COLUMN)
    return select(narrowed).where(narrowed.c.n <= most).subquery()


def _cards(actor: Actor, listed: Subquery) -> Select[Any]:
    answers = (Match.trajectory_id == Trajectory.id) & (Match.status == MatchStatus.PROPOSED)
    return (
        seen(actor)
        .join(listed, listed.c.id == Trajectory.id)
        .outerjoin(Match, answers)
        .add_columns(
            Match.youth_ok_at.label("youth_ok_at"),
            Match.messenger_ok_at.label("messenger_ok_at"),
            listed.c.since,
            listed.c.of,
        )
        .order_by(listed.c.n)
    )


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.stadsdeel:
        conditions.append(func.stadsdeel_of(Trajectory.person_id) == filters.stadsdeel)
    if filters.column:
        conditions.append(Trajectory.status.in_([s for s, column in COLUMN_OF.items() if column is filters.column]))
    if filters.messenger_id:
        conditions.append(Trajectory.messenger_id == filters.messenger_id)
    if filters.waiting:
        conditions += [Trajectory.status.in_(WAITING), waits_since() < waiting_since(filters.waiting)]
    if filters.mine:
        conditions.append(_took_a_step(actor))
    return conditions


def _took_a_step(actor: Actor) -> ColumnElement[bool]:
    step = (TrajectoryEvent.trajectory_id == Trajectory.id) & (TrajectoryEvent.by_id == actor.user_id)
    return exists().where(step, TrajectoryEvent.event != Event.REQUEST)


def waiting_since(count: int) -> datetime:
    """The moment before which somebody has waited `count` working days or longer today."""
    day = workdays.latest_start(clock.today(), count)
    return clock.from_local(datetime.combine(day + timedelta(days=1), time()))


def _card(row: Any) -> Card:
    return Card(as_seen(row), waited(row.since), row.youth_ok_at is not None, row.messenger_ok_at is not None)


def waited(since: datetime, today: date | None = None) -> int:
    """Working days between a moment and today."""
    return workdays.between(clock.to_local(since).date(), today or clock.today())


def _rooms(actor: Actor) -> list[Room]:
    statement = (
        select(CredibleMessenger)
        .where(messenger_policy.managed(actor), CredibleMessenger.status == MessengerStatus.ACTIVE)
        .options(joinedload(CredibleMessenger.areas))
        .order_by(CredibleMessenger.sort_key, CredibleMessenger.id)
    )
    rooms = messengers.listed(actor, db.session.scalars(statement).unique().all())
    return sorted(rooms, key=lambda room: -room.free)  # who has room comes first, then by name
