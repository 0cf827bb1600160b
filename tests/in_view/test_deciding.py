"""What the services do, each person behind their own wall (the database acts for them, not for the system)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.in_view import service
from portal.in_view.models import (
    InViewLetter,
    InViewReview,
    InViewStatement,
    InViewStep,
    LetterKind,
    ViewEndReason,
    ViewStatus,
    YouthInView,
)
from portal.in_view.service import Show
from portal.in_view.workflow import REVIEWS, Event
from portal.people.models import Person, PersonAssignment
from portal.privacy.actor import Actor, system
from portal.privacy.models import AccessEvent, Action
from tests.factories import contacts, in_view, people, signals, trajectories
from tests.in_view.conftest import Cast


def take(cast: Cast, who: User, event: Event, view_id: UUID | None = None, **answers: Any) -> None:
    """A step as this person, in a transaction of their own."""
    with db.unit_of_work(who.id, on_behalf_of=who.id):
        view = db.session.get(YouthInView, view_id or cast.view.id) or cast.view
        in_view.step(view, who, event, **answers)


@contextmanager
def as_who(cast: Cast, who: User) -> Iterator[Actor]:
    """A transaction behind the wall of this person; who they are is asked before it begins."""
    actor = cast.world.actor(who)
    with db.unit_of_work(who.id, on_behalf_of=who.id):
        yield actor


def now_is(cast: Cast) -> YouthInView:
    """The view as the system sees it."""
    with db.unit_of_work():
        return db.session.scalars(select(YouthInView).where(YouthInView.id == cast.view.id)).one()


def test_the_proposer_never_decides(cast: Cast) -> None:
    with db.unit_of_work():
        other = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        mine = in_view.proposed(other, cast.world.director)
    with pytest.raises(Invalid):
        take(cast, cast.world.director, Event.APPROVE, mine.id)
    take(cast, cast.second, Event.APPROVE, mine.id)
    with db.unit_of_work():
        letters = db.session.scalars(select(InViewLetter).where(InViewLetter.view_id == mine.id)).all()
    assert [letter.due_on for letter in letters] == [clock.today() + timedelta(days=30)] * len(letters)
    assert letters  # I-13: the letter is a task from the first day


def test_one_open_view_at_a_time(cast: Cast) -> None:
    with pytest.raises(Invalid), as_who(cast, cast.world.director):
        in_view.proposed(cast.young, cast.world.director)
    take(cast, cast.world.director, Event.END, end_reason=ViewEndReason.MOVED)
    with as_who(cast, cast.world.director):
        again = in_view.proposed(cast.young, cast.world.director)
    assert again.id != cast.view.id  # opened again is a new row, never the old one


def test_a_missed_review_suspends_and_a_review_goes_on(cast: Cast, freeze: Callable[[datetime], None]) -> None:
    due = cast.view.next_review_on
    assert due is not None
    freeze(clock.day_start(due + timedelta(days=30)))
    with db.unit_of_work():
        assert service.suspend_missed(system("in_view")) == 0
    freeze(clock.day_start(due + timedelta(days=31)))
    for expected in (1, 0):  # running it again is harmless
        with db.unit_of_work():
            assert service.suspend_missed(system("in_view")) == expected
    assert now_is(cast).status == ViewStatus.SUSPENDED
    with pytest.raises(Invalid):
        take(cast, cast.second, Event.REVIEW)  # nobody asked the young person
    take(cast, cast.second, Event.REVIEW, youth_voice="Ik wil door.")
    after = now_is(cast)
    assert (after.status, after.review_no) == (ViewStatus.ACTIVE, 1)
    assert after.next_review_on == clock.months_later(clock.today(), 6)


def test_after_four_reviews_a_manager_has_to_agree_once_more_each_time(cast: Cast) -> None:
    with pytest.raises(NotFound):
        take(cast, cast.world.manager, Event.ALLOW_LONGER)
    for _ in range(REVIEWS):
        take(cast, cast.second, Event.REVIEW, youth_voice="Ik wil door.")
    for _ in range(2):
        with pytest.raises(Invalid):
            take(cast, cast.second, Event.REVIEW, youth_voice="Ik wil door.")
        take(cast, cast.world.manager, Event.ALLOW_LONGER)
        take(cast, cast.second, Event.REVIEW, youth_voice="Ik wil door.")


def test_who_decided_does_not_judge_the_objection(cast: Cast) -> None:
    take(cast, cast.world.worker, Event.OBJECT, note="Ik hoor hier niet bij.")
    for event in (Event.UPHOLD, Event.DISMISS):
        with pytest.raises(Invalid):
            take(cast, cast.world.director, event)
    take(cast, cast.second, Event.DISMISS)
    assert now_is(cast).status == ViewStatus.ACTIVE


def test_nobody_wipes_what_they_decided_themselves(cast: Cast) -> None:
    with pytest.raises(Invalid, match="end_reason"):
        take(cast, cast.world.director, Event.END, end_reason=ViewEndReason.UNLAWFUL)
    assert now_is(cast).concern
    take(cast, cast.second, Event.END, end_reason=ViewEndReason.UNLAWFUL)
    assert not now_is(cast).concern


@pytest.mark.parametrize("judge", ["second director", "privacy officer"])
def test_an_objection_that_is_right_empties_everything(cast: Cast, judge: str) -> None:
    with db.unit_of_work():
        in_view.said(cast.view, cast.world.worker)
        in_view.step(cast.view, cast.second, Event.REVIEW, youth_voice="Ik hoor hier niet.")
    take(cast, cast.world.worker, Event.OBJECT, note="Ik hoor hier niet bij.")
    take(cast, cast.second if judge == "second director" else cast.world.privacy_officer, Event.UPHOLD)
    after = now_is(cast)
    assert (after.person_id, after.concern, after.facts, after.best_interest) == (None, "", "", "")
    assert (after.end_reason, after.ended_on) == (ViewEndReason.OBJECTION_UPHELD, clock.today())
    with db.unit_of_work():
        written = [
            *db.session.scalars(select(InViewStep.note)),
            *db.session.scalars(select(InViewReview.motivation + InViewReview.youth_voice)),
            *db.session.scalars(select(InViewStatement.body)),
        ]
        counted = db.session.scalar(select(func.count()).select_from(YouthInView))
        logged = db.session.scalars(select(AccessEvent.fields).where(AccessEvent.subject_id == cast.view.id)).all()
    assert written
    assert set(written) == {""}
    assert counted == 1  # the count stays
    assert ["stripped"] in logged
    for who in (cast.world.worker, cast.world.privacy_officer, cast.elsewhere):
        with pytest.raises(NotFound), as_who(cast, who) as actor:
            service.find(actor, cast.view.id)
    with as_who(cast, cast.world.director) as actor:  # who still tells it, to a number
        seen = service.find(actor, cast.view.id)
        (answer,) = (one for one in service.letters(seen) if one.kind == LetterKind.ENDING)
        paper = str(service.as_letter(actor, seen, answer, "nl"))
        assert not seen.named
        assert seen.view.number in paper
        assert "Yassine" not in paper
        service.send(actor, answer.id, version=answer.version, sent_on=clock.today(), way=service.Way.POST)
    with pytest.raises(NotFound), as_who(cast, cast.world.director) as actor:
        service.find(actor, cast.view.id)


def test_a_transfer_takes_the_dossier_along_once_it_is_accepted(cast: Cast) -> None:
    take(cast, cast.world.director, Event.TRANSFER, transfer_team_id=cast.world.zuidoost.id)
    with as_who(cast, cast.elsewhere) as actor:
        seen = service.find(actor, cast.view.id)
        assert not seen.named
        assert seen.title == cast.view.number
        assert db.session.get(Person, cast.young.id) is None  # not theirs yet
        here = service.counts(actor)
        assert (here[Show.TRANSFER], here[Show.CURRENT]) == (1, 0)  # counted where they still are
    with as_who(cast, cast.world.director) as actor:
        assert service.counts(actor)[Show.CURRENT] == 1
    take(cast, cast.elsewhere, Event.ACCEPT)
    after = now_is(cast)
    assert (after.team_id, after.stadsdeel_code) == (cast.world.zuidoost.id, "T")
    with as_who(cast, cast.elsewhere) as actor:
        assert service.find(actor, cast.view.id).named
    with pytest.raises(NotFound), as_who(cast, cast.world.director) as actor:
        service.find(actor, cast.view.id)
    with db.unit_of_work():
        lasting = select(func.count()).select_from(PersonAssignment).where(PersonAssignment.until.is_(None))
        assert db.session.scalar(lasting.where(PersonAssignment.person_id == cast.young.id)) == 0


def test_who_is_offered_a_transfer_may_decline_it(cast: Cast) -> None:
    take(cast, cast.world.director, Event.TRANSFER, transfer_team_id=cast.world.zuidoost.id)
    take(cast, cast.elsewhere, Event.DECLINE)
    after = now_is(cast)
    assert (after.status, after.team_id, after.transfer_team_id) == (ViewStatus.ACTIVE, cast.world.noord.id, None)


def test_a_letter_may_wait_when_the_privacy_officer_agrees(cast: Cast) -> None:
    with db.unit_of_work():
        other = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        view = in_view.step(in_view.proposed(other, cast.world.worker), cast.world.director, Event.APPROVE)
        letter = db.session.scalars(select(InViewLetter).where(InViewLetter.view_id == view.id)).first()
    assert letter is not None
    later = letter.due_on + timedelta(days=14)
    director, officer = cast.world.director, cast.world.privacy_officer
    with as_who(cast, director) as actor:
        service.delay(actor, letter.id, version=None, until=later, reason="Eerst een gesprek.")
    with db.unit_of_work():
        assert db.session.get_one(YouthInView, view.id).letter_due_on == letter.due_on  # asked is not allowed
    with as_who(cast, officer) as actor:
        service.allow_delay(actor, letter.id, version=None)
    with db.unit_of_work():
        assert db.session.get_one(YouthInView, view.id).letter_due_on == later


def test_a_form_of_yesterday_decides_nothing(cast: Cast) -> None:
    with pytest.raises(Conflict), as_who(cast, cast.second) as actor:
        service.decide(
            actor, cast.view.id, Event.END, version=cast.view.version - 1,
            answers=service.Answers("Klaar.", end_reason=ViewEndReason.GOALS_REACHED),
        )  # fmt: skip


def test_the_lists_know_where_each_view_stands(cast: Cast) -> None:
    director = cast.world.director
    with as_who(cast, director) as actor:
        counts = service.counts(actor)
        assert (counts[Show.CURRENT], counts[Show.REVIEW], counts[Show.ENDED]) == (1, 0, 0)
        assert [seen.view.id for seen in service.listing(actor).rows] == [cast.view.id]
    with as_who(cast, cast.world.stranger) as actor:
        assert service.listing(actor).rows == []


@pytest.mark.parametrize("judge", ["second", "privacy_officer"])
@pytest.mark.parametrize("also", ["nothing", "a follow-up", "a trajectory", "a signal"])
def test_the_dossier_closes_when_nothing_else_keeps_it_open(cast: Cast, judge: str, also: str) -> None:
    with db.unit_of_work():
        young = db.session.get_one(Person, cast.young.id)
        if also == "a follow-up":
            contacts.follow_up(young, cast.world.worker, clock.today())
        if also == "a trajectory":
            trajectories.requested(cast.world, young)
        if also == "a signal":
            signals.signal(cast.world, cast.world.worker, young)
    take(cast, cast.world.worker, Event.OBJECT, note="Ik hoor hier niet bij.")
    take(cast, cast.second if judge == "second" else cast.world.privacy_officer, Event.UPHOLD)
    with db.unit_of_work():
        young = db.session.get_one(Person, cast.young.id)
        about = AccessEvent.subject_id == young.id, AccessEvent.action == Action.UPDATE
        logged = db.session.scalars(select(AccessEvent.fields).where(*about)).all()
    closed = also == "nothing"
    assert (young.status, young.closed_on) == (("closed", clock.today()) if closed else ("open", None))
    assert (["status"] in logged) == closed


@pytest.mark.parametrize("who", ["worker", "director", "privacy_officer"])
def test_nobody_closes_a_dossier_by_the_function_alone(cast: Cast, who: str) -> None:
    """Not before an objection was upheld, and then only who did so."""
    actor_id = getattr(cast.world, who).id
    take(cast, cast.world.worker, Event.OBJECT, note="Ik hoor hier niet bij.")
    with db.unit_of_work(on_behalf_of=actor_id):
        assert not db.session.scalar(select(func.close_wrongly_in_view(cast.view.id)))
    with db.unit_of_work():
        assert db.session.get_one(Person, cast.young.id).status == "open"
