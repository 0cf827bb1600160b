"""The list: filters, orders, keyset pages both ways; and search by name."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.text import fold
from portal.people import policy, service
from portal.people.models import Person, PersonStatus, Sort
from portal.people.service import Filters, Row
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent
from tests.factories import World, people

NAMES = ("Özgür Aydin", "Pieter van den Berg", "Yassine el Bouazzaoui", "Sjaak Berg", "Zoë Cruz", "Ömer Çelik", "Ama D")

#: Brackets inside brackets, more than a parser follows.
DEEP = base64.urlsafe_b64encode(b"[" * 3000).decode()


@pytest.fixture
def seven(world: World) -> list[Person]:
    """Seven young people of the worker, never spoken to, yesterday, the day before, and so on."""
    now = clock.now()
    with db.unit_of_work():
        return [
            people.person(
                world.noord,
                name,
                worker=world.worker,
                last_contact_at=now - timedelta(days=days) if days else None,
            )
            for days, name in enumerate(NAMES)
        ]


def shown(actor: Actor, **kwargs: object) -> service.Listing:
    with db.unit_of_work():
        return service.listing(actor, filters=kwargs.pop("filters", Filters()), **kwargs)  # type: ignore[arg-type]


def names(rows: object) -> list[str]:
    return [row.name for row in rows]  # type: ignore[attr-defined]


BY_NAME = [
    "Özgür Aydin", "Pieter van den Berg", "Sjaak Berg", "Yassine el Bouazzaoui", "Ömer Çelik", "Zoë Cruz", "Ama D",
]  # fmt: skip


def test_sorted_as_dutch_names_are(world: World, seven: list[Person]) -> None:
    assert names(shown(world.actor(world.worker)).rows) == BY_NAME


def test_longest_without_contact_first_and_never_before_all(world: World, seven: list[Person]) -> None:
    rows = shown(world.actor(world.worker), sort=Sort.CONTACT).rows
    assert names(rows) == [NAMES[0], *reversed(NAMES[1:])]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_forward_and_back_hold_everybody_once(world: World, seven: list[Person], sort: Sort, size: int) -> None:
    actor = world.actor(world.worker)
    whole = names(shown(actor, sort=sort).rows)
    forward, page = [], shown(actor, sort=sort, size=size)
    assert page.before is None
    while True:
        forward.append(names(page.rows))
        if page.after is None:
            break
        page = shown(actor, sort=sort, size=size, after=page.after)
    assert [name for rows in forward for name in rows] == whole
    back = [names(page.rows)]
    while page.before is not None:
        page = shown(actor, sort=sort, size=size, before=page.before)
        back.append(names(page.rows))
    assert [name for rows in reversed(back) for name in rows] == whole


def test_cursor_holds_no_name(world: World, seven: list[Person]) -> None:
    page = shown(world.actor(world.worker), size=2)
    assert page.after is not None
    assert paging.decode(page.after, 1) == [str(page.rows[-1].id)]


@pytest.mark.parametrize("cursor", ["", "x", "é", paging.encode(["no-uuid"]), paging.encode([1, 2]), "A" * 5000, DEEP])
def test_strange_cursor_is_not_found(world: World, seven: list[Person], cursor: str) -> None:
    with pytest.raises(NotFound):
        shown(world.actor(world.worker), after=cursor)


def test_filters(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 6, 1, 12, tzinfo=UTC))
    recent, old = datetime(2026, 5, 30, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    with db.unit_of_work():
        people.person(world.noord, "Ans Een", worker=world.worker, area="NA", last_contact_at=recent)
        people.person(world.noord, "Bas Twee", worker=world.colleague, area="TB", last_contact_at=old)
        people.person(world.noord, "Cas Drie", area=None)
        people.person(world.noord, "Dik Vier", worker=world.worker, status=PersonStatus.CLOSED)
        people.person(world.zuidoost, "Eef Vijf", worker=world.stranger)
    director = world.actor(world.director)
    assert names(shown(director).rows) == ["Cas Drie", "Ans Een", "Bas Twee"]
    assert names(shown(director, filters=Filters(status=PersonStatus.CLOSED)).rows) == ["Dik Vier"]
    assert shown(director, filters=Filters(status=None)).count == 4
    assert names(shown(director, filters=Filters(worker_id=world.worker.id)).rows) == ["Ans Een"]
    assert names(shown(director, filters=Filters(area_code="T")).rows) == ["Bas Twee"]
    assert names(shown(director, filters=Filters(area_code="TB")).rows) == ["Bas Twee"]
    assert names(shown(director, filters=Filters(area_code="TC")).rows) == []
    assert names(shown(director, filters=Filters(long_without_contact=True)).rows) == ["Cas Drie", "Bas Twee"]


def test_row_tells_what_the_list_shows(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 6, 1, 12, tzinfo=UTC))
    with db.unit_of_work():
        boy = people.person(world.noord, "Yassine el Voorbeeld", worker=world.worker, area="TB", born=date(2008, 6, 2))
        people.grant_to_user(boy, world.messenger)
    (row,) = shown(world.actor(world.worker)).rows
    assert (row.short_name, row.age, row.area) == ("Yassine V.", 17, "Venserpolder, Zuidoost")
    assert [worker.name for worker in row.workers] == ["Samira Proef"]
    (bare,) = shown(world.actor(world.messenger)).rows
    assert (bare.name, bare.short_name, bare.age, bare.area) == ("Yassine", "Yassine", None, "")


def test_count_stops_beyond_a_thousand(world: World) -> None:
    with db.unit_of_work():
        for number in range(3):
            people.person(world.noord, f"Naam Nr{number}", worker=world.worker)
        db.session.execute(
            text(
                "INSERT INTO person (team_id, pseudonym, given_name, birth_date, sort_key, search_text)"
                " SELECT :team, 'P-' || n, 'Veel', '2008-01-01', 'veel', 'veel' FROM generate_series(1, 1100) n"
            ),
            {"team": world.noord.id},
        )
        db.mark_logged()
    assert shown(world.actor(world.director)).count == 1001
    assert shown(world.actor(world.worker)).count == 3


def test_every_shown_row_is_logged_and_nothing_else(world: World, seven: list[Person]) -> None:
    page = shown(world.actor(world.director), size=3)
    logged = db.session.execute(
        select(AccessEvent.person_id, AccessEvent.purpose, AccessEvent.role)
        .order_by(AccessEvent.id)
        .where(AccessEvent.action == "list")
    ).all()
    assert {person_id for person_id, *_ in logged} == {row.id for row in page.rows}
    assert {tuple(row[1:]) for row in logged} == {("supervision", "jv_director")}


# --- search ------------------------------------------------------------------


def found(world: World, words: str, who: str = "worker") -> list[str]:
    with db.unit_of_work():
        return names(service.search(world.actor(getattr(world, who)), words=words))


@pytest.fixture
def few(world: World) -> list[Person]:
    with db.unit_of_work():
        return [
            people.person(world.noord, "Özgür Yıldırım", worker=world.worker, aliases=("De Lange", "Ozzy")),
            people.person(world.noord, "Mohamed el Idrissi", worker=world.worker, call_name="Mo"),
            people.person(world.noord, "Mohammed Idris", worker=world.colleague),
            people.person(world.noord, "Noah 't Hart", worker=world.worker, status=PersonStatus.CLOSED),
        ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ozgur", ["Özgür Yıldırım"]),
        ("ÖZGÜR YILD", ["Özgür Yıldırım"]),
        ("yildirim özg", ["Özgür Yıldırım"]),
        ("ozzy", ["Özgür Yıldırım"]),
        ("lange", ["Özgür Yıldırım"]),
        ("mo", ["Mo el Idrissi"]),
        ("Mohamed", ["Mo el Idrissi"]),
        ("mohammed", ["Mo el Idrissi"]),
        ("idrisi", ["Mo el Idrissi"]),
        ("hart", ["Noah 't Hart"]),
        ("'t hart", ["Noah 't Hart"]),
        ("gur", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        (".*", []),
        ("\\m", ["Mo el Idrissi"]),
        ("", []),
    ],
)
def test_search_by_name(world: World, few: list[Person], words: str, expected: list[str]) -> None:
    assert found(world, words) == expected


def test_search_by_kenmerk_with_or_without_prefix(world: World, few: list[Person]) -> None:
    kenmerk = few[0].pseudonym
    for typed in (kenmerk, kenmerk.lower(), kenmerk.replace("-", " "), kenmerk.removeprefix("P-")):
        assert found(world, typed) == ["Özgür Yıldırım"]


def test_search_stays_within_reach(world: World, few: list[Person]) -> None:
    assert found(world, "moham", "director") == ["Mo el Idrissi", "Mohammed Idris"], "the nearest first"
    assert found(world, "moham", "stranger") == []
    assert found(world, few[0].pseudonym, "stranger") == []


def test_messenger_finds_by_first_name_only(world: World, few: list[Person]) -> None:
    with db.unit_of_work():
        people.grant_to_user(few[0], world.messenger)
    assert found(world, "ozgur", "messenger") == ["Özgür"]
    for hidden in ("yildirim", "ozzy", "lange", "ozgur yil", few[0].pseudonym):
        assert found(world, hidden, "messenger") == [], "what is not shown must not be found either"


def test_search_is_logged_per_person_without_the_words(world: World, few: list[Person]) -> None:
    found(world, "ozgur")
    events = db.session.scalars(
        select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == "search")
    ).all()
    assert [(e.person_id, e.purpose, e.fields) for e in events] == [(few[0].id, "own_caseload", [])]


@pytest.mark.parametrize("who", ["worker", "director", "coordinator", "messenger"])
def test_what_a_search_compares_comes_from_an_index_per_way_in(world: World, who: str) -> None:
    """With sequential scans made dear, the planner reads nobody outside the reach: no scan of everybody is left."""
    reach = select(policy.reached(world.actor(getattr(world, who))).c.id)
    engine = db.engine()
    compiled = reach.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    with db.unit_of_work():
        connection = db.session.connection()
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params).scalars().all()
    assert not [line for line in lines if "Seq Scan on person " in line], lines


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(max_size=80))
def test_any_words_may_be_searched(world: World, few: list[Person], words: str) -> None:
    """Whatever is typed is text: it finds only by the letters and digits in it, and never reaches further."""
    assert set(found(world, words)) <= {"Özgür Yıldırım", "Mo el Idrissi", "Noah 't Hart"}
    if not fold(words):
        assert found(world, words) == []


def test_at_most_thirty_are_found(world: World) -> None:
    with db.unit_of_work():
        for number in range(33):
            people.person(world.noord, f"Sam Nummer{number}", worker=world.worker)
        assert db.session.scalar(select(func.count()).select_from(Person)) == 33
    rows: list[str] = found(world, "sam")
    assert len(rows) == 30


def test_row_is_all_a_page_gets() -> None:
    """A list hands out rows, never records: what is not in Row cannot end up on the page."""
    assert not {"birth_date", "phone", "phone_sealed", "aliases", "family_name"} & set(Row.__dataclass_fields__)


def test_a_messenger_learns_no_area_by_filtering(world: World) -> None:
    with db.unit_of_work():
        known = people.person(world.noord, "Ama Aydin", area="NA")
        people.grant_to_user(known, world.messenger)
        mine = people.person(world.noord, "Sam Berg", worker=world.worker, area="NA")
    by_area = Filters(area_code="NA")
    assert (names(shown(world.actor(world.messenger), filters=by_area).rows)) == []
    assert shown(world.actor(world.messenger), filters=by_area).count == 0
    assert names(shown(world.actor(world.messenger)).rows) == ["Ama"], "without the filter"
    assert [row.id for row in shown(world.actor(world.worker), filters=by_area).rows] == [mine.id]
