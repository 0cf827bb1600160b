"""R04 and R05 where a case runs: who hears of it, from which day, and nobody twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import User
from portal.cases import rules
from portal.cases.models import Case, CaseStatus
from portal.cases.service import planning, work
from portal.cases.workflow import Event
from portal.contacts import rules as contact_rules
from portal.core import clock, db
from portal.in_view.models import CaseLevel
from portal.people import silence
from portal.people.models import Person, PersonAssignment
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from tests.factories import World, cases, contacts, people
from tests.factories.accounts import without_roles

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday


def changed(young: Person, model: type, **values: object) -> None:
    db.session.execute(update(model).values(**values))
    access_log.record(system("test"), Action.UPDATE, Subject("person", young.id, young.id, young.team_id))


def silent_for(young: Person, days: int) -> dict[str, set[User]]:
    """Per rule on silence who is told when it is so long ago."""
    with db.unit_of_work():
        changed(young, Person, last_contact_at=NOW - timedelta(days=days))
    with db.unit_of_work():
        asked = {rule.code: db.session.execute(rule.due(clock.today())).all() for rule in silence.RULES}
    return {code: {row.recipient_id for row in rows} for code, rows in asked.items() if rows}


@pytest.mark.parametrize(
    ("level", "near", "over", "long_over"),
    [(CaseLevel.DISTRICT, 24, 30, 45), (CaseLevel.IN_BETWEEN, 12, 14, 21), (CaseLevel.CITY, 6, 7, 11)],
)
def test_the_level_says_how_long_silence_may_last(
    world: World, freeze, level: CaseLevel, near: int, over: int, long_over: int
) -> None:
    freeze(NOW)
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
        cases.running(young, world.director, worker=world.worker)
        changed(young, Case, level=level, intake="Te zwaar voor het stadsdeel.")
    worker, director = {"R05": {world.worker.id}}, {"R05-regie": {world.director.id}}
    assert silent_for(young, near - 1) == {}
    assert silent_for(young, near) == worker
    assert silent_for(young, over) == worker | director
    assert silent_for(young, long_over) == worker | director | {"R05-manager": {world.manager.id}}
    with db.unit_of_work():
        changed(young, Case, status=CaseStatus.PAUSED, paused_until=date(2026, 12, 24))
    assert bool(silent_for(young, near)) is (level is CaseLevel.DISTRICT)  # only what the team asks is left


def told_late(world: World, today: date) -> dict[str, set[User]]:
    """Who hears of a follow-up that nobody did, by rule."""
    with db.unit_of_work():
        asked = {
            rule.code: db.session.execute(rule.due(today)).all()
            for rule in (*contact_rules.RULES, *rules.RULES)
            if rule.code.startswith("R04")
        }
    return {code: {row.recipient_id for row in rows} for code, rows in asked.items() if rows}


def test_who_is_in_charge_hears_that_a_colleague_is_late_with_a_contact(world: World, freeze) -> None:
    freeze(NOW)
    today = clock.today()
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
        of = {"person_id": young.id, "team_id": young.team_id}
        db.session.add(PersonAssignment(**of, user_id=world.colleague.id, since=today, is_primary=False))
        contacts.follow_up(young, world.worker, today)
        cases.running(young, world.director, worker=world.worker)
    assigned = {"R04": {world.worker.id}}
    friday, late = today + timedelta(days=3), {"R04-regie": {world.director.id}}
    assert told_late(world, today) == assigned
    assert told_late(world, friday) == assigned | late  # the director is in charge: told once
    with db.unit_of_work():
        changed(young, Case, director_id=world.colleague.id)
    assert told_late(world, friday - timedelta(days=1)) == assigned
    assert told_late(world, friday) == assigned | late | {"R04-casus": {world.colleague.id}}
    with db.unit_of_work():
        changed(young, Case, director_id=world.worker.id)
    assert told_late(world, friday) == assigned | late


def test_a_case_whose_leader_left_asks_the_directors(world: World, freeze) -> None:
    freeze(NOW)
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
        case = cases.running(young, world.director, worker=world.worker)
        cases.take(case, world.director, Event.ASSIGN, director_id=world.colleague.id)
        changed(young, Case, plan_due_on=NOW.date(), measure_due_on=NOW.date())
        what = {"what": "Bellen met school", "owner_id": world.colleague.id, "owner_name": "", "due_on": NOW.date()}
        planning.add_task(world.actor(world.director), case.id, **what)
    asked = (rules.plan_due, rules.measurement_due, rules.action_due)

    def told() -> list[set[object]]:
        with db.unit_of_work():
            return [{row.recipient_id for row in db.session.execute(due(clock.today()))} for due in asked]

    def asks_the_director() -> bool:
        with db.unit_of_work(on_behalf_of=director.user_id):
            return bool(work.work(director).asking)

    director = world.actor(world.director)
    assert told() == [{world.colleague.id}] * 3
    assert not asks_the_director()
    without_roles(world.colleague)
    assert told() == [{world.director.id}] * 3
    assert asks_the_director()
