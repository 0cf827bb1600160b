"""A signal about a young person whose case runs already: whoever judged it takes it along in that case."""

from __future__ import annotations

from datetime import timedelta

from portal.cases.service import finding, planning
from portal.cases.workflow import GOES_ON
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.signals.models import Signal
from portal.signals.service import Ref, Verdict

#: Days in which the signal is taken up in the case, when no day was chosen.
WITHIN = timedelta(days=7)
NO_CASE = N_("Er loopt geen casus van deze jongere.")


def add_to_case(actor: Actor, signal: Signal, verdict: Verdict) -> Ref:
    """An action in the running case, by the number of the signal. Raises Invalid, Forbidden or Conflict."""
    person = db.session.get(Person, signal.person_id) if signal.person_id else None
    running = db.session.execute(finding.running(actor, person)).first() if person else None
    if running is None:
        raise Invalid(outcome=NO_CASE)
    if not finding.find(actor, running.id).goes_on:
        raise Invalid(outcome=GOES_ON.message)
    due_on = verdict.on or clock.today() + WITHIN
    planning.add_task(actor, running.id, what=signal.number, due_on=due_on, owner_id=actor.user_id)
    return Ref("youth_case", running.id, running.number)
