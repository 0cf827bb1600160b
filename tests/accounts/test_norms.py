"""Norms and formation: who sets them, from which day they hold, and that what was stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from portal.accounts.models import RoleAssignment, Team
from portal.accounts.service import norms
from portal.contacts.service import to_do
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.in_view.models import CaseLevel
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Role
from portal.reports import service as reports
from portal.reports.periods import last_30_days
from tests.conftest import empty
from tests.factories import World, cases
from tests.factories.people import person

NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
TODAY = NOON.date()
START = norms.Norm(12, 30)


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def assignment(world: World, day: date = TODAY) -> RoleAssignment:
    with db.unit_of_work():
        rows = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)).all()
    return next(row for row in rows if row.valid_from <= day and (row.valid_until is None or row.valid_until >= day))


def change(world: World, who: str = "manager", *, version: int | None = None, **wanted: object) -> None:
    given = vars(START) | {"caseload": 10, "contact_days": 21, "valid_from": TODAY} | wanted
    with db.unit_of_work():
        norms.change(world.actor(getattr(world, who)), world.noord.id, version=version, **given)  # type: ignore[arg-type]


def held(world: World, day: date = TODAY) -> norms.Norm:
    with db.unit_of_work():
        return norms.on([world.noord.id], day)[world.noord.id]


def test_a_norm_holds_from_its_day_until_the_next(world: World) -> None:
    change(world, caseload=10, contact_days=21, valid_from=TODAY + timedelta(days=10))
    change(world, caseload=8, contact_days=14, valid_from=TODAY + timedelta(days=20))
    days = [held(world, TODAY + timedelta(days=n)) for n in (-90, 0, 9, 10, 19, 20, 400)]
    assert [(norm.caseload, norm.contact_days) for norm in days] == [
        (12, 30), (12, 30), (12, 30), (10, 21), (10, 21), (8, 14), (8, 14),
    ]  # fmt: skip


def test_a_change_for_the_same_day_takes_its_place_and_is_logged(world: World) -> None:
    change(world, caseload=10)
    change(world, caseload=9)
    assert held(world) == norms.Norm(9, 21, TODAY)
    with db.unit_of_work():
        team = db.session.get_one(Team, world.noord.id)
        assert norms.history(team) == [norms.Norm(9, 21, TODAY), START]
        logged = db.session.scalars(select(AccessEvent).where(AccessEvent.fields == ["norm"])).all()
    assert [(row.subject_id, row.team_id, row.role) for row in logged] == [(team.id, team.id, Role.MANAGER)] * 2


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_what_has_been_is_not_rewritten(world: World, day: date) -> None:
    with pytest.raises(Invalid, match="valid_from"):
        change(world, valid_from=day)
    assert held(world) == START


@pytest.mark.parametrize("who", ["worker", "director", "coordinator", "analyst", "privacy_officer"])
def test_others_do_not_set_norms(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        change(world, who)


def test_a_manager_sets_no_other_teams_norm_and_an_administrator_every(world: World) -> None:
    with db.unit_of_work(), pytest.raises(NotFound):
        norms.team(world.actor(world.manager), world.zuidoost.id)
    change(world, "administrator", caseload=7)
    assert held(world).caseload == 7


def test_two_managers_at_once(world: World) -> None:
    change(world, version=1)
    with pytest.raises(Conflict):
        change(world, version=1, caseload=5)


def test_the_caseload_uses_the_norm_and_the_formation_of_today(world: World) -> None:
    with db.unit_of_work():
        person(world.noord, worker=world.worker, last_contact_at=NOON - timedelta(days=25))
    before = line(world)
    assert (before.norm, before.silent_people) == (12, 0)
    change(world, caseload=10, contact_days=24)
    with db.unit_of_work():
        row, actor = assignment(world), world.actor(world.manager)
        norms.set_formation(actor, world.noord.id, row.id, fte=Decimal("0.5"), valid_from=TODAY)
    after = line(world)
    assert (after.norm, after.formation, after.silent_people) == (5, Decimal("0.5"), 1)


def test_a_case_at_a_further_level_has_its_own_norm_where_that_is_stricter(world: World) -> None:
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker, last_contact_at=NOON - timedelta(days=15))
        cases.running(young, world.director, worker=world.worker, level=CaseLevel.IN_BETWEEN)
    assert silent(world) == (1, 1)  # 30 days for the team, 14 for the case
    change(world, contact_days=30, in_between_days=20)
    assert silent(world) == (0, 0)
    change(world, contact_days=14, in_between_days=20)
    assert silent(world) == (1, 1)


def silent(world: World) -> tuple[int, int]:
    """In the caseload, and on the day of the manager."""
    with db.unit_of_work():
        return line(world).silent_people, to_do.team_numbers(world.actor(world.manager)).long_without_contact


def line(world: World) -> reports.Line:
    with db.unit_of_work():
        actor = world.actor(world.manager)
        made = reports.caseload(actor, teams=reports.teams_within_reach(actor), period=last_30_days(TODAY))
    return next(each for each in made.teams[0].workers if each.name == world.worker.name)


STEPS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["0.5", "0.8", "1", "1.2"])), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_formation_is_known_for_every_day_and_the_past_stays(
    world: World, admin_engine: Engine, steps: list[tuple[int, str]]
) -> None:
    expected = dict.fromkeys(range(-5, 45), Decimal(1))
    try:
        for ahead, fte in sorted(steps):
            day = TODAY + timedelta(days=ahead)
            with db.unit_of_work():
                row = assignment(world, day)
                norms.set_formation(
                    world.actor(world.manager), world.noord.id, row.id, fte=Decimal(fte), valid_from=day
                )
            expected |= {n: Decimal(fte) for n in range(ahead, 45)}
        for n, fte in expected.items():
            with db.unit_of_work():
                known = norms.formation_on([world.noord.id], TODAY + timedelta(days=n))
            assert known[world.noord.id, world.worker.id] == fte, n
    finally:
        db.session.remove()
        empty(admin_engine, keep={"app_user", "team", "organisation", "team_area"})
        with db.unit_of_work():
            clock.freeze(db.session(), NOON)
            for who, team, role in (
                (world.worker, world.noord, Role.YOUTH_WORKER), (world.manager, world.noord, Role.MANAGER),
            ):  # fmt: skip
                db.session.add(RoleAssignment(user_id=who.id, team_id=team.id, role=role, valid_from=date(2024, 1, 1)))


def test_the_pages(world: World, client_as: Callable[..., FlaskClient]) -> None:
    manager = client_as(world.manager)
    path = f"/teams/{world.noord.id}/norm"
    assert manager.get(path).status_code == 200
    data = {
        "caseload": "10", "contact_days": "14", "in_between_days": "14", "city_days": "7", "cases": "8",
        "valid_from": TODAY.isoformat(), "version": "1",
    }  # fmt: skip
    assert manager.post(path + "/wijzigen", data=data).status_code == 303
    assert manager.post(path + "/wijzigen", data=data).status_code == 409
    later = data | {"version": "2", "valid_from": "2026-07-01", "contact_days": "9"}
    assert manager.post(path + "/wijzigen", data=later).status_code == 303
    shown = manager.get(path).text
    assert [word for word in ("14 dagen", "9 dagen", "8 casussen", "Gepland") if word not in shown] == []
    for wrong in (
        {"caseload": "0"},
        {"contact_days": "366"},
        {"valid_from": "2026-06-14", "version": "3"},
        {"version": ""},
    ):
        assert manager.post(path + "/wijzigen", data=later | wrong).status_code == 422, wrong
    formation = f"/teams/{world.noord.id}/formatie/{assignment(world).id}"
    assert manager.post(formation, data={"fte": "0,8", "valid_from": "2026-07-01"}).status_code == 303
    assert "0,8 fte" in manager.get(path).text
    assert manager.post(formation, data={"fte": "2", "valid_from": "2026-07-01"}).status_code == 422
    assert manager.post(formation, data={"fte": "1", "valid_from": "2026-07-02"}).status_code == 422
    assert manager.get(f"/teams/{world.zuidoost.id}/norm").status_code == 404
    assert client_as(world.director).get(path).status_code == 403
