"""Plain types through which features register what privacy, reminders and reports need to know of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from portal.core.machine import Machine


class RuleClass(StrEnum):
    """How a reminder reaches people (domain §6.1); in the portal it always appears at once."""

    NORMAL = "normal"  # bundled, outside quiet hours
    ACUTE = "acute"  # at once, in quiet hours to who is on duty
    LEGAL = "legal"  # a term of the law: bundled, and nobody can turn its mail off
    IN_APP = "in_app"  # in the portal only


@dataclass(frozen=True)
class Term:
    """A number of a rule that may be changed without a new release, within bounds: what the law or decency allows."""

    code: str  # the argument of the rule's question that takes it
    label: str  # Dutch msgid
    standard: int
    low: int
    high: int
    unit: str  # Dutch msgid


@dataclass(frozen=True)
class Rule:
    """One reminder rule: what is due, for whom.

    `due(today, **terms)` gives one SELECT of everything that deserves a reminder on this civil date, also what was
    reminded of before: object_id, person_id (or NULL), team_id (or NULL), due_on (the record's civil date),
    recipient_id, stage.
    It holds only open records and recipients who may know of this young person now. The ledger asks it to make
    reminders, and asks it again for the same rows under the lock just before sending; what is no longer in it (done,
    moved to another day, no longer entitled, overtaken by a later stage) is not sent. So: ranges, never day equality.
    An optional column `since` (timestamptz) says from when a row deserved it; a mail slot that had passed by then is
    not used (somebody who notes a follow-up for tomorrow gets no mail about it a minute later).
    """

    code: str  # domain §6.2, e.g. "R04"
    label: str  # Dutch msgid, a sentence that answers "waarom krijg ik dit"; neutral, it goes into the mail
    object_type: str
    due: Callable[..., Select[Any]]  # the civil date, and by name the terms
    link: Callable[[UUID], str]  # own path of the page where it is dealt with, shown in the portal only
    stages: Mapping[int, str] = field(default_factory=dict)  # Dutch msgid per stage, the title in inbox and mail
    news: bool = False  # tells of something that happened: stays unread until read, whatever becomes of the record
    kind: RuleClass = RuleClass.NORMAL
    terms: tuple[Term, ...] = ()
    audience: str = ""  # Dutch msgid: who gets it, its place on the ladder of escalation


@dataclass(frozen=True)
class Figure:
    """One report figure: its SQL in one statement and its definition in words."""

    code: str
    label: str  # Dutch msgid
    definition: str  # Dutch msgid: "Zo tellen wij"
    query: Callable[..., Select[Any]]
    unit: str = ""


@dataclass(frozen=True)
class Holding:
    """Which personal data a feature holds, on which ground, for how long, and how it is erased."""

    table: str
    label: str  # Dutch msgid
    context: str  # code of the processing context, domain §3.2
    retention: str  # ISO 8601 duration, e.g. "P3Y"
    source: str  # law article or Selectielijst result
    part_of: str = ""  # the column that leads to the record whose context it shares; "" has one of its own


@dataclass(frozen=True)
class QuickAction:
    """What can be done with a work item in one tap: a POST with these fields."""

    label: str
    url: str
    icon: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkItem:
    """One row of "Mijn dag": something a person has to do, in one line, linking to where it is done."""

    title: str
    subtitle: str
    url: str
    due_on: date | None = None
    icon: str = "circle"
    meta: str = ""
    phone: str | None = None
    actions: Sequence[QuickAction] = ()
    starts_at: datetime | None = None  # of an appointment, which is shown with its hour
    minutes: int = 0
    place: str = ""
    put_off_url: str = ""  # where its reminder can be put off, once
    put_off_until: date | None = None


@dataclass(frozen=True)
class Section:
    """One group of things to do; `total` counts also what is not listed."""

    key: str  # anchor in the page
    title: str
    label: str  # in the counter, after the number
    items: Sequence[WorkItem]
    total: int
    late: bool = False
    always: bool = False  # its counter stays when it is empty
    aside: bool = False  # beside the others on a wide screen
    later: bool = False  # not for today: below everything else
    more_url: str = ""  # where the rest is


@dataclass
class Registry:
    """All registrations of one application; `portal.app` fills it once at start."""

    rules: dict[str, Rule] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    machines: dict[str, Machine[Any, Any]] = field(default_factory=dict)  # by table
    #: Names of young people by id, as far as the actor (first argument) reaches them; reading them is logged.
    short_names: Callable[[Any, Collection[UUID]], Mapping[UUID, str]] = field(default=lambda _actor, _ids: {})

    def add(
        self,
        rules: Sequence[Rule] = (),
        figures: Sequence[Figure] = (),
        holdings: Sequence[Holding] = (),
        machines: Sequence[Machine[Any, Any]] = (),
    ) -> None:
        """Add a feature's registrations; a code used twice is a mistake."""
        for rule in rules:
            if self.rules.setdefault(rule.code, rule) is not rule:
                raise ValueError(f"reminder rule {rule.code} registered twice")
        for figure in figures:
            if self.figures.setdefault(figure.code, figure) is not figure:
                raise ValueError(f"figure {figure.code} registered twice")
        self.machines |= {machine.table: machine for machine in machines}
        self.holdings.extend(h for h in holdings if h not in self.holdings)


registry = Registry()
