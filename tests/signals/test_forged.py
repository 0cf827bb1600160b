"""What a browser can be made to send: ids of another team in every field, tabs that went stale, roles that ended.

Nothing of it is saved, and the answer does not tell whether the record exists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import RoleAssignment
from portal.core import clock, db
from portal.core.ids import new_id
from portal.groups.models import YouthGroup
from portal.people.models import Person
from portal.places.models import LocationShare, LocationStatus, MonitoredLocation, Observation
from portal.signals import service
from portal.signals.models import Signal, SignalAssessment, SubjectKind
from tests.factories import World, people, places
from tests.factories import signals as made
from tests.looking import count

Client = Callable[..., FlaskClient]


@pytest.fixture
def near(world: World) -> dict[str, Any]:
    """A young person, a place and a signal that the director took up, all of Noord."""
    with db.unit_of_work():
        young = people.person(world.noord, "Yassine Merelveld", worker=world.worker)
        signal = made.signal(world, world.worker, young)
        service.take(world.actor(world.director), signal.id, version=None)
        return {"young": young, "place": places.location(world.noord, world.worker), "signal": signal}


@pytest.fixture
def far(world: World) -> dict[str, Any]:
    """The same of Zuidoost, and a group there."""
    with db.unit_of_work():
        young = people.person(world.zuidoost, "Ilse Reigerveld", worker=world.stranger)
        return {
            "young": young,
            "place": places.location(world.zuidoost, world.stranger),
            "group": places.group(world.zuidoost, "T-2026-01"),
            "signal": made.signal(world, world.stranger, young, area_code="TA"),
        }


def stored(model: Any, row: Any) -> Any:
    with db.unit_of_work():
        return db.session.get_one(model, row.id)


def refused(browser: FlaskClient, path: str, form: dict[str, Any], field: str, theirs: UUID) -> None:
    """The id of another team and one that nobody has get the same answer."""
    answers = [browser.post(path, data=form | {field: str(each)}) for each in (theirs, new_id())]
    assert [answer.status_code for answer in answers] in ([422, 422], [404, 404]), field


def told(**changed: str) -> dict[str, str]:
    return {
        "subject_kind": "person", "kind": "weapon", "facts": "Er viel een mes uit zijn tas.", "urgency": "normal",
        "area_code": "NA", "key": str(new_id()),
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "field", "key"),
    [("person", "person_id", "young"), ("location", "location_id", "place"), ("group", "group_id", "group")],
)
def test_nobody_tells_of_what_is_not_theirs(
    world: World, far: dict[str, Any], client_as: Client, subject: str, field: str, key: str
) -> None:
    before = count(Signal)
    for who in (world.worker, world.director, world.trainer):
        form = told(subject_kind=subject)
        refused(client_as(who), "/signalen/nieuw", form, field, far[key].id)
    assert count(Signal) == before


def test_a_decision_leads_to_nothing_of_another_team(
    world: World, near: dict[str, Any], far: dict[str, Any], client_as: Client
) -> None:
    browser, signal = client_as(world.director), stored(Signal, near["signal"])
    path = f"/signalen/{signal.id}/besluiten"
    form = {"motivation": "Eerst hulp.", "interest": "Naar school.", "version": str(signal.version)}
    day = (clock.today() + timedelta(days=1)).isoformat()
    refused(browser, path, form | {"outcome": "one_contact", "on": day}, "worker_id", world.stranger.id)
    refused(browser, path, form | {"outcome": "monitor_location"}, "location_id", far["place"].id)
    refused(browser, path, form | {"outcome": "group_step1"}, "group_id", far["group"].id)
    refused(browser, f"/signalen/{signal.id}/zelfde", {}, "other_id", far["signal"].id)
    assert count(SignalAssessment) == 0
    assert stored(Signal, signal).same_as_id is None


def test_nobody_recognises_a_young_person_of_another_team(world: World, far: dict[str, Any], client_as: Client) -> None:
    with db.unit_of_work():
        stub = made.signal(world, world.worker, subject_kind=SubjectKind.PERSON, nickname="Vosje")
        service.take(world.actor(world.director), stub.id, version=None)
    form = {"version": str(stored(Signal, stub).version)}
    refused(client_as(world.director), f"/signalen/{stub.id}/koppelen", form, "person_id", far["young"].id)
    assert stored(Signal, stub).person_id is None


def test_a_place_stays_with_its_team_and_its_people(
    world: World, near: dict[str, Any], far: dict[str, Any], client_as: Client
) -> None:
    browser, place = client_as(world.worker), near["place"]
    form = {
        "name": "Park de Olm", "kind": "park", "area_code": "NA", "owner_id": str(world.worker.id),
        "review_on": clock.today().isoformat(), "team_id": str(world.noord.id),
    }  # fmt: skip
    refused(browser, "/locaties/nieuw", form, "team_id", world.zuidoost.id)
    refused(browser, "/locaties/nieuw", form, "owner_id", world.stranger.id)
    moved = form | {"team_id": str(world.zuidoost.id), "version": "1", "status": "ended", "since_on": "2020-01-01"}
    assert browser.post(f"/locaties/{place.id}/wijzigen", data=moved).status_code == 303
    kept = stored(MonitoredLocation, place)
    assert (kept.team_id, kept.status, kept.since_on) == (world.noord.id, LocationStatus.MONITORED, place.since_on)
    assert browser.post(f"/locaties/{place.id}/stoppen", data={"version": "1"}).status_code == 409  # a stale tab
    director = client_as(world.director)
    until = (clock.today() + timedelta(days=9)).isoformat()
    refused(director, f"/locaties/{place.id}/delen", {"until": until}, "user_id", world.stranger.id)
    assert director.post(f"/locaties/{far['place'].id}/delen", data={"until": until}).status_code == 404
    assert count(LocationShare) == 0


def test_a_group_stays_with_its_team(world: World, far: dict[str, Any], client_as: Client) -> None:
    browser = client_as(world.director)
    form = {"team_id": str(world.noord.id), "area_codes": ["NA"], "size_band": "6_10", "age_band": "14_15"}
    refused(browser, "/groepen/nieuw", form, "team_id", world.zuidoost.id)
    assert count(YouthGroup) == 1
    assert browser.post(f"/groepen/{far['group'].id}/wijzigen", data=form | {"version": "1"}).status_code == 404


def test_a_place_that_ended_in_another_tab_takes_no_visit(
    world: World, near: dict[str, Any], client_as: Client
) -> None:
    worker, place = client_as(world.worker), near["place"]
    seen = {"atmosphere": "calm", "headcount": "0", "key": str(new_id())}
    seen["seen_at"] = clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M")
    assert worker.get(f"/locaties/{place.id}/langs-geweest").status_code == 200
    assert client_as(world.director).post(f"/locaties/{place.id}/stoppen", data={"version": "1"}).status_code == 303
    assert worker.post(f"/locaties/{place.id}/langs-geweest", data=seen).status_code == 409
    assert count(Observation) == 0


def test_who_left_the_team_reads_nothing_of_it_any_more(world: World, near: dict[str, Any], client_as: Client) -> None:
    browser = client_as(world.worker)
    paths = [f"/signalen/{near['signal'].id}", f"/locaties/{near['place'].id}", f"/jongeren/{near['young'].id}"]
    assert browser.get(paths[1]).status_code == 200
    with db.unit_of_work():
        held = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)).one()
        held.valid_until = clock.today() - timedelta(days=1)
    assert [browser.get(path).status_code for path in paths] == [403, 403, 403]
    assert stored(Person, near["young"]).team_id == world.noord.id
