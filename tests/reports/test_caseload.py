"""The figures add up, equal a recount by hand, and show only what the role may see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.accounts.models import RoleAssignment, User
from portal.contacts.models import EFFECTIVE, FollowUpKind, Outcome, Result
from portal.core import clock, db
from portal.core.errors import Forbidden, NotFound
from portal.people.models import PersonAssignment, PersonStatus
from portal.privacy.actor import Actor
from portal.reports import service
from portal.reports.periods import Period
from tests.factories import World
from tests.factories.absences import absence
from tests.factories.contacts import contact, follow_up
from tests.factories.people import person

NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
MONTH = Period(date(2026, 5, 17), date(2026, 6, 15))


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def made(world: World, who: str = "manager", period: Period = MONTH, **narrowed: object) -> service.Caseload:
    actor = world.actor(getattr(world, who))
    teams = service.teams_within_reach(actor)
    return service.caseload(actor, teams=teams, period=period, **narrowed)  # type: ignore[arg-type]


def line_of(found: service.Caseload, name: str) -> service.Line:
    return next(line for team in found.teams for line in team.workers if line.name == name)


def test_a_worker_without_anything_is_there_with_zeroes(world: World) -> None:
    line = line_of(made(world), "Samira Proef")
    assert (line.open_people, line.contacts, line.effective_rate, line.longest_silence) == (0, 0, None, None)
    assert (line.formation, line.norm) == (Decimal(1), Decimal(12))


def test_workers_stand_by_name_and_the_unassigned_last(world: World) -> None:
    with db.unit_of_work():
        for _ in range(3):
            person(world.noord, worker=world.worker)
        person(world.noord)
    names = [line.name for line in made(world).teams[0].workers]
    assert names == ["Kofi Proef", "Samira Proef", ""]
    assert made(world).teams[0].workers[-1].unassigned


def test_a_second_worker_does_not_count_a_young_person_twice(world: World) -> None:
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
        db.session.add(
            PersonAssignment(
                person_id=young.id,
                team_id=young.team_id,
                user_id=world.colleague.id,
                is_primary=False,
                since=date(2026, 1, 1),
            )
        )
    assert made(world).total.open_people == 1
    assert line_of(made(world), "Kofi Proef").open_people == 0


def test_a_person_whose_worker_left_the_team_is_still_counted(world: World) -> None:
    with db.unit_of_work():
        person(world.noord, worker=world.worker)
        db.session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.user_id == world.worker.id)
            .values(valid_until=clock.today() - timedelta(days=1))
        )
    line = line_of(made(world), "Samira Proef")
    assert (line.open_people, line.formation) == (1, Decimal(0))


def test_days_at_the_edge_of_the_period_count_and_the_next_do_not(world: World) -> None:
    inside = [datetime(2026, 5, 16, 22, 0, tzinfo=UTC), datetime(2026, 6, 15, 21, 59, tzinfo=UTC)]
    outside = [datetime(2026, 5, 16, 21, 59, tzinfo=UTC), datetime(2026, 6, 15, 22, 0, tzinfo=UTC)]
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
        for at in (*inside, *outside):
            contact(young, worker=world.worker, at=at)
    assert line_of(made(world), "Samira Proef").contacts == 2


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_it_is_in_amsterdam(day: date, hours: int) -> None:
    period = Period(day, day)
    assert period.end - period.start == timedelta(hours=hours)


def test_a_contact_with_three_young_people_counts_once(world: World) -> None:
    with db.unit_of_work():
        three = [person(world.noord, worker=world.worker) for _ in range(3)]
        contact(*three, worker=world.worker)
    assert made(world).total.contacts == 1


PROMISED = st.tuples(st.integers(-40, 5), st.sampled_from([None, *Outcome]), st.booleans())
GATHERINGS = st.lists(
    st.tuples(
        st.sets(st.integers(0, 5), min_size=1, max_size=4),  # which of six young people were named
        st.one_of(st.none(), st.integers(0, 9)),  # how many others were there
        st.sampled_from([Result.REACHED, Result.BRIEF, Result.NOT_REACHED]),
        st.sampled_from(["worker", "colleague", "stranger"]),
        st.integers(-35, 0),
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gatherings=GATHERINGS)
@example(gatherings=[({0, 1, 2}, 9, Result.REACHED, "worker", -1)])  # three of twelve
def test_nobody_is_counted_twice_whoever_was_there(world: World, admin_engine: object, gatherings: list) -> None:  # type: ignore[type-arg]
    """Contacts, people and others add up whatever the mix: over teams, workers, and several at once."""
    from tests.conftest import empty

    try:
        _check_gatherings(world, gatherings)
    finally:
        db.session.remove()
        empty(admin_engine, keep={"app_user", "team", "organisation", "team_area", "role_assignment"})  # type: ignore[arg-type]
        with db.unit_of_work():
            clock.freeze(db.session(), NOON)


def _check_gatherings(world: World, gatherings: list) -> None:  # type: ignore[type-arg]
    counted = [each for each in gatherings if each[4] >= -29]
    spoken = [each for each in counted if each[2] != Result.NOT_REACHED]
    with db.unit_of_work():
        young = [person(world.noord, worker=world.worker) for _ in range(3)] + [
            person(world.zuidoost) for _ in range(3)
        ]
        for named, others, result, who, days in gatherings:
            headcount = None if others is None else len(named) + others
            there = [young[n] for n in named]
            at = NOON + timedelta(days=days)
            contact(*there, worker=getattr(world, who), at=at, result=result, headcount=headcount)
    total = made(world, "analyst").total
    assert total.contacts == len(counted)
    assert total.effective == len(spoken)
    assert total.people_reached == len(set().union(*(named for named, *_ in spoken)))
    assert total.unnamed_present == sum(others or 0 for _, others, *_ in spoken)
    lines = [line for team in made(world, "analyst").teams for line in team.workers]
    assert sum(line.people_reached for line in lines) == total.people_reached
    assert sum(line.unnamed_present for line in lines) == total.unnamed_present


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "worker": st.sampled_from(["worker", "colleague", None]),
            "open": st.booleans(),
            "silent": st.one_of(st.none(), st.integers(0, 90)),
            "contacts": st.lists(st.tuples(st.sampled_from(list(Result)), st.integers(-40, 0)), max_size=3),
            "due": st.lists(st.integers(-10, 10), max_size=2),
            "promised": st.lists(
                st.tuples(st.integers(-40, 5), st.sampled_from([None, *Outcome]), st.booleans()), max_size=3
            ),
        }
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE)
def test_the_figures_equal_a_recount_by_hand(world: World, admin_engine: object, people: list[dict]) -> None:  # type: ignore[type-arg]
    from tests.conftest import empty

    try:
        _check_recount(world, people)
    finally:
        db.session.remove()
        keep = {"app_user", "team", "organisation", "team_area", "role_assignment"}
        empty(admin_engine, keep=keep)  # type: ignore[arg-type]
        with db.unit_of_work():
            clock.freeze(db.session(), NOON)


def _check_recount(world: World, people: list[dict]) -> None:  # type: ignore[type-arg]
    today = NOON.date()
    open_at, contacts, effective, late, silence = Counter(), Counter(), Counter(), Counter(), {}  # type: ignore[var-annotated]
    with db.unit_of_work():
        for one in people:
            worker = getattr(world, one["worker"]) if one["worker"] else None
            last = NOON - timedelta(days=one["silent"]) if one["silent"] is not None else None
            status = PersonStatus.OPEN if one["open"] else PersonStatus.CLOSED
            young = person(world.noord, worker=worker, status=status, last_contact_at=last)
            name = worker.name if worker else ""
            if one["open"]:
                open_at[name] += 1
                silence[name] = max(silence.get(name, 0), one["silent"] or 0)
            for result, days in one["contacts"]:
                contact(young, worker=world.worker, at=NOON + timedelta(days=days), result=result)
                if days >= -29:
                    contacts[world.worker.name] += 1
                    effective[world.worker.name] += result in EFFECTIVE
            for days in one["due"]:
                follow_up(young, world.worker, today + timedelta(days=days))
                late[world.worker.name] += days < 0
            for days, outcome, told in one["promised"]:
                day = today + timedelta(days=days)
                kind = FollowUpKind.PROMISE
                told_on = today if told and outcome else None
                follow_up(young, world.worker, day, kind=kind, outcome=outcome, told_on=told_on)
                late[world.worker.name] += days < 0 and told_on is None
    found = made(world)
    _check_promises(found, [promise for one in people for promise in one["promised"]])
    for line in found.teams[0].workers:
        assert line.open_people == open_at[line.name], line
        assert (line.contacts, line.effective) == (contacts[line.name], effective[line.name]), line
        assert line.overdue_follow_ups == late[line.name], line
        assert line.longest_silence == silence.get(line.name), line
    assert found.total.open_people == sum(open_at.values()) == sum(t.total.open_people for t in found.teams)


def _check_promises(found: service.Caseload, promised: list[tuple[int, Outcome | None, bool]]) -> None:
    total = found.total
    due = [(outcome, told) for days, outcome, told in promised if -29 <= days <= 0]
    by_outcome = Counter(outcome for outcome, _ in due)
    parts = (total.promises_kept, total.promises_partly, total.promises_not_kept, total.promises_withdrawn)
    assert parts == tuple(by_outcome[outcome] for outcome in Outcome)
    assert sum(parts) + total.promises_open == total.promises == len(due)
    assert total.promises_told == sum(told for outcome, told in due if outcome)
    assert total.promises_late == sum(days < 0 and not (told and outcome) for days, outcome, told in promised)


def test_a_manager_sees_only_the_own_team_and_an_analyst_all(world: World) -> None:
    assert [team.name for team in made(world).teams] == ["Team Noord"]
    assert [team.name for team in made(world, "analyst").teams] == ["Team Noord", "Team Zuidoost"]


def test_another_team_does_not_exist_for_a_manager(world: World) -> None:
    with pytest.raises(NotFound):
        made(world, team_id=world.zuidoost.id)


def test_roles_without_the_permission_get_nothing(world: World) -> None:
    nobody = Actor(user_id=world.worker.id, name="x", roles=world.actor(world.worker).roles)
    with pytest.raises(Forbidden):
        service.caseload(nobody, teams=[], period=MONTH)


def test_narrowing_by_stadsdeel(world: World) -> None:
    assert [team.name for team in made(world, "analyst", stadsdeel="T").teams] == ["Team Zuidoost"]
    assert made(world, "analyst", stadsdeel="A").teams == []


def test_the_page_takes_the_same_number_of_queries_however_many_people(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    from flask import g

    def queries() -> int:
        with client_as(world.manager) as browser:
            assert browser.get("/caseload").status_code == 200
            return int(g.queries)

    queries()  # fills the area tree
    few = queries()
    with db.unit_of_work():
        colleagues = list(db.session.scalars(select(User).where(User.id.in_([world.worker.id, world.colleague.id]))))
        for number in range(30):
            young = person(world.noord, worker=colleagues[number % 2])
            contact(young, worker=colleagues[number % 2])
            follow_up(young, colleagues[number % 2], date(2026, 6, 1))
    assert queries() == few <= 12


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("periode=eigen", 200, "Eerste dag"),
        ("periode=eigen&van=2026-06-10", 422, "Vul twee bestaande datums in."),
        ("periode=eigen&van=2026-06-10&tot=2026-06-01", 422, "De eerste dag ligt na de laatste."),
        ("periode=eigen&van=2016-06-10&tot=2026-06-01", 422, "Kies een periode van hoogstens drie jaar."),
        ("periode=eigen&van=gisteren&tot=2026-06-01", 422, "bestaande"),
        ("periode=morgen", 422, "Kies een van de mogelijkheden."),
        ("team=x", 422, "Kies een van de mogelijkheden."),
        ("stadsdeel=%27%20OR%201=1", 422, "Kies een van de mogelijkheden."),
        ("periode=eigen&van=2026-06-01&tot=2026-06-10", 200, "1 jun"),
    ],
)
def test_wrong_filters_are_answered_beside_the_field(
    world: World, client_as: Callable[..., FlaskClient], query: str, status: int, words: str
) -> None:
    answer = client_as(world.manager).get(f"/caseload?{query}")
    assert answer.status_code == status
    assert words in answer.text


def test_no_young_person_is_named_on_page_or_in_files(world: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        person(world.noord, "Kanarie Vogelzang", worker=world.worker)
    browser = client_as(world.manager)
    for address in ("/caseload", "/caseload.csv"):
        assert "Kanarie" not in browser.get(address).text


def test_who_is_away_stands_with_who_stands_in(world: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        absence(world.worker, replacement=world.colleague)
        absence(world.stranger)
    page = client_as(world.manager).get("/caseload").text
    assert len(re.findall("Afwezig tot en met", page)) == 1
    assert f"{world.colleague.name} neemt waar" in page
    everywhere = client_as(world.analyst).get(f"/caseload?team={world.zuidoost.id}").text
    assert "niemand neemt waar" in everywhere


def test_clearing_is_offered_only_when_something_is_chosen(world: World, client_as: Callable[..., FlaskClient]) -> None:
    manager = client_as(world.manager)
    assert ">Wissen<" not in manager.get("/caseload?periode=30-dagen").text
    assert ">Wissen<" in manager.get("/caseload?periode=dit-jaar").text
