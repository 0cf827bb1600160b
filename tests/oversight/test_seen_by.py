"""Who saw a dossier, for its director; whom one knows in private, for oneself; the log as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import clock, db
from portal.core.errors import Invalid, NotFound
from portal.oversight.service import accesses, declaring
from portal.oversight.service.accesses import Wanted
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action, DeclaredRelation
from tests.factories import World
from tests.factories.people import person


@pytest.fixture
def young(world: World) -> Person:
    """A young person of the worker."""
    with db.unit_of_work():
        return person(world.noord, "Kanarie Vogelzang", worker=world.worker)


def test_a_director_sees_who_saw_a_dossier_of_the_team(
    world: World, young: Person, client_as: Callable[..., FlaskClient]
) -> None:
    for user in (world.worker, world.worker):
        assert client_as(user).get(f"/jongeren/{young.id}").status_code == 200
    director = client_as(world.director)
    director.post(f"/jongeren/{young.id}/doel", data={"purpose": "supervision"})
    assert f"/jongeren/{young.id}/inzages" in director.get(f"/jongeren/{young.id}").text
    page = director.get(f"/jongeren/{young.id}/inzages").text
    assert "Samira Proef" in page
    assert "Kanarie" not in page
    seen = accesses.of_person(world.actor(world.director), young.id)
    assert {one.name: one.seen for one in seen.people}["Samira Proef"] == 2


def test_looking_at_who_saw_it_is_in_that_log_itself(world: World, young: Person) -> None:
    with db.unit_of_work():
        accesses.of_person(world.actor(world.director), young.id)
    count = select(func.count()).where(AccessEvent.person_id == young.id, AccessEvent.subject_type == "access_log")
    assert db.session.scalar(count) == 1


def test_a_dossier_of_another_team_is_not_there(
    world: World, young: Person, client_as: Callable[..., FlaskClient]
) -> None:
    with db.unit_of_work():
        foreign = person(world.zuidoost, "Lijster Vogelzang", worker=world.stranger)
    assert client_as(world.director).get(f"/jongeren/{foreign.id}/inzages").status_code == 404
    assert client_as(world.worker).get(f"/jongeren/{young.id}/inzages").status_code == 403
    assert client_as(world.privacy_officer).get(f"/jongeren/{foreign.id}/inzages").status_code == 200


def test_one_declares_for_oneself_only(world: World, young: Person, client_as: Callable[..., FlaskClient]) -> None:
    worker, stranger = client_as(world.worker), client_as(world.stranger)
    assert worker.post(f"/jongeren/{young.id}/prive-bekend").status_code == 303
    assert worker.post(f"/jongeren/{young.id}/prive-bekend").status_code == 303
    assert stranger.post(f"/jongeren/{young.id}/prive-bekend").status_code == 404
    relation = db.session.scalars(select(DeclaredRelation)).one()
    db.session.remove()
    assert young.pseudonym in worker.get("/mijn-account/prive-bekend").text
    assert young.pseudonym not in stranger.get("/mijn-account/prive-bekend").text
    assert stranger.post(f"/mijn-account/prive-bekend/{relation.id}/beeindigen").status_code == 404
    assert worker.post(f"/mijn-account/prive-bekend/{relation.id}/beeindigen").status_code == 303
    assert worker.post(f"/mijn-account/prive-bekend/{relation.id}/beeindigen").status_code == 404
    assert declaring.own(world.actor(world.worker)) == []
    with pytest.raises(NotFound):
        declaring.of_person(world.actor(world.stranger), young.id)


def test_the_file_holds_what_the_filters_chose_and_names_nobody(
    world: World, young: Person, client_as: Callable[..., FlaskClient]
) -> None:
    client_as(world.worker).get(f"/jongeren/{young.id}")
    browser = client_as(world.privacy_officer)
    answer = browser.get(f"/inzages/alle.csv?wie={world.worker.id}&handeling=read")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["user.userID"] for row in rows} == {str(world.worker.id)}
    assert {row["dpl.nen7513.eventTypeCode"] for row in rows} == {"read"}
    assert str(young.id) not in text
    assert "Kanarie" not in text
    db.session.remove()
    exported = select(func.count()).where(AccessEvent.action == Action.EXPORT)
    assert db.session.scalar(exported) == 1
    assert browser.get("/inzages/alle.csv?van=gisteren").status_code == 422


def test_too_much_for_one_file_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accesses, "MOST_EXPORTED", 0)
    with pytest.raises(Invalid):
        accesses.export(world.actor(world.privacy_officer), Wanted(first=clock.today()))


def test_my_accesses_are_filtered_by_day_and_action(
    world: World, young: Person, client_as: Callable[..., FlaskClient]
) -> None:
    worker = client_as(world.worker)
    worker.get(f"/jongeren/{young.id}")
    assert young.pseudonym in worker.get("/inzages?handeling=read").text
    assert young.pseudonym not in worker.get("/inzages?handeling=export").text
    assert worker.get("/inzages?van=gisteren").status_code == 422
