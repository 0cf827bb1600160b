"""Enrolling: no overlap in one programme, two contexts apart, ends by itself, and who sees what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.people.models import Person
from portal.privacy.actor import system
from portal.privacy.contexts import Context
from portal.privacy.models import AccessEvent
from portal.programmes import rules, service
from portal.programmes.models import Disclosure, Enrolment, EnrolmentEvent, EnrolmentStatus, Programme
from portal.programmes.service import Decision, Told, Wanted
from portal.programmes.workflow import Event
from tests.factories import World, people, programmes
from tests.factories import trajectories as made

Client = Callable[..., FlaskClient]
WHY = "Hangt tot laat op straat en wil dat zelf anders."


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, worker=world.worker)


@pytest.fixture
def district(world: World) -> Programme:
    with db.unit_of_work():
        return programmes.programme(world.manager, "Jeugd & Veiligheid", context=Context.JV_DISTRICT, focus="N")


@pytest.fixture
def voluntary(world: World) -> Programme:
    with db.unit_of_work():
        return programmes.programme(world.manager, "Preventie met Gezag")


def wanted(programme: Programme, *, ago: int = 10, ahead: int = 90, agreed: bool = True) -> Wanted:
    today = clock.today()
    return Wanted(
        programme.lines[0].id, WHY, today - timedelta(days=ago), today + timedelta(days=ahead),
        today if agreed else None,
    )  # fmt: skip


def propose(world: World, young: Person, programme: Programme, **how: int) -> Enrolment:
    actor = world.actor(world.worker)
    with db.unit_of_work(actor.user_id):
        return service.propose(actor, young.id, wanted(programme, **how))


def decide(world: World, who: str, enrolment: Enrolment, event: Event, **answers: object) -> Enrolment:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(actor.user_id):
        version = db.session.get_one(Enrolment, enrolment.id).version
        return service.decide(actor, enrolment.id, event, version=version, decision=Decision(**answers))  # type: ignore[arg-type]


# --- what holds ------------------------------------------------------------------------------------------------------


def test_a_yes_enrols_in_what_is_voluntary_and_a_director_in_the_district(
    world: World, young: Person, district: Programme, voluntary: Programme
) -> None:
    own_will, proposed = propose(world, young, voluntary), propose(world, young, district)
    assert (own_will.status, own_will.context) == (EnrolmentStatus.ENROLLED, Context.VOLUNTARY_GUIDANCE)
    assert (proposed.status, proposed.context) == (EnrolmentStatus.PROPOSED, Context.JV_DISTRICT)
    with pytest.raises(Forbidden):
        decide(world, "worker", proposed, Event.ACCEPT)
    assert decide(world, "director", proposed, Event.ACCEPT).status == EnrolmentStatus.ENROLLED
    # Ending the one says nothing about the other.
    decide(world, "worker", own_will, Event.END, end_reason="own_wish")
    with db.unit_of_work():
        assert db.session.get_one(Enrolment, proposed.id).status == EnrolmentStatus.ENROLLED


def test_without_a_yes_nobody_is_in_something_voluntary(world: World, young: Person, voluntary: Programme) -> None:
    actor = world.actor(world.worker)
    with pytest.raises(Invalid, match="youth_agreed_on"), db.unit_of_work(actor.user_id):
        service.propose(actor, young.id, wanted(voluntary, agreed=False))


def test_nobody_is_twice_in_one_programme_at_a_time(world: World, young: Person, voluntary: Programme) -> None:
    first = propose(world, young, voluntary)
    with pytest.raises(IntegrityError, match="ex_enrolment_period"):
        propose(world, young, voluntary, ago=0)
    decide(world, "worker", first, Event.END, end_reason="own_wish")
    with pytest.raises(IntegrityError, match="ex_enrolment_period"):
        propose(world, young, voluntary, ago=0)  # not on the day it ended either


@pytest.mark.parametrize(
    ("how", "field"),
    [({"ago": -1}, "since"), ({"ago": 93}, "since"), ({"ahead": 0}, "until"), ({"ahead": 357}, "until")],
)
def test_a_strange_period_is_refused(
    world: World, young: Person, voluntary: Programme, how: dict[str, int], field: str
) -> None:
    with pytest.raises(Invalid, match=field):
        propose(world, young, voluntary, **how)


def test_a_record_never_changes_context(world: World, young: Person, voluntary: Programme) -> None:
    enrolment = propose(world, young, voluntary)
    with pytest.raises(IntegrityError, match="stays in its context"), db.unit_of_work():
        db.session.execute(update(Enrolment).where(Enrolment.id == enrolment.id).values(context="jv_district"))


def test_telling_it_elsewhere_is_a_disclosure_and_a_record_of_its_own(
    world: World, young: Person, district: Programme, voluntary: Programme
) -> None:
    first = propose(world, young, voluntary)
    actor = world.actor(world.worker)
    with db.unit_of_work(actor.user_id):
        second = service.disclose(
            actor, first.id, wanted(district), Told("Veiligheid op het plein", "agreed", "De jongere vroeg het zelf.")
        )
    with db.unit_of_work():
        told = db.session.scalars(select(Disclosure)).one()
        assert (told.context, told.context_to, told.by_id) == ("voluntary_guidance", "jv_district", world.worker.id)
        assert db.session.get_one(Enrolment, second.id).disclosure_id == told.id
        assert db.session.get_one(Enrolment, first.id).status == EnrolmentStatus.ENROLLED
        logged = select(AccessEvent.context).where(AccessEvent.subject_type == "disclosure")
        assert db.session.scalars(logged).all() == ["voluntary_guidance"]
    with pytest.raises(Invalid, match="line_id"), db.unit_of_work(actor.user_id):
        service.disclose(actor, first.id, wanted(voluntary), Told("x", "agreed", "y"))
    for who in ("director", "coordinator"):
        with pytest.raises((Forbidden, NotFound)), db.unit_of_work():
            service.disclose(world.actor(getattr(world, who)), first.id, wanted(district), Told("x", "agreed", "y"))


def test_it_ends_by_itself_and_says_so_before(
    world: World, young: Person, voluntary: Programme, freeze: Callable[..., None]
) -> None:
    enrolment = propose(world, young, voluntary, ahead=30)
    with db.unit_of_work():
        assert db.session.execute(rules.ending(clock.today())).all() == []
        told = db.session.execute(rules.ending(clock.today() + timedelta(days=17))).one()
        assert (told.recipient_id, told.due_on) == (world.worker.id, enrolment.until)
    freeze(clock.now() + timedelta(days=30))
    with db.unit_of_work():
        assert service.lapse(system("programmes")) == 0
    freeze(clock.now() + timedelta(days=1))
    with db.unit_of_work():
        assert service.lapse(system("programmes")) == 1
        ended = db.session.get_one(Enrolment, enrolment.id)
        assert (ended.status, ended.ended_on, ended.end_reason) == ("ended", enrolment.until, "period_over")
        assert db.session.scalars(select(EnrolmentEvent.by_id).where(EnrolmentEvent.event == "lapse")).all() == [None]


def test_a_director_hears_of_what_waits(world: World, young: Person, district: Programme, voluntary: Programme) -> None:
    proposed = propose(world, young, district)
    propose(world, young, voluntary)
    with db.unit_of_work():
        rows = db.session.execute(rules.waiting(clock.today())).all()
    assert [(row.object_id, row.recipient_id) for row in rows] == [(proposed.id, world.director.id)]


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.fixture
def both(world: World, district: Programme, voluntary: Programme) -> tuple[Enrolment, Enrolment]:
    """One young person in both, with a trajectory, so that the coordinator knows them."""
    with db.unit_of_work():
        ruud = made.messenger(world.network, account=world.messenger)
    path = made.trajectory(world, with_messenger=ruud)
    with db.unit_of_work():
        young = db.session.get_one(Person, path.person_id)
    first, second = propose(world, young, district), propose(world, young, voluntary)
    decide(world, "director", first, Event.ACCEPT)
    return first, second


@pytest.mark.parametrize(
    ("who", "district_seen", "voluntary_seen"),
    [
        ("worker", "explained", "explained"), ("director", "explained", "named"), ("coordinator", "", "explained"),
        ("colleague", "", ""), ("stranger", "", ""), ("messenger", "", ""), ("manager", "", ""), ("analyst", "", ""),
        ("privacy_officer", "", ""), ("administrator", "", ""),
    ],
)  # fmt: skip
def test_who_sees_which_of_the_two(
    world: World,
    client_as: Client,
    both: tuple[Enrolment, Enrolment],
    who: str,
    district_seen: str,
    voluntary_seen: str,
) -> None:
    browser = client_as(getattr(world, who))
    for enrolment, seen in zip(both, (district_seen, voluntary_seen), strict=True):
        answer = browser.get(f"/inschrijvingen/{enrolment.id}")
        assert (answer.status_code == 200) is bool(seen), (enrolment.context, answer.status_code)
        assert (WHY in unescape(answer.text)) is (seen == "explained")
    rows = {"worker": 2, "director": 2, "coordinator": 1}
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(on_behalf_of=actor.user_id):
        assert len(service.for_person(actor, both[0].person_id)) == rows.get(who, 0)


@pytest.mark.parametrize(("who", "seen"), [("director", 2), ("coordinator", 1), ("messenger", 1), ("stranger", 0)])
def test_the_database_keeps_the_contexts_apart_as_well(
    world: World, both: tuple[Enrolment, Enrolment], who: str, seen: int
) -> None:
    """Behind a first wall that forgot to ask. A messenger on a trajectory could know of what is voluntary."""
    with db.unit_of_work(on_behalf_of=getattr(world, who).id):
        found = db.session.scalars(select(Enrolment)).all()
        if seen == 1:
            assert all(each.context == Context.VOLUNTARY_GUIDANCE for each in found)
        assert len(found) <= seen
        assert len(found) == seen or who == "messenger"


def test_a_programme_shows_names_to_who_may_and_numbers_to_the_rest(
    world: World, client_as: Client, both: tuple[Enrolment, Enrolment], district: Programme
) -> None:
    with db.unit_of_work():
        name = db.session.get_one(Person, both[0].person_id).short_name
    page = f"/programmas/{district.id}"
    shown = {who: unescape(client_as(getattr(world, who)).get(page).text) for who in ("worker", "director", "manager",
             "coordinator", "analyst")}  # fmt: skip
    assert {who: name in text for who, text in shown.items()} == {
        "worker": True, "director": True, "manager": False, "coordinator": False, "analyst": False,
    }  # fmt: skip
    assert {who: 'id="bereik"' in text for who, text in shown.items()} == {
        "worker": False, "director": True, "manager": True, "coordinator": False, "analyst": True,
    }  # fmt: skip


def test_reach_counts_by_focus_area_and_hides_what_is_small(world: World, district: Programme) -> None:
    with db.unit_of_work():
        for n in range(6):
            programmes.enrolled(people.person(world.noord, f"Kind Noord{n}"), district, world.worker)
        for n in range(5):
            programmes.enrolled(people.person(world.zuidoost, f"Kind Zuid{n}"), district, world.stranger)
    for who, numbers in (("analyst", (6, 5, 11)), ("manager", (6, 0, 6))):
        actor = world.actor(getattr(world, who))
        with db.unit_of_work(on_behalf_of=actor.user_id):
            line = service.reach(actor, service.get(actor, district.id))[0].lines[0]
            assert (line.focus, line.elsewhere, line.total) == numbers
            assert service.classes(actor) == [0, numbers[2], 0, 0]


def test_others_do_not_enrol(world: World, client_as: Client, young: Person) -> None:
    for who, status in (("stranger", 404), ("director", 403), ("coordinator", 403), ("manager", 403)):
        assert client_as(getattr(world, who)).get(f"/jongeren/{young.id}/inschrijven").status_code == status


def test_a_worker_enrols_and_shares_from_the_page(
    world: World, client_as: Client, young: Person, district: Programme, voluntary: Programme
) -> None:
    browser = client_as(world.worker)
    today = clock.today()
    answers = {
        "line_id": str(voluntary.lines[0].id), "reason": WHY, "since": today.isoformat(),
        "until": (today + timedelta(days=90)).isoformat(), "youth_agreed_on": today.isoformat(),
    }  # fmt: skip
    page = browser.post(f"/jongeren/{young.id}/inschrijven", data=answers).location
    assert "Doet mee" in unescape(browser.get(page).text)
    again = browser.post(f"/jongeren/{young.id}/inschrijven", data=answers)
    assert again.status_code == 422
    assert "al in dit programma" in unescape(again.text)
    told = answers | {
        "line_id": str(district.lines[0].id), "purpose": "Rust op het plein", "basis": "agreed",
        "told_because": "De jongere vroeg het zelf.",
    }  # fmt: skip
    shared = browser.post(f"{page}/verstrekken", data=told)
    shown = unescape(browser.get(shared.location).text)
    assert "Rust op het plein" in shown
    assert "Voorgesteld" in shown
    dossier = unescape(browser.get(f"/jongeren/{young.id}").text)
    assert "Preventie met Gezag" in dossier
    side_by_side = unescape(browser.get(f"/jongeren/{young.id}/programmas").text)
    assert "Jeugd & Veiligheid" in side_by_side
    assert "Preventie met Gezag" in side_by_side


def test_an_enrolment_that_does_not_exist_is_not_found(world: World) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work(), pytest.raises(NotFound):
        service.find_enrolment(actor, UUID(int=1))
