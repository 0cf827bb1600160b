"""Reminders of signals: who hears what, when, and that it stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.core import clock, db
from portal.core.registry import registry
from portal.oversight.service import declaring
from portal.privacy.actor import Actor
from portal.privacy.models import DeclaredRelation
from portal.signals import service
from portal.signals.models import Feedback, Signal, SignalOutcome, Urgency
from tests.factories import World, absences, people
from tests.factories import signals as made

Freeze = Callable[[datetime], None]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def young(world: World) -> Any:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def told(code: str) -> set[tuple[UUID, int]]:
    """To whom a rule speaks now, and at which stage."""
    with db.unit_of_work():
        rows = db.session.execute(registry.rules[code].due(clock.today()))
        return {(row.recipient_id, row.stage) for row in rows}


def test_judging_is_reminded_of_and_then_told_to_the_manager(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
    assert told("SIG") == {(world.director.id, 0)}
    assert told("R01") == told("R01-manager") == told("R01-acuut") == set()
    freeze(row.remind_at)
    assert told("R01") == {(world.director.id, 1)}
    freeze(row.triage_due_at)
    assert told("R01") == {(world.director.id, 2)}
    assert told("R01-manager") == {(world.manager.id, 2)}
    with db.unit_of_work():
        made.judged(world, db.session.merge(row))
    assert told("R01") == told("R01-manager") == set()


def test_what_is_acute_rings_at_once(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young, urgency=Urgency.ACUTE)
    assert registry.rules["R01-acuut"].kind == "acute"
    assert told("R01-acuut") == {(world.director.id, 0)}
    assert told("SIG") == told("R01") == set()
    freeze(MONDAY + timedelta(hours=1))
    assert told("R01-acuut-manager") == {(world.manager.id, 2)}
    with db.unit_of_work():
        service.take(world.actor(world.director), row.id, version=None)
    assert told("R01-acuut-manager") == set()
    freeze(MONDAY + timedelta(hours=4))
    assert told("R01-acuut") == {(world.director.id, 2)}
    assert told("R01-acuut-manager") == {(world.manager.id, 2)}


def test_a_question_and_a_feedback_are_waited_for_so_long(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    director = world.actor(world.director)
    with db.unit_of_work():
        asked = made.signal(world, world.worker, young)
        service.take(director, asked.id, version=None)
        service.ask(director, asked.id, version=None, words="Hoe laat?")
        untold = made.judged(world, made.signal(world, world.worker, young), SignalOutcome.REFER)
    assert (world.worker.id, 1) in told("SIG")
    freeze(MONDAY + timedelta(days=2))
    assert told("R03") == {(world.director.id, 0)}
    assert told("R02") == set()
    freeze(MONDAY + timedelta(days=3))
    assert told("R02") == {(world.worker.id, 0)}
    freeze(MONDAY + timedelta(days=8))
    assert told("R02-regie") == {(world.director.id, 2)}
    assert told("R03-manager") == {(world.manager.id, 2)}
    with db.unit_of_work():
        service.answer(world.actor(world.worker), asked.id, version=None, words="Elf uur.")
        service.tell(director, untold.id, version=None, feedback=Feedback.PICKED_UP)
    assert told("R02") == told("R02-regie") == told("R03") == told("R03-manager") == set()
    assert {(world.director.id, 2), (world.worker.id, 3)} <= told("SIG")


def test_nobody_is_told_about_somebody_they_know(world: World, young: Any, freeze: Freeze) -> None:
    """I-24: the manager still hears of it when nobody judges."""
    freeze(MONDAY)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
        declaring.declare(world.actor(world.director), young.id)
    assert told("SIG") == set()
    freeze(row.triage_due_at)
    assert told("R01") == set()
    assert told("R01-manager") == {(world.manager.id, 2)}


def test_who_is_on_duty_is_rung_when_nobody_takes_it(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young, urgency=Urgency.ACUTE)
        absences.duty(world.colleague, world.noord)
        absences.duty(world.stranger, world.zuidoost)
    assert told("R01-acuut-dienst") == set()
    freeze(MONDAY + timedelta(hours=1))
    assert told("R01-acuut-dienst") == {(world.colleague.id, 2)}
    assert registry.rules["R01-acuut-dienst"].link(row.id) == "/dienst"  # who judges no signals reads none
    with db.unit_of_work():
        absences.duty(world.director, world.noord)
    assert told("R01-acuut-dienst") == {(world.colleague.id, 2)}  # a director heard at once
    with db.unit_of_work():
        known = DeclaredRelation(
            user_id=world.colleague.id, person_id=young.id, team_id=young.team_id, declared_at=clock.now()
        )
        db.session.add(known)
        db.mark_logged()
    assert told("R01-acuut-dienst") == set()
    with db.unit_of_work():
        service.take(world.actor(world.director), row.id, version=None)
    assert told("R01-acuut-dienst") == set()


def test_an_acute_signal_says_whom_to_call(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    worker, director = world.actor(world.worker), world.actor(world.director)

    def called(row: Signal, actor: Actor = worker) -> list[tuple[str, bool]]:
        with db.unit_of_work():
            return [(one.name, one.on_duty) for one in service.to_call(actor, service.get(actor, row.id))]

    with db.unit_of_work():
        row = made.signal(world, world.worker, young, urgency=Urgency.ACUTE)
        calm = made.signal(world, world.worker, young)
    assert called(row) == [(world.director.name, False)]
    assert called(row, director) == []  # nobody calls themselves
    assert called(calm) == []
    with db.unit_of_work():
        absences.duty(world.colleague, world.noord)
        absences.duty(world.stranger, world.zuidoost)
    assert called(row) == [(world.colleague.name, True)]
    with db.unit_of_work():
        absences.absence(world.colleague)
    assert called(row) == [(world.director.name, False)]
    with db.unit_of_work():
        absences.absence(world.director)
    assert called(row) == []
    with db.unit_of_work():
        made.judged(world, db.session.merge(row))
    assert called(row) == []
