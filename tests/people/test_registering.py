"""Registering, changing, related persons, workers and closing, at the level of the service."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import clock, db
from portal.core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from portal.core.ids import new_id
from portal.people import service
from portal.people.models import BirthDatePrecision, Person, PersonAlias, PersonAssignment, PersonStatus, RelatedRole
from portal.people.service import Details, RelatedDetails
from portal.people.service.registering import KENMERK_ALPHABET, PLAUSIBLE_AGES
from portal.privacy.models import AccessEvent
from tests.factories import World, people

BORN = date(2009, 5, 17)


def register(world: World, who: str = "worker", **kwargs: object) -> Person:
    details = Details(**({"given_name": "Yassine", "family_name": "Voorbeeld", "birth_date": BORN} | kwargs))  # type: ignore[arg-type]
    with db.unit_of_work():
        return service.create(world.actor(getattr(world, who)), team_id=world.noord.id, details=details)


def test_worker_who_registers_is_assigned(world: World) -> None:
    made = register(world, aliases=("Yas", "Yas", ""), phone="06 12345678")
    assert made.pseudonym[:2] == "P-"
    assert set(made.pseudonym[2:]) <= set(KENMERK_ALPHABET)
    card = service.card(world.actor(world.worker), made.id)
    assert [(w.user_id, w.is_primary) for w in card.workers] == [(world.worker.id, True)]
    assert [a.alias for a in card.person.aliases] == ["Yas"]
    assert card.person.phone == "06 12345678"
    assert b"12345678" not in (card.person.phone_sealed or b"")


def test_director_who_registers_is_not_assigned(world: World) -> None:
    made = register(world, "director")
    assert service.card(world.actor(world.director), made.id).workers == []


@pytest.mark.parametrize("who", ["stranger", "coordinator", "messenger", "manager", "administrator", "privacy_officer"])
def test_nobody_else_registers_in_this_team(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        register(world, who)
    assert db.session.scalar(select(Person)) is None


@given(born=st.dates(date(1900, 1, 1), date(2100, 1, 1)), precision=st.sampled_from(BirthDatePrecision))
def test_birth_date_must_be_plausible(born: date, precision: BirthDatePrecision) -> None:
    from portal.people.service import registering

    details = Details(given_name="A", birth_date=born, birth_date_precision=precision)
    stored = registering.born_as_stored(details)
    age = Person(birth_date=stored).age_on(clock.today())
    fits = born <= clock.today() and age in PLAUSIBLE_AGES
    refused: list[str] = []
    try:
        registering._check(details)
    except Invalid as error:
        refused = list(error.errors)
    assert refused == ([] if fits else ["birth_date"])
    assert stored.year == born.year


@given(born=st.dates(date(1995, 1, 1), date(2015, 12, 31)), day=st.dates(date(2016, 1, 1), date(2040, 1, 1)))
def test_age_goes_up_on_the_birthday(born: date, day: date) -> None:
    age = Person(birth_date=born).age_on(day)
    assert age == day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    before = Person(birth_date=born).age_on(day - timedelta(days=1))
    assert age - before == ((day.month, day.day) == (born.month, born.day)) or (born.month, born.day) == (2, 29)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"given_name": "123"}, "given_name"),
        ({"birth_date": date(1980, 1, 1)}, "birth_date"),
        ({"area_code": "??"}, "area_code"),
        ({"aliases": [str(n) for n in range(11)]}, "aliases"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world: World, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(world, **change)
    assert list(refused.value.errors) == [field]
    assert db.session.scalar(select(Person)) is None


def test_change_is_logged_by_field_name_and_older_version_loses(world: World) -> None:
    made = register(world, aliases=("Yas",))
    actor = world.actor(world.worker)
    details = Details("Yassine", BORN, family_name="Anders", aliases=("Yas", "Lange"))
    with db.unit_of_work():
        service.update(actor, made.id, version=1, details=details)
    with pytest.raises(Conflict), db.unit_of_work():
        service.update(actor, made.id, version=1, details=Details("Yassine", BORN))
    (event,) = db.session.scalars(select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == "update"))
    assert event.fields == ["family_name", "sort_key", "search_text", "sounds", "aliases"]
    assert db.session.scalars(select(PersonAlias.alias).order_by(PersonAlias.alias)).all() == ["Lange", "Yas"]
    assert service.get(actor, made.id).search_text == "yassine anders yas lange"


def test_alike_asks_about_same_folded_name_and_birth_date_within_reach(world: World) -> None:
    with db.unit_of_work():
        mine = people.person(world.noord, "Özgür el-Kaya", worker=world.worker, born=BORN)
        people.person(world.noord, "Ozgur El Kaya", worker=world.colleague, born=BORN)
        people.person(world.noord, "Ozgur El Kaya", worker=world.worker, born=date(2009, 5, 18))
    actor = world.actor(world.worker)
    with db.unit_of_work():
        found = service.alike(actor, details=Details("ozgur", BORN, family_name="EL KAYA"))
        called = service.alike(actor, details=Details("Iets", BORN, call_name="Ozgur", family_name="el Kaya"))
        assert service.alike(actor, details=Details("ozgur", BORN, family_name="Anders")) == []
    assert [one.id for one in found] == [one.id for one in called] == [mine.id]


@pytest.mark.parametrize(
    ("registered", "typed", "asked"),
    [
        (Details("Mohamed", BORN, family_name="El Idrissi"), Details("Muhammed", BORN, family_name="Idrissi"), True),
        (Details("Sjaak", BORN, aliases=("Flits",)), Details("Flits", BORN), True),
        (Details("Yassin", date(2009, 3, 4)), Details("Jassine", date(2009, 4, 3)), True),
        (
            Details("Yassin", date(2009, 5, 2), birth_date_precision=BirthDatePrecision.MONTH),
            Details("Yassin", BORN),
            True,
        ),
        (
            Details("Yassin", BORN),
            Details("Yassin", date(2009, 1, 1), birth_date_precision=BirthDatePrecision.YEAR),
            True,
        ),
        (Details("Yassin", BORN), Details("Yassin", date(2009, 5, 18)), False),
        (Details("Yassin", BORN), Details("Yassin", date(2010, 5, 17)), False),
        (Details("Mohamed", BORN, family_name="Jabri"), Details("Mahmoud", BORN, family_name="Jabri"), False),
    ],
)
def test_alike_asks_about_another_spelling_and_a_date_known_less_well(
    world: World, registered: Details, typed: Details, asked: bool
) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work():
        service.create(actor, team_id=world.noord.id, details=registered)
    with db.unit_of_work():
        assert bool(service.alike(actor, details=typed)) is asked
        assert service.alike(world.actor(world.stranger), details=typed) == []


# --- related persons ---------------------------------------------------------


def test_related_persons_come_change_and_go(world: World) -> None:
    made = register(world)
    actor = world.actor(world.worker)
    with db.unit_of_work():
        added = service.add_related(
            actor, made.id, details=RelatedDetails(RelatedRole.PARENT, "Fatma", phone="06 87654321")
        )
        service.update_related(actor, made.id, added.id, details=RelatedDetails(RelatedRole.GUARDIAN, "Fatma V."))
    (held,) = service.card(actor, made.id).person.related
    assert (held.role, held.name, held.phone, held.phone_sealed) == ("guardian", "Fatma V.", "", None)
    with db.unit_of_work():
        service.remove_related(actor, made.id, added.id)
    assert service.card(actor, made.id).person.related == []


def test_related_person_of_another_dossier_is_not_found(world: World) -> None:
    made, other = register(world), register(world)
    actor = world.actor(world.worker)
    with db.unit_of_work():
        added = service.add_related(actor, made.id, details=RelatedDetails(RelatedRole.PARENT, "Fatma"))
    for wrong in (other.id, new_id()):
        with pytest.raises(NotFound), db.unit_of_work():
            service.remove_related(actor, wrong, added.id)
    with pytest.raises(NotFound), db.unit_of_work():
        service.get_related(world.actor(world.colleague), made.id, added.id)


def test_eleventh_related_person_is_refused(world: World) -> None:
    made = register(world)
    actor = world.actor(world.worker)
    with db.unit_of_work():
        for number in range(10):
            service.add_related(actor, made.id, details=RelatedDetails(RelatedRole.COACH, f"Coach {number}"))
    with pytest.raises(Invalid), db.unit_of_work():
        service.add_related(actor, made.id, details=RelatedDetails(RelatedRole.COACH, "Nog een"))


# --- workers -----------------------------------------------------------------


def test_new_first_worker_takes_the_place_of_the_old_one(world: World) -> None:
    made = register(world)
    director = world.actor(world.director)
    with db.unit_of_work():
        service.assign(director, made.id, user_id=world.colleague.id, primary=True)
    assert [(w.name, w.is_primary) for w in service.workers([made.id])[made.id]] == [
        ("Kofi Proef", True),
        ("Samira Proef", False),
    ]


def test_first_assigned_worker_is_the_first_worker(world: World) -> None:
    made = register(world, "director")
    with db.unit_of_work():
        service.assign(world.actor(world.director), made.id, user_id=world.worker.id, primary=False)
    assert [w.is_primary for w in service.workers([made.id])[made.id]] == [True]


def test_ending_the_first_worker_moves_the_other_up_and_closes_the_door(world: World) -> None:
    made = register(world)
    director = world.actor(world.director)
    with db.unit_of_work():
        service.assign(director, made.id, user_id=world.colleague.id, primary=False)
        (first, _) = service.workers([made.id])[made.id]
        service.end_assignment(director, made.id, first.assignment_id)
    assert [(w.name, w.is_primary) for w in service.workers([made.id])[made.id]] == [("Kofi Proef", True)]
    with pytest.raises(NotFound):
        service.get(world.actor(world.worker), made.id)
    with pytest.raises(Conflict), db.unit_of_work():
        service.end_assignment(director, made.id, first.assignment_id)


def test_worker_can_come_back_after_ending(world: World) -> None:
    made = register(world)
    director = world.actor(world.director)
    with db.unit_of_work():
        service.end_assignment(director, made.id, service.workers([made.id])[made.id][0].assignment_id)
        service.assign(director, made.id, user_id=world.worker.id, primary=True)
    assert service.get(world.actor(world.worker), made.id)
    assert len(db.session.scalars(select(PersonAssignment)).all()) == 2


@pytest.mark.parametrize("who", ["stranger", "director", "coordinator", "worker"])
def test_only_another_youth_worker_of_the_team_can_be_assigned(world: World, who: str) -> None:
    made = register(world)
    with pytest.raises(Invalid), db.unit_of_work():
        service.assign(world.actor(world.director), made.id, user_id=getattr(world, who).id, primary=True)


def test_worker_does_not_assign(world: World) -> None:
    made = register(world)
    with pytest.raises(NotFound), db.unit_of_work():
        service.assign(world.actor(world.worker), made.id, user_id=world.colleague.id, primary=True)


def test_two_directors_at_once_leave_one_first_worker(world: World) -> None:
    made = register(world, "director")
    director = world.actor(world.director)
    start, results = threading.Barrier(2), []

    def give(user_id: UUID) -> None:
        start.wait()
        try:
            with db.unit_of_work():
                service.assign(director, made.id, user_id=user_id, primary=True)
            results.append("done")
        except (AppError, IntegrityError) as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=give, args=(user.id,)) for user in (world.worker, world.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["done", "done"], "the second waits for the first instead of failing"
    assert sorted(w.is_primary for w in service.workers([made.id])[made.id]) == [False, True]


# --- closing -----------------------------------------------------------------


def test_close_and_reopen(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 6, 1, 12, tzinfo=UTC))
    made = register(world)
    actor = world.actor(world.worker)
    with db.unit_of_work():
        closed = service.close(actor, made.id, version=1)
        assert (closed.status, closed.closed_on) == (PersonStatus.CLOSED, date(2026, 6, 1))
    with pytest.raises(Conflict), db.unit_of_work():
        service.close(actor, made.id, version=2)
    with pytest.raises(Conflict), db.unit_of_work():
        service.reopen(actor, made.id, version=1)
    with db.unit_of_work():
        assert service.reopen(actor, made.id, version=2).closed_on is None


def test_blocker_keeps_the_dossier_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.people.service import closing

    made = register(world)
    monkeypatch.setattr(closing, "_blockers", [lambda _id: None, lambda _id: "Er loopt nog iets."])
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        service.close(world.actor(world.worker), made.id, version=1)
    assert refused.value.errors == {"": "Er loopt nog iets."}
    assert service.get(world.actor(world.worker), made.id).status == PersonStatus.OPEN
