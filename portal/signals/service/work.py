"""What signals ask of somebody today, for "Mijn dag"; without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func

from portal.core import clock, db
from portal.core.registry import WorkItem
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.signals import labels, policy
from portal.signals.models import DECIDED, Signal, SignalKind, SignalStatus, SubjectKind, Urgency
from portal.signals.service.finding import Seen, as_seen, log, path, seen
from portal.signals.workflow import Party

MOST = 20


@dataclass(frozen=True)
class Work:
    """Signals of one kind that wait: what is listed, and how many there are."""

    items: Sequence[WorkItem]
    total: int


def to_judge(actor: Actor) -> Work:
    """For a director: what is to be judged, first due first."""
    waits = Signal.status.in_((SignalStatus.TO_TRIAGE, SignalStatus.IN_TRIAGE))
    return _work(actor, and_(policy.is_party(actor, Party.DIRECTOR), waits), Party.DIRECTOR)


def to_tell(actor: Actor) -> Work:
    """For a director: decided, and the reporter does not know yet."""
    waits = and_(Signal.status.in_(DECIDED), Signal.feedback_at.is_(None))
    return _work(actor, and_(policy.is_party(actor, Party.DIRECTOR), waits), Party.DIRECTOR)


def to_answer(actor: Actor) -> Work:
    """For a reporter: questions about own signals."""
    waits = Signal.status == SignalStatus.WAITING_INFO
    return _work(actor, and_(policy.is_party(actor, Party.REPORTER), waits), Party.REPORTER)


def _work(actor: Actor, condition: ColumnElement[bool], party: Party) -> Work:
    statement: Select[tuple[Signal, int]] = seen(actor).where(condition).add_columns(func.count().over().label("of"))
    rows = db.session.execute(statement.order_by(Signal.triage_due_at, Signal.id).limit(MOST)).all()
    found = [Seen(as_seen(row).signal, frozenset({party})) for row in rows]
    log(actor, Action.LIST, found)
    return Work([_item(one) for one in found], rows[0].of if rows else 0)


def _item(one: Seen) -> WorkItem:
    signal = one.signal
    due = clock.to_local(signal.triage_due_at).date()
    undecided = signal.decided_at is None and one.directs
    return WorkItem(
        title=str(labels.KIND[SignalKind(signal.kind)]),
        subtitle=" · ".join((signal.number, str(labels.SUBJECT[SubjectKind(signal.subject_kind)]))),
        url=path(signal.id),
        icon="siren" if signal.urgency == Urgency.ACUTE else "megaphone",
        due_on=due if undecided else None,
        meta=str(labels.URGENCY[Urgency(signal.urgency)]) if undecided else "",
    )
