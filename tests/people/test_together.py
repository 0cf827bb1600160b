"""One worker for many young people: an answer for each, nobody half done, nobody outside one's reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import db
from portal.core.errors import Invalid
from portal.core.ids import new_id
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.people.service import together
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories.people import person


@pytest.fixture
def young(world: World) -> dict[str, Person]:
    with db.unit_of_work():
        return {
            "free": person(world.noord, "Amira Bosveld"),
            "known": person(world.noord, "Bilal Merelveld", worker=world.colleague),
            "closed": person(world.noord, "Cem Zandpad", status=PersonStatus.CLOSED),
            "foreign": person(world.zuidoost, "Dewi Reiger", worker=world.stranger),
        }


def guided_by(world: World) -> set[object]:
    with db.unit_of_work():
        rows = select(PersonAssignment.person_id).where(PersonAssignment.user_id == world.colleague.id)
        return set(db.session.scalars(rows))


def test_each_has_its_own_answer_and_its_own_line_in_the_log(world: World, young: dict[str, Person]) -> None:
    with db.unit_of_work(world.director.id):
        found = together.assign_all(
            world.actor(world.director), [one.id for one in young.values()], user_id=world.colleague.id, primary=True
        )
    assert [(one.person.given_name if one.person else None, bool(one.problem)) for one in found] == [
        ("Amira", False), ("Bilal", True), ("Cem", True), (None, True),
    ]  # fmt: skip
    assert guided_by(world) == {young["free"].id, young["known"].id}
    with db.unit_of_work():
        logged = db.session.scalars(select(AccessEvent.person_id).where(AccessEvent.action == Action.UPDATE)).all()
    assert logged == [young["free"].id]


@pytest.mark.parametrize("count", [0, together.MOST + 1])
def test_none_and_too_many_are_refused_as_a_whole(world: World, count: int) -> None:
    with db.unit_of_work(), pytest.raises(Invalid):
        together.assign_all(
            world.actor(world.director), [new_id() for _ in range(count)], user_id=world.colleague.id, primary=False
        )


def test_from_the_list_to_the_answer_and_back(
    world: World, young: dict[str, Person], client_as: Callable[..., FlaskClient]
) -> None:
    client = client_as(world.director)
    assert f'value="{young["free"].id}"' in client.get("/jongeren").text
    ids = [str(young[name].id) for name in ("free", "known", "foreign")]
    asked = client.post("/jongeren/toewijzen", data={"person": ids}).text
    assert "Je kiest een begeleider voor 2 jongeren" in asked
    assert "Reiger" not in asked
    done = client.post("/jongeren/toewijzen", data={"person": ids, "user_id": str(world.colleague.id)}).text
    assert "1 jongere toegewezen" in done
    assert "Bij 2 jongeren ging het niet" in done
    with db.unit_of_work():
        made = db.session.scalars(select(PersonAssignment).where(PersonAssignment.person_id == young["free"].id)).one()
        denied = db.session.scalars(
            select(AccessEvent).where(AccessEvent.subject_id == young["foreign"].id, AccessEvent.result == "denied")
        ).all()
        assert len(denied) == 1
    back = client.post(f"/jongeren/{young['free'].id}/begeleiders/{made.id}/beeindigen")
    assert back.status_code == 303


def test_a_worker_has_nothing_to_pick(
    world: World, young: dict[str, Person], client_as: Callable[..., FlaskClient]
) -> None:
    client = client_as(world.colleague)
    assert 'name="person"' not in client.get("/jongeren").text
    assert client.post("/jongeren/toewijzen", data={"person": str(young["known"].id)}).status_code == 403
