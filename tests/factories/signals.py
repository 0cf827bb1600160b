"""Signals in every state (demogegevens)."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from portal.signals import service
from portal.signals.models import (
    Feedback,
    Signal,
    SignalAssessment,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SubjectKind,
)
from portal.signals.service import Story, Verdict
from tests.factories.world import World

REASON = "Het is voor het eerst, en de ouders weten ervan."


def story(person: Person | None = None, **changed: Any) -> Story:
    """A story about a young person, or about something that goes on."""
    about: dict[str, Any] = {
        "kind": SignalKind.NUISANCE, "area_code": "NA", "facts": "Drie keer gezien op het plein, na tien uur.",
        "subject_kind": SubjectKind.PHENOMENON,
    }  # fmt: skip
    if person is not None:
        about |= {"subject_kind": SubjectKind.PERSON, "person_id": person.id, "area_code": None}
    return Story(**(about | changed))


def signal(world: World, reporter: User, person: Person | None = None, **changed: Any) -> Signal:
    """A signal that waits to be judged. Inside a unit of work."""
    return service.report(world.actor(reporter), story=story(person, **changed), key=new_id())


def followed_up(row: Signal) -> None:
    """Followed up, with why; only closing it is left. Inside a unit of work."""
    db.session.add(
        SignalAssessment(
            signal_id=row.id,
            team_id=row.team_id,
            assessor_id=row.reporter_id,
            decided_at=row.received_at,
            outcome=SignalOutcome.REFER,
            motivation=REASON,
        )
    )
    row.status, row.outcome, row.decided_at = SignalStatus.FOLLOWED_UP, SignalOutcome.REFER, row.received_at
    row.feedback, row.feedback_at = Feedback.PICKED_UP, row.received_at


def verdict(outcome: SignalOutcome = SignalOutcome.NO_ACTION, **changed: Any) -> Verdict:
    """A decision with its reasons."""
    known: dict[str, Any] = {"motivation": REASON, "interest": "Rust, en iemand die langskomt."}
    return Verdict(outcome=outcome, **(known | changed))


def judged(world: World, row: Signal, outcome: SignalOutcome = SignalOutcome.NO_ACTION, **changed: Any) -> Signal:
    """The same signal with a decision of the director of Noord. Inside a unit of work."""
    director = world.actor(world.director)
    if row.status == SignalStatus.TO_TRIAGE:
        service.take(director, row.id, version=None)
    made = service.decide(director, row.id, version=None, verdict=verdict(outcome, **changed))
    db.session.flush()
    return made
