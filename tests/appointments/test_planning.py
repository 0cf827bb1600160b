"""Planning, moving, cancelling, undoing and handing over appointments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.appointments import service
from portal.appointments.models import Appointment, AppointmentStatus
from portal.appointments.service import Clashing, ClashKind, planning
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.people import service as people
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Amsterdam
THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def planned(world: World, *young: Person, who=None, at: datetime = THREE, **more) -> Appointment:
    with db.unit_of_work(world.worker.id):
        actor = world.actor(who or world.worker)
        return service.plan(actor, person_ids=[p.id for p in young], starts_at=at, **more)


def fresh(row: Appointment) -> Appointment:
    with db.unit_of_work():
        return db.session.scalars(select(Appointment).where(Appointment.id == row.id)).one()


def do(call, world: World, row: Appointment | UUID, who=None, **more) -> Appointment:
    with db.unit_of_work():
        row_id = row if isinstance(row, UUID) else row.id
        return call(world.actor(who or world.worker), row_id, **more)


def test_an_appointment_has_its_people_its_end_and_a_row_in_the_log(world: World, one: Person) -> None:
    made = planned(world, one, what="Sollicitatie", colleague_ids=[world.colleague.id])
    assert (made.status, made.ends_at - made.starts_at) == ("planned", HALF_HOUR)
    assert (made.team_id, made.owner_id, made.chain_id) == (world.noord.id, world.worker.id, made.id)
    with db.unit_of_work():
        created = select(AccessEvent).where(AccessEvent.action == Action.CREATE).order_by(AccessEvent.id)
        event = db.session.scalars(created).all()[-1]
        seen = service.agenda(world.actor(world.colleague), first=clock.today(), until=clock.today() + timedelta(1))
    assert (event.subject_id, event.person_id, event.purpose) == (made.id, one.id, "planning")
    assert [(line.names, line.others, line.what, line.mine) for line in seen] == [("", 1, "Sollicitatie", True)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"starts_at": NOW - timedelta(hours=2)}, "starts_at"),
        ({"starts_at": NOW + timedelta(days=400)}, "starts_at"),
        ({"starts_at": THREE, "ends_at": THREE}, "ends_at"),
        ({"starts_at": THREE, "ends_at": THREE + timedelta(hours=13)}, "ends_at"),
        ({"starts_at": THREE, "person_ids": []}, "people"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world: World, one: Person, more, field: str) -> None:
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        service.plan(world.actor(world.worker), **({"person_ids": [one.id]} | more))
    assert list(refused.value.errors) == [field]


def test_without_young_people_it_says_what_it_is_about(world: World, one: Person, freeze) -> None:
    made = planned(world, what="Casusoverleg")
    assert made.participants == []
    with pytest.raises(Invalid):  # not yet
        do(service.finish, world, made, version=made.version)
    freeze(THREE)
    assert do(service.finish, world, made, version=made.version).status == "held"


def test_a_colleague_of_another_team_cannot_be_asked(world: World, one: Person) -> None:
    with pytest.raises(Invalid) as refused:
        planned(world, one, colleague_ids=[world.stranger.id])
    assert list(refused.value.errors) == ["colleagues"]


def test_nobody_plans_with_a_young_person_out_of_reach(world: World, one: Person) -> None:
    with pytest.raises(NotFound):
        planned(world, one, who=world.stranger)
    with pytest.raises(NotFound):
        planned(world, one, who=world.colleague)


def test_a_clash_names_who_is_taken_and_can_be_overruled(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = make_people.person(world.noord, "Bo Lijster", worker=world.worker)
        make.appointment(other, owner=world.colleague, at=THREE - timedelta(minutes=10))
        make.appointment(other, owner=world.worker, at=THREE + timedelta(minutes=20))
    with pytest.raises(Clashing) as taken:
        planned(world, one, other, colleague_ids=[world.colleague.id])
    kinds = {(clash.kind, clash.who) for clash in taken.value.found}
    assert kinds == {
        (ClashKind.OWN, ""), (ClashKind.COLLEAGUE, world.colleague.name), (ClashKind.YOUNG, other.short_name),
    }  # fmt: skip
    assert planned(world, one, other, despite_clash=True).status == "planned"


def test_back_to_back_is_no_clash(world: World, one: Person) -> None:
    planned(world, one)
    assert planned(world, one, at=THREE + HALF_HOUR).id
    assert planned(world, one, at=THREE - HALF_HOUR).id


def test_moving_keeps_the_old_one_and_counts(world: World, one: Person) -> None:
    first = planned(world, one, colleague_ids=[world.colleague.id])
    later = THREE + timedelta(days=1)
    second = do(
        service.move, world, first, starts_at=later, ends_at=later + HALF_HOUR, reason="Toets", version=first.version
    )
    third = do(
        service.move, world, second, starts_at=THREE, ends_at=THREE + HALF_HOUR, reason="", version=second.version
    )
    old = fresh(first)
    assert (old.status, old.reason, old.starts_at) == ("moved", "Toets", THREE)
    assert (third.moved_from_id, third.moves, third.chain_id) == (second.id, 2, first.id)
    assert third.revision > second.revision > 0
    with db.unit_of_work():
        page = service.read(world.actor(world.worker), third.id)
        today = service.agenda(world.actor(world.worker), first=clock.today(), until=clock.today() + timedelta(1))
    assert [(row.id, row.status) for row in page.chain] == [
        (first.id, "moved"), (second.id, "moved"), (third.id, "planned"),
    ]  # fmt: skip
    assert [line.appointment.id for line in today] == [third.id]
    assert page.line.colleagues == [world.colleague.name]


def test_an_outdated_form_and_a_second_time_conflict(world: World, one: Person) -> None:
    made = planned(world, one)
    do(
        service.change,
        world,
        made,
        person_ids=[one.id],
        what="Anders",
        place="",
        colleague_ids=[],
        version=made.version,
    )
    with pytest.raises(Conflict):
        do(service.cancel, world, made, reason="Ziek", version=made.version)
    do(service.cancel, world, made, reason="Ziek", version=made.version + 1)
    with pytest.raises(Conflict):
        do(service.cancel, world, made, reason="Ziek", version=None)


def test_cancelling_needs_a_reason(world: World, one: Person) -> None:
    made = planned(world, one)
    with pytest.raises(Invalid):
        do(service.cancel, world, made, reason=" ", version=made.version)
    assert fresh(made).status == "planned"


def test_undo_works_for_half_an_hour(world: World, one: Person, freeze) -> None:
    made = planned(world, one)
    do(service.cancel, world, made, reason="Ziek", version=made.version)
    freeze(NOW + timedelta(minutes=29))
    again = do(service.undo, world, made, version=None)
    assert (again.status, again.reason, again.ended_at) == ("planned", "", None)
    do(service.cancel, world, made, reason="Toch ziek", version=None)
    freeze(NOW + timedelta(minutes=60))
    with pytest.raises(Conflict):
        do(service.undo, world, made, version=None)


def test_undoing_a_move_takes_the_new_moment_away(world: World, one: Person) -> None:
    made = planned(world, one)
    later = THREE + timedelta(days=1)
    new = do(service.move, world, made, starts_at=later, ends_at=later + HALF_HOUR, version=made.version)
    again = do(service.undo, world, made, version=None)
    assert (again.status, fresh(new).withdrawn) == ("planned", True)
    assert again.revision > new.revision
    moved = do(service.move, world, made, starts_at=later, ends_at=later + HALF_HOUR, version=None)
    assert moved.moves == 1
    do(service.cancel, world, moved, reason="Ziek", version=None)
    with pytest.raises(Conflict):
        do(service.undo, world, made, version=None)


def test_only_the_owner_and_the_director_change_it(world: World, one: Person) -> None:
    made = planned(world, one, colleague_ids=[world.colleague.id])
    for who in (world.colleague, world.stranger, world.coordinator, world.messenger):
        with pytest.raises(NotFound):
            do(service.cancel, world, made, who, reason="Nee", version=None)
    assert do(service.cancel, world, made, world.director, reason="Ziek", version=None).status == "cancelled"


def test_a_director_gives_it_to_another_worker_of_the_young_person(world: World, one: Person) -> None:
    made = planned(world, one)
    with pytest.raises(Invalid):
        do(service.hand_over, world, made, world.director, owner_id=world.colleague.id, version=None)
    with db.unit_of_work():
        people.assign(world.actor(world.director), one.id, user_id=world.colleague.id, primary=False)
    given = do(service.hand_over, world, made, world.director, owner_id=world.colleague.id, version=None)
    assert given.owner_id == world.colleague.id
    with pytest.raises(NotFound):
        do(service.hand_over, world, made, owner_id=world.worker.id, version=None)


def test_a_planned_appointment_keeps_the_dossier_open(world: World, one: Person) -> None:
    made = planned(world, one)
    with pytest.raises(Invalid), db.unit_of_work():
        people.close(world.actor(world.worker), one.id, version=None)
    do(service.cancel, world, made, reason="Klaar", version=None)
    with db.unit_of_work():
        people.close(world.actor(world.worker), one.id, version=None)
    with pytest.raises(Conflict):
        do(service.undo, world, made, version=None)
    with pytest.raises(Invalid):
        planned(world, one)


def test_others_see_as_much_as_they_may(world: World, one: Person) -> None:
    made = planned(world, one, what="Thuis bespreken", place="Bij zijn oma")
    day = {"first": clock.today(), "until": clock.today() + timedelta(1)}
    with db.unit_of_work():
        director = service.agenda(world.actor(world.director), **day, team=True)
        colleague = service.agenda(world.actor(world.colleague), **day, team=True)
        busy = service.busy(world.actor(world.colleague), **day)
        elsewhere = service.busy(world.actor(world.stranger), **day)
    assert [(line.names, line.what, line.owner) for line in director] == [
        (one.short_name, "Thuis bespreken", world.worker.name)
    ]
    assert colleague == []
    assert [(b.who, b.starts_at, b.ends_at) for b in busy] == [(world.worker.name, THREE, THREE + HALF_HOUR)]
    assert elsewhere == []
    for who in (world.colleague, world.stranger, world.coordinator):
        with pytest.raises(NotFound), db.unit_of_work():
            service.read(world.actor(who), made.id)


def test_an_owner_who_lost_the_young_person_sees_neither_name_nor_subject(world: World, one: Person) -> None:
    made = planned(world, one, what="Thuis bespreken", place="Bij zijn oma")
    with db.unit_of_work():
        director = world.actor(world.director)
        people.assign(director, one.id, user_id=world.colleague.id, primary=True)
        assignment = next(w for w in people.workers([one.id])[one.id] if w.user_id == world.worker.id)
        people.end_assignment(director, one.id, assignment.assignment_id)
    with db.unit_of_work():
        page = service.read(world.actor(world.worker), made.id)
    assert (list(page.line.young), page.line.others, page.line.what, page.line.place) == ([], 1, "", "")
    assert not page.may_record


def test_who_can_take_it_over(world: World, one: Person) -> None:
    with db.unit_of_work():
        alone = make.appointment(owner=world.worker, team_id=world.noord.id, what="Ronde")
        assert [name for _, name in planning.takers(alone)] == [world.colleague.name]


def test_the_next_appointment_of_a_young_person(world: World, one: Person) -> None:
    planned(world, one, at=THREE + timedelta(days=1), what="Later")
    first = planned(world, one, what="Eerst")
    with db.unit_of_work():
        seen = service.upcoming(world.actor(world.worker), [one.id])
        hidden = service.upcoming(world.actor(world.stranger), [one.id])
    assert (seen[one.id].id, seen[one.id].what) == (first.id, "Eerst")
    assert hidden == {}


def test_today_and_what_nobody_settled(world: World, one: Person) -> None:
    with db.unit_of_work():
        old = make.appointment(one, owner=world.worker, at=NOW - timedelta(days=3))
        make.appointment(one, owner=world.worker, at=NOW - timedelta(days=15))
        make.appointment(one, owner=world.worker, at=NOW - timedelta(days=2), status=AppointmentStatus.HELD)
        make.appointment(one, owner=world.worker, at=NOW + timedelta(days=1))
        now = make.appointment(one, owner=world.colleague, at=THREE, colleagues=[world.worker])
        found = service.of_today(world.actor(world.worker))
    assert [line.appointment.id for line in found] == [old.id, now.id]
