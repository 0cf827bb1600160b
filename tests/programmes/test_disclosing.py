"""Telling in another context: who may, who hears of it, and what the privacy officer sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Forbidden, NotFound
from portal.people.models import Person
from portal.privacy.contexts import Context
from portal.privacy.models import AccessEvent, Action
from portal.programmes import rules, service
from portal.programmes.models import Disclosure, Enrolment
from portal.programmes.service import Told
from tests.factories import World, programmes
from tests.factories import trajectories as made

Client = Callable[..., FlaskClient]
SECRET = "Vertelde over ruzie op het plein."
TOLD = Told("Rust op het plein", "agreed", SECRET)


@pytest.fixture
def both(world: World) -> tuple[Enrolment, Enrolment]:
    """One young person in the district and voluntarily, with a trajectory, so that the coordinator knows them."""
    path = made.trajectory(world)
    with db.unit_of_work():
        young = db.session.get_one(Person, path.person_id)
        into = [
            programmes.programme(world.manager, context, context=context)
            for context in (Context.JV_DISTRICT, Context.VOLUNTARY_GUIDANCE)
        ]
        first, second = (programmes.enrolled(young, each, world.worker) for each in into)
        return first, second


def tell(world: World, who: str, enrolment: Enrolment) -> Disclosure:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(on_behalf_of=actor.user_id):
        return service.tell(actor, enrolment.id, TOLD)


def test_a_coordinator_tells_what_is_voluntary_to_the_district(world: World, both: tuple[Enrolment, Enrolment]) -> None:
    told = tell(world, "coordinator", both[1])
    assert (told.context, told.context_to) == ("voluntary_guidance", "jv_district")
    with db.unit_of_work():
        heard = {row.recipient_id for row in db.session.execute(rules.told(clock.today())) if row.object_id == told.id}
        assert heard == {world.worker.id, world.director.id}
        logged = select(AccessEvent.action, AccessEvent.context).where(AccessEvent.subject_id == told.id)
        assert db.session.execute(logged).all() == [(Action.CREATE, "voluntary_guidance")]
        assert db.session.execute(rules.told(clock.today() + timedelta(days=8))).all() == []


@pytest.mark.parametrize(
    ("who", "which", "refusal"),
    [
        ("coordinator", 0, NotFound), ("director", 1, Forbidden), ("colleague", 1, NotFound), ("stranger", 0, NotFound),
        ("messenger", 1, Forbidden), ("manager", 0, Forbidden), ("privacy_officer", 0, Forbidden),
    ],
)  # fmt: skip
def test_nobody_tells_what_they_do_not_read(
    world: World, both: tuple[Enrolment, Enrolment], who: str, which: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        tell(world, who, both[which])


def test_both_walls_show_it_to_those_concerned(world: World, both: tuple[Enrolment, Enrolment]) -> None:
    told, back = tell(world, "coordinator", both[1]), tell(world, "director", both[0])
    young = both[0].person_id
    assert young is not None
    seen = {"worker": {told.id, back.id}, "director": {told.id, back.id}, "coordinator": {told.id},
            "colleague": set(), "stranger": set(), "manager": set(), "privacy_officer": set()}  # fmt: skip
    for who, ids in seen.items():
        actor = world.actor(getattr(world, who))
        with db.unit_of_work(on_behalf_of=actor.user_id):
            found = {each.disclosure.id for each in service.told_of(actor, young)}
            assert found & {told.id, back.id} == ids, who
            if who not in {"colleague", "worker", "director", "coordinator"}:  # the second wall knows teams and people
                behind = set(db.session.scalars(select(Disclosure.id)))
                assert behind & {told.id, back.id} == ids, who


def test_the_privacy_officer_sees_that_it_was_told_and_not_what(
    world: World, client_as: Client, both: tuple[Enrolment, Enrolment]
) -> None:
    told = tell(world, "coordinator", both[1])
    page = unescape(client_as(world.privacy_officer).get("/verstrekkingen").text)
    with db.unit_of_work():
        young = db.session.get_one(Person, told.person_id)
        assert young.pseudonym in page
        assert young.short_name not in page
        listed = select(AccessEvent.action).where(
            AccessEvent.subject_id == told.id, AccessEvent.actor_id == world.privacy_officer.id
        )
        assert db.session.scalars(listed).all() == [Action.LIST]
    for word in (world.coordinator.name, "Vrijwillige begeleiding", "De jongere vindt het goed"):
        assert word in page
    for word in (SECRET, "Rust op het plein"):
        assert word not in page
    assert client_as(world.privacy_officer).get(f"/verstrekkingen/{told.id}").status_code == 403


def test_from_the_page(world: World, client_as: Client, both: tuple[Enrolment, Enrolment]) -> None:
    browser = client_as(world.coordinator)
    address = f"/inschrijvingen/{both[1].id}/verstrekken"
    assert "Jeugd & Veiligheid" in unescape(browser.get(address).text)
    answers = {"purpose": "Rust op het plein", "basis": "agreed", "told_because": SECRET}
    page = browser.post(address, data=answers).location
    assert SECRET in browser.get(page).text
    assert SECRET in client_as(world.director).get(page).text
    side_by_side = client_as(world.worker).get(f"/jongeren/{both[0].person_id}/programmas").text
    assert page in side_by_side
    later = (clock.today() + timedelta(days=1)).isoformat()
    assert browser.post(address, data=answers | {"informed_on": later}).status_code == 422
