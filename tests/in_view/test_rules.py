"""R07 and R08: each stage on its day, to those whose task it is, and never to who may not decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, db
from portal.in_view import service
from portal.in_view.models import LetterKind, ViewEndReason, ViewStatus
from portal.in_view.rules import RULES, Stage
from portal.in_view.service import Todo
from portal.people.models import Person
from tests.factories import in_view, people
from tests.in_view.conftest import Cast

BY_CODE = {rule.code: rule for rule in RULES}


def due(code: str, today: date) -> set[tuple[str, int]]:
    """First name and stage of each recipient."""
    with db.unit_of_work():
        names = dict(list(db.session.execute(select(User.id, User.name))))
        return {(names[row.recipient_id].split()[0], row.stage) for row in db.session.execute(BY_CODE[code].due(today))}


@pytest.mark.parametrize(
    ("days", "stage"), [(-31, None), (-30, Stage.FIRST), (-8, Stage.FIRST), (-7, Stage.SECOND), (0, Stage.DUE), (40, 2)]
)
def test_a_review_climbs_its_ladder(cast: Cast, days: int, stage: int | None) -> None:
    assert cast.view.next_review_on is not None
    told = due("R07", cast.view.next_review_on + timedelta(days=days))
    assert told == (set() if stage is None else {(name, stage) for name in ("Samira", "Dirkje", "Bram")})


@pytest.mark.parametrize(
    ("days", "stage", "officer"), [(13, None, False), (14, 0, False), (25, 1, False), (29, 1, False), (30, 2, True)]
)
def test_a_letter_climbs_its_ladder(cast: Cast, days: int, stage: int | None, officer: bool) -> None:
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        view = in_view.step(in_view.proposed(young, cast.world.worker), cast.world.director, in_view.Event.APPROVE)
    assert view.registered_on is not None
    today = view.registered_on + timedelta(days=days)
    assert due("R08", today) == (set() if stage is None else {("Dirkje", stage), ("Bram", stage)})
    assert bool(due("R08-privacy", today)) is officer


def test_the_letter_about_the_end_is_asked_for_until_it_is_out(cast: Cast) -> None:
    with db.unit_of_work():
        over = in_view.step(cast.view, cast.world.director, in_view.Event.END, end_reason=ViewEndReason.GOALS_REACHED)
    assert over.ended_on is not None
    day = over.ended_on + timedelta(days=14)
    assert due("R08-einde", day - timedelta(days=1)) == set()
    assert due("R08-einde", day) == {("Dirkje", 0), ("Bram", 0)}
    worker = cast.world.actor(cast.world.worker)
    with db.unit_of_work():
        (letter,) = (one for one in service.letters(service.find(worker, over.id)) if one.kind == LetterKind.ENDING)
        assert Todo.LETTER in {todo for todo, _seen in service.to_do(worker)}
        service.send(worker, letter.id, version=letter.version, sent_on=over.ended_on, way=service.Way.BY_HAND)
        assert Todo.LETTER not in {todo for todo, _seen in service.to_do(worker)}
    assert due("R08-einde", day) == set()


@pytest.mark.parametrize(("days", "stage"), [(92, None), (91, 0), (30, 1), (0, 2), (-3, 2)])
def test_the_end_of_being_young_enough_is_announced(
    cast: Cast, days: int, stage: int | None, freeze: Callable[[datetime], None]
) -> None:
    with db.unit_of_work():
        born = db.session.get_one(Person, cast.young.id).birth_date
    assert born is not None
    day = born.replace(year=born.year + 28) - timedelta(days=days)
    freeze(clock.day_start(day))
    told = due("JIB-leeftijd", day)
    assert told == (set() if stage is None else {("Dirkje", stage), ("Bram", stage)})


def test_who_may_not_judge_is_not_asked(cast: Cast) -> None:
    today = cast.view.proposed_on
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        in_view.proposed(young, cast.second)
        in_view.bring_to(cast.view, ViewStatus.UNDER_OBJECTION, director=cast.world.director)
    assert due("JIB", today) == {("Dirkje", 0)}  # Bram proposed it
    assert due("JIB-bezwaar", today) == {("Bram", 0), ("Petra", 0)}  # Dirkje decided it
    with db.unit_of_work():
        in_view.step(cast.view, cast.second, in_view.Event.DISMISS)
        in_view.bring_to(
            cast.view, ViewStatus.TRANSFER_PENDING, director=cast.world.director, team_id=cast.world.zuidoost.id
        )
    assert due("JIB-overdracht", today) == {("Zita", 0)}
