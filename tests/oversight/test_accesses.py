"""Everyone sees their own accesses; only the privacy officer sees all; no names of young people in either."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import clock, db
from portal.core.errors import Forbidden, NotFound
from portal.oversight.service import accesses
from portal.oversight.service.accesses import Wanted
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.models import AccessEvent, Action
from portal.trajectories.models import TrajectoryStatus
from tests.factories import World, trajectories
from tests.factories.people import person

PSEUDONYM = r"\bP-[0-9A-Z]{6}(?![\w.-])"  # a token in the page may hold "P-" as well


def _read(world: World, who: str, times: int = 1) -> None:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work():
        young = person(world.noord, "Kanarie Vogelzang", worker=world.worker)
        for _ in range(times):
            access_log.record(actor, Action.READ, Subject("person", young.id, young.id, young.team_id))


def test_i_see_my_accesses_and_nobody_elses(world: World) -> None:
    _read(world, "worker")
    _read(world, "colleague")
    rows = accesses.own(world.actor(world.worker)).rows
    assert [row.event.actor_id for row in rows] == [world.worker.id]
    assert rows[0].reachable


def test_a_dossier_that_is_no_longer_mine_is_not_linked(world: World) -> None:
    _read(world, "stranger")
    assert [row.reachable for row in accesses.own(world.actor(world.stranger)).rows] == [False]


def test_the_pages_name_no_young_person(world: World, client_as: Callable[..., FlaskClient]) -> None:
    _read(world, "worker")
    for user, address in ((world.worker, "/inzages"), (world.privacy_officer, "/inzages/alle")):
        text = client_as(user).get(address).text
        assert re.search(PSEUDONYM, text)
        assert "Kanarie" not in text
        assert "Vogelzang" not in text


def test_my_accesses_do_not_tell_whose_an_unnamed_trajectory_is(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    """Before both said yes a messenger sees a number and a stadsdeel; the log adds no kenmerk to that."""
    with db.unit_of_work():
        ruud = trajectories.messenger(world.network, account=world.messenger)
    proposed = trajectories.trajectory(world, TrajectoryStatus.MATCH_PROPOSED, with_messenger=ruud)
    browser = client_as(world.messenger)
    assert browser.get(f"/trajecten/{proposed.id}").status_code == 200
    assert [row.pseudonym for row in accesses.own(world.actor(world.messenger)).rows] == [None]
    assert not re.search(PSEUDONYM, browser.get("/inzages").text)
    officer = accesses.everyone(world.actor(world.privacy_officer), Wanted(actor_id=world.messenger.id))
    assert [row.pseudonym is None for row in officer.rows] == [False]


def test_others_may_not_see_all(world: World) -> None:
    for user in (world.worker, world.director, world.manager, world.administrator):
        with pytest.raises(Forbidden):
            accesses.everyone(world.actor(user), Wanted())


def test_looking_at_the_log_is_logged(world: World, client_as: Callable[..., FlaskClient]) -> None:
    client_as(world.privacy_officer).get("/inzages/alle")
    count = select(func.count()).where(
        AccessEvent.actor_id == world.privacy_officer.id, AccessEvent.action == Action.READ
    )
    assert db.session.scalar(count) == 1


def test_filters_narrow(world: World) -> None:
    _read(world, "worker")
    _read(world, "colleague")
    access_log.record_denied(world.actor(world.trainer), Subject("endpoint"))
    officer = world.actor(world.privacy_officer)
    today = clock.today()

    def actors(wanted: Wanted) -> set[object]:
        return {
            row.event.actor_id
            for row in accesses.everyone(officer, wanted).rows
            if row.event.actor_id != officer.user_id
        }

    assert actors(Wanted(actor_id=world.worker.id)) == {world.worker.id}
    assert actors(Wanted(only_denied=True)) == {world.trainer.id}
    assert actors(Wanted(action="read")) == {world.worker.id, world.colleague.id}
    assert actors(Wanted(last=today - timedelta(days=1))) == set()
    assert world.worker.id in actors(Wanted(first=today, last=today))


def test_every_row_is_on_exactly_one_page(world: World) -> None:
    _read(world, "worker", times=120)
    actor, seen, cursor = world.actor(world.worker), [], ""
    for _ in range(5):
        page = accesses.own(actor, cursor=cursor)
        seen += [row.event.id for row in page.rows]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwgInkiXQ", "a" * 4000])
def test_a_cursor_we_did_not_make_is_404(world: World, client_as: Callable[..., FlaskClient], cursor: str) -> None:
    assert client_as(world.worker).get(f"/inzages?na={cursor}").status_code == 404
    with pytest.raises(NotFound):
        accesses.own(world.actor(world.worker), cursor=cursor)


@pytest.mark.parametrize("query", ["van=gisteren", "handeling=stelen", "wie=x", "van=99999-01-01"])
def test_wrong_filters_are_422(world: World, client_as: Callable[..., FlaskClient], query: str) -> None:
    assert client_as(world.privacy_officer).get(f"/inzages/alle?{query}").status_code == 422


def test_looking_at_the_log_with_a_wrong_filter_is_logged_too(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    answer = client_as(world.privacy_officer).get("/inzages/alle?van=gisteren")
    assert answer.status_code == 422
    db.session.remove()
    seen = db.session.execute(select(AccessEvent.subject_type, AccessEvent.action).order_by(AccessEvent.id)).all()
    assert [tuple(row) for row in seen] == [("access_log", "read")]
