"""Questions come from facts in the log, are asked once, and close with an outcome; nobody is scored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.core.ids import new_id
from portal.oversight.models import Outcome, Question, QuestionKind
from portal.oversight.service import declaring, questions
from portal.oversight.service.questions import Wanted
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.models import Action, DeclaredRelation
from portal.privacy.permissions import Permission
from portal.talks.models import TalkStatus
from tests.factories import World, talks
from tests.factories.people import person

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Freeze = Callable[[datetime], None]


@pytest.fixture
def young(world: World, freeze: Freeze) -> Person:
    """A young person of the worker, on a Tuesday at noon."""
    freeze(NOON)
    with db.unit_of_work():
        return person(world.noord, "Kanarie Vogelzang", worker=world.worker)


def _read(world: World, who: object, young: Person, action: Action = Action.READ) -> None:
    with db.unit_of_work():
        about = Subject("person", young.id, young.id, young.team_id)
        access_log.record(world.actor(who), action, about, permission=Permission.PEOPLE_READ)


def _find() -> list[tuple[str, object, object, int]]:
    with db.unit_of_work():
        questions.find()
    rows = db.session.scalars(select(Question).order_by(Question.first_at)).all()
    db.session.remove()
    return [(row.kind, row.actor_id, row.person_id, row.events) for row in rows]


def test_reading_the_own_caseload_by_day_raises_nothing(world: World, young: Person) -> None:
    _read(world, world.worker, young)
    assert _find() == []


def test_a_dossier_outside_the_caseload_raises_one_question_a_day(world: World, young: Person) -> None:
    _read(world, world.colleague, young)
    _read(world, world.colleague, young)
    expected = [("outside_caseload", world.colleague.id, young.id, 2)]
    assert _find() == expected
    assert _find() == expected


def test_a_refused_dossier_raises_one_too(world: World, young: Person, client_as: Callable[..., FlaskClient]) -> None:
    assert client_as(world.stranger).get(f"/jongeren/{young.id}").status_code == 404
    assert _find() == [("outside_caseload", world.stranger.id, young.id, 1)]


def test_a_director_of_the_team_is_not_outside_anything(world: World, young: Person) -> None:
    _read(world, world.director, young)
    assert _find() == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 24, 21, 59, tzinfo=UTC), []),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), [date(2026, 11, 24)]),
        (datetime(2026, 11, 25, 1, 0, tzinfo=UTC), [date(2026, 11, 24)]),
        (datetime(2026, 11, 25, 4, 59, tzinfo=UTC), [date(2026, 11, 24)]),
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), []),
    ],
)
def test_the_night_is_that_of_amsterdam_and_one_night_is_one_question(
    world: World, young: Person, freeze: Freeze, moment: datetime, expected: list[date]
) -> None:
    freeze(moment)
    _read(world, world.worker, young)
    _find()
    assert list(db.session.scalars(select(Question.day))) == expected


@pytest.mark.parametrize("page", ["person", "youth_case", "youth_in_view", "attachment"])
def test_many_people_in_one_hour_by_whatever_page(world: World, young: Person, page: str) -> None:
    with db.unit_of_work():
        others = [person(world.noord, f"Kind{n} Vogelzang", worker=world.worker) for n in range(questions.MANY)]
    with db.unit_of_work():
        about = [Subject(page, new_id(), one.id, one.team_id) for one in others]
        access_log.record(world.actor(world.worker), Action.READ, about, permission=Permission.CASES_READ)
    assert [row[0] for row in _find()] == ["many"]


@pytest.mark.parametrize(("many", "expected"), [(questions.MANY - 1, 0), (questions.MANY, 1)])
def test_many_dossiers_in_one_hour(world: World, young: Person, many: int, expected: int) -> None:
    with db.unit_of_work():
        others = [person(world.noord, f"Kind{n} Vogelzang", worker=world.worker) for n in range(many)]
    for other in others:
        _read(world, world.director, other)
        _read(world, world.director, other)
    assert [row[0] for row in _find()] == ["many"] * expected


def test_a_relation_counts_from_when_it_was_declared_until_it_was_ended(
    world: World, young: Person, freeze: Freeze
) -> None:
    actor = world.actor(world.worker)
    freeze(NOON - timedelta(minutes=1))
    _read(world, world.worker, young)
    freeze(NOON)
    with db.unit_of_work():
        declaring.declare(actor, young.id)
        declaring.declare(actor, young.id)
    assert _find() == []
    freeze(NOON + timedelta(minutes=1))
    _read(world, world.worker, young)
    assert _find() == [("declared_relation", world.worker.id, young.id, 1)]
    freeze(NOON + timedelta(minutes=2))
    with db.unit_of_work():
        relation = db.session.scalars(select(DeclaredRelation)).one()
        declaring.withdraw(actor, relation.id)
    freeze(NOON + timedelta(minutes=3))
    _read(world, world.worker, young)
    assert _find() == [("declared_relation", world.worker.id, young.id, 1)]


@pytest.mark.parametrize(
    ("days", "raised"),
    [((0, 0, 0), [3]), ((0, 3, 6, 7), [3, 3]), ((0, 1, 7), []), ((0, 6), [])],
    ids=["at once", "on and on", "after a week", "twice"],
)
def test_the_list_of_one_worker_opened_again_and_again(
    world: World, young: Person, freeze: Freeze, days: tuple[int, ...], raised: list[int]
) -> None:
    def look_at(worker: User) -> None:
        with db.unit_of_work():
            talk = talks.talk(world.noord.id, worker, world.manager, status=TalkStatus.HELD)
            about = Subject("talk", talk.id, young.id, young.team_id)
            access_log.record(manager, Action.LIST, [about, about], permission=Permission.TALKS_HOLD)

    manager = world.actor(world.manager)
    look_at(world.colleague)
    for day in days:
        freeze(NOON + timedelta(days=day))
        look_at(world.worker)
        found = _find()
    assert found == [("many_talks", world.manager.id, None, count) for count in raised]
    for row in db.session.scalars(select(Question)):
        _, events = questions.get(world.actor(world.privacy_officer), row.id)
        assert {event.subject_type for event, _ in events} == {"talk"}


def test_the_same_surname_raises_nothing(world: World, freeze: Freeze) -> None:
    freeze(NOON)
    with db.unit_of_work():
        namesake = person(world.noord, "Sami Proef", worker=world.worker)
    _read(world, world.worker, namesake)
    assert _find() == []


def test_an_answered_question_stays_answered(world: World, young: Person) -> None:
    _read(world, world.colleague, young)
    _find()
    officer = world.actor(world.privacy_officer)
    with db.unit_of_work(officer.user_id):
        asked = questions.listing(officer, Wanted()).rows[0].question
        questions.answer(officer, asked.id, outcome=Outcome.EXPLAINED, note="Achterwacht", version=1)
    _read(world, world.colleague, young)
    _find()
    answered = questions.listing(officer, Wanted(answered=True)).rows
    assert [(row.question.outcome, row.question.events) for row in answered] == [("explained", 1)]
    assert questions.listing(officer, Wanted()).rows == []
    assert questions.count_open(officer) == 0
    with pytest.raises(Conflict), db.unit_of_work():
        questions.answer(officer, asked.id, outcome=Outcome.REPORTED, note="", version=1)


def test_only_the_privacy_officer_asks(world: World, young: Person, client_as: Callable[..., FlaskClient]) -> None:
    _read(world, world.colleague, young)
    _find()
    asked = db.session.scalars(select(Question.id)).one()
    for user in (world.worker, world.director, world.manager, world.administrator):
        with pytest.raises(Forbidden):
            questions.get(world.actor(user), asked)
        for address in ("/inzages/vragen", f"/inzages/vragen/{asked}", "/inzages/zegel", "/inzages/alle.csv"):
            assert client_as(user).get(address).status_code == 403, address
    assert client_as(world.privacy_officer).get(f"/inzages/vragen/{new_id()}").status_code == 404


def test_the_pages_name_no_young_person_and_take_an_outcome(
    world: World, young: Person, client_as: Callable[..., FlaskClient]
) -> None:
    _read(world, world.colleague, young)
    _find()
    browser = client_as(world.privacy_officer)
    asked = db.session.scalars(select(Question.id)).one()
    for address in ("/inzages/vragen", f"/inzages/vragen/{asked}"):
        text = browser.get(address).text
        assert young.pseudonym in text
        assert "Kofi Proef" in text
        assert "Vogelzang" not in text
    assert browser.post(f"/inzages/vragen/{asked}", data={"version": "1"}).status_code == 422
    answer = browser.post(f"/inzages/vragen/{asked}", data={"version": "1", "outcome": "discussed", "note": "Belde"})
    assert answer.status_code == 303
    again = browser.post(f"/inzages/vragen/{asked}", data={"version": "1", "outcome": "explained", "note": ""})
    assert again.status_code == 409
    assert "Besproken" in browser.get("/inzages/vragen?beantwoord=y").text
    assert "Geen open vragen" in browser.get("/inzages/vragen").text
    assert browser.get("/inzages/vragen?soort=stelen").status_code == 422


def test_every_question_is_on_exactly_one_page(world: World, young: Person) -> None:
    officer = world.actor(world.privacy_officer)
    with db.unit_of_work():
        for n in range(60):
            at = clock.now() - timedelta(minutes=n // 3)
            made = {"kind": QuestionKind.NIGHT, "actor_id": new_id(), "day": clock.today(), "events": 1}
            db.session.add(Question(**made, first_at=at, last_at=at))
    first = questions.listing(officer, Wanted())
    second = questions.listing(officer, Wanted(), cursor=first.next_cursor or "")
    seen = [row.question.id for row in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == 60
    with pytest.raises(NotFound):
        questions.listing(officer, Wanted(), cursor="x")
