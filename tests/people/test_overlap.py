"""Handing over with an overlap: no day without somebody, and the former worker's reach ends by itself, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.contacts.models import FollowUp
from portal.core import clock, db
from portal.core.errors import Forbidden
from portal.people import policy
from portal.people.models import HandOver, Person, PersonAssignment
from portal.people.service import assign, card, handing_over
from portal.privacy.permissions import Permission
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
Freeze = Callable[[datetime], None]


def at(freeze: Freeze, day: date, hour: time = time(10)) -> None:
    freeze(datetime.combine(day, hour, clock.AMSTERDAM).astimezone(UTC))


def handed(world: World, young: Person, together: int, reads: int) -> HandOver:
    with db.unit_of_work(world.worker.id):
        row = handing_over.propose(
            world.actor(world.worker),
            young.id,
            to_user_id=world.colleague.id,
            together_days=together,
            reads_days=reads,
        )
    with db.unit_of_work(world.colleague.id):
        return handing_over.accept(world.actor(world.colleague), row.id)


def reach(world: World, who: object, young: Person) -> tuple[bool, bool]:
    """Whether somebody reads this young person now, and writes."""
    with db.unit_of_work():
        actor = world.actor(who)  # type: ignore[arg-type]
        asked = (Permission.PEOPLE_READ, Permission.PEOPLE_UPDATE)
        found = [policy.visible(actor, permission) for permission in asked]
        reads, writes = db.session.execute(select(*found).where(Person.id == young.id)).one()
        return reads, writes


def does(young: Person) -> list[object]:
    with db.unit_of_work():
        return list(db.session.scalars(select(FollowUp.assignee_id).where(FollowUp.person_id == young.id)))


def test_every_day_has_somebody_and_the_former_worker_steps_back_in_order(world: World, freeze: Freeze) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        together=st.sampled_from([0, 7, 14, 28, 56]), reads=st.sampled_from([0, 14, 28, 91]), probe=st.integers(0, 160)
    )
    @example(together=7, reads=14, probe=7)
    @example(together=7, reads=14, probe=8)
    @example(together=7, reads=14, probe=21)
    @example(together=7, reads=14, probe=22)
    @example(together=7, reads=0, probe=8)
    @example(together=0, reads=14, probe=0)
    def holds(together: int, reads: int, probe: int) -> None:
        at(freeze, TODAY, time())
        with db.unit_of_work():
            young = person(world.noord, "Yassine Merelveld", worker=world.worker)
        handed(world, young, together, reads)
        for hour in (time(0, 1), time(23, 59)):
            at(freeze, TODAY + probe * DAY, hour)
            works = bool(together) and probe <= together
            looks = works or (bool(reads) and probe <= together + reads)
            assert reach(world, world.worker, young) == (looks, works)
            assert reach(world, world.colleague, young) == (True, True)

    holds()


def test_both_see_until_when_and_the_receiver_comes_first(world: World, freeze: Freeze) -> None:
    at(freeze, TODAY)
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
    row = handed(world, young, 14, 28)
    assert (row.together_until, row.reads_until) == (TODAY + 14 * DAY, TODAY + 42 * DAY)
    for who in (world.worker, world.colleague):
        with db.unit_of_work():
            shown = card(world.actor(who), young.id).workers
        assert [(one.user_id, one.is_primary, one.last_day) for one in shown] == [
            (world.colleague.id, True, None), (world.worker.id, False, TODAY + 14 * DAY),
        ]  # fmt: skip


def test_what_the_former_worker_planned_meanwhile_goes_along_at_the_end_once(world: World, freeze: Freeze) -> None:
    at(freeze, TODAY)
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
    handed(world, young, 7, 0)
    with db.unit_of_work():
        make.follow_up(young, world.worker, TODAY + 20 * DAY)
    at(freeze, TODAY + 7 * DAY)
    with db.unit_of_work():
        assert handing_over.end_overlaps() == 0
    assert does(young) == [world.worker.id]
    at(freeze, TODAY + 8 * DAY)
    with db.unit_of_work():
        assert handing_over.end_overlaps() == 1
    with db.unit_of_work():
        assert handing_over.end_overlaps() == 0
    assert does(young) == [world.colleague.id]


def test_who_works_along_gives_nobody_away_and_can_be_given_the_young_person_back(world: World, freeze: Freeze) -> None:
    at(freeze, TODAY)
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
    handed(world, young, 14, 0)
    with db.unit_of_work(), pytest.raises(Forbidden):
        handing_over.propose(world.actor(world.worker), young.id, to_user_id=world.colleague.id)
    with db.unit_of_work():
        assign(world.actor(world.director), young.id, user_id=world.worker.id, primary=True)
    with db.unit_of_work():
        rows = db.session.scalars(
            select(PersonAssignment).where(
                PersonAssignment.user_id == world.worker.id, PersonAssignment.person_id == young.id
            )
        ).all()
        assert sorted(row.until or date.max for row in rows) == [TODAY, date.max]


def test_the_form_asks_and_the_proposal_tells(world: World, client_as: Callable[..., FlaskClient]) -> None:
    with db.unit_of_work():
        young = person(world.noord, worker=world.worker)
    answers = {"to_user_id": str(world.colleague.id), "together_days": "14", "reads_days": "28"}
    sent = client_as(world.worker).post(f"/jongeren/{young.id}/overdragen", data=answers)
    assert sent.status_code == 303
    with db.unit_of_work():
        row = db.session.scalars(select(HandOver)).one()
    told = client_as(world.colleague).get(f"/overdrachten/{row.id}").text
    assert "14 dagen na de dag van je ja" in told
    assert f"{world.worker.name} leest dan nog 28 dagen mee" in told
