"""Promises: open until the young person was told, whatever the road (domain I-19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from portal.contacts import service
from portal.contacts.models import (
    Channel,
    Confidentiality,
    Contact,
    ContactPurpose,
    FollowUp,
    FollowUpKind,
    Outcome,
    Result,
)
from portal.contacts.rules import (
    PromiseStage,
    due_to_assignee,
    due_to_director,
    promised,
    promised_to_director,
    promised_to_replacement,
)
from portal.contacts.service import Details, Next, follow_ups, promises, tells
from portal.core import db, workdays
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.ids import new_id
from portal.people import service as people
from portal.people.models import Person
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.absences import absence
from tests.factories.people import person

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)
DETAILS = Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, NOW)


@pytest.fixture
def promise(world: World, one: Person) -> FollowUp:
    return promised_on(one, world, TODAY)


def promised_on(p: Person, world: World, due_on: date, **more) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(p, world.worker, due_on, kind=FollowUpKind.PROMISE, what="Fiets regelen", **more)


def now(row: FollowUp) -> FollowUp:
    with db.unit_of_work():
        found = db.session.get_one(FollowUp, row.id)
        db.session.expunge(found)
        return found


def act(world: World, step: Callable[..., FollowUp], row: FollowUp, who=None, **more) -> FollowUp:
    actor = world.actor(who or world.worker)
    with db.unit_of_work(actor.user_id):
        return step(actor, row.id, version=now(row).version, **more)


def test_moving_it_on_and_on_ends_a_year_after_it_was_made(world: World, promise: FollowUp, freeze) -> None:
    for days in (300, 360):
        act(world, follow_ups.move, promise, due_on=TODAY + timedelta(days=days))
    freeze(NOW + timedelta(days=300))
    with pytest.raises(Invalid, match="due_on"):
        act(world, follow_ups.move, promise, due_on=TODAY + timedelta(days=400))
    assert now(promise).due_on == TODAY + timedelta(days=360)


def save(world: World, *present: Person, who=None, **more):
    actor = world.actor(who or world.worker)
    changes = {name: more.pop(name) for name in ("result", "occurred_at") if name in more}
    with db.unit_of_work(actor.user_id):
        return service.record(
            actor, person_ids=[p.id for p in present], details=replace(DETAILS, **changes), key=new_id(), **more
        ).contact


# --- made ------------------------------------------------------------------------------------------------------------


def test_a_promise_comes_out_of_a_contact_for_everybody_present(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    contact = save(world, one, other, follow_up=Next(TODAY + timedelta(3), "Kaartjes regelen", FollowUpKind.PROMISE))
    with db.unit_of_work():
        rows = db.session.query(FollowUp).where(FollowUp.contact_id == contact.id).all()
        assert {(r.person_id, r.kind, r.what, r.status, r.created_by) for r in rows} == {
            (p.id, "promise", "Kaartjes regelen", "open", world.worker.id) for p in (one, other)
        }


@pytest.mark.parametrize("what", ["", "  "])
def test_nobody_promises_nothing(world: World, one: Person, what: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(world, one, follow_up=Next(TODAY + timedelta(3), what, FollowUpKind.PROMISE))
    assert set(refused.value.errors) == {"follow_up_what"}


# --- closed only when told -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"status": "done", "done_at": NOW, "outcome": "kept"},
        {"status": "done", "done_at": NOW, "told_on": TODAY},
        {"status": "cancelled"},
        {"told_on": TODAY, "outcome": "kept"},
        {"what": ""},
        {"kind": "contact", "outcome": "kept"},
        {"outcome": "forgotten"},
        {"kind": "wish"},
    ],
)
def test_the_database_refuses_a_promise_that_ends_untold(promise: FollowUp, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), db.unit_of_work():
        db.session.execute(update(FollowUp).where(FollowUp.id == promise.id).values(**values))


def test_a_step_that_is_no_promise_has_no_outcome(world: World, one: Person) -> None:
    with db.unit_of_work():
        step = make.follow_up(one, world.worker, TODAY)
    with pytest.raises(IntegrityError), db.unit_of_work():
        db.session.execute(text("UPDATE follow_up SET outcome = 'kept' WHERE id = :id"), {"id": step.id})
    with pytest.raises(Conflict):
        act(world, promises.answer, step, outcome=Outcome.KEPT, told_on=TODAY)


def test_an_answer_closes_it_only_when_it_was_told(world: World, promise: FollowUp) -> None:
    act(world, promises.answer, promise, outcome=Outcome.PARTLY, note="Alleen een slot")
    assert (now(promise).status, now(promise).outcome, now(promise).told_on) == ("open", "partly", None)
    act(world, promises.answer, promise, outcome=Outcome.KEPT, told_on=TODAY)
    assert (now(promise).status, now(promise).outcome, now(promise).told_on) == ("done", "kept", TODAY)


@pytest.mark.parametrize("day", [TODAY + timedelta(1), TODAY - timedelta(1)])
def test_it_cannot_be_told_tomorrow_or_before_it_was_promised(world: World, promise: FollowUp, day: date) -> None:
    with pytest.raises(Invalid) as refused:
        act(world, promises.answer, promise, outcome=Outcome.KEPT, told_on=day)
    assert set(refused.value.errors) == {"told_on"}


@pytest.mark.parametrize("road", [follow_ups.cancel, lambda *a, **k: follow_ups.finish(*a, reason="Klaar", **k)])
def test_no_side_road_closes_it(world: World, promise: FollowUp, road: Callable[..., FollowUp]) -> None:
    with pytest.raises(Conflict):
        act(world, road, promise)
    assert now(promise).status == "open"


def test_a_contact_leaves_promises_alone_unless_it_tells(world: World, one: Person, promise: FollowUp) -> None:
    save(world, one)
    save(world, one, from_follow_up=promise.id)
    assert now(promise).status == "open"
    contact = save(world, one, from_follow_up=promise.id, told=Outcome.NOT_KEPT)
    row = now(promise)
    assert (row.status, row.outcome, row.told_on, row.done_by_contact_id) == ("done", "not_kept", TODAY, contact.id)


def test_who_was_not_reached_was_told_nothing(world: World, one: Person, promise: FollowUp) -> None:
    with pytest.raises(Invalid) as refused:
        save(world, one, result=Result.NOT_REACHED, from_follow_up=promise.id, told=Outcome.KEPT)
    assert set(refused.value.errors) == {"told"}
    assert now(promise).outcome is None


def test_somebody_else_cannot_be_told_in_their_place(world: World, one: Person, promise: FollowUp) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    with pytest.raises(Invalid):
        save(world, other, from_follow_up=promise.id, told=Outcome.KEPT)


def test_a_contact_put_right_takes_the_telling_along(world: World, one: Person, promise: FollowUp) -> None:
    contact = save(world, one, from_follow_up=promise.id, told=Outcome.KEPT)
    actor = world.actor(world.worker)
    with db.unit_of_work(actor.user_id):
        changed = service.change(
            actor, contact.id, person_ids=[one.id], details=replace(DETAILS, result=Result.NO_SHOW), version=1
        )
        version = changed.version
    row = now(promise)
    assert (row.status, row.outcome, row.told_on, row.done_by_contact_id) == ("open", "kept", None, None)
    assert version == 2


def test_told_in_a_contact_takes_its_day_and_undo_takes_it_back(world: World, one: Person, freeze) -> None:
    freeze(NOW - timedelta(days=3))
    promise = promised_on(one, world, TODAY)
    freeze(NOW)
    contact = save(world, one, occurred_at=NOW - timedelta(days=1))
    with db.unit_of_work():
        talks = promises.talks(world.actor(world.worker), db.session.get_one(FollowUp, promise.id))
    assert [talk.id for talk in talks] == [contact.id]
    act(world, promises.answer, promise, outcome=Outcome.KEPT, told_in=contact.id)
    assert now(promise).told_on == TODAY - timedelta(1)
    act(world, follow_ups.reopen, promise)
    row = now(promise)
    assert (row.status, row.outcome, row.told_on, row.done_by_contact_id) == ("open", None, None, None)


def test_a_contact_with_somebody_else_or_before_the_promise_does_not_tell(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.worker)
        before = make.contact(one, worker=world.worker, at=NOW - timedelta(days=9))
        elsewhere = make.contact(other, worker=world.worker, at=NOW)
        missed = make.contact(one, worker=world.worker, at=NOW, result=Result.NOT_REACHED)
    promise = promised_on(one, world, TODAY)
    for contact in (before, elsewhere, missed):
        with pytest.raises(Invalid):
            act(world, promises.answer, promise, outcome=Outcome.KEPT, told_in=contact.id)


@pytest.mark.parametrize("who", ["stranger", "messenger", "manager", "privacy_officer"])
def test_somebody_out_of_reach_cannot_answer(world: World, promise: FollowUp, who: str) -> None:
    with pytest.raises(NotFound):
        act(world, promises.answer, promise, who=getattr(world, who), outcome=Outcome.KEPT, told_on=TODAY)


def test_an_open_promise_keeps_the_dossier_open(world: World, one: Person, promise: FollowUp) -> None:
    actor = world.actor(world.director)
    with pytest.raises(Invalid) as refused, db.unit_of_work(actor.user_id):
        people.close(actor, one.id, version=one.version)
    assert "belofte" in refused.value.errors[""]
    act(world, promises.answer, promise, outcome=Outcome.KEPT, told_on=TODAY)
    with db.unit_of_work(actor.user_id):
        people.close(actor, one.id, version=one.version)
    with pytest.raises(Conflict):
        act(world, follow_ups.reopen, promise)


@given(st.booleans(), st.booleans(), st.sampled_from([None, *Outcome]))
def test_only_three_things_together_tell(said: bool, effective: bool, outcome: Outcome | None) -> None:
    told = tells(said=said, effective=effective, outcome=outcome)
    assert told == all([said, effective, outcome is not None])


# --- reminders (R06) -------------------------------------------------------------------------------------------------


def asked(query, today: date = TODAY) -> list[tuple[UUID, UUID, int]]:
    with db.unit_of_work():
        return [(r.object_id, r.recipient_id, r.stage) for r in db.session.execute(query(today))]


@pytest.mark.parametrize(
    ("days", "stage"),
    [(3, None), (2, PromiseStage.AHEAD), (1, PromiseStage.AHEAD), (0, PromiseStage.DUE), (-90, PromiseStage.DUE)],
)
def test_the_maker_hears_two_days_before_and_until_it_is_told(
    world: World, one: Person, days: int, stage: PromiseStage | None
) -> None:
    row = promised_on(one, world, TODAY + timedelta(days), outcome=Outcome.KEPT if days < 0 else None)
    assert asked(promised) == ([] if stage is None else [(row.id, world.worker.id, stage)])
    assert asked(due_to_assignee) == asked(due_to_director) == []
    act(world, promises.answer, row, outcome=Outcome.KEPT, told_on=TODAY)
    assert asked(promised) == asked(promised_to_director) == []


def test_the_director_hears_after_two_working_days(world: World, one: Person) -> None:
    row = promised_on(one, world, TODAY)
    days = [TODAY + timedelta(n) for n in range(9)]
    heard = [day for day in days if asked(promised_to_director, day)]
    assert heard == [day for day in days if day >= workdays.add(TODAY, 2)]
    assert asked(promised_to_director, days[-1]) == [(row.id, world.director.id, PromiseStage.DIRECTOR)]


# --- calls -----------------------------------------------------------------------------------------------------------


def called(world: World, row: FollowUp, result: Result, version: int | None = None) -> Contact:
    actor = world.actor(world.worker)
    with db.unit_of_work(actor.user_id):
        return follow_ups.called(
            actor, row.id, result=result, confidentiality=Confidentiality.TEAM, version=version or now(row).version
        ).contact


@pytest.fixture
def call(world: World, one: Person) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(one, world.worker, TODAY, kind=FollowUpKind.CALL, what="Vragen naar de stage")


def test_one_tap_after_a_call_logs_it_and_closes_the_step(world: World, call: FollowUp) -> None:
    contact = called(world, call, Result.REACHED)
    assert (contact.channel, contact.result, contact.occurred_at) == ("phone", "reached", NOW)
    assert (now(call).status, now(call).done_by_contact_id) == ("done", contact.id)
    assert called(world, call, Result.REACHED, version=1).id == contact.id  # a second tap


def test_who_was_not_reached_is_called_again_the_next_working_day(world: World, call: FollowUp) -> None:
    contact = called(world, call, Result.NOT_REACHED)
    with db.unit_of_work():
        again = db.session.query(FollowUp).where(FollowUp.contact_id == contact.id).one()
        assert (again.kind, again.what, again.due_on) == ("call", "Vragen naar de stage", TODAY + timedelta(1))
    assert now(call).status == "done"


def test_another_kind_or_an_old_page_is_refused(world: World, call: FollowUp, promise: FollowUp) -> None:
    with pytest.raises(Conflict):
        called(world, promise, Result.REACHED)
    act(world, follow_ups.cancel, call)
    with pytest.raises(Conflict):
        called(world, call, Result.REACHED)


def test_the_promise_of_who_is_away_reaches_the_replacement(world: World, one: Person) -> None:
    row = promised_on(one, world, TODAY)
    with db.unit_of_work():
        absence(world.worker, replacement=world.colleague)
    assert asked(promised_to_replacement) == [(row.id, world.colleague.id, PromiseStage.DUE)]
    act(world, promises.answer, row, who=world.colleague, outcome=Outcome.KEPT, told_on=TODAY)
    assert asked(promised_to_replacement) == asked(promised) == []
