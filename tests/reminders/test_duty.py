"""The register of who is on duty: who plans it, who sees it, and whom something urgent wakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import Duty, RoleAssignment, User
from portal.accounts.service import duties
from portal.core import clock, db
from portal.core.errors import Conflict, NotFound
from portal.core.registry import RuleClass, registry
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from portal.reminders import materialise
from portal.reminders.models import Dispatch, Reminder
from tests.factories import World
from tests.factories import reminders as make
from tests.factories.absences import absence, duty
from tests.factories.world import user

Freeze = Callable[[datetime], None]
As = Callable[..., FlaskClient]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def local(words: str) -> datetime:
    return clock.from_local(datetime.fromisoformat(words))


NIGHT = local("2026-11-28 03:00")  # from Friday to Saturday


@pytest.fixture
def second(world: World, freeze: Freeze, monkeypatch: pytest.MonkeyPatch) -> User:
    """Another director, of a team in which something is so late that it is urgent for them both."""
    freeze(local("2026-11-19 12:00"))
    monkeypatch.setitem(registry.rules, "R04-regie", replace(registry.rules["R04-regie"], kind=RuleClass.ACUTE))
    make.make(world.noord, world.worker, date(2026, 11, 20))
    with db.unit_of_work():
        return user("Dagmar Proef", world.city, world.noord, Role.JV_DIRECTOR)


def on_duty(who: User, world: World, since: datetime) -> None:
    with db.unit_of_work():
        duty(who, world.noord, starts_at=since, ends_at=since + 8 * HOUR)


def told_at(moment: datetime, freeze: Freeze) -> dict[UUID, datetime]:
    """When a message leaves to each of the directors."""
    freeze(moment)
    materialise.run()
    carried = select(Dispatch.recipient_id, Dispatch.not_before).join(Reminder, Reminder.dispatch_id == Dispatch.id)
    with db.unit_of_work():
        return {row[0]: row[1] for row in db.session.execute(carried.where(Reminder.rule_code == "R04-regie"))}


def test_at_night_only_who_is_on_duty_is_woken(world: World, freeze: Freeze, second: User) -> None:
    on_duty(second, world, NIGHT - HOUR)
    told = told_at(NIGHT, freeze)
    assert told == {second.id: NIGHT, world.director.id: local("2026-11-30 08:30")}
    with db.unit_of_work():
        seen = select(Reminder.recipient_id).where(Reminder.rule_code == "R04-regie")
        assert set(db.session.scalars(seen)) == set(told), "in the portal both see it at once"


@pytest.mark.parametrize("why", ["nobody", "over", "to come", "away", "left", "another team"])
def test_without_somebody_on_duty_the_directors_are_woken(world: World, freeze: Freeze, second: User, why: str) -> None:
    if why == "another team":
        with db.unit_of_work():
            duty(second, world.zuidoost, starts_at=NIGHT - HOUR, ends_at=NIGHT + HOUR)
    elif why != "nobody":
        on_duty(second, world, NIGHT + {"over": -9 * HOUR, "to come": HOUR}.get(why, -HOUR))
    with db.unit_of_work():
        if why == "away":
            absence(second, starts_at=NIGHT - DAY, ends_at=NIGHT + DAY)
        if why == "left":
            ended = update(RoleAssignment).where(RoleAssignment.user_id == second.id)
            db.session.execute(ended.values(valid_from=date(2024, 1, 1), valid_until=date(2026, 11, 27)))
    assert told_at(NIGHT, freeze)[world.director.id] == NIGHT


def test_by_day_it_leaves_to_everybody_at_once(world: World, freeze: Freeze, second: User) -> None:
    noon = local("2026-11-26 12:00")
    on_duty(second, world, noon - HOUR)
    assert told_at(noon, freeze) == dict.fromkeys((world.director.id, second.id), noon)


# --- the register ----------------------------------------------------------------------------------------------------


def test_a_director_plans_and_the_team_sees_it(world: World, client_as: As, freeze: Freeze) -> None:
    freeze(local("2026-11-24 14:00"))
    director = client_as(world.director)
    answers = {
        "team_id": str(world.noord.id), "user_id": str(world.worker.id),
        "starts_at": "2026-11-24T13:00", "ends_at": "2026-11-25T08:00",
    }  # fmt: skip
    assert director.post("/dienst/nieuw", data=answers).location == "/dienst"
    worker = client_as(world.worker)
    assert "Je hebt dienst tot" in worker.get("/mijn-dag").text
    assert world.worker.name in client_as(world.colleague).get("/dienst").text
    assert "Je hebt dienst tot" not in client_as(world.colleague).get("/mijn-dag").text
    assert world.worker.name not in client_as(world.stranger).get("/dienst").text
    assert worker.post("/dienst/nieuw", data=answers).status_code == 403
    assert director.post("/dienst/nieuw", data=answers).status_code == 422, "twice at the same time"
    for change in (
        {"user_id": str(world.stranger.id)}, {"ends_at": "2026-11-24T12:00"}, {"ends_at": "2026-12-24T12:00"},
        {"team_id": str(world.zuidoost.id)}, {"starts_at": "ooit"},
    ):  # fmt: skip
        assert director.post("/dienst/nieuw", data=answers | change).status_code == 422, change
    with db.unit_of_work():
        logged = db.session.scalars(select(AccessEvent).where(AccessEvent.subject_type == "duty")).all()
    assert [(event.action, event.team_id) for event in logged] == [(Action.ADMINISTER, world.noord.id)]


def test_a_duty_is_withdrawn_once_by_who_directs_the_team(world: World, freeze: Freeze) -> None:
    freeze(local("2026-11-24 14:00"))
    with db.unit_of_work():
        running = duty(world.worker, world.noord)
        later = duty(world.worker, world.noord, starts_at=clock.now() + 2 * DAY, ends_at=clock.now() + 3 * DAY)
        theirs = duty(world.stranger, world.zuidoost)
    director = world.actor(world.director)
    with db.unit_of_work():
        for row in (running, later):
            duties.withdraw(director, row.id)
            with pytest.raises(Conflict):
                duties.withdraw(director, row.id)
        with pytest.raises(NotFound):
            duties.withdraw(director, theirs.id)
        assert duties.overview(director) == []
        assert db.session.get_one(Duty, later.id).ends_at == later.starts_at
