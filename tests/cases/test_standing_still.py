"""A case follows its view: while that stands still nobody writes in it, and when it ended nothing new begins (I-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.accounts.sessions import actor_of
from portal.cases import rules, service
from portal.cases.models import ActionStatus, Case, Domain, Goal, Moment
from portal.cases.service import conferring, measuring, nominating, papers, partnering, planning, sharing, work
from portal.cases.service.measuring import Scale
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid
from portal.core.registry import registry
from portal.in_view.models import CaseLevel, ViewStatus, YouthInView
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor, system
from portal.privacy.models import Action
from portal.privacy.permissions import Role
from portal.reminders import materialise
from portal.reminders.models import Reminder
from portal.trajectories.models import TrajectoryStatus
from tests.factories import World, cases, in_view, people, trajectories
from tests.factories.cases import Complete
from tests.factories.world import user

#: What one may do, and as whom; each is refused, or it is not.
Doing = Callable[[Actor, Complete], object]


def days(number: int) -> timedelta:
    return timedelta(days=number)


NEW: dict[str, Doing] = {
    "plan": lambda actor, case: planning.write_plan(
        actor,
        case.case.id,
        youth_voice="Ja.",
        guardian_voice="",
        valid_from=clock.today(),
        valid_until=clock.today() + days(30),
    ),
    "goal": lambda actor, case: planning.add_goal(
        actor,
        case.case.id,
        domain=Domain.FINANCE,
        body="Sparen",
        owner_id=case.task.owner_id or case.case.id,
        due_on=clock.today(),
    ),
    "other goal": lambda actor, case: planning.change_goal(
        actor,
        case.goal.id,
        body="Anders",
        owner_id=case.goal.owner_id,
        due_on=case.goal.due_on,
        version=case.goal.version,
    ),
    "share": lambda actor, case: sharing.share(
        actor, case.goal.id, informed_on=clock.today(), version=case.goal.version
    ),
    "action": lambda actor, case: planning.add_task(
        actor, case.case.id, what="Bellen", due_on=clock.today(), owner_name="School"
    ),
    "nominate": lambda actor, case: nominating.nominate(
        actor, case.case.id, level=CaseLevel.CITY, weighing=cases.WEIGHING
    ),
    "partner": lambda actor, case: partnering.add(actor, case.case.id, name="School", agreed="", user_id=None),
    "pause": lambda actor, case: _step(actor, case, Event.PAUSE, note="Rust.", on=clock.today() + days(9)),
}
TO_ROUND_OFF: dict[str, Doing] = {
    "measure": lambda actor, case: measuring.measure(
        actor, case.goal.id, Scale(Moment.INTERIM, clock.today(), worker_level=3)
    ),
    "mark": lambda actor, case: measuring.mark(
        actor, case.case.id, mark=8, on=clock.today(), assisted=True, version=case.case.version
    ),
    "decision": lambda actor, case: conferring.decided(actor, case.conference.id, body="Zo doen we het."),
    "end of an action": lambda actor, case: planning.end_task(
        actor, case.task.id, status=ActionStatus.DONE, result="", version=case.task.version
    ),
    "end of a goal": lambda actor, case: planning.close_goal(
        actor, case.goal.id, attainment=0, version=case.goal.version
    ),
    "down": lambda actor, case: _step(actor, case, Event.SCALE_DOWN, note="Minder.", level=CaseLevel.DISTRICT),
}  # fmt: skip
ALWAYS: dict[str, Doing] = {
    "no sharing": lambda actor, case: sharing.stop(actor, case.goal.id, version=case.goal.version),
    "partner leaves": lambda actor, case: partnering.leave(actor, case.partner.id),
    "no conference": lambda actor, case: conferring.cancel(actor, case.conference.id, version=case.conference.version),
}
#: Refused here at any time: one nomination waits already, and there is no messenger to share with.
ASK_MORE = {"nominate", "share"}


def _step(actor: Actor, case: Complete, event: Event, **answers: object) -> None:
    given = service.Answers(**answers)  # type: ignore[arg-type]
    service.decide(actor, case.case.id, event, version=case.case.version, answers=given)


@pytest.fixture
def case(world: World) -> Complete:
    with db.unit_of_work():
        user("Zita Proef", world.city, world.zuidoost, Role.JV_DIRECTOR)  # to whom it may be transferred
        young = people.person(world.noord, worker=world.worker)
        view = in_view.active(young, world.worker, world.director)
        return cases.complete(young, view.id, world.worker)


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (ViewStatus.ACTIVE, NEW | TO_ROUND_OFF | ALWAYS),
        (ViewStatus.UNDER_OBJECTION, ALWAYS),
        (ViewStatus.TRANSFER_PENDING, ALWAYS),
        (ViewStatus.ENDED, TO_ROUND_OFF | ALWAYS),
    ],
    ids=["active", "objection", "transfer", "ended"],
)
def test_what_goes_on_while_the_view_does(
    world: World, case: Complete, status: ViewStatus, possible: dict[str, Doing]
) -> None:
    director = world.actor(world.director)
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.case.view_id)
        in_view.bring_to(view, status, director=world.director, team_id=world.zuidoost.id)
    for name, does in (NEW | TO_ROUND_OFF | ALWAYS).items():
        with db.unit_of_work(on_behalf_of=director.user_id):
            if name not in possible:
                with pytest.raises((Conflict, Invalid)):
                    does(director, case)
            elif name not in ASK_MORE:
                does(director, case)
            db.session.rollback()
    with db.unit_of_work(on_behalf_of=director.user_id):
        assert papers.attached_to(director, case.case.id).may_add is (status is ViewStatus.ACTIVE)


@pytest.mark.parametrize("status", [ViewStatus.UNDER_OBJECTION, ViewStatus.ENDED], ids=str)
def test_nobody_from_outside_the_team_reads_along_meanwhile(world: World, status: ViewStatus) -> None:
    with db.unit_of_work():
        outside = user("Wil Proef", world.foundation, world.network, Role.EXTERNAL_PARTNER)
        own = trajectories.messenger(world.network, account=world.messenger)
    path = trajectories.trajectory(world, TrajectoryStatus.ACTIVE, with_messenger=own)
    with db.unit_of_work():
        young = db.session.get_one(Person, path.person_id)
        view = in_view.active(young, world.worker, world.director)
        case = cases.complete(young, view.id, world.worker, partner=outside)
    with db.unit_of_work():
        sharing.share(world.actor(world.worker), case.goal.id, informed_on=clock.today(), version=case.goal.version)
    assert read_outside(world, outside) == (1, 1)
    with db.unit_of_work():
        in_view.bring_to(db.session.get_one(YouthInView, view.id), status, director=world.director)
    assert read_outside(world, outside) == (0, 0)


def read_outside(world: World, partner: User) -> tuple[int, int]:
    """How many summaries the partner has, and how many goals the messenger."""
    actor = world.actor(partner)
    with db.unit_of_work(on_behalf_of=partner.id):
        summaries = len(partnering.summaries(actor))
    with db.unit_of_work(on_behalf_of=world.messenger.id):
        return summaries, len(db.session.scalars(select(Goal.id)).all())


def test_the_page_of_a_case_says_that_it_stands_still(
    world: World, case: Complete, client_as: Callable[..., FlaskClient]
) -> None:
    browser, page = client_as(world.worker), f"/casussen/{case.case.id}"
    assert "/plan" in browser.get(page).text
    with db.unit_of_work():
        in_view.bring_to(
            db.session.get_one(YouthInView, case.case.view_id), ViewStatus.UNDER_OBJECTION, director=world.director
        )
    still = browser.get(page).text
    assert "staat nu stil" in still
    assert f"{page}/plan" not in still
    assert browser.get(f"{page}/plan").status_code == 409


ASKED = {"R09", "R10", "CAS-actie"}


def test_what_is_asked_rests_with_the_case_and_comes_back_with_it_once(
    world: World, case: Complete, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "rules", {rule.code: rule for rule in rules.RULES if rule.code in ASKED})
    with db.unit_of_work():
        db.session.execute(update(Case).values(plan_due_on=clock.today(), measure_due_on=clock.today()))
        access_log.record(system("test"), Action.UPDATE, Subject("youth_case", case.case.id))
    assert asked_of(world.worker) == (ASKED, 2)
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.case.view_id)
        in_view.bring_to(view, ViewStatus.TRANSFER_PENDING, director=world.director, team_id=world.zuidoost.id)
    assert asked_of(world.worker) == (set(), 0)
    with db.unit_of_work():
        in_view.step(db.session.get_one(YouthInView, case.case.view_id), world.director, in_view.Event.DECLINE)
    assert asked_of(world.worker) == (ASKED, 2)


def asked_of(worker: User) -> tuple[set[str], int]:
    """The reminders that hold, none of them made or mailed twice, and how much of it is on *Mijn dag*."""
    materialise.run()
    actor = actor_of(worker)
    with db.unit_of_work(on_behalf_of=worker.id):
        day = work.work(actor)
    with db.unit_of_work():
        made = db.session.scalars(select(Reminder).where(Reminder.rule_code.in_(ASKED))).all()
        assert {one.rule_code for one in made} == ASKED
        assert len({one.dispatch_id for one in made}) == 1
        assert len(made) == len(ASKED)
        return {one.rule_code for one in made if one.cancelled_at is None}, len(day.doing) + len(day.asking)


def test_a_yes_to_a_further_level_holds_once(world: World) -> None:
    director, manager = world.actor(world.director), world.actor(world.manager)
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
        case = cases.running(young, world.director, worker=world.worker)
    with db.unit_of_work():
        made = nominating.nominate(director, case.id, level=CaseLevel.CITY, weighing=cases.WEIGHING)
        nominating.second(manager, made.id, agrees=True, note="", version=1)
        nominating.answer(
            director, made.id, accepted=True, answered_on=clock.today(), answered_by="AcVZ", note="", version=2
        )
    for event, level in ((Event.SCALE_UP, CaseLevel.CITY), (Event.SCALE_DOWN, CaseLevel.DISTRICT)):
        with db.unit_of_work():
            cases.take(db.session.get_one(Case, case.id), world.director, event, level=level, note="Zo is het beter.")
    with pytest.raises(Invalid), db.unit_of_work():
        cases.take(
            db.session.get_one(Case, case.id), world.director, Event.SCALE_UP, level=CaseLevel.CITY, note="Opnieuw."
        )


def test_the_start_is_measured_once_and_not_after_the_end(world: World, case: Complete) -> None:
    worker = world.actor(world.worker)
    today = clock.today()
    with db.unit_of_work():
        with pytest.raises(Invalid, match="moment"):
            measuring.measure(worker, case.goal.id, Scale(Moment.START, today, worker_level=1))
        measuring.measure(worker, case.goal.id, Scale(Moment.START, today, youth_level=2, assisted=True))
        with pytest.raises(Invalid, match="measured_on"):
            measuring.measure(worker, case.goal.id, Scale(Moment.INTERIM, today - days(1), worker_level=4))
