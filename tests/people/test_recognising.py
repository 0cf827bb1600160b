"""Known already? Asked before a dossier is made, over all teams, telling no more than the name of a team."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal.core import db
from portal.core.errors import TooOften
from portal.people import service
from portal.people.models import BirthDatePrecision, Person, PersonStatus
from portal.people.service import Details, recognising
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action, DeclaredRelation
from tests.factories import World, people
from tests.looking import count

ClientAs = Callable[..., FlaskClient]
BORN = date(2009, 3, 4)
NEW = "/jongeren/nieuw"
SOUGHT = Details("Mohamed", BORN, family_name="El Idrissi")
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def answers(world: World, **changes: str) -> dict[str, str]:
    return {
        "given_name": "Mohamed", "family_name": "El Idrissi", "birth_date": BORN.isoformat(),
        "birth_date_precision": "day", "team": str(world.noord.id), "version": "0",
    } | changes  # fmt: skip


def elsewhere(world: World, name: str = "Mohammed Idrissi", **more: object) -> Person:
    with db.unit_of_work():
        return people.person(world.zuidoost, name, worker=world.stranger, **({"born": BORN} | more))


def asked(world: World, details: Details = SOUGHT, who: str = "worker") -> service.Recognised:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(actor.user_id):
        return service.recognise(actor, details=details)


def seal_of(page: str) -> str:
    found = re.search(r'name="anyway" value="([^"]+)"', page)
    assert found
    return found.group(1)


# --- what is told ----------------------------------------------------------------------------------------------------


def test_another_team_is_named_and_nothing_more(world: World, client_as: ClientAs) -> None:
    held = elsewhere(world, "Mohammed Idrissi", aliases=("Flits",))
    page = client_as(world.worker).post(NEW, data=answers(world))
    assert (page.status_code, count(Person)) == (200, 1)
    assert "Mogelijk bekend bij Team Zuidoost" in page.text
    assert "regisseur" in page.text
    for secret in ("Mohammed", "Flits", held.pseudonym, str(held.id), world.stranger.name):
        assert secret not in page.text


def test_of_somebody_known_in_private_nothing_is_told_and_the_question_is_in_the_log(world: World) -> None:
    known = elsewhere(world)
    with db.unit_of_work():
        of = {"person_id": known.id, "team_id": known.team_id}
        db.session.add(DeclaredRelation(user_id=world.worker.id, **of))
        access_log.record(system("test"), Action.CREATE, Subject("declared_relation", None, **of))
    found = asked(world)
    assert (found.any, found.teams) == (False, [])
    assert asked(world, who="colleague").teams == ["Team Zuidoost"]
    with db.unit_of_work():
        asking = select(AccessEvent.actor_id).where(
            AccessEvent.subject_type == recognising.LOOKALIKE, AccessEvent.person_id == known.id
        )
        assert set(db.session.scalars(asking)) == {world.worker.id, world.colleague.id}


def test_two_in_one_team_read_like_one(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)

    def page() -> str:
        text_ = browser.post(NEW, data=answers(world)).text
        return re.sub(r'(name="(?:concept|anyway|csrf-?_?token)"[^>]*(?:value|content)=)"[^"]*"', r"\1", text_)

    elsewhere(world)
    once = page()
    elsewhere(world, "Muhammed El Idrissi", status=PersonStatus.CLOSED)
    assert page() == once


def test_the_own_team_is_named_when_it_is_a_colleagues(world: World) -> None:
    with db.unit_of_work():
        people.person(world.noord, "Mohamed Idrissi", worker=world.colleague, born=BORN)
    found = asked(world)
    assert (found.near, found.teams) == ([], ["Team Noord"])


@pytest.mark.parametrize(
    ("known", "sought", "told"),
    [
        ({}, {}, True),
        ({"born": date(2009, 4, 3)}, {}, True),  # day and month the wrong way round
        ({"born": date(2009, 3, 1), "precision": BirthDatePrecision.MONTH}, {}, True),
        ({"born": date(2009, 7, 1), "precision": BirthDatePrecision.YEAR}, {}, True),
        ({"born": date(2009, 3, 5)}, {}, False),
        ({"born": date(2010, 3, 4)}, {}, False),
        ({}, {"family_name": "Jabri"}, False),
        ({}, {"given_name": "Mahmoud"}, False),
        ({}, {"family_name": ""}, False),  # who knows less is told nothing
        ({}, {"birth_date_precision": BirthDatePrecision.YEAR}, False),
        ({}, {"birth_date_precision": BirthDatePrecision.MONTH}, False),
    ],
)
def test_who_knows_name_and_birth_date_is_told(
    world: World, known: dict[str, object], sought: dict[str, object], told: bool
) -> None:
    elsewhere(world, **known)
    assert asked(world, replace(SOUGHT, **sought)).teams == (["Team Zuidoost"] if told else [])  # type: ignore[arg-type]


def test_what_is_within_reach_is_shown_and_not_told_twice(world: World) -> None:
    with db.unit_of_work():
        mine = people.person(world.noord, "Mohamed El Idrissi", worker=world.worker, born=BORN)
    found = asked(world)
    assert ([one.id for one in found.near], found.teams) == ([mine.id], [])


# --- going on --------------------------------------------------------------------------------------------------------


def test_going_on_takes_the_answer_to_this_question(world: World, client_as: ClientAs) -> None:
    elsewhere(world)
    browser = client_as(world.worker)
    seal = seal_of(browser.post(NEW, data=answers(world)).text)
    for wrong in ("1", "", "x.y", seal[:-1], "é.é", seal + "0"):
        assert browser.post(NEW, data=answers(world, anyway=wrong)).status_code == 200, wrong
    assert client_as(world.colleague).post(NEW, data=answers(world, anyway=seal)).status_code == 200
    assert browser.post(NEW, data=answers(world, anyway=seal)).status_code == 303
    assert count(Person) == 2


def test_a_second_tap_on_going_on_makes_no_second_dossier(world: World, client_as: ClientAs) -> None:
    elsewhere(world)
    browser = client_as(world.worker)
    seal = seal_of(browser.post(NEW, data=answers(world)).text)
    assert browser.post(NEW, data=answers(world, anyway=seal)).status_code == 303
    assert browser.post(NEW, data=answers(world, anyway=seal)).status_code == 200, "somebody alike is there since"
    assert count(Person) == 2


@pytest.mark.parametrize("second", ["worker", "colleague", "stranger"])
def test_two_at_the_same_moment_make_one_record_and_one_warning(world: World, client_as: ClientAs, second: str) -> None:
    team = world.zuidoost if second == "stranger" else world.noord
    browsers = [client_as(world.worker), client_as(getattr(world, second))]
    sent = [answers(world), answers(world, given_name="Muhammed", team=str(team.id))]
    codes: list[int] = []
    start = threading.Barrier(2)

    def register(browser: FlaskClient, data: dict[str, str]) -> None:
        start.wait(30)
        codes.append(browser.post(NEW, data=data).status_code)

    threads = [threading.Thread(target=register, args=each) for each in zip(browsers, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == [200, 303]
    assert count(Person) == 1


# --- evidence and limits ---------------------------------------------------------------------------------------------


def events(kind: str) -> list[AccessEvent]:
    with db.unit_of_work():
        return list(db.session.scalars(select(AccessEvent).where(AccessEvent.subject_type == kind)))


def test_each_answer_is_in_the_log_with_whom_it_was_about(world: World) -> None:
    held = elsewhere(world)
    asked(world)
    (told,) = events(recognising.LOOKALIKE)
    assert (told.actor_id, told.person_id, told.team_id) == (world.worker.id, held.id, world.zuidoost.id)
    assert told.action == "search"
    asked(world, replace(SOUGHT, given_name="Niemand"))
    assert len(events(recognising.QUESTION)) == 2, "the question is logged also when nobody is found"
    assert len(events(recognising.LOOKALIKE)) == 1


def test_the_askers_own_log_does_not_tell_about_whom(world: World, client_as: ClientAs) -> None:
    held = elsewhere(world)
    elsewhere(world)
    browser = client_as(world.worker)
    browser.post(NEW, data=answers(world))
    page = browser.get("/inzages").text
    assert held.pseudonym not in page
    assert page.count("<tr") == 2, "the head and the question: the number of rows tells nothing either"
    assert held.pseudonym in client_as(world.privacy_officer).get("/inzages/alle").text


def test_names_cannot_be_tried_out(world: World, client_as: ClientAs, freeze: Callable[[datetime], None]) -> None:
    freeze(NOW)
    most_an_hour = recognising.MOST[0][1]
    for n in range(most_an_hour):
        asked(world, replace(SOUGHT, given_name=f"Naam{n}"))
    with pytest.raises(TooOften):
        asked(world)
    assert asked(world, who="colleague"), "each person has an own limit"
    assert client_as(world.worker).post(NEW, data=answers(world)).status_code == 429
    assert count(Person) == 0
    assert {event.result for event in events(recognising.QUESTION)} == {"ok", "denied"}
    freeze(NOW + timedelta(hours=1, seconds=1))
    assert asked(world)


def test_nobody_else_may_ask(world: World, client_as: ClientAs) -> None:
    for who in ("messenger", "coordinator", "manager", "trainer"):
        assert client_as(getattr(world, who)).post(NEW, data=answers(world)).status_code == 403


# --- how fast --------------------------------------------------------------------------------------------------------


def test_the_city_is_asked_by_the_index_on_birth_dates(world: World) -> None:
    with db.unit_of_work():
        body = db.session.scalars(text("SELECT prosrc FROM pg_proc WHERE proname = 'lookalikes'")).one()
        given = {"dates": "date[]", "born": "date", "year_only": "date", "words": "text[]", "sounds_of": "text[]"}
        for n, (name, kind) in enumerate((given | {"first_names": "int[]"}).items(), start=1):
            body = re.sub(rf"\b{name}\b", f"${n}::{kind}", body)
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        cursor = db.session.connection().connection.driver_connection.cursor()  # its `%` is no placeholder
        plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN (GENERIC_PLAN) {body}".encode()))
    assert "ix_person_birth_date" in plan


def test_found_or_not_costs_the_same(app: Flask, world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)

    def spent(**changes: str) -> int:
        with browser:
            assert browser.post(NEW, data=answers(world, **changes)).status_code == 200
            return int(g.queries)

    with db.unit_of_work():  # so that each answer is the same page
        people.person(world.noord, "Mohamed El Idrissi", worker=world.worker, born=BORN)
    spent()
    nobody = spent()
    for _ in range(3):
        elsewhere(world)
    assert spent() == nobody
