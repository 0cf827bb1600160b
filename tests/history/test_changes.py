"""What was changed in a dossier: noted whoever and whatever did it, sealed, in words, for who reads the notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.core import db
from portal.core.errors import Forbidden
from portal.history.models import How, RecordChange
from portal.history.service import changes
from portal.people import service
from portal.people.models import BirthDatePrecision, Person, RelatedRole
from portal.people.service import Details, RelatedDetails, purposes
from portal.people.service.changes import changes as read_changes
from portal.privacy.contexts import Purpose
from tests.factories import World
from tests.factories.people import person

ALL = ("person", "person_alias", "person_assignment", "related_person")
DETAILS = Details(
    given_name="Yassine",
    family_name="Merelveld",
    birth_date=date(2008, 3, 1),
    birth_date_precision=BirthDatePrecision.DAY,
    area_code="NA",
    phone="06 12345678",
    aliases=("Yas",),
)


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        return person(world.noord, "Yassine Merelveld", worker=world.worker, aliases=("Yas",), phone="06 12345678")


def told(young: Person) -> list[tuple[str, str, str, How, str, str]]:
    with db.unit_of_work():
        found = changes(young.id, kinds=ALL)
    return [(one.by, one.kind, one.field, one.how, one.before, one.after) for one in found]


def update(world: World, young: Person, **other: object) -> None:
    with db.unit_of_work(world.worker.id):
        now = db.session.get_one(Person, young.id)
        service.update(world.actor(world.worker), young.id, details=replace(DETAILS, **other), version=now.version)


def test_a_new_dossier_has_no_changes(young: Person) -> None:
    assert told(young) == []


def test_every_changed_field_is_told_once_from_what_to_what(world: World, young: Person) -> None:
    update(world, young, call_name="Yass", phone="06 87654321", aliases=("Yassie",))
    me = world.worker.name
    assert sorted(told(young)) == [
        (me, "person", "call_name", How.CHANGED, "", "Yass"),
        (me, "person", "phone", How.CHANGED, "06 12345678", "06 87654321"),
        (me, "person_alias", "alias", How.ADDED, "", "Yassie"),
        (me, "person_alias", "alias", How.REMOVED, "Yas", ""),
    ]


def test_saving_the_same_again_changes_nothing(world: World, young: Person) -> None:
    update(world, young)
    assert told(young) == []


def test_workers_and_related_people_come_and_go(world: World, young: Person) -> None:
    director, worker = world.actor(world.director), world.actor(world.worker)
    with db.unit_of_work(world.director.id):
        given = service.assign(director, young.id, user_id=world.colleague.id, primary=False)
    with db.unit_of_work(world.director.id):
        service.end_assignment(director, young.id, given.id)
    with db.unit_of_work(world.worker.id):
        service.add_related(
            worker,
            young.id,
            details=RelatedDetails(role=RelatedRole.PARENT, name="Fatma", phone="", may_be_contacted=True),
        )
    said = told(young)
    assert (world.director.name, "person_assignment", "user_id", How.ADDED, "", world.colleague.name) in said
    assert any(row[:4] == (world.director.name, "person_assignment", "until", How.CHANGED) for row in said)
    assert (world.worker.name, "related_person", "name", How.ADDED, "", "Fatma") in said


def test_values_are_sealed_and_nothing_is_written_twice(world: World, young: Person) -> None:
    update(world, young, given_name="Ilyas")
    with db.unit_of_work():
        row = db.session.scalars(select(RecordChange)).one()
        stored = db.session.execute(text("SELECT before_sealed, after_sealed FROM record_change")).one()
        assert all(word not in bytes(value) for value in stored for word in (b"Yassine", b"Ilyas"))
        assert (row.text("before"), row.text("after")) == ("Yassine", "Ilyas")
    with db.unit_of_work(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("UPDATE record_change SET field = 'x'"))


def test_what_a_purpose_leaves_out_is_left_out_of_the_changes(world: World, young: Person) -> None:
    with db.unit_of_work(world.worker.id):
        service.add_related(
            world.actor(world.worker),
            young.id,
            details=RelatedDetails(role=RelatedRole.PARENT, name="Fatma", phone="", may_be_contacted=True),
        )
    director = world.actor(world.director)
    for purpose, seen in ((Purpose.SUPERVISION, 1), (Purpose.TRIAGE, 0)):
        with db.unit_of_work():
            purposes.say(director, young.id, purpose)
        with db.unit_of_work():
            assert len(read_changes(director, young.id)[1]) == seen
    with db.unit_of_work():
        purposes.say(director, young.id, Purpose.PLANNING)
    with db.unit_of_work(), pytest.raises(Forbidden):
        read_changes(director, young.id)


def test_the_page_tells_it_in_words(world: World, young: Person, client_as: Callable[..., FlaskClient]) -> None:
    update(world, young, birth_date=date(2009, 4, 2), preferred_language="tr", plain_language=True)
    page = client_as(world.worker).get(f"/jongeren/{young.id}/veranderingen").text
    for words in ("Van 1 maart 2008 naar 2 april 2009", "Van – naar Turks", "Van nee naar ja", world.worker.name):
        assert words in page
