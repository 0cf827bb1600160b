"""Reading signals: each with the part the actor has in it, and logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.accounts.service import duties
from portal.accounts.service.duties import Callable
from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.signals import policy
from portal.signals.models import DECIDED, UNDECIDED, Signal, SignalAssessment, SignalStatus, SignalStep, Urgency
from portal.signals.workflow import MACHINE, Event, Facts, Party, Transition

#: Another signal within so many days may be about the same event.
SAME_EVENT = timedelta(days=14)
MOST_ALIKE = 5


class Shown(StrEnum):
    """The lists of signals; the word is in the address."""

    TO_JUDGE = "beoordelen"
    TO_FINISH = "afronden"
    DONE = "klaar"
    OWN = "van-mij"


@dataclass(frozen=True)
class Seen:
    """A signal as one actor sees it."""

    signal: Signal
    parties: frozenset[Party]

    @property
    def directs(self) -> bool:
        """Whether this actor judges it; a reporter sees how it stands, and no more."""
        return Party.DIRECTOR in self.parties

    @property
    def party(self) -> Party:
        """The part in which this actor acts first."""
        return Party.DIRECTOR if self.directs else Party.REPORTER


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: how a signal stands, and between which civil days it was told, both included."""

    status: SignalStatus | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Happened:
    """One step of the history, with who took it."""

    event: Event
    at: datetime
    by: str
    note: str


def seen(actor: Actor) -> Select[Any]:
    """Select the signals in reach, each with the actor's parts."""
    parts: list[Any] = [policy.is_party(actor, party).label(party) for party in policy.PERMISSION]
    return (
        select(Signal, *parts)
        .where(policy.visible(actor))
        .options(*(joinedload(getattr(Signal, name)) for name in ("person", "group", "location", "reporter")))
    )


def as_seen(row: Row[Any]) -> Seen:
    """One row of `seen(actor)`."""
    return Seen(row[0], frozenset(party for party in policy.PERMISSION if row._mapping[party]))


def find(actor: Actor, signal_id: UUID, *, lock: bool = False) -> Seen:
    """One signal, not logged: for who changes it and logs that. `lock` holds the row until the commit.

    Raises NotFound when the actor may not know of it.
    """
    statement = seen(actor).where(Signal.id == signal_id)
    return as_seen(db.the_one(statement, lock=Signal if lock else None))


def get(actor: Actor, signal_id: UUID) -> Seen:
    """One signal, read and logged. Raises NotFound when the actor may not know of it."""
    found = find(actor, signal_id)
    log(actor, Action.READ, [found])
    return found


def log(actor: Actor, action: Action, found: Sequence[Seen], *, fields: Sequence[str] = ()) -> None:
    """Record what was read or changed, one row per signal, under the part the actor has in it."""
    for party, permission in policy.PERMISSION.items():
        own = [one.signal for one in found if one.party is party]
        if own:
            access_log.record(
                actor,
                action,
                [Subject("signal", one.id, one.person_id, one.team_id) for one in own],
                permission=permission,
                purpose=policy.PURPOSE[party],
                context=Context.JV_DISTRICT,
                fields=fields,
            )


def lists(actor: Actor) -> tuple[Shown, ...]:
    """The lists this actor has."""
    return tuple(Shown) if policy.triages(actor) else (Shown.OWN,)


def listing(actor: Actor, shown: Shown, cursor: str | None = None, wanted: Wanted | None = None) -> Page[Seen]:
    """One page of a list: what is to be judged by its day, the rest newest first; logged per row."""
    statement = seen(actor).where(_in(actor, shown), *_narrowed(wanted or Wanted()))
    if shown is Shown.TO_JUDGE:
        order = (Signal.triage_due_at, Signal.id)
        if cursor:
            statement = paging.after(statement, order, paging.place(cursor), descending=False)
        rows = [as_seen(row) for row in db.session.execute(statement.order_by(*order).limit(paging.PAGE_SIZE + 1))]
        page = paging.page(rows, lambda one: [one.signal.triage_due_at.isoformat(), one.signal.id])
    else:
        rows = [as_seen(row) for row in db.session.execute(paging.newest(statement, cursor, Signal.id))]
        page = paging.page(rows, lambda one: [one.signal.id])
    log(actor, Action.LIST, page.rows)
    return page


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Signal.status == wanted.status)
    if wanted.first:
        conditions.append(Signal.received_at >= clock.day_start(wanted.first))
    if wanted.last:
        conditions.append(Signal.received_at < clock.day_end(wanted.last))
    return conditions


def counts(actor: Actor) -> dict[Shown, int]:
    """How long each list of this actor is, except of what is done."""
    listed = [shown for shown in lists(actor) if shown is not Shown.DONE]
    columns = [func.count().filter(_in(actor, shown)) for shown in listed]
    row = db.session.execute(select(*columns).select_from(Signal).where(policy.visible(actor))).one()
    return dict(zip(listed, row, strict=True))


def _in(actor: Actor, shown: Shown) -> ColumnElement[bool]:
    """The signals of one list."""
    if shown is Shown.OWN:
        return policy.is_party(actor, Party.REPORTER)
    unfinished = or_(
        Signal.status.in_((SignalStatus.FOLLOWED_UP, SignalStatus.EMERGENCY)),
        and_(Signal.status.in_(DECIDED), Signal.feedback_at.is_(None)),
    )
    kinds = {
        Shown.TO_JUDGE: Signal.status.in_(UNDECIDED),
        Shown.TO_FINISH: unfinished,
        Shown.DONE: ~or_(Signal.status.in_(UNDECIDED), unfinished),
    }
    return and_(policy.is_party(actor, Party.DIRECTOR), kinds[shown])


def assessment(found: Seen) -> SignalAssessment | None:
    """Why it was decided so; only for who judges."""
    if not found.directs:
        return None
    statement = select(SignalAssessment).where(SignalAssessment.signal_id == found.signal.id)
    return db.session.scalar(statement.options(joinedload(SignalAssessment.assessor)))


def history(found: Seen) -> list[Happened]:
    """What happened, newest first; a reporter does not see who it was looked at by, or that it was recognised."""
    statement = (
        select(SignalStep, User.name)
        .outerjoin(User, User.id == SignalStep.by_id)
        .where(SignalStep.signal_id == found.signal.id)
        .order_by(SignalStep.at.desc(), SignalStep.id.desc())
    )
    if not found.directs:
        statement = statement.where(SignalStep.event != Event.IDENTIFY)
    return [Happened(Event(row.event), row.at, by or "", row.note) for row, by in db.session.execute(statement)]


def actions(found: Seen) -> list[Transition]:
    """What this actor can do with the signal now, each event once."""
    signal = found.signal
    facts = Facts(stub=signal.nickname_sealed is not None, told=signal.feedback_at is not None)
    first: dict[Event, Transition] = {}
    for row in MACHINE.possible(signal.status, facts, frozenset(found.parties)):
        first.setdefault(row.event, row)
    return list(first.values())


def ensure_possible(found: Seen, event: Event) -> None:
    """Before its page is shown: raises Forbidden or Conflict when this actor cannot take this step now."""
    MACHINE.ensure_party(event, frozenset(found.parties))
    if event not in {row.event for row in actions(found)}:
        MACHINE.choose(event, "", Facts(), frozenset(found.parties))


def alike(actor: Actor, signal: Signal) -> list[Seen]:
    """Signals this actor may know of that may be about the same event: the same subject, or kind and area, lately."""
    same = [
        and_(Signal.kind == signal.kind, Signal.area_code == signal.area_code),
        *(
            getattr(Signal, name) == getattr(signal, name)
            for name in ("person_id", "group_id", "location_id")
            if getattr(signal, name) is not None
        ),
    ]
    statement = seen(actor).where(
        or_(*same),
        Signal.id != signal.id,
        Signal.status.not_in((SignalStatus.STRIPPED, SignalStatus.VOID)),
        Signal.received_at.between(signal.received_at - SAME_EVENT, signal.received_at),
    )
    rows = db.session.execute(statement.order_by(Signal.id.desc()).limit(MOST_ALIKE))
    found = [as_seen(row) for row in rows]
    log(actor, Action.LIST, found)
    return found


def to_call(actor: Actor, found: Seen) -> list[Callable]:
    """Whom else to call about a signal that rings; for who told it and who judges it."""
    team_id = found.signal.team_id
    callable_now = duties.to_call([team_id]).get(team_id, []) if rings(found) else []
    return [one for one in callable_now if one.user_id != actor.user_id]


def rings(found: Seen) -> bool:
    """Whether this signal asks for a call now."""
    return found.signal.urgency == Urgency.ACUTE and found.signal.status in UNDECIDED


def path(signal_id: UUID) -> str:
    """The address of a signal's page."""
    return f"/signalen/{signal_id}"


def signal_of(step_id: UUID) -> UUID:
    """The signal a step belongs to; whether the actor may see it is asked there. Raises NotFound."""
    found = db.session.scalar(select(SignalStep.signal_id).where(SignalStep.id == step_id))
    if found is None:
        raise NotFound
    return found
