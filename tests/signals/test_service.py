"""Signals in the database: who sees which, nicknames, two directors at once, terms, and what comes of a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.contacts.models import FollowUp, FollowUpKind, FollowUpStatus
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.oversight.service import declaring
from portal.people import service as people_service
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Role
from portal.signals import figures, service
from portal.signals.models import (
    Feedback,
    Signal,
    SignalAssessment,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SignalStep,
    SubjectKind,
    Urgency,
)
from portal.signals.service import Shown, terms
from tasks.signals import sweep
from tests.factories import World, in_view, people, places
from tests.factories import signals as made
from tests.factories.world import user

Freeze = Callable[[datetime], None]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def young(world: World) -> Any:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def refused(call: Callable[[], object]) -> dict[str, str]:
    """The fields that a call complains about."""
    with pytest.raises(Invalid) as error:
        call()
    return error.value.errors


# --- telling ---------------------------------------------------------------------------------------------------------


def test_a_signal_goes_to_the_team_of_the_young_person_or_the_area(world: World, young: Any) -> None:
    with db.unit_of_work():
        about = made.signal(world, world.worker, young)
        far = made.signal(world, world.trainer, area_code="TA")
        place = places.location(world.noord, world.worker)
        there = made.signal(world, world.messenger, subject_kind=SubjectKind.LOCATION, location_id=place.id)
    assert (about.team_id, far.team_id, there.team_id) == (world.noord.id, world.zuidoost.id, world.noord.id)
    assert about.number.startswith("SIG-")
    assert about.status == SignalStatus.TO_TRIAGE


def test_facts_come_first_and_nobody_is_nobody(world: World, young: Any) -> None:
    """I-17; who reports is always a person with an account."""
    with db.unit_of_work():
        assert refused(lambda: made.signal(world, world.worker, young, facts="", interpretation="Ik denk iets.")) == {
            "facts": "Schrijf op wat je zag of hoorde, en van wie."
        }
        assert "person_id" in refused(lambda: made.signal(world, world.worker, subject_kind=SubjectKind.PERSON))
        assert "area_code" in refused(lambda: made.signal(world, world.worker, area_code="Onbekend"))
        assert "person_id" in refused(lambda: made.signal(world, world.stranger, young))
        with pytest.raises(Forbidden):
            made.signal(world, world.analyst)


def test_the_same_form_twice_is_one_signal(world: World) -> None:
    actor, key = world.actor(world.worker), world.worker.id
    with db.unit_of_work():
        first = service.report(actor, story=made.story(), key=key)
        assert service.report(actor, story=made.story(), key=key).id == first.id


def test_under_twelve_is_known_from_the_birth_date(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        child = people.person(world.noord, "Kind Voorbeeld", worker=world.worker, born=date(2015, 3, 3))
        row = made.signal(world, world.worker, child)
        assert row.under_twelve
        service.take(world.actor(world.director), row.id, version=None)
    with db.unit_of_work():
        assert set(refused(lambda: made.judged(world, row))) == {"guardian_note"}
    with db.unit_of_work():
        notes = {"guardian_note": "Moeder is gebeld.", "approval_note": "De zorgpartner vindt dit goed."}
        assert made.judged(world, db.session.merge(row), **notes).status == SignalStatus.NO_ACTION


@pytest.mark.parametrize(
    ("urgency", "remind", "due"),
    [
        (Urgency.NORMAL, datetime(2026, 3, 5, 8, tzinfo=UTC), datetime(2026, 3, 9, 16, tzinfo=UTC)),
        (Urgency.SOON, datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 4, 16, tzinfo=UTC)),
        (Urgency.ACUTE, datetime(2026, 3, 2, 11, 24, tzinfo=UTC), datetime(2026, 3, 2, 13, tzinfo=UTC)),
    ],
)
def test_the_term_follows_the_urgency(urgency: Urgency, remind: datetime, due: datetime) -> None:
    assert terms.of(urgency, MONDAY) == (remind, due)


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_a_reporter_sees_the_own_ones_and_a_director_those_of_the_team(world: World, young: Any) -> None:
    with db.unit_of_work():
        near = made.signal(world, world.worker, young)
        far = made.signal(world, world.worker, area_code="TA")
        made.signal(world, world.stranger, area_code="TA")
    with db.unit_of_work():
        own = service.listing(world.actor(world.worker), Shown.OWN).rows
        assert {one.signal.id for one in own} == {near.id, far.id}
        queue = service.listing(world.actor(world.director), Shown.TO_JUDGE).rows
        assert [one.signal.id for one in queue] == [near.id]
        for who in (world.colleague, world.coordinator, world.trainer):
            with pytest.raises(NotFound):
                service.get(world.actor(who), near.id)
        with pytest.raises(Forbidden):
            service.take(world.actor(world.worker), near.id, version=None)


def test_nobody_sees_or_counts_a_signal_about_somebody_they_know(world: World, young: Any) -> None:
    """I-24, behind both walls."""
    director = world.actor(world.director)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
        declaring.declare(director, young.id)
    with db.unit_of_work():
        with pytest.raises(NotFound):
            service.get(director, row.id)
        assert service.listing(director, Shown.TO_JUDGE).rows == []
        assert service.counts(director)[Shown.TO_JUDGE] == 0
        assert service.for_director(director)[0].total == 0
    with db.unit_of_work(on_behalf_of=world.director.id):
        assert db.session.scalar(select(func.count()).select_from(Signal)) == 0
        assert figures.numbers(director, clock.today().year).received == 0
        assert "person_id" in refused(lambda: made.signal(world, world.director, young))


@pytest.mark.parametrize(
    ("who", "signals", "assessments", "steps"),
    [("worker", 1, 0, 3), ("director", 1, 1, 3), ("colleague", 0, 0, 0), ("manager", 0, 0, 0), ("stranger", 0, 0, 0)],
)
def test_a_plain_select_gives_own_rows_only(
    world: World, young: Any, who: str, signals: int, assessments: int, steps: int
) -> None:
    with db.unit_of_work():
        made.judged(world, made.signal(world, world.worker, young))
    with db.unit_of_work(on_behalf_of=getattr(world, who).id):
        found = [db.session.scalar(select(func.count()).select_from(t)) for t in (Signal, SignalAssessment, SignalStep)]
    assert found == [signals, assessments, steps]


def test_another_signal_about_the_same_is_shown_to_who_may_see_it(world: World, young: Any) -> None:
    with db.unit_of_work():
        first = made.signal(world, world.worker, young)
        second = made.signal(world, world.colleague, kind=SignalKind.NUISANCE)
        db.session.flush()
        third = made.signal(world, world.worker, kind=SignalKind.NUISANCE)
    director, worker = world.actor(world.director), world.actor(world.worker)
    with db.unit_of_work():
        assert {one.signal.id for one in service.alike(director, third)} == {second.id, first.id}
        assert {one.signal.id for one in service.alike(worker, third)} == {first.id}
        with pytest.raises(NotFound):
            service.join(worker, third.id, second.id)
        service.join(director, third.id, second.id)
    with db.unit_of_work():
        assert db.session.get_one(Signal, third.id).same_as_id == second.id


# --- judging ---------------------------------------------------------------------------------------------------------


def test_of_two_directors_at_once_one_takes_it(world: World, young: Any) -> None:
    with db.unit_of_work():
        other = user("Dineke Proef", world.city, world.noord, Role.JV_DIRECTOR)
        row = made.signal(world, world.worker, young)
    start, outcome = Barrier(2), []

    def take(actor: Actor) -> None:
        start.wait(10)
        try:
            with db.unit_of_work():
                service.take(actor, row.id, version=row.version)
            outcome.append("taken")
        except Conflict:
            outcome.append("late")

    threads = [Thread(target=take, args=(world.actor(who),)) for who in (world.director, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcome) == ["late", "taken"]


def test_a_question_goes_to_the_reporter_and_comes_back(world: World, young: Any) -> None:
    director, worker = world.actor(world.director), world.actor(world.worker)
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
        service.take(director, row.id, version=None)
        service.ask(director, row.id, version=None, words="Hoe laat was dat?")
    with db.unit_of_work():
        assert service.actions(service.get(worker, row.id))[0].event == "answer"
        with pytest.raises(Forbidden):
            service.answer(director, row.id, version=None, words="Laat.")
        service.answer(worker, row.id, version=None, words="Rond elf uur.")
        seen = service.get(director, row.id)
        assert seen.signal.status == SignalStatus.IN_TRIAGE
        assert [step.note for step in service.history(seen)][:2] == ["Rond elf uur.", "Hoe laat was dat?"]


@pytest.mark.parametrize("kind", [SignalKind.CRIMINAL_EXPLOITATION, SignalKind.EXPLOSIVES])
def test_who_may_be_a_victim_is_asked_first(world: World, young: Any, kind: SignalKind) -> None:
    """I-18: not answered, or answered that it does not matter here, is not enough."""
    with db.unit_of_work():
        row = made.signal(world, world.worker, young, kind=kind)
        service.take(world.actor(world.director), row.id, version=None)
    for said in ("", "not_applicable"):
        with db.unit_of_work():
            wrong = refused(lambda said=said: made.judged(world, row, victim_perspective=said))
            assert set(wrong) == {"victim_perspective"}
            db.session.rollback()
    with db.unit_of_work():
        row = db.session.get_one(Signal, row.id)
        assert made.judged(world, row, victim_perspective="considered_yes").status == SignalStatus.NO_ACTION


def test_the_interest_of_the_young_person_is_answered_before_the_decision(world: World, young: Any) -> None:
    with db.unit_of_work():
        row = made.signal(world, world.worker, young)
        service.take(world.actor(world.director), row.id, version=None)
        assert set(refused(lambda: made.judged(world, row, interest="", motivation=""))) == {"interest"}
        assert set(refused(lambda: made.judged(world, row, motivation=""))) == {"motivation"}
        db.session.rollback()


def test_one_contact_gives_the_worker_a_step_and_closing_knows_it(world: World, young: Any) -> None:
    director, due = world.actor(world.director), clock.today() + timedelta(days=3)
    with db.unit_of_work():
        row = made.signal(
            world, world.colleague, subject_kind=SubjectKind.PERSON, nickname="Kleine Vos", person_id=None
        )
        service.take(director, row.id, version=None)
        assert SignalOutcome.ONE_CONTACT not in service.offered(row)
        service.identify(director, row.id, version=None, person_id=young.id)
        assert row.nickname == ""
        made.judged(world, row, SignalOutcome.ONE_CONTACT, worker_id=world.worker.id, on=due)
        step = db.session.scalars(select(FollowUp).where(FollowUp.person_id == young.id)).one()
        assert (step.assignee_id, step.due_on) == (world.worker.id, due)
        assert service.close(director, row.id, version=None).status == SignalStatus.CLOSED


def test_words_close_what_has_no_record_and_a_proposal_closes_what_has(world: World, young: Any) -> None:
    director, worker = world.actor(world.director), world.actor(world.worker)
    with db.unit_of_work():
        plain = made.judged(world, made.signal(world, world.worker, young), SignalOutcome.REFER)
        asked = made.judged(
            world, made.signal(world, world.worker, young), SignalOutcome.REGISTER_IN_VIEW,
            worker_id=world.worker.id, on=clock.today() + timedelta(days=3),
        )  # fmt: skip
        assert "follow_up_label" in refused(lambda: service.close(director, plain.id, version=None))
        assert service.close(director, plain.id, version=None, done="Aangemeld.").status == SignalStatus.CLOSED
        assert "follow_up_label" in refused(lambda: service.close(director, asked.id, version=None, done="Gedaan."))
    with db.unit_of_work(on_behalf_of=world.worker.id):
        assert service.to_propose(worker, young.id) == [(asked.id, asked.number)]
        waits = select(FollowUp.status).where(FollowUp.kind == FollowUpKind.PROPOSE, FollowUp.person_id == young.id)
        assert db.session.scalars(waits).all() == [FollowUpStatus.OPEN]
        in_view.proposed(young, world.worker)
        assert db.session.scalars(waits).all() == [FollowUpStatus.DONE]


def test_feedback_says_nothing_of_the_decision(world: World, young: Any) -> None:
    director = world.actor(world.director)
    with db.unit_of_work():
        row = made.judged(world, made.signal(world, world.worker, young), SignalOutcome.CARE_REPORT)
        assert service.for_director(director)[1].total == 1
        service.tell(director, row.id, version=None, feedback=Feedback.PICKED_UP)
        assert service.for_director(director)[1].total == 0
        with pytest.raises(Conflict):
            service.tell(director, row.id, version=None, feedback=Feedback.PICKED_UP)
        seen = service.get(world.actor(world.worker), row.id)
        assert service.assessment(seen) is None
        assert made.REASON not in str([step.note for step in service.history(seen)])


# --- terms -----------------------------------------------------------------------------------------------------------


def test_a_nickname_without_a_decision_lives_two_weeks_and_cannot_be_found(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        row = made.signal(world, world.worker, subject_kind=SubjectKind.PERSON, nickname="Kleine Vos")
        assert row.nickname == "Kleine Vos"
        for who in (world.worker, world.director):
            assert people_service.search(world.actor(who), words="Kleine Vos") == []
    freeze(MONDAY + timedelta(days=14) - timedelta(minutes=1))
    sweep()
    assert left(row.id).nickname == "Kleine Vos"
    freeze(MONDAY + timedelta(days=14))
    sweep()
    sweep()
    found = left(row.id)
    assert (found.status, found.nickname, found.facts) == (SignalStatus.STRIPPED, "", "")
    with db.unit_of_work():
        steps = db.session.scalars(select(SignalStep.event).where(SignalStep.signal_id == row.id)).all()
        logged = select(AccessEvent).where(AccessEvent.subject_id == row.id, AccessEvent.actor_name == "system:signals")
        assert sorted(steps) == ["lapse", "submit"]
        assert len(db.session.scalars(logged).all()) == 1


def test_no_action_and_mistakes_lose_what_leads_to_somebody(world: World, young: Any, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        nothing = made.judged(world, made.signal(world, world.worker, young))
        helped = made.judged(world, made.signal(world, world.worker, young), SignalOutcome.REFER)
        wrong = made.signal(world, world.worker, young)
        service.withdraw(world.actor(world.worker), wrong.id, version=None, words="Verkeerde jongere.")
    freeze(MONDAY + timedelta(days=31))
    sweep()
    assert [left(row.id).status for row in (nothing, wrong)] == ["no_action", "stripped"]
    freeze(datetime(2026, 9, 2, 9, tzinfo=UTC))
    sweep()
    assert [left(row.id).person_id for row in (nothing, helped)] == [None, young.id]
    with db.unit_of_work():
        judged = select(SignalAssessment).where(SignalAssessment.signal_id == nothing.id)
        words = db.session.scalars(judged).one()
        assert (words.outcome, words.motivation, words.interest) == ("no_action", "", "")


def left(signal_id: Any) -> Signal:
    with db.unit_of_work():
        return db.session.get_one(Signal, signal_id)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_small_numbers_are_not_shown(world: World, freeze: Freeze) -> None:
    freeze(MONDAY)
    with db.unit_of_work():
        for kind, count in ((SignalKind.NUISANCE, 7), (SignalKind.WEAPON, 6), (SignalKind.POSITIVE, 2)):
            for _ in range(count):
                made.signal(world, world.worker, kind=kind)
    with db.unit_of_work(on_behalf_of=world.manager.id):
        found = figures.numbers(world.actor(world.manager), 2026)
    assert found.received == 15
    assert {line.key: line.count for line in found.kinds} == {"nuisance": 7, "weapon": None, "positive": None}


def test_working_hours_leave_out_nights_weekends_and_holidays() -> None:
    friday = datetime(2026, 4, 3, 14, tzinfo=UTC)  # 16:00 in Amsterdam, before Easter
    assert figures.working_hours(friday, datetime(2026, 4, 7, 9, tzinfo=UTC)) == 3
