"""Telling in another context: who may, who hears of it, and what the privacy officer sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.people.models import Person
from portal.privacy.contexts import Context
from portal.privacy.models import AccessEvent, Action
from portal.programmes import rules, service
from portal.programmes.models import Disclosure, Enrolment
from portal.programmes.service import Told, Wanted
from portal.programmes.workflow import Event, Verdict
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


def judge(world: World, who: str, told: Disclosure, verdict: Verdict = Verdict.APPROVE, note: str = "") -> Disclosure:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(on_behalf_of=actor.user_id):
        return service.judge(actor, told.id, verdict, note=note, version=None)


def due(rule: Callable[..., Any], told: Disclosure, days: int = 0) -> set[Any]:
    with db.unit_of_work():
        rows = db.session.execute(rule(clock.today() + timedelta(days=days)))
        return {row.recipient_id for row in rows if row.object_id == told.id}


def test_a_coordinator_tells_what_is_voluntary_to_the_district(world: World, both: tuple[Enrolment, Enrolment]) -> None:
    told = tell(world, "coordinator", both[1])
    assert (told.context, told.context_to) == ("voluntary_guidance", "jv_district")
    assert due(rules.told, told) == set(), "nobody hears of what was not approved"
    judge(world, "director", told)
    assert due(rules.told, told) == {world.worker.id, world.director.id}
    assert due(rules.judged, told) == {world.coordinator.id}
    assert due(rules.told, told, 8) == due(rules.judged, told, 8) == set()
    with db.unit_of_work():
        logged = select(AccessEvent.action, AccessEvent.context).where(AccessEvent.subject_id == told.id)
        assert db.session.execute(logged.order_by(AccessEvent.id)).all() == [
            (Action.CREATE, "voluntary_guidance"), (Action.UPDATE, "voluntary_guidance"),
        ]  # fmt: skip


def test_somebody_else_approves_and_says_why_not(world: World, both: tuple[Enrolment, Enrolment]) -> None:
    mine, theirs = tell(world, "director", both[0]), tell(world, "coordinator", both[1])
    assert due(rules.to_judge, mine) == set(), "not who made it"
    assert due(rules.to_judge, theirs) == {world.director.id}
    assert due(rules.to_judge, mine, 7) == {world.privacy_officer.id}
    assert due(rules.to_judge, theirs, 7) == {world.director.id, world.privacy_officer.id}
    with pytest.raises(Invalid):
        judge(world, "director", mine)
    for who in ("worker", "coordinator", "manager", "administrator"):
        with pytest.raises(Forbidden):
            judge(world, who, theirs)
    with pytest.raises(Invalid):
        judge(world, "privacy_officer", mine, Verdict.REFUSE, " ")
    refused = judge(world, "privacy_officer", mine, Verdict.REFUSE, "Hiervoor is het niet nodig.")
    assert (refused.status, refused.decided_by) == ("refused", world.privacy_officer.id)
    assert due(rules.to_judge, mine, 7) == due(rules.told, mine) == set()
    with pytest.raises(Conflict):
        judge(world, "privacy_officer", mine)


def test_a_proposal_in_the_other_context_waits_for_it(world: World, both: tuple[Enrolment, Enrolment]) -> None:
    """The coordinator, who works there, does not know of it before; a young person's yes alone is not enough."""
    with db.unit_of_work():
        into = programmes.programme(world.manager, "Nog een", context=Context.VOLUNTARY_GUIDANCE)
    worker, today = world.actor(world.worker), clock.today()
    wanted = Wanted(into.lines[0].id, "Wil sporten.", today, today + timedelta(days=30), today)

    def known() -> bool:
        with db.unit_of_work():
            return any(each.enrolment.id == made.id for each in service.for_person(
                world.actor(world.coordinator), made.person_id
            ))  # fmt: skip

    def agree() -> Enrolment:
        with db.unit_of_work(on_behalf_of=worker.user_id):
            return service.decide(worker, made.id, Event.AGREE, version=None)

    with db.unit_of_work(on_behalf_of=worker.user_id):
        made = service.disclose(worker, both[0].id, wanted, TOLD)
        told = db.session.get_one(Disclosure, made.disclosure_id)
    assert (made.status, known()) == ("proposed", False)
    with pytest.raises(Invalid):
        agree()
    judge(world, "director", told)
    assert known()
    assert agree().status == "enrolled"


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
    actor = world.actor(world.worker)
    with db.unit_of_work(on_behalf_of=actor.user_id):  # who guides, and has nothing to judge
        assert {told.id, back.id}.isdisjoint(each.disclosure.id for each in service.told_of(actor, young))
    judge(world, "director", told)
    judge(world, "privacy_officer", back)
    seen = {"worker": {told.id, back.id}, "director": {told.id, back.id}, "coordinator": {told.id},
            "colleague": set(), "stranger": set(), "manager": set()}  # fmt: skip
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
    judge(world, "director", told)
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
    officer = client_as(world.privacy_officer)
    assert officer.get(f"/verstrekkingen/{told.id}").status_code == 403
    assert officer.get(f"/verstrekkingen/{told.id}/beoordelen").status_code == 404, "decided by another"


def test_the_privacy_officer_reads_what_waits_by_kenmerk_and_decides(
    world: World, client_as: Client, both: tuple[Enrolment, Enrolment]
) -> None:
    told = tell(world, "director", both[0])
    officer, page = client_as(world.privacy_officer), f"/verstrekkingen/{told.id}/beoordelen"
    assert page in officer.get("/verstrekkingen").text
    shown = unescape(officer.get(page).text)
    with db.unit_of_work():
        young = db.session.get_one(Person, told.person_id)
    assert SECRET in shown
    assert young.pseudonym in shown
    assert young.given_name not in shown
    assert officer.post(page, data={"verdict": "refuse", "note": "", "version": "1"}).status_code == 422
    assert officer.post(page, data={"verdict": "approve", "version": "1"}).location == "/verstrekkingen"
    assert officer.post(page, data={"verdict": "approve", "version": "1"}).status_code == 409


def test_from_the_page(world: World, client_as: Client, both: tuple[Enrolment, Enrolment]) -> None:
    browser = client_as(world.coordinator)
    address = f"/inschrijvingen/{both[1].id}/verstrekken"
    assert "Jeugd & Veiligheid" in unescape(browser.get(address).text)
    answers = {"purpose": "Rust op het plein", "basis": "agreed", "told_because": SECRET}
    page = browser.post(address, data=answers).location
    assert SECRET in browser.get(page).text
    director = client_as(world.director)
    assert f"{page}/beoordelen" in director.get(page).text
    assert client_as(world.worker).get(page).status_code == 404, "not before it is approved"
    assert director.post(f"{page}/beoordelen", data={"verdict": "approve", "version": "1"}).location == page
    side_by_side = client_as(world.worker).get(f"/jongeren/{both[0].person_id}/programmas").text
    assert page in side_by_side
    later = (clock.today() + timedelta(days=1)).isoformat()
    assert browser.post(address, data=answers | {"informed_on": later}).status_code == 422
