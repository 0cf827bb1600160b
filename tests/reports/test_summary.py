"""The figures of many teams together: made once a day, equal to the live ones at that moment, and said to be old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.contacts.models import Result
from portal.core import clock, db
from portal.reports import service, summary
from portal.reports.figures import Scope
from portal.reports.models import FigureRun, FigureValue
from portal.reports.periods import NAMED
from tasks.reports import summarise
from tests.factories import World
from tests.factories.contacts import contact, follow_up
from tests.factories.people import person

NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
LATE = "nog niet gemaakt"


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(NOON)
    monkeypatch.setattr(service, "LIVE_TEAMS", 1)  # the world has two


@pytest.fixture
def busy(world: World) -> World:
    """Something in every figure, at workers of both teams, at nobody, and in several periods."""
    with db.unit_of_work():
        for team, worker in ((world.noord, world.worker), (world.noord, None), (world.zuidoost, world.stranger)):
            for days in (1, 20, 40, 100):
                young = person(team, worker=worker, last_contact_at=NOON - timedelta(days=days))
                who = worker or world.colleague
                result = Result.REACHED if days != 20 else Result.NO_SHOW
                contact(young, worker=who, at=NOON - timedelta(days=days), result=result)
                follow_up(young, who, clock.today() + timedelta(days=5 - days))
    return world


def seen(world: World, who: str = "analyst", named: str = "30-dagen", **narrowed: object) -> service.Caseload:
    actor = world.actor(getattr(world, who))
    teams, period = service.teams_within_reach(actor), NAMED[named](clock.today())
    return service.caseload(actor, teams=teams, period=period, named=named, **narrowed)  # type: ignore[arg-type]


@pytest.mark.parametrize("named", NAMED)
def test_the_summary_equals_the_live_figures_when_it_is_made(
    app: object, busy: World, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        found, totals = seen(busy, named=named, per_worker=True), seen(busy, named=named)
        monkeypatch.setattr(service, "LIVE_TEAMS", 99)
        live = seen(busy, named=named)
    assert found.summary_of == clock.today()
    assert live.summary_of is None
    assert (found.teams, found.period, found.made_at) == (live.teams, live.period, live.made_at)
    assert [team.total for team in totals.teams] == [team.total for team in live.teams]
    assert (totals.total, totals.period, totals.made_at) == (live.total, live.period, live.made_at)
    assert not any(team.workers for team in totals.teams)
    assert live.total.open_people == 12
    assert live.total.contacts > 0


@pytest.mark.parametrize("statement", summary.STATEMENTS)
def test_what_stands_whatever_the_period_does_not_look_at_it(app: object, statement: Callable[..., Any]) -> None:
    first, second = (statement(Scope((), NAMED[name](NOON.date()), NOON.date())) for name in ("30-dagen", "dit-jaar"))
    same = first.compile().params == second.compile().params
    assert same == (statement in summary.STANDING)


def test_what_comes_later_is_not_in_it_but_is_in_the_figures_of_one_team(app: object, busy: World) -> None:
    with db.unit_of_work():
        before = seen(busy)
    with db.unit_of_work():
        contact(person(busy.noord, worker=busy.worker), worker=busy.worker)
    with db.unit_of_work():
        after, one_team = seen(busy), seen(busy, team_id=busy.noord.id)
    assert after.total == before.total
    assert one_team.summary_of is None
    assert one_team.total.open_people == 9
    own_dates = service.caseload(
        busy.actor(busy.analyst), teams=service.teams_within_reach(busy.actor(busy.analyst)), period=before.period
    )
    assert own_dates.total.open_people == before.total.open_people + 1


def test_only_teams_within_reach_are_in_it(app: object, busy: World) -> None:
    with db.unit_of_work():
        run = summary.make_first()
        rows = list(summary.rows(run, "30-dagen", [busy.zuidoost.id]))
    assert {row.team_id for row in rows} == {busy.zuidoost.id}


def test_it_is_made_once_a_day_and_old_ones_go(app: object, busy: World, freeze: Callable[[datetime], None]) -> None:
    summarise()
    first = _stored()
    summarise()
    assert _stored() == first == (1, first[1], NOON)
    freeze(NOON + timedelta(days=1))
    summarise()
    assert _stored()[0] == 1
    assert _stored()[2] == NOON + timedelta(days=1)


def _stored() -> tuple[int, int, datetime | None]:
    with db.unit_of_work():
        runs, made_at = db.session.execute(select(func.count(), func.max(FigureRun.made_at))).one()
        values = db.session.scalar(select(func.count()).select_from(FigureValue))
    return runs, values or 0, made_at


def test_a_late_run_is_said_on_the_page_and_put_right_by_the_task(
    busy: World, client_as: Callable[..., FlaskClient], freeze: Callable[[datetime], None]
) -> None:
    page = client_as(busy.analyst).get("/caseload").text
    assert "Stand ma 15 jun 2026, 12:00" in page
    assert "één keer per dag gemaakt" in page
    assert LATE not in page
    freeze(NOON + timedelta(days=1))
    late = client_as(busy.analyst).get("/caseload").text
    assert LATE in late
    assert late.count("15 jun 2026, 12:00") == 2
    assert "17 mei 2026 – 15 juni 2026" in late  # the days it is about
    summarise()
    page = client_as(busy.analyst).get("/caseload").text
    assert LATE not in page
    assert "Stand di 16 jun 2026, 12:00" in page


def test_files_hold_what_the_page_shows(busy: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(busy.analyst)
    browser.get("/caseload")
    with db.unit_of_work():
        person(busy.noord, worker=busy.worker)
    lines = browser.get("/caseload.csv").text.splitlines()
    assert any(line.startswith("Alle teams;Totaal;") and ";12;" in line for line in lines), lines
