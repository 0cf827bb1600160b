"""Two who decide about the same thing at the same moment: one decides, the other hears so, and nothing is double."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.cases.models import CaseStep
from portal.core import clock, db
from portal.in_view.models import InViewLetter, InViewStep
from portal.in_view.models import ViewStatus as S
from portal.people.models import Person
from portal.privacy.contexts import Context
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from portal.programmes import service as programme_service
from portal.programmes.models import EnrolmentEvent
from portal.programmes.service import Wanted
from portal.reminders import materialise
from portal.reminders.models import Reminder
from tests.architecture.test_races import FIRST, meet, statuses, together
from tests.factories import World, cases, in_view, people, places, programmes
from tests.factories.world import user

ClientAs = Callable[..., FlaskClient]
BECAUSE = {"note": "Zo is het besproken."}


@dataclass(frozen=True)
class Race:
    """What two people decide about, and how; `steps` is the table of its steps."""

    record: UUID
    page: str
    version: int
    steps: Any  # the column that leads to the record
    ways: tuple[tuple[User, str, dict[str, str]], tuple[User, str, dict[str, str]]]
    letters: tuple[int, int] = (0, 0)  # that go out after the one or the other


def _young(world: World) -> Person:
    return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def _of_view(row: Any, one: Any, other: Any, letters: tuple[int, int] = (0, 0)) -> Race:
    return Race(row.id, f"/in-beeld/{row.id}", row.version, InViewStep.view_id, (one, other), letters)


def proposal(world: World, second: User) -> Race:
    """Of two directors one takes a young person in view, the other does not."""
    row = in_view.proposed(_young(world), world.worker)
    one, other = (world.director, "/in-beeld-nemen", {}), (second, "/niet-in-beeld", BECAUSE)
    return _of_view(row, one, other, (1, 0))


def objection(world: World, second: User) -> Race:
    """The privacy officer says that an objection is right, a director that it is not."""
    row = in_view.bring_to(
        in_view.active(_young(world), world.worker, world.director), S.UNDER_OBJECTION, director=world.director
    )
    one, other = (second, "/ongegrond", BECAUSE), (world.privacy_officer, "/gegrond", BECAUSE)
    return _of_view(row, one, other, (1, 2))


def transfer(world: World, second: User) -> Race:
    """Of two directors of the other team one takes over, the other declines."""
    receivers = [
        user(name, world.city, world.zuidoost, Role.JV_DIRECTOR, login=name[:3].lower())
        for name in ("Wim Proef", "Zus Proef")
    ]
    db.session.flush()
    row = in_view.active(_young(world), world.worker, world.director)
    in_view.bring_to(row, S.TRANSFER_PENDING, director=world.director, team_id=world.zuidoost.id)
    one, other = (receivers[0], "/overnemen", {}), (receivers[1], "/niet-overdragen", BECAUSE)
    return _of_view(row, one, other, (1, 1))


def case(world: World, second: User) -> Race:
    """Of two directors one agrees to a plan, the other breaks the case off."""
    row = cases.planned(_young(world), world.director, worker=world.worker)
    agreed = {"on": clock.today().isoformat()}
    ways = (world.director, "/plan-vaststellen", agreed), (second, "/afbreken", BECAUSE)
    return Race(row.id, f"/casussen/{row.id}", row.version, CaseStep.case_id, ways)


def enrolment(world: World, second: User) -> Race:
    """Of two directors one lets a young person into a programme, the other does not."""
    into = programmes.programme(world.manager, context=Context.JV_DISTRICT)
    actor = world.actor(world.worker)
    row = programme_service.propose(actor, _young(world).id, _wanted(into))
    return _of_enrolment(row, world, second)


def group(world: World, second: User) -> Race:
    """The same of a group."""
    into = programmes.programme(world.manager)
    made = places.group(world.noord)
    actor = world.actor(world.worker)
    row = programme_service.propose_group(actor, made.id, team_id=made.team_id, wanted=_wanted(into))
    return _of_enrolment(row, world, second)


def telling(world: World, second: User) -> Race:
    """A director lets something be told in another context, the privacy officer does not."""
    row = programmes.asked_to_tell(_young(world), world.worker)
    ways = (second, "", {"verdict": "approve"}), (world.privacy_officer, "", {"verdict": "refuse"} | BECAUSE)
    return Race(row.id, f"/verstrekkingen/{row.id}/beoordelen", row.version, None, ways)


def _wanted(into: Any) -> Wanted:
    today = clock.today()
    return Wanted(into.lines[0].id, "Wil zelf meedoen.", today, today + timedelta(days=60))


def _of_enrolment(row: Any, world: World, second: User) -> Race:
    ways = (world.director, "/toelaten", {}), (second, "/niet-toelaten", BECAUSE)
    return Race(row.id, f"/inschrijvingen/{row.id}", row.version, EnrolmentEvent.enrolment_id, ways)


WHERE = {
    proposal: "portal.in_view.service.deciding.find",
    objection: "portal.in_view.service.deciding.find",
    transfer: "portal.in_view.service.deciding.find",
    case: "portal.cases.service.deciding.find",
    enrolment: "portal.programmes.service.deciding.find",
    group: "portal.programmes.service.deciding.find",
    telling: "portal.programmes.service.approving._find",
}
#: By which rule somebody is asked to decide, from the first moment.
ASKED = {
    proposal: "JIB", objection: "JIB-bezwaar", transfer: "JIB-overdracht", enrolment: "R33-programma",
    group: "R33-programma", telling: "R33-verstrekking",
}  # fmt: skip


def waits(race: Race) -> set[str]:
    """The rules by which somebody is reminded of the record now."""
    materialise.run()
    with db.unit_of_work():
        still_open = (Reminder.object_id == race.record, Reminder.cancelled_at.is_(None))
        return set(db.session.scalars(select(Reminder.rule_code).where(*still_open)))


def traces(race: Race) -> Counter[str]:
    """What was written down about the record, by kind."""
    updated = (
        AccessEvent.subject_id == race.record,
        AccessEvent.action == Action.UPDATE,
        AccessEvent.fields.contains(["status"]),
    )
    with db.unit_of_work():
        return Counter(
            steps=0 if race.steps is None else count(race.steps == race.record),
            updates=count(*updated),
            letters=count(InViewLetter.view_id == race.record),
        )


def count(*conditions: Any) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


@pytest.mark.parametrize("made", WHERE, ids=lambda made: made.__name__)
def test_of_two_who_decide_one_does_and_the_other_hears_it(
    world: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, made: Callable[[World, User], Race]
) -> None:
    with db.unit_of_work():
        second = user("Ans Proef", world.city, world.noord, Role.JV_DIRECTOR)
        db.session.flush()
        race = made(world, second)
    before = traces(race)
    assert waits(race) >= {ASKED[each] for each in (made,) if each in ASKED}
    browsers = [client_as(who) for who, *_ in race.ways]
    meet(monkeypatch, WHERE[made])
    answers = together(
        *(
            lambda b=b, slug=slug, form=form: b.post(race.page + slug, data={"version": str(race.version)} | form)
            for b, (_who, slug, form) in zip(browsers, race.ways, strict=True)
        )
    )
    assert statuses(answers) == [303, 409]
    assert FIRST in next(answer.text for answer in answers if answer.status_code == 409)
    won = [answer.status_code for answer in answers].index(303)
    after = traces(race)
    assert after["updates"] - before["updates"] == 1
    assert after["steps"] - before["steps"] == (race.steps is not None)
    assert after["letters"] == race.letters[won]
    assert ASKED.get(made) not in waits(race), "nobody is asked any more"
