"""Mijn dag: what each role finds there, in which group, what is logged, and what it costs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g
from sqlalchemy import select

from portal.cases.service import conferring, partnering
from portal.contacts.models import FollowUpStatus, Result
from portal.core import db
from portal.in_view.models import CaseLevel
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from portal.signals.service import triaging
from tests.factories import World, cases, signals
from tests.factories import contacts as make
from tests.factories.filled import Filled
from tests.factories.people import person
from tests.factories.world import user

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(NOW)
    with db.unit_of_work():
        return person(world.noord, worker=world.worker, phone="06 12345678", last_contact_at=NOW - timedelta(days=13))


def add(p: Person, who, days: int, **more):
    with db.unit_of_work():
        return make.follow_up(p, who, TODAY + timedelta(days), **more)


def page(client) -> str:
    answer = client.get("/mijn-dag")
    assert answer.status_code == 200
    return answer.text


def group(text: str, key: str) -> str:
    found = re.search(rf'<section class="section" id="{key}".*?</section>', text, re.S)
    return found[0] if found else ""


def counters(text: str) -> list[str]:
    return re.findall(r'class="counter__value">(\d+)</span> ([^<]+)<', text)


def test_the_front_door_leads_to_my_day_or_to_signing_in(client, world: World, client_as) -> None:
    assert client.get("/").location == "/inloggen"
    assert client_as(world.worker).get("/").location == "/mijn-dag"


def test_a_worker_sees_late_today_and_the_week_each_in_its_group(world: World, one: Person, client_as) -> None:
    late = add(one, world.worker, -4, what="Bellen over stageplek")
    today = add(one, world.worker, 0, what="Vragen hoe intake was")
    ahead = add(one, world.worker, 7, what="Langsgaan bij school")
    add(one, world.worker, 8, what="Veel later")
    add(one, world.colleague, 0, what="Van een ander")
    add(one, world.worker, 0, what="Al gedaan", status=FollowUpStatus.DONE)
    text = page(client_as(world.worker))
    assert counters(text) == [("1", "te laat"), ("1", "vandaag"), ("1", "deze week")]
    for key, row, what in (
        ("te-laat", late, "Bellen over stageplek"),
        ("vandaag", today, "Vragen hoe intake was"),
        ("deze-week", ahead, "Langsgaan bij school"),
    ):
        assert what in group(text, key)
        assert f'href="/contacten/nieuw?opvolging={row.id}"' in group(text, key)
    assert "4 dagen te laat" in group(text, "te-laat")
    assert 'href="tel:06' in group(text, "te-laat")
    assert not {"Veel later", "Van een ander", "Al gedaan"} & set(re.findall(r"<span>([^<]+)</span>", text))


def test_an_empty_day_is_friendly(world: World, one: Person, client_as) -> None:
    text = page(client_as(world.worker))
    assert "Niets te doen vandaag" in text
    assert counters(text) == []


def test_a_follow_up_with_somebody_out_of_reach_is_not_shown(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        theirs = person(world.noord, "Kanarie Voorbeeld", worker=world.colleague)
    add(theirs, world.worker, 0)
    assert "Kanarie" not in page(client_as(world.worker))


def test_a_director_sees_whose_follow_up_is_late_and_how_long(world: World, one: Person, client_as) -> None:
    row = add(one, world.worker, -4)
    add(one, world.worker, 0, what="Nog niet te laat")
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Kanarie Voorbeeld", worker=world.stranger)
        make.follow_up(theirs, world.stranger, TODAY - timedelta(9))
    team = group(page(client_as(world.director)), "team")
    assert "4 dagen te laat" in team
    assert world.worker.name in team
    assert f'href="/vervolg/{row.id}"' in team
    assert "Nog niet te laat" not in team
    assert "Kanarie" not in team


def test_a_manager_sees_numbers_of_the_own_teams_and_no_names(world: World, one: Person, client_as) -> None:
    add(one, world.worker, -4)
    with db.unit_of_work():
        make.contact(one, worker=world.worker, result=Result.REACHED)
        make.contact(one, worker=world.worker, result=Result.NOT_REACHED)
        theirs = person(world.zuidoost, "Kanarie Voorbeeld", worker=world.stranger)
        make.follow_up(theirs, world.stranger, TODAY - timedelta(9))
    text = page(client_as(world.manager))
    figures = re.findall(r'tile__label">([^<]+)</span>\s*<span class="tile__value">([^<]+)<', text)
    assert figures == [
        ("Open dossiers", "1"), ("Vervolg te laat", "1"), ("Geslaagde contacten", "1"), ("Lang geen contact", "0"),
    ]  # fmt: skip
    assert "Yassine" not in text
    assert "/caseload" in text


def test_an_analyst_sees_the_numbers_of_the_city(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    figures = re.findall(r'tile__value">([^<]+)<', page(client_as(world.analyst)))
    assert figures[0] == "2"


@pytest.mark.parametrize("who", ["trainer", "integrity_officer", "administrator"])
def test_who_has_no_young_people_is_shown_the_way(world: World, one: Person, client_as, who: str) -> None:
    add(one, world.worker, -4)
    text = page(client_as(getattr(world, who)))
    assert "/inzages" in group(text, "start")
    assert "Yassine" not in text


def test_a_messenger_sees_given_names_only(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        make.open_to_messenger(one, world)
    add(one, world.messenger, 0, what="Samen sporten")
    today = group(page(client_as(world.messenger)), "vandaag")
    assert "Yassine" in today
    assert "Samen sporten" in today
    assert "Yassine V" not in today


def test_everybody_on_the_page_is_in_the_access_log(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    rows = [add(one, world.worker, -4), add(other, world.worker, 0)]
    page(client_as(world.worker))
    with db.unit_of_work():
        events = db.session.scalars(
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.action == Action.LIST, AccessEvent.subject_type == "follow_up")
        ).all()
    assert {(e.subject_id, e.person_id) for e in events} == {(r.id, r.person_id) for r in rows}
    assert {(e.actor_id, e.purpose, e.origin) for e in events} == {(world.worker.id, "own_caseload", "home.my_day")}


def test_an_overfull_day_says_how_much_is_not_shown(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        for _ in range(130):
            make.follow_up(one, world.worker, TODAY - timedelta(2))
    text = page(client_as(world.worker))
    assert counters(text)[0] == ("130", "te laat")
    assert "Je ziet de eerste 100 van 130." in text


@pytest.mark.parametrize(
    "who", ["worker", "director", "manager", "messenger", "coordinator", "administrator", "privacy_officer"]
)
def test_the_day_costs_a_constant_number_of_queries(app, world: World, one: Person, client_as, who: str) -> None:
    client, spent = client_as(getattr(world, who)), []
    app.teardown_request_funcs.setdefault(None, []).append(lambda _error: spent.append(g.get("queries")))
    try:
        with db.unit_of_work():
            make.open_to_messenger(one, world)
            make.follow_up(one, getattr(world, who), TODAY - timedelta(1))
        page(client)
        with db.unit_of_work():
            for n in range(15):
                other = person(world.noord, f"Jongere{n} Voorbeeld", worker=world.worker)
                make.follow_up(other, getattr(world, who), TODAY - timedelta(n))
        page(client)
    finally:
        app.teardown_request_funcs[None].pop()
    assert spent[0] == spent[1] <= 12


def test_who_keeps_an_eye_sees_what_waits_and_of_whom_nothing(world: World, filled: Filled, client_as) -> None:
    waits = group(page(client_as(world.privacy_officer)), "wacht")
    for path in ("/noodtoegangen", "/inzages/vragen", "/verstrekkingen"):
        assert f'href="{path}"' in waits
    reports = group(page(client_as(world.integrity_officer)), "integriteit")
    assert "Nieuw (" in reports
    assert 'href="/integriteit"' in reports
    with db.unit_of_work():
        names = list(db.session.scalars(select(Person.given_name)))
    assert not [name for name in names if name in waits + reports]


def test_a_trainer_sees_what_runs_and_what_is_asked(world: World, filled: Filled, client_as) -> None:
    with db.unit_of_work():
        told = signals.signal(world, world.trainer)
        triaging.take(world.actor(world.director), told.id, version=None)
        triaging.ask(world.actor(world.director), told.id, words="Waar was dat?", version=None)
    text = page(client_as(world.trainer))
    assert f'href="/signalen/{told.id}"' in group(text, "signaal-vragen")
    assert "Samen verder" in group(text, "programmas")


def test_a_partner_sees_the_conferences_to_come_by_number(world: World, one: Person, client_as) -> None:
    director = world.actor(world.director)
    with db.unit_of_work():
        outside = user("Wil Proef", world.foundation, world.network, Role.EXTERNAL_PARTNER)
    with db.unit_of_work():
        case = cases.running(one, world.director, worker=world.worker, level=CaseLevel.IN_BETWEEN)
        partnering.add(director, case.id, name="Reclassering", agreed="Meldplicht.", user_id=outside.id)
    assert not group(page(client_as(outside)), "overleg")
    with db.unit_of_work():
        conferring.plan(director, case.id, starts_at=NOW + timedelta(days=2), place="", user_ids=[], names=[])
    text = page(client_as(outside))
    assert case.number in group(text, "overleg")
    assert "Yassine" not in text
