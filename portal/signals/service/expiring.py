"""What leads to somebody goes when its term is over (domain §2.8.1); run by a task, as often as one likes."""

from __future__ import annotations

from sqlalchemy import and_, or_, select, update

from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.signals.models import UNDECIDED, Signal, SignalAssessment, SignalStatus, SignalStep
from portal.signals.service import terms
from portal.signals.service.moving import move
from portal.signals.workflow import MACHINE, Event, Facts, Party

MOST = 500  # in one go; the next takes the rest
WORDS = ("interest", "motivation", "guardian_note", "approval_note", "follow_up_label")


def sweep() -> int:
    """Strip what is over its term: nicknames nobody decided about, decisions to do nothing, and mistakes.

    Returns how many. Rows that somebody works on now are left for the next time.
    """
    now = clock.now()
    over = or_(
        and_(Signal.status.in_(UNDECIDED), Signal.stub_until <= now),
        and_(Signal.status == SignalStatus.NO_ACTION, Signal.decided_at <= terms.six_months_before(now)),
        and_(Signal.status == SignalStatus.VOID, Signal.status_since <= now - terms.VOID),
    )
    found = db.session.scalars(select(Signal).where(over).limit(MOST).with_for_update(skip_locked=True)).all()
    for signal in found:
        _strip(signal)
    return len(found)


def _strip(signal: Signal) -> None:
    """What is left says that there was a signal of this kind, where and when, and what was decided."""
    actor, subject = system("signals"), Subject("signal", signal.id, signal.person_id, signal.team_id)
    event = Event.LAPSE if signal.status in UNDECIDED else Event.EXPIRE
    facts = Facts(stub=signal.nickname_sealed is not None, term_over=True)
    row = MACHINE.step(event, signal.status, facts, frozenset({Party.PORTAL}))
    signal.person_id = signal.nickname_sealed = signal.stub_until = None
    signal.facts = signal.interpretation = ""
    move(actor, signal, row)
    db.session.execute(
        update(SignalAssessment).where(SignalAssessment.signal_id == signal.id).values(dict.fromkeys(WORDS, ""))
    )
    db.session.execute(update(SignalStep).where(SignalStep.signal_id == signal.id).values(note=""))
    access_log.record(actor, Action.UPDATE, subject, context=Context.JV_DISTRICT, fields=["facts", "person_id"])
