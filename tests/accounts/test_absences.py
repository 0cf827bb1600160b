"""Being away: what may be planned, changed, ended and declined, and by whom; on the real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Absence, RoleAssignment, User
from portal.accounts.service import absences
from portal.accounts.service.absences import Cover, Details
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from tests.factories import World
from tests.factories.absences import absence
from tests.factories.world import user

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 10.30 in Amsterdam
DAY = timedelta(days=1)

Freeze = Callable[[datetime], None]


@pytest.fixture
def city(world: World, freeze: Freeze) -> World:
    freeze(NOW)
    return world


def plan(city: World, by: User, who: User, first: date, last: date, replacement: User | None = None) -> Absence:
    with db.unit_of_work(by.id):
        details = Details(first, last, replacement.id if replacement else None)
        return absences.plan(city.actor(by), who.id, details=details)


def cover_of(city: World, who: User) -> list[Cover]:
    with db.unit_of_work():
        return [row.cover for row in absences.overview(city.actor(who)).own]


# --- planning --------------------------------------------------------------------------------------------------------


def test_from_today_means_from_now_and_the_last_day_is_included(city: World) -> None:
    made = plan(city, city.worker, city.worker, TODAY, TODAY + 2 * DAY, city.colleague)
    assert made.starts_at == NOW
    assert made.ends_at == clock.day_start(TODAY + 3 * DAY)
    assert cover_of(city, city.worker) == [Cover.ARRANGED]


def test_it_is_written_down_who_said_it(city: World) -> None:
    made = plan(city, city.director, city.worker, TODAY, TODAY)
    with db.unit_of_work():
        event = db.session.scalars(select(AccessEvent).where(AccessEvent.subject_id == made.id)).one()
    assert (event.action, event.actor_id, event.subject_type) == (Action.ADMINISTER, city.director.id, "absence")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 3, "first_day"), (0, -1, "last_day"), (3, 2, "last_day"), (0, 400, "last_day")],
)
def test_a_period_that_cannot_be_is_refused(city: World, first: int, last: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(city, city.worker, city.worker, TODAY + first * DAY, TODAY + last * DAY)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("name", ["stranger", "director", "worker", "coordinator"])
def test_only_a_colleague_who_does_the_same_work_can_stand_in(city: World, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(city, city.worker, city.worker, TODAY, TODAY, getattr(city, name))
    assert set(refused.value.errors) == {"replacement_id"}


@pytest.mark.parametrize(("first", "last", "fits"), [(0, 2, True), (0, 3, False), (5, 6, False), (6, 6, True)])
def test_who_is_away_cannot_stand_in(city: World, first: int, last: int, fits: bool) -> None:
    plan(city, city.colleague, city.colleague, TODAY + 3 * DAY, TODAY + 5 * DAY)
    asked = (city.worker, city.worker, TODAY + first * DAY, TODAY + last * DAY, city.colleague)
    if fits:
        assert plan(city, *asked).replacement_id == city.colleague.id
    else:
        with pytest.raises(Invalid):
            plan(city, *asked)


@pytest.mark.parametrize(("by", "who"), [("colleague", "worker"), ("director", "stranger"), ("manager", "worker")])
def test_for_another_only_the_director_of_the_team_may(city: World, by: str, who: str) -> None:
    with pytest.raises(NotFound):
        plan(city, getattr(city, by), getattr(city, who), TODAY, TODAY)


def test_two_absences_do_not_overlap_and_may_touch(city: World) -> None:
    plan(city, city.worker, city.worker, TODAY + 2 * DAY, TODAY + 4 * DAY)
    plan(city, city.worker, city.worker, TODAY + 5 * DAY, TODAY + 5 * DAY)
    with pytest.raises(IntegrityError, match="ex_absence_overlap"):
        plan(city, city.worker, city.worker, TODAY + 4 * DAY, TODAY + 6 * DAY)


def test_of_two_at_the_very_same_moment_one_is_kept(app: Flask, city: World) -> None:
    def one(by: User) -> bool:
        with app.app_context():
            try:
                plan(city, by, city.worker, TODAY, TODAY + DAY)
            except IntegrityError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(one, (city.worker, city.director)))
    assert sorted(kept) == [False, True]
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Absence)) == 1


@given(st.integers(-400, 400), st.integers(0, 30), st.integers(0, 86_399))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_end_is_the_midnight_after_the_last_day_whatever_the_clock_does(
    city: World, freeze: Freeze, offset: int, length: int, second: int
) -> None:
    """Two years around both changes of the clock."""
    freeze(NOW + offset * DAY + timedelta(seconds=second))
    today = clock.today()
    with db.unit_of_work(city.worker.id):
        made = absences.plan(city.actor(city.worker), city.worker.id, details=Details(today, today + length * DAY))
        last, after = made.ends_at - timedelta(seconds=1), made.ends_at
        db.session.rollback()
    assert clock.to_local(last).date() == today + length * DAY
    assert clock.to_local(after).date() == today + (length + 1) * DAY
    assert (clock.to_local(after).hour, clock.to_local(after).minute) == (0, 0)


# --- changing --------------------------------------------------------------------------------------------------------


def change(city: World, by: User, row: Absence, first: date, last: date, replacement: User | None = None) -> Absence:
    with db.unit_of_work(by.id):
        details = Details(first, last, replacement.id if replacement else None)
        return absences.change(city.actor(by), row.id, version=row.version, details=details)


def test_what_has_begun_keeps_its_beginning_and_can_be_made_longer(city: World, freeze: Freeze) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY + DAY)
    freeze(NOW + DAY)
    changed = change(city, city.director, row, TODAY + DAY, TODAY + 9 * DAY, city.colleague)
    assert (changed.starts_at, changed.ends_at) == (NOW, clock.day_start(TODAY + 10 * DAY))


def test_what_has_ended_cannot_be_changed(city: World, freeze: Freeze) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY)
    freeze(row.ends_at)
    with pytest.raises(Conflict):
        change(city, city.worker, row, TODAY + DAY, TODAY + 2 * DAY)


def test_an_outdated_form_is_refused(city: World) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY)
    old = Absence(id=row.id, version=row.version)
    change(city, city.worker, row, TODAY, TODAY + DAY)
    with pytest.raises(Conflict):
        change(city, city.worker, old, TODAY, TODAY + 2 * DAY)


def test_back_early_ends_it_at_once_and_makes_room(city: World, freeze: Freeze) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY + 9 * DAY, city.colleague)
    freeze(NOW + 3 * DAY)
    with db.unit_of_work(city.worker.id):
        absences.end(city.actor(city.worker), row.id)
    assert cover_of(city, city.worker) == []
    plan(city, city.worker, city.worker, TODAY + 3 * DAY, TODAY + 4 * DAY)


def test_taken_back_before_it_began_it_never_was(city: World) -> None:
    row = plan(city, city.worker, city.worker, TODAY + DAY, TODAY + 2 * DAY, city.colleague)
    with db.unit_of_work(city.worker.id):
        absences.end(city.actor(city.worker), row.id)
    plan(city, city.worker, city.worker, TODAY + DAY, TODAY + 2 * DAY, city.colleague)
    assert len(cover_of(city, city.worker)) == 1
    with pytest.raises(Conflict), db.unit_of_work(city.worker.id):
        absences.end(city.actor(city.worker), row.id)


def test_the_replacement_may_decline_and_another_one_starts_anew(city: World) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY + DAY, city.colleague)
    with db.unit_of_work(city.colleague.id):
        absences.decline(city.actor(city.colleague), row.id)
    assert cover_of(city, city.worker) == [Cover.DECLINED]
    with pytest.raises(Conflict), db.unit_of_work(city.colleague.id):
        absences.decline(city.actor(city.colleague), row.id)
    with db.unit_of_work():
        third = user("Derde Proef", city.foundation, city.noord, Role.YOUTH_WORKER)
        db.session.flush()
    with db.unit_of_work():
        row = db.session.get_one(Absence, row.id)
    change(city, city.director, row, TODAY, TODAY + DAY, third)
    assert cover_of(city, city.worker) == [Cover.ARRANGED]


@pytest.mark.parametrize("name", ["worker", "director", "stranger"])
def test_nobody_declines_for_another(city: World, name: str) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY + DAY, city.colleague)
    with pytest.raises(NotFound), db.unit_of_work():
        absences.decline(city.actor(getattr(city, name)), row.id)


def test_a_replacement_who_falls_away_is_seen(city: World) -> None:
    row = plan(city, city.worker, city.worker, TODAY, TODAY + 5 * DAY, city.colleague)
    falls_ill = plan(city, city.director, city.colleague, TODAY, TODAY)
    assert cover_of(city, city.worker) == [Cover.UNABLE]
    with db.unit_of_work(city.director.id):
        absences.end(city.actor(city.director), falls_ill.id)
    assert cover_of(city, city.worker) == [Cover.ARRANGED]
    with db.unit_of_work():
        role = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == city.colleague.id)).one()
        role.valid_until = TODAY - DAY
    assert cover_of(city, city.worker) == [Cover.UNABLE]
    assert row.declined_at is None


# --- pages -----------------------------------------------------------------------------------------------------------


def test_an_ill_colleague_is_reported_in_two_taps(city: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(city.director)
    people = browser.get("/mensen").text
    assert f'href="/mensen/{city.worker.id}/afwezig"' in people
    form = browser.get(f"/mensen/{city.worker.id}/afwezig").text
    assert 'value="2026-11-24"' in form
    answer = browser.post(
        f"/mensen/{city.worker.id}/afwezig",
        data={"first_day": "2026-11-24", "last_day": "2026-11-30", "replacement_id": str(city.colleague.id)},
    )
    assert answer.status_code == 303
    assert "Afwezig t/m" in browser.get("/mensen").text
    assert "Samira Proef" in browser.get("/afwezigheid").text


def test_the_pages_tell_each_what_concerns_them(city: World, client_as: Callable[..., FlaskClient]) -> None:
    plan(city, city.worker, city.worker, TODAY, TODAY + DAY, city.colleague)
    own, other, away = client_as(city.worker), client_as(city.colleague), client_as(city.stranger)
    assert "Ik ben afwezig" in own.get("/afwezigheid").text
    assert "Je staat afwezig tot en met" in own.get("/mijn-dag").text
    assert "Ik kan niet waarnemen" in other.get("/afwezigheid").text
    assert "Samira" not in away.get("/afwezigheid").text


def test_an_overlap_is_told_beside_the_field(city: World, client_as: Callable[..., FlaskClient]) -> None:
    plan(city, city.worker, city.worker, TODAY, TODAY + DAY)
    browser = client_as(city.worker)
    data = {"first_day": "2026-11-25", "last_day": "2026-11-27", "replacement_id": ""}
    answer = browser.post("/afwezigheid/nieuw", data=data)
    assert answer.status_code == 422
    assert "al afwezig gemeld" in answer.text


def test_going_away_names_whom_one_would_leave_alone(city: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        absence(city.worker, replacement=city.colleague)
    assert "Samira Proef rekent op waarneming" in client_as(city.colleague).get("/afwezigheid/nieuw").text


def test_who_has_no_colleague_is_not_asked_for_one(city: World, client_as: Callable[..., FlaskClient]) -> None:
    browser = client_as(city.director)
    assert "Wie neemt waar?" not in browser.get("/afwezigheid/nieuw").text
    data = {"first_day": "2026-11-24", "last_day": "2026-11-24"}
    assert browser.post("/afwezigheid/nieuw", data=data).status_code == 303
