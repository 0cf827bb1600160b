"""What signals ask of somebody today, for "Mijn dag"; without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

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


def for_director(actor: Actor) -> tuple[Work, Work]:
    """What is to be judged, first due first, and what the reporter did not hear of yet; in one statement."""
    telling = Signal.decided_at.is_not(None)
    listed = (
        select(
            Signal.id,
            func.count().over(partition_by=telling).label("of"),
            func.row_number().over(partition_by=telling, order_by=(Signal.triage_due_at, Signal.id)).label("n"),
        )
        .where(policy.visible(actor), policy.is_party(actor, Party.DIRECTOR), _waits())
        .subquery()
    )
    statement = seen(actor).join(listed, listed.c.id == Signal.id).where(listed.c.n <= MOST).add_columns(listed.c.of)
    rows = db.session.execute(statement.order_by(Signal.triage_due_at, Signal.id)).all()
    found = [(Seen(as_seen(row).signal, frozenset({Party.DIRECTOR})), row.of) for row in rows]
    log(actor, Action.LIST, [one for one, _of in found])
    return _work(found, decided=False), _work(found, decided=True)


def to_answer(actor: Actor) -> Work:
    """The own signals about which the director asked something, the longest first; logged per signal."""
    asked = (policy.is_party(actor, Party.REPORTER), Signal.status == SignalStatus.WAITING_INFO)
    statement = seen(actor).where(*asked).order_by(Signal.status_since, Signal.id).limit(MOST)
    found = [as_seen(row) for row in db.session.execute(statement)]
    log(actor, Action.LIST, found)
    return Work([_item(one) for one in found], len(found))


def _waits() -> ColumnElement[bool]:
    return or_(
        Signal.status.in_((SignalStatus.TO_TRIAGE, SignalStatus.IN_TRIAGE)),
        and_(Signal.status.in_(DECIDED), Signal.feedback_at.is_(None)),
    )


def _work(found: Sequence[tuple[Seen, int]], *, decided: bool) -> Work:
    own = [(one, of) for one, of in found if (one.signal.decided_at is not None) is decided]
    return Work([_item(one) for one, _of in own], own[0][1] if own else 0)


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
