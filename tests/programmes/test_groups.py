"""Groups in programmes: the team proposes, its director decides, and no young person comes with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.groups import service as groups
from portal.groups.models import YouthGroup
from portal.privacy.actor import system
from portal.privacy.contexts import Context
from portal.privacy.permissions import Permission
from portal.programmes import rules, service
from portal.programmes.models import Enrolment, EnrolmentEvent, EnrolmentStatus, Programme, ProgrammeLine
from portal.programmes.service import Decision, Wanted
from portal.programmes.workflow import Event
from portal.trajectories.models import Trajectory, TrajectoryStatus
from tests.factories import World, people, places, programmes, trajectories

Client = Callable[..., FlaskClient]


@pytest.fixture
def group(world: World) -> YouthGroup:
    with db.unit_of_work():
        return places.group(world.noord)


@pytest.fixture
def district(world: World) -> Programme:
    """With a line that is for groups and places only."""
    with db.unit_of_work():
        made = programmes.programme(world.manager, "Jeugd & Veiligheid", context=Context.JV_DISTRICT, focus="N")
        db.session.add(ProgrammeLine(programme_id=made.id, name="Groepen en plekken", position=2, for_people=False))
        db.session.flush()
        db.session.refresh(made, ["lines"])
        return made


def wanted(programme: Programme) -> Wanted:
    today = clock.today()
    return Wanted(programme.lines[1].id, "Elke avond onrust bij het winkelcentrum.", today, today + timedelta(days=90))


def propose(world: World, group: YouthGroup, programme: Programme, who: str = "worker") -> Enrolment:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(actor.user_id):
        return groups.enrol(actor, group.id, wanted(programme))


def decide(world: World, who: str, enrolment: Enrolment, event: Event, **answers: str) -> Enrolment:
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(actor.user_id):
        version = db.session.get_one(Enrolment, enrolment.id).version
        return service.decide(actor, enrolment.id, event, version=version, decision=Decision(**answers))


def test_the_team_proposes_and_the_director_decides(world: World, group: YouthGroup, district: Programme) -> None:
    made = propose(world, group, district)
    assert (made.status, made.context, made.person_id) == (EnrolmentStatus.PROPOSED, Context.GROUP_APPROACH, None)
    with pytest.raises(Forbidden):
        decide(world, "worker", made, Event.ACCEPT)
    with db.unit_of_work():
        waiting = db.session.execute(rules.waiting(clock.today())).all()
    assert [(row.object_id, row.person_id, row.recipient_id) for row in waiting] == [(made.id, None, world.director.id)]
    assert decide(world, "director", made, Event.ACCEPT).status == EnrolmentStatus.ENROLLED
    with pytest.raises(IntegrityError, match="ex_enrolment_group_period"):
        propose(world, group, district)
    with pytest.raises(Invalid, match="end_reason"):
        decide(world, "director", made, Event.END, end_reason="moved")
    assert decide(world, "worker", made, Event.END, end_reason="goals_reached").end_reason == "goals_reached"


@pytest.mark.parametrize(("who", "refusal"), [("stranger", NotFound), ("director", Forbidden), ("manager", NotFound)])
def test_others_do_not_propose(
    world: World, group: YouthGroup, district: Programme, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        propose(world, group, district, who)


@pytest.mark.parametrize(("who", "seen"), [("worker", 1), ("colleague", 1), ("director", 1), ("stranger", 0),
                                           ("coordinator", 0), ("messenger", 0), ("manager", 0)])  # fmt: skip
def test_both_walls_keep_it_in_the_team(
    world: World, group: YouthGroup, district: Programme, who: str, seen: int
) -> None:
    made = propose(world, group, district)
    actor = world.actor(getattr(world, who))
    with db.unit_of_work(on_behalf_of=actor.user_id):
        assert len(db.session.scalars(select(Enrolment)).all()) == seen
        assert len(service.in_programme(actor, district.id)) == seen
        if not seen and actor.can(Permission.ENROLMENTS_READ):
            with pytest.raises(NotFound):
                service.find_enrolment(actor, made.id)


def test_a_group_is_never_told_of_in_another_context(world: World, group: YouthGroup, district: Programme) -> None:
    made = propose(world, group, district)
    with pytest.raises(Forbidden), db.unit_of_work():
        service.to_disclose(world.actor(world.worker), made.id)


def test_it_ends_by_itself_and_the_director_hears_before(
    world: World, group: YouthGroup, district: Programme, freeze: Callable[..., None]
) -> None:
    made = decide(world, "director", propose(world, group, district), Event.ACCEPT)
    with db.unit_of_work():
        told = db.session.execute(rules.groups_ending(clock.today() + timedelta(days=76))).one()
        assert (told.recipient_id, told.person_id, told.due_on) == (world.director.id, None, made.until)
        assert db.session.execute(rules.ending(clock.today() + timedelta(days=76))).all() == []
    freeze(clock.now() + timedelta(days=91))
    with db.unit_of_work():
        assert service.lapse(system("programmes")) == 1
        assert db.session.scalars(select(EnrolmentEvent.person_id).where(EnrolmentEvent.event == "lapse")).all() == [
            None
        ]


def test_groups_and_trajectories_count_by_line_and_focus_area(
    world: World, group: YouthGroup, district: Programme
) -> None:
    decide(world, "director", propose(world, group, district), Event.ACCEPT)
    with db.unit_of_work():
        amina = trajectories.messenger(world.network, account=None, name="Amina Proef", places=8)
        for n in range(2):
            programmes.enrolled(people.person(world.noord, f"Kind Noord{n}"), district, world.worker)
    for n in range(5):
        running = trajectories.trajectory(world, TrajectoryStatus.ACTIVE, name=f"Kind Noord{n}", with_messenger=amina)
        with db.unit_of_work():
            db.session.get_one(Trajectory, running.id).programme_line_id = district.lines[0].id
            trajectories.logged(running)
    actor = world.actor(world.manager)
    with db.unit_of_work(on_behalf_of=actor.user_id):
        found = {
            kind.label: [(line.name, line.focus, line.total) for line in kind.lines]
            for kind in service.reach(actor, service.get(actor, district.id))
        }
    assert found == {
        "Jongeren die meedoen": [("Perspectief", None, None)],
        "Trajecten die lopen": [("Perspectief", 5, 5)],
        "Groepen die meedoen": [("Groepen en plekken", 1, 1)],
    }


def test_from_the_page_of_the_group(world: World, client_as: Client, group: YouthGroup, district: Programme) -> None:
    browser, director = client_as(world.worker), client_as(world.director)
    today = clock.today()
    answers = {
        "line_id": str(district.lines[1].id), "reason": "Elke avond onrust.", "since": today.isoformat(),
        "until": (today + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    page = browser.post(f"/groepen/{group.id}/inschrijven", data=answers).location
    assert group.code in unescape(browser.get(page).text)
    again = browser.post(f"/groepen/{group.id}/inschrijven", data=answers)
    assert "Deze groep is in deze periode al in dit programma." in unescape(again.text)
    assert "Niet toelaten" in unescape(director.get(page).text)
    ending = unescape(director.get(f"{page}/stoppen").text)
    assert "verhuisd" not in ending
    assert "Jeugd & Veiligheid" in unescape(director.get(f"/groepen/{group.id}").text)
    assert group.code in unescape(director.get(f"/programmas/{district.id}").text)
