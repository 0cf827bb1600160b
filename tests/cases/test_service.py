"""What can be done with cases, by whom, with which traces; against the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import User
from portal.cases import rules, service
from portal.cases.models import ActionStatus, Case, CasePartner, CaseStep, Goal, Measurement, Moment, Plan, Rater, Task
from portal.cases.models import CaseStatus as S
from portal.cases.service import conferring, handing_over, measuring, nominating, partnering, planning
from portal.cases.service.measuring import Scale
from portal.cases.workflow import Event
from portal.contacts.models import FollowUpKind, Outcome
from portal.contacts.service import promises
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.in_view.models import CaseLevel, ViewEndReason, YouthInView
from portal.in_view.workflow import Event as ViewEvent
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from portal.reminders import materialise
from portal.reminders.models import Reminder
from tasks.cases import erase
from tests.factories import World, cases, contacts, in_view, people
from tests.factories.world import user

Freeze = Callable[[datetime], None]


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, worker=world.worker)


def act(world: World, case_id: UUID, who: User, event: Event, **answers: object) -> None:
    with db.unit_of_work():
        cases.take(db.session.get_one(Case, case_id), who, event, **answers)


def running(world: World, young: Person, level: CaseLevel = CaseLevel.DISTRICT) -> Case:
    with db.unit_of_work():
        return cases.running(young, world.director, worker=world.worker, level=level)


def measured(world: World, case_id: UUID, moment: Moment) -> None:
    with db.unit_of_work():
        (goal, _name), *_ = planning.goals(case_id)
        scale = Scale(moment, clock.today(), worker_level=3, youth_level=2, assisted=True)
        measuring.measure(world.actor(world.worker), goal.id, scale)


def test_from_opening_to_archive(world: World, young: Person) -> None:
    case = running(world, young)
    assert case.number.startswith("CAS-")
    assert case.measure_due_on == clock.today() + timedelta(days=14)
    with db.unit_of_work():
        promise = contacts.follow_up(young, world.worker, clock.today(), kind=FollowUpKind.PROMISE, what="Bellen")
        task = planning.add_task(
            world.actor(world.worker), case.id, what="School bellen", due_on=clock.today(), owner_id=world.worker.id
        )
    with pytest.raises(Invalid) as refused:
        act(world, case.id, world.worker, Event.PROPOSE_CLOSE, note="Klaar.")
    assert set(refused.value.errors) == {"", "actions", "measured"}
    measured(world, case.id, Moment.END)
    with db.unit_of_work():
        planning.end_task(
            world.actor(world.worker), task.id, status=ActionStatus.DONE, result="Gelukt.", version=task.version
        )
        promises.answer(world.actor(world.worker), promise.id, version=1, outcome=Outcome.KEPT, told_on=clock.today())
    act(world, case.id, world.worker, Event.PROPOSE_CLOSE, note="Gaat weer naar school; leerplicht kijkt mee.")
    with pytest.raises(Forbidden):
        act(world, case.id, world.worker, Event.CLOSE)
    act(world, case.id, world.director, Event.CLOSE)
    with db.unit_of_work():
        closed = db.session.get_one(Case, case.id)
        assert closed.status == S.CLOSED
        assert closed.measure_due_on == clock.months_later(clock.today(), 6)
    with pytest.raises(Invalid):
        act(world, case.id, world.worker, Event.FOLLOW_UP)
    measured(world, case.id, Moment.FOLLOW_UP)
    act(world, case.id, world.worker, Event.FOLLOW_UP)
    with db.unit_of_work():
        steps = [step.event for step in reversed(service.history(service.find(world.actor(world.director), case.id)))]
        logged = db.session.scalar(
            select(func.count()).where(AccessEvent.subject_id == case.id, AccessEvent.action == Action.UPDATE)
        )
    assert steps == [
        Event.OPEN, Event.ASSIGN, Event.AGREE_PLAN, Event.PROPOSE_CLOSE, Event.CLOSE, Event.FOLLOW_UP,
    ]  # fmt: skip
    assert (logged or 0) >= len(steps)


def test_only_a_young_person_in_view_gets_a_case_and_one_at_a_time(world: World, young: Person) -> None:
    director = world.actor(world.director)
    with pytest.raises(Conflict), db.unit_of_work():
        service.open_case(director, young.id, reason=cases.REASON)
    with db.unit_of_work():
        cases.opened(young, world.director, worker=world.worker)
    with pytest.raises(Exception, match="uq_youth_case_open"), db.unit_of_work():
        service.open_case(director, young.id, reason=cases.REASON)


def test_no_case_is_opened_on_a_view_that_stands_still(world: World, young: Person) -> None:
    with db.unit_of_work():
        view = in_view.active(young, world.worker, world.director)
        in_view.step(view, world.worker, ViewEvent.OBJECT, note="Ik hoor hier niet bij.")
    with db.unit_of_work(), pytest.raises(Conflict):
        service.open_case(world.actor(world.director), young.id, reason="Meer mensen samen nodig dan er nu zijn.")


def test_the_level_in_between_asks_an_intake_and_a_pilot_area(world: World, young: Person) -> None:
    director = world.actor(world.director)
    with db.unit_of_work():
        view = in_view.active(young, world.worker, world.director)
    with pytest.raises(Invalid, match="intake"), db.unit_of_work():
        service.open_case(director, young.id, reason=cases.REASON, level=CaseLevel.IN_BETWEEN)
    with db.unit_of_work():
        db.session.get_one(YouthInView, view.id).stadsdeel_code = "A"
        access_log.record(system("test"), Action.UPDATE, Subject("youth_in_view", view.id, young.id, young.team_id))
    with pytest.raises(Invalid, match="level"), db.unit_of_work():
        service.open_case(director, young.id, reason=cases.REASON, level=CaseLevel.IN_BETWEEN, intake="Te zwaar.")


def test_up_only_after_a_second_reader_and_the_partner(world: World, young: Person) -> None:
    case = running(world, young)
    worker, director, manager = (world.actor(who) for who in (world.worker, world.director, world.manager))
    with pytest.raises(Invalid):
        act(world, case.id, world.director, Event.SCALE_UP, level=CaseLevel.CITY, note="Nodig.")
    with db.unit_of_work():
        made = nominating.nominate(director, case.id, level=CaseLevel.CITY, weighing=cases.WEIGHING)
    with db.unit_of_work():
        other = user("Dries Proef", world.city, world.noord, Role.JV_DIRECTOR)
    # Who made it, who is no second reader, and another director: the city is read along by a manager.
    for nobody in (director, worker, world.actor(other)):
        with pytest.raises(NotFound), db.unit_of_work():
            nominating.second(nobody, made.id, agrees=True, note="", version=1)
    with db.unit_of_work():
        assert [one.id for one in nominating.waiting(manager)] == [made.id]
        nominating.second(manager, made.id, agrees=True, note="", version=1)
    with db.unit_of_work():
        nominating.answer(
            director, made.id, accepted=True, answered_on=clock.today(), answered_by="AcVZ", note="", version=2
        )
    act(world, case.id, world.director, Event.SCALE_UP, level=CaseLevel.CITY, note="De partner zei ja.")
    with db.unit_of_work():
        scaled = db.session.get_one(Case, case.id)
        assert scaled.level == CaseLevel.CITY
        assert db.session.get_one(YouthInView, scaled.view_id).level == CaseLevel.CITY


def test_who_reaches_a_case(world: World, young: Person) -> None:
    case = running(world, young)
    for who in (world.worker, world.director):
        with db.unit_of_work():
            assert service.find(world.actor(who), case.id).works
    for who in (world.colleague, world.stranger, world.coordinator, world.manager, world.messenger, world.analyst):
        with pytest.raises(NotFound), db.unit_of_work():
            service.find(world.actor(who), case.id)
    with db.unit_of_work():
        people.grant_to_team(young, world.network)
    with db.unit_of_work():
        reading = service.find(world.actor(world.coordinator), case.id)
    assert not reading.works
    with pytest.raises(Forbidden), db.unit_of_work():
        planning.add_task(world.actor(world.coordinator), case.id, what="Iets", due_on=clock.today(), owner_name="X")


def test_a_partner_sees_a_summary_of_what_is_shared_and_no_longer_than_it_is(world: World, young: Person) -> None:
    case = running(world, young, CaseLevel.IN_BETWEEN)
    director = world.actor(world.director)
    with db.unit_of_work():
        outside = user("Wil Proef", world.foundation, world.network, Role.EXTERNAL_PARTNER)
    with db.unit_of_work():
        made = partnering.add(director, case.id, name="Reclassering", agreed="Meldplicht.", user_id=outside.id)
    with db.unit_of_work():
        with pytest.raises(Invalid):  # the same form again
            partnering.add(director, case.id, name="reclassering", agreed="Meldplicht.", user_id=outside.id)
        (one,) = partnering.summaries(world.actor(outside))
        assert one.case.number == case.number
        assert one.agreed == "Meldplicht."
    with pytest.raises(NotFound), db.unit_of_work():
        service.find(world.actor(outside), case.id)
    with db.unit_of_work():
        partnering.leave(director, made.id)
    with db.unit_of_work():
        assert partnering.summaries(world.actor(outside)) == []
        assert db.session.get_one(CasePartner, made.id).user_id is None


def test_a_conference_is_written_down_and_the_next_one_asks_the_same_people(world: World, young: Person) -> None:
    case = running(world, young)
    worker = world.actor(world.worker)
    soon = clock.now() + timedelta(minutes=1)
    with db.unit_of_work():
        made = conferring.plan(
            worker, case.id, starts_at=soon, place="Buurthuis", user_ids=[world.director.id], names=["Leerplicht", ""]
        )
    with db.unit_of_work():
        conferring.decided(worker, made.id, body="Leerplicht belt de school.")
        conferring.agreed(
            worker, made.id, what="School bellen", due_on=clock.today(), owner_id=None, owner_name="Leerplicht"
        )
    with db.unit_of_work():
        guests = conferring.guests(made.id)
        conferring.hold(
            worker,
            made.id,
            minutes="Goed gesprek.",
            present=[guests[0].invitee.id],
            next_at=clock.now() + timedelta(days=40),
            version=1,
        )
    with db.unit_of_work():
        table = conferring.show(worker, made.id)
        following = next(one for one in conferring.of_case(case.id) if one.status == "planned")
        assert [guest.name for guest in conferring.guests(following.id)] == [guest.name for guest in table.guests]
    assert [guest.invitee.present for guest in table.guests] == [True, False]
    assert [row.task.what for row in table.agreed] == ["School bellen"]
    with pytest.raises(Conflict), db.unit_of_work():
        conferring.decided(worker, made.id, body="Te laat.")


def test_reminders_reach_who_has_it_in_hand(world: World, young: Person) -> None:
    case = running(world, young)
    today = clock.today()
    with db.unit_of_work():
        planning.add_task(
            world.actor(world.worker), case.id, what="School bellen", due_on=today, owner_id=world.worker.id
        )
        planning.add_task(world.actor(world.worker), case.id, what="Geld", due_on=today, owner_name="Schuldhulp")
    with db.unit_of_work():
        told = {row.recipient_id for row in db.session.execute(rules.action_due(today))}
        assert told == {world.worker.id, world.director.id}
        assert not db.session.execute(rules.measurement_due(today)).all()
        (due,) = db.session.execute(rules.measurement_due(today + timedelta(days=14))).all()
        assert (due.object_id, due.recipient_id, due.stage) == (case.id, world.director.id, rules.Stage.DUE)
        (plan,) = db.session.execute(rules.plan_due(clock.months_later(today, 6) - timedelta(days=14))).all()
        assert plan.stage == rules.Stage.AHEAD


def test_the_database_refuses_a_youth_rating_without_the_youth(world: World, young: Person) -> None:
    case = running(world, young)
    with pytest.raises(Exception, match="ck_case_measurement_assisted"), db.unit_of_work():
        (goal, _name), *_ = planning.goals(case.id)
        db.session.add(
            Measurement(
                case_id=case.id,
                team_id=case.team_id,
                goal_id=goal.id,
                domain=goal.domain,
                moment=Moment.START,
                rater=Rater.YOUTH,
                level=3,
                assisted=False,
                measured_on=clock.today(),
                by_id=world.worker.id,
                at=clock.now(),
            )
        )
        db.session.flush()


def test_a_plan_holds_six_months_and_the_next_takes_its_place(world: World, young: Person) -> None:
    case = running(world, young)
    worker, today = world.actor(world.worker), clock.today()
    with pytest.raises(Invalid, match="valid_until"), db.unit_of_work():
        planning.write_plan(
            worker, case.id, youth_voice="Ja", guardian_voice="", valid_from=today,
            valid_until=clock.months_later(today, 6) + timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(Invalid):
        act(world, case.id, world.worker, Event.AGREE_PLAN, on=today)
    with db.unit_of_work():
        planning.write_plan(
            worker, case.id, youth_voice="Nog beter", guardian_voice="", valid_from=today,
            valid_until=clock.months_later(today, 5),
        )  # fmt: skip
    act(world, case.id, world.worker, Event.AGREE_PLAN, on=today)
    with db.unit_of_work():
        assert [plan.status for plan in planning.plans(case.id)] == ["agreed", "replaced"]
        assert db.session.get_one(Case, case.id).plan_due_on == clock.months_later(today, 5)


def test_an_objection_that_was_right_takes_the_case_along(world: World, young: Person) -> None:
    case = running(world, young)
    act(world, case.id, world.director, Event.ASSIGN, director_id=world.colleague.id)
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.view_id)
        in_view.step(view, world.director, ViewEvent.OBJECT, note="Ik hoor hier niet bij.")
    materialise.run()
    assert {"youth_in_view", "case_step"} <= reminded_about(young)
    with db.unit_of_work():
        officer = db.session.merge(world.privacy_officer)
        in_view.step(db.session.get_one(YouthInView, case.view_id), officer, ViewEvent.UPHOLD)
    with db.unit_of_work():
        left = [db.session.scalar(select(func.count()).select_from(table)) for table in (Case, Goal, CaseStep, Plan)]
    assert left == [0, 0, 0, 0]
    assert reminded_about(young) == set()


def reminded_about(young: Person) -> set[str]:
    """About what there are reminders that tell it is about this young person."""
    with db.unit_of_work():
        return set(db.session.scalars(select(Reminder.object_type).where(Reminder.person_id == young.id)))


def test_no_case_goes_without_a_decision_or_by_somebody_who_decides_nothing(world: World, young: Person) -> None:
    """The function that removes is behind no page; whoever reaches it in the database gets no further either."""
    case = running(world, young)
    for early in (world.worker, world.director, world.privacy_officer):
        assert left_after(early, case.view_id) == 1
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.view_id)
        in_view.step(view, world.director, ViewEvent.END, note="Niet meer nodig.", end_reason=ViewEndReason.MOVED)
    assert left_after(world.worker, case.view_id) == 1
    assert left_after(world.stranger, case.view_id) == 1
    with pytest.raises(DBAPIError, match="a case goes with its view"):  # an ordinary end empties nothing
        left_after(world.director, case.view_id)
    with db.unit_of_work():
        assert db.session.get(Case, case.id) is not None


def test_a_case_that_never_began_goes_after_six_weeks(world: World, young: Person, freeze: Freeze) -> None:
    with db.unit_of_work():
        case = cases.opened(young, world.director, worker=world.worker)
    act(world, case.id, world.director, Event.BREAK_OFF, note="Thuis was genoeg.")
    began = clock.now()
    for days, left in ((41, 1), (43, 0)):
        freeze(began + timedelta(days=days))
        erase()
        with db.unit_of_work():
            assert db.session.scalar(select(func.count()).select_from(Case)) == left
            assert bool(db.session.scalar(select(func.count()).select_from(CaseStep))) is bool(left)
    with db.unit_of_work():
        logged = select(AccessEvent.fields).where(AccessEvent.subject_id == case.id).order_by(AccessEvent.at.desc())
        assert db.session.scalars(logged).first() == ["erased"]


def test_what_is_open_in_a_case_goes_along_with_the_young_person(world: World, young: Person) -> None:
    case = running(world, young)
    with db.unit_of_work():
        to = user("Bo Proef", world.city, world.noord, Role.YOUTH_WORKER)
        director = world.actor(world.director)
        due = {"due_on": clock.today() + timedelta(days=3), "owner_name": ""}
        planning.add_task(director, case.id, what="Bellen met school", owner_id=world.worker.id, **due)
        planning.add_task(director, case.id, what="Verslag sturen", owner_id=world.director.id, **due)
        act_as = {"director_id": world.worker.id}
        cases.take(db.session.get_one(Case, case.id), world.director, Event.ASSIGN, **act_as)
    with db.unit_of_work():
        assert handing_over.people_of(world.worker.id) == {young.id}
        assert db.session.scalar(handing_over.count_led(world.worker.id)) == 1
        handing_over.hand_over(db.session.merge(young), world.worker.id, to.id)
        access_log.record(director, Action.UPDATE, Subject("youth_case", case.id, young.id, case.team_id))
    with db.unit_of_work():
        owners = dict(list(db.session.execute(select(Task.what, Task.owner_id))))
        assert owners == {"Bellen met school": to.id, "Verslag sturen": world.director.id}
        assert db.session.get_one(Case, case.id).director_id == to.id
        assert set(db.session.scalars(select(Goal.owner_id))) <= {to.id, world.director.id}
        assert handing_over.people_of(world.worker.id) == set()
        assert db.session.scalar(handing_over.count_of(to.id)) == db.session.scalar(handing_over.count_led(to.id)) == 1
        goals = db.session.scalar(select(func.count()).where(Goal.owner_id == to.id))
        assert db.session.scalar(handing_over.count_goals(to.id)) == goals


def left_after(who: User, view_id: UUID) -> int:
    """How many cases there are after this person asked the database to remove those of a view."""
    with db.unit_of_work(on_behalf_of=who.id):
        db.session.execute(select(func.strip_cases(view_id)))
    with db.unit_of_work():
        return db.session.scalar(select(func.count()).select_from(Case)) or 0
