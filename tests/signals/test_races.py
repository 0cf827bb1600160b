"""Two taps, or two directors, at the same moment: through the web, on connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.core import clock, db
from portal.core.ids import new_id
from portal.places.models import LocationStep, MonitoredLocation, Observation
from portal.privacy.permissions import Role
from portal.signals.models import Signal, SignalAssessment
from tests.architecture.test_races import meet, statuses, together
from tests.factories import World, people, places
from tests.factories import signals as made
from tests.factories.world import user
from tests.looking import count

Client = Callable[..., FlaskClient]


def twice(client_as: Client, who: Any, path: str, form: dict[str, str]) -> list[Any]:
    """The same form from two tabs at once."""
    return together(*(lambda b=client_as(who): b.post(path, data=form) for _ in range(2)))


def test_a_signal_sent_twice_is_one(world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {
        "subject_kind": "phenomenon", "kind": "nuisance", "facts": "Er stonden scooters op de stoep.",
        "urgency": "normal", "area_code": "NA", "key": str(new_id()),
    }  # fmt: skip
    meet(monkeypatch, "portal.signals.service.reporting.by_key")
    assert statuses(twice(client_as, world.worker, "/signalen/nieuw", form)) == [303, 303]
    assert count(Signal) == 1


def test_a_visit_sent_twice_is_one(world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
    seen_at = clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    form = {"atmosphere": "calm", "headcount": "0", "seen_at": seen_at, "key": str(new_id())}
    meet(monkeypatch, "portal.places.service.observing.by_key")
    assert statuses(twice(client_as, world.worker, f"/locaties/{place.id}/langs-geweest", form)) == [303, 303]
    assert count(Observation) == 1


def test_of_two_who_decide_about_a_place_one_is_too_late(
    world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
    worker, director = client_as(world.worker), client_as(world.director)
    meet(monkeypatch, "portal.places.service.move")
    answers = together(
        lambda: worker.post(f"/locaties/{place.id}/rustig", data={"version": "1"}),
        lambda: director.post(f"/locaties/{place.id}/stoppen", data={"version": "1"}),
    )
    assert statuses(answers) == [303, 409]
    assert count(LocationStep) == 2  # taken into the list, and one decision
    with db.unit_of_work():
        assert db.session.get_one(MonitoredLocation, place.id).version == 2


def test_of_two_directors_one_decides(world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, "Yassine Merelveld", worker=world.worker)
        row = made.signal(world, world.worker, young)
        other = user("Ans Proef", world.city, world.noord, Role.JV_DIRECTOR)
    first, second = client_as(world.director), client_as(other)
    assert first.post(f"/signalen/{row.id}/oppakken", data={"version": str(row.version)}).status_code == 303
    with db.unit_of_work():
        version = str(db.session.get_one(Signal, row.id).version)
    form = {"motivation": "Eerst hulp.", "interest": "Weer naar school.", "version": version}
    meet(monkeypatch, "portal.signals.service.triaging._locked")
    answers = together(
        lambda: first.post(f"/signalen/{row.id}/besluiten", data=form | {"outcome": "refer"}),
        lambda: second.post(f"/signalen/{row.id}/besluiten", data=form | {"outcome": "no_action"}),
    )
    assert statuses(answers) == [303, 409]
    assert count(SignalAssessment) == 1
