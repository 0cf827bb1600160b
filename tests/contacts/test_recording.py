"""Recording and changing contacts: what is saved, what it closes, who may, and two at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.contacts import service
from portal.contacts.models import (
    Channel,
    Confidentiality,
    Contact,
    ContactParticipant,
    ContactPurpose,
    FollowUp,
    FollowUpStatus,
    Result,
)
from portal.contacts.service import Details, Next, Recorded, closes
from portal.core import clock, db, workdays
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.ids import new_id
from portal.people import service as people_service
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.contacts import open_to_messenger
from tests.factories.people import person

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)


def details(**changes: object) -> Details:
    return replace(Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, NOW), **changes)


def logged(p: Person) -> None:
    access_log.record(system("test"), Action.UPDATE, Subject("person", p.id, p.id, p.team_id))


def save(world: World, *people: Person, who=None, key: UUID | None = None, **more) -> Recorded:
    changes = {name: more.pop(name) for name in ("result", "occurred_at", "note", "confidentiality") if name in more}
    actor = world.actor(who or world.worker)
    with db.unit_of_work(actor.user_id):
        return service.record(
            actor, person_ids=[p.id for p in people], details=details(**changes), key=key or new_id(), **more
        )


def follow_up(p: Person, who, due_on: date, **more) -> FollowUp:
    with db.unit_of_work():
        return make.follow_up(p, who, due_on, **more)


def status_of(row: FollowUp) -> str:
    with db.unit_of_work():
        return db.session.get_one(FollowUp, row.id).status


def last_contact(p: Person) -> datetime | None:
    with db.unit_of_work():
        return db.session.get_one(Person, p.id).last_contact_at


# --- saved once, whole and logged ------------------------------------------------------------------------------------


def test_a_contact_is_saved_with_its_people_teams_and_evidence(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    contact = save(world, one, other, note="Stage gezocht").contact
    with db.unit_of_work():
        rows = db.session.scalars(select(ContactParticipant)).all()
        events = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.subject_id == contact.id)
        ).all()
    assert {(r.person_id, r.contact_team_id, r.person_team_id) for r in rows} == {
        (one.id, world.noord.id, world.noord.id),
        (other.id, world.noord.id, world.noord.id),
    }
    assert {(e.action, e.person_id, e.role) for e in events} == {
        (Action.CREATE, one.id, "youth_worker"),
        (Action.CREATE, other.id, "youth_worker"),
    }


def test_a_form_sent_twice_is_one_contact(world: World, one: Person) -> None:
    key = new_id()
    first = save(world, one, key=key, follow_up=Next(TODAY + timedelta(7)))
    second = save(world, one, key=key, follow_up=Next(TODAY + timedelta(7)))
    assert (first.new, second.new) == (True, False)
    assert first.contact.id == second.contact.id
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_a_form_sent_twice_at_the_same_moment_is_one_contact(world: World, one: Person) -> None:
    key = new_id()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: save(world, one, key=key, follow_up=Next(TODAY + timedelta(7))), range(4)))
    assert sum(r.new for r in done) == 1
    assert len({r.contact.id for r in done}) == 1
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Contact)) == 1
        assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_the_same_key_of_another_worker_is_another_contact(world: World, one: Person) -> None:
    key = new_id()
    with db.unit_of_work():
        theirs = person(world.noord, "Noor Voorbeeld", worker=world.colleague)
    assert save(world, one, key=key).new
    assert save(world, theirs, who=world.colleague, key=key).new


@pytest.mark.parametrize(
    ("moment", "field"),
    [
        (NOW + timedelta(minutes=6), "occurred_at"),
        (NOW - timedelta(days=30, minutes=1), "occurred_at"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(world: World, one: Person, moment: datetime, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(world, one, occurred_at=moment)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("moment", [NOW + timedelta(minutes=5), NOW - timedelta(days=30)])
def test_a_moment_on_the_edge_is_accepted(world: World, one: Person, moment: datetime) -> None:
    assert save(world, one, occurred_at=moment).contact.occurred_at == moment


@pytest.mark.parametrize("due_on", [TODAY - timedelta(1), TODAY + timedelta(367)])
def test_a_follow_up_in_the_past_or_far_ahead_is_refused_and_nothing_is_saved(
    world: World, one: Person, due_on: date
) -> None:
    with pytest.raises(Invalid):
        save(world, one, follow_up=Next(due_on))
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_nobody_and_a_crowd_are_refused(world: World, one: Person) -> None:
    with pytest.raises(Invalid):
        save(world)
    with db.unit_of_work():
        crowd = [person(world.noord, f"Jongere{n} Voorbeeld", worker=world.worker) for n in range(21)]
    with pytest.raises(Invalid):
        save(world, *crowd)


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_a_worker_cannot_record_with_somebody_elses_young_person(world: World, one: Person, who: str) -> None:
    with pytest.raises(NotFound):
        save(world, one, who=getattr(world, who))


@pytest.mark.parametrize(
    "who", ["director", "manager", "coordinator", "trainer", "analyst", "privacy_officer", "administrator"]
)
def test_roles_without_the_permission_cannot_record(world: World, one: Person, who: str) -> None:
    with pytest.raises(Forbidden):
        save(world, one, who=getattr(world, who))


def test_one_young_person_out_of_reach_refuses_the_whole(world: World, one: Person) -> None:
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    with pytest.raises(NotFound):
        save(world, one, theirs)


def test_a_closed_dossier_takes_no_contact(world: World, one: Person) -> None:
    with db.unit_of_work():
        closed = person(world.noord, "Ayoub Voorbeeld", worker=world.worker, status=PersonStatus.CLOSED)
    with pytest.raises(Invalid):
        save(world, closed)


# --- follow-ups ------------------------------------------------------------------------------------------------------


def test_an_effective_contact_closes_what_was_due_and_leaves_what_comes(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4))
    today = follow_up(one, world.worker, TODAY)
    later = follow_up(one, world.worker, TODAY + timedelta(1))
    of_colleague = follow_up(one, world.colleague, TODAY - timedelta(4))
    contact = save(world, one).contact
    assert [status_of(f) for f in (late, today, later, of_colleague)] == ["done", "done", "open", "open"]
    with db.unit_of_work():
        assert db.session.get_one(FollowUp, late.id).done_by_contact_id == contact.id


def test_the_follow_up_it_was_opened_from_closes_even_before_its_day(world: World, one: Person) -> None:
    later = follow_up(one, world.worker, TODAY + timedelta(3))
    save(world, one, from_follow_up=later.id)
    assert status_of(later) == "done"


def test_an_attempt_without_a_new_day_leaves_everything_open(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4))
    save(world, one, result=Result.NOT_REACHED, from_follow_up=late.id)
    assert status_of(late) == "open"


def test_an_attempt_with_a_new_day_moves_it(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4))
    save(world, one, result=Result.NOT_REACHED, from_follow_up=late.id, follow_up=Next(TODAY + timedelta(1), "Weer"))
    with db.unit_of_work():
        open_ones = db.session.scalars(select(FollowUp).where(FollowUp.status == FollowUpStatus.OPEN)).all()
    assert status_of(late) == "done"
    assert [(f.due_on, f.what, f.assignee_id) for f in open_ones] == [(TODAY + timedelta(1), "Weer", world.worker.id)]


def test_a_follow_up_of_another_young_person_is_not_closed_by_its_id(world: World, one: Person) -> None:
    with db.unit_of_work():
        theirs = person(world.zuidoost, "Milan Voorbeeld", worker=world.stranger)
    foreign = follow_up(theirs, world.stranger, TODAY)
    save(world, one, from_follow_up=foreign.id)
    assert status_of(foreign) == "open"


@given(
    mine=st.booleans(),
    due=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    origin=st.booleans(),
    effective=st.booleans(),
    has_next=st.booleans(),
)
def test_closing_never_loses_anybody(mine, due, on, origin, effective, has_next) -> None:
    closed = closes(mine=mine, due_on=due, contact_on=on, is_origin=origin, effective=effective, has_next=has_next)
    if not effective and not has_next:
        assert not closed  # nobody is reached and nothing is planned: it stays
    if origin and (effective or has_next):
        assert closed
    if not origin and (not mine or due > on):
        assert not closed


@given(
    mine=st.booleans(),
    due=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    earlier=st.integers(0, 60),
    origin=st.booleans(),
    has_next=st.booleans(),
)
def test_what_closes_a_follow_up_closes_an_earlier_one_too(mine, due, on, earlier, origin, has_next) -> None:
    def closed(day: date, *, effective: bool) -> bool:
        return closes(mine=mine, due_on=day, contact_on=on, is_origin=origin, effective=effective, has_next=has_next)

    for effective in (True, False):
        assert closed(due - timedelta(earlier), effective=effective) >= closed(due, effective=effective)
    assert closed(due, effective=True) >= closed(due, effective=False)


def test_after_an_attempt_the_next_is_about_the_same(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4), what="Bellen over stageplek")
    save(world, one, result=Result.NO_SHOW, from_follow_up=late.id, follow_up=Next(TODAY + timedelta(1)))
    with db.unit_of_work():
        rows = db.session.scalars(select(FollowUp.what).where(FollowUp.status == FollowUpStatus.OPEN)).all()
    assert rows == ["Bellen over stageplek"]


# --- last contact ----------------------------------------------------------------------------------------------------


def test_only_effective_contacts_move_the_last_contact(world: World, one: Person) -> None:
    save(world, one, result=Result.NOT_REACHED)
    assert last_contact(one) is None
    save(world, one, occurred_at=NOW - timedelta(days=2))
    save(world, one, occurred_at=NOW - timedelta(days=9))
    assert last_contact(one) == NOW - timedelta(days=2)


def test_the_dossiers_version_does_not_move(world: World, one: Person) -> None:
    save(world, one)
    with db.unit_of_work():
        assert db.session.get_one(Person, one.id).version == one.version


# --- changing --------------------------------------------------------------------------------------------------------


def change(world: World, contact: Contact, *people: Person, who=None, version: int | None = None, **changes) -> Contact:
    actor = world.actor(who or world.worker)
    kept = Details(
        Channel(contact.channel), Result(contact.result), ContactPurpose(contact.purpose), contact.occurred_at,
        contact.duration_min, contact.place, contact.note, Confidentiality(contact.confidentiality),
    )  # fmt: skip
    with db.unit_of_work(actor.user_id):
        return service.change(
            actor,
            contact.id,
            person_ids=[p.id for p in people],
            details=replace(kept, **changes),
            version=contact.version if version is None else version,
        )


def test_the_author_changes_a_contact_within_the_term(world: World, one: Person, freeze) -> None:
    contact = save(world, one).contact
    freeze(NOW + timedelta(days=3))
    assert change(world, contact, one, note="Aangevuld").note == "Aangevuld"
    freeze(NOW + timedelta(days=4))
    with pytest.raises(Forbidden):
        change(world, contact, one, version=2, note="Te laat")


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31)), st.integers(0, 10))
def test_the_term_ends_on_a_working_day_after_the_contact(local: datetime, days: int) -> None:
    day = clock.to_local(clock.from_local(local)).date()
    last = workdays.add(day, days)
    assert (last - day).days >= days
    assert days == 0 or workdays.is_workday(last)


def test_a_colleague_who_reads_it_cannot_change_it(world: World, one: Person) -> None:
    contact = save(world, one).contact
    with db.unit_of_work():
        db.session.add(
            PersonAssignment(
                person_id=one.id, team_id=one.team_id, user_id=world.colleague.id, is_primary=False, since=TODAY
            )
        )
        logged(one)
    assert service.get(world.actor(world.colleague), contact.id).id == contact.id
    with pytest.raises(Forbidden):
        change(world, contact, one, who=world.colleague, note="Anders")


def test_an_outdated_version_is_a_conflict(world: World, one: Person) -> None:
    contact = save(world, one).contact
    change(world, contact, one, note="Eerst")
    with pytest.raises(Conflict):
        change(world, contact, one, note="Daarna")


def test_a_changed_result_opens_and_closes_follow_ups_again(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4))
    contact = save(world, one).contact
    contact = change(world, contact, one, result=Result.NOT_REACHED)
    assert status_of(late) == "open"
    assert last_contact(one) is None
    change(world, contact, one, result=Result.BRIEF)
    assert status_of(late) == "done"
    assert last_contact(one) == NOW


def test_a_changed_result_opens_nothing_in_a_dossier_that_was_closed_since(world: World, one: Person) -> None:
    late = follow_up(one, world.worker, TODAY - timedelta(4))
    contact = save(world, one).contact
    with db.unit_of_work():
        people_service.close(world.actor(world.director), one.id, version=None)
    change(world, contact, one, result=Result.NOT_REACHED)
    assert status_of(late) == "done"
    assert last_contact(one) is None


def test_the_wrong_young_person_can_be_put_right(world: World, one: Person) -> None:
    with db.unit_of_work():
        right = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    contact = save(world, one, follow_up=Next(TODAY + timedelta(7))).contact
    change(world, contact, right)
    with db.unit_of_work():
        who = db.session.scalars(select(ContactParticipant.person_id)).all()
        plans = db.session.execute(select(FollowUp.person_id, FollowUp.status)).all()
    assert who == [right.id]
    assert [tuple(p) for p in plans] == [(one.id, "cancelled")]
    assert (last_contact(one), last_contact(right)) == (None, NOW)


def test_a_participant_out_of_reach_stays(world: World, one: Person) -> None:
    with db.unit_of_work():
        gone = person(world.noord, "Noor Voorbeeld", worker=world.worker)
    contact = save(world, one, gone).contact
    with db.unit_of_work():
        assigned = db.session.scalars(select(PersonAssignment).where(PersonAssignment.person_id == gone.id)).one()
        assigned.until = TODAY
        logged(gone)
    change(world, contact, one, note="Aangevuld")
    with db.unit_of_work():
        assert set(db.session.scalars(select(ContactParticipant.person_id))) == {one.id, gone.id}


# --- the messenger ---------------------------------------------------------------------------------------------------


def test_a_messenger_records_in_the_network_team(world: World, one: Person) -> None:
    with db.unit_of_work():
        trajectory = open_to_messenger(one, world)
    contact = save(world, one, who=world.messenger, confidentiality=Confidentiality.CASE_TEAM).contact
    assert (contact.team_id, contact.trajectory_id, contact.context) == (
        world.network.id,
        trajectory.id,
        "voluntary_guidance",
    )
