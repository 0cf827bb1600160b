"""State machines as data: each kind of record with a status has one in its workflow.py; docs/machines.md draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from portal.core.errors import Conflict, Forbidden, Invalid

#: What the guards of one machine look at; the service reads it under the locks.
FactsT = TypeVar("FactsT")
EventT = TypeVar("EventT", bound=StrEnum)


def always(_facts: object) -> bool:
    """A step that depends on nothing but the state."""
    return True


@dataclass(frozen=True)
class Guard(Generic[FactsT]):
    """A condition, and what a person reads when it does not hold."""

    holds: Callable[[FactsT], bool]
    message: str  # Dutch msgid
    field: str = ""  # of the form, where it is shown; "" is above it


@dataclass(frozen=True)
class Step(Generic[EventT, FactsT]):
    """One row of a machine. `when` chooses between rows of the same event; `guards` refuse with a message."""

    event: EventT
    source: StrEnum
    target: StrEnum
    parties: frozenset[StrEnum] = frozenset()  # who may; empty: the service alone decides who
    guards: tuple[Guard[FactsT], ...] = ()
    when: Callable[[FactsT], bool] = always

    def failing(self, facts: FactsT) -> list[Guard[FactsT]]:
        """The guards that do not hold, the first to be read in front."""
        return [guard for guard in self.guards if not guard.holds(facts)]


@dataclass(frozen=True)
class Machine(Generic[EventT, FactsT]):
    """All steps of one kind of record, in the order in which they are offered: the likely step of a state first."""

    table: str
    first: StrEnum
    final: frozenset[StrEnum]
    steps: tuple[Step[EventT, FactsT], ...]
    needs_reason: frozenset[EventT] = frozenset()  # events that are never taken without one

    @property
    def states(self) -> tuple[StrEnum, ...]:
        """Every state, in the order of its enumeration."""
        return tuple(type(self.first))

    @property
    def open(self) -> tuple[StrEnum, ...]:
        """The states in which something is still to happen."""
        return tuple(state for state in self.states if state not in self.final)

    def possible(
        self, status: str, facts: FactsT, parties: frozenset[StrEnum] = frozenset()
    ) -> Iterator[Step[EventT, FactsT]]:
        """The steps that lead on from here and that one of `parties` may take, guards not yet asked."""
        for row in self.steps:
            if row.source == status and _may(row, parties) and row.when(facts):
                yield row

    def choose(
        self, event: EventT, status: str, facts: FactsT, parties: frozenset[StrEnum] = frozenset()
    ) -> Step[EventT, FactsT]:
        """The step of `event` from `status`, guards not yet asked.

        Raises Forbidden when none of `parties` may ever do this, Conflict when the record has moved on.
        """
        self.ensure_party(event, parties)
        row = next((row for row in self.possible(status, facts, parties) if row.event is event), None)
        if row is None:
            raise Conflict
        return row

    def ensure_party(self, event: EventT, parties: frozenset[StrEnum]) -> None:
        """Raise Forbidden when none of `parties` may ever do this, whatever the state."""
        if not any(row.event is event and _may(row, parties) for row in self.steps):
            raise Forbidden

    def step(
        self, event: EventT, status: str, facts: FactsT, parties: frozenset[StrEnum] = frozenset()
    ) -> Step[EventT, FactsT]:
        """The step of `event` from `status`. Raises as `choose`, and Invalid with the guards that fail."""
        row = self.choose(event, status, facts, parties)
        if failing := row.failing(facts):
            raise Invalid(**{guard.field: guard.message for guard in reversed(failing)})
        return row

    def reached(self, start: StrEnum, *, backwards: bool = False) -> set[StrEnum]:
        """Every state that can follow on `start`, itself included; `backwards`: that can lead to it."""
        pairs = [(row.target, row.source) if backwards else (row.source, row.target) for row in self.steps]
        found = {start}
        while more := {target for source, target in pairs if source in found} - found:
            found |= more
        return found


def _may(row: Step[EventT, FactsT], parties: frozenset[StrEnum]) -> bool:
    return not row.parties or bool(row.parties & parties)
