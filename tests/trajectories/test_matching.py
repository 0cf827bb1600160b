"""Who could be the messenger: the order follows from the reasons that are shown, and some are never offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.core import db
from portal.core.errors import Invalid
from portal.messengers.models import CredibleMessenger
from portal.messengers.service import Room
from portal.people.models import Person
from portal.trajectories import labels, service
from portal.trajectories.models import Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service import Candidate
from portal.trajectories.workflow import Event
from tests.factories import trajectories as made
from tests.factories.world import World


def ranked(world: World, trajectory: Trajectory) -> list[Candidate]:
    with db.unit_of_work():
        actor = world.actor(world.coordinator)
        return service.candidates(actor, service.find(actor, trajectory.id))


@pytest.fixture
def request_(world: World) -> Trajectory:
    """Somebody in Noord who likes boxing and for whom Turkish helps, being matched."""
    trajectory = made.trajectory(world, S.MATCHING, with_messenger=None)
    with db.unit_of_work():
        row = db.session.get_one(Trajectory, trajectory.id)
        row.languages, row.interests = ["tr"], ["boxing", "music"]
        made.logged(row)
    return trajectory


def messenger(
    world: World, name: str, *, languages: tuple[str, ...] = (), interests: tuple[str, ...] = (), **more: Any
) -> CredibleMessenger:
    with db.unit_of_work():
        found = made.messenger(world.network, name, **more)
        found.languages, found.interests = list(languages), list(interests)
        return found


def test_the_order_and_its_reasons(world: World, request_: Trajectory) -> None:
    messenger(world, "Druk Proef", areas=("T",), places=1)
    messenger(world, "Buurt Proef", areas=("N",))
    messenger(world, "Taal Proef", areas=("T",), languages=("tr", "ar"))
    messenger(world, "Sport Proef", areas=("N",), interests=("boxing",))
    found = [each for each in ranked(world, request_) if each.messenger.display_name != "Amina Proef"]
    assert [each.messenger.display_name for each in found] == ["Taal Proef", "Sport Proef", "Buurt Proef", "Druk Proef"]
    assert labels.reasons(found[0]) == ["Spreekt Turks", "4 van 4 plaatsen vrij"]
    assert labels.reasons(found[1]) == ["Kent dit stadsdeel", "Doet ook graag: boksen", "4 van 4 plaatsen vrij"]


def test_who_said_no_comes_last_and_says_so(world: World, request_: Trajectory) -> None:
    ruud = messenger(world, "Ruud Proef", languages=("tr",), account=world.messenger)
    with db.unit_of_work():
        made.take(world, "coordinator", request_.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
        made.take(world, "messenger", request_.id, Event.DECLINE)
    last = ranked(world, request_)[-1]
    assert last.messenger.id == ruud.id
    assert "Zei eerder nee op deze aanvraag" in labels.reasons(last)


def test_a_full_one_is_not_offered(world: World, request_: Trajectory) -> None:
    ruud = messenger(world, "Ruud Proef", places=1)
    made.trajectory(world, S.MATCH_PROPOSED, name="Noor Voorbeeld", with_messenger=ruud)
    full = next(each for each in ranked(world, request_) if each.messenger.id == ruud.id)
    assert not full.offered
    assert labels.reasons(full) == ["Kent dit stadsdeel", "Vol"]


def test_after_a_safety_stop_never_again(world: World, client_as: Callable[..., FlaskClient]) -> None:
    ruud = messenger(world, "Ruud Proef")
    stopped = made.trajectory(world, S.STOPPED, with_messenger=ruud)
    with db.unit_of_work():
        again = made.requested(world, db.session.get_one(Person, stopped.person_id))
        made.bring_to(world, again.id, S.MATCHING)
    found = next(each for each in ranked(world, again) if each.messenger.id == ruud.id)
    assert labels.reasons(found) == ["Niet mogelijk"], "without the reason"
    with pytest.raises(Invalid), db.unit_of_work():
        made.take(world, "coordinator", again.id, Event.PROPOSE_MATCH, messenger_id=ruud.id)
    page = client_as(world.coordinator).get(f"/trajecten/{again.id}/voorstel").text
    assert "Ruud Proef: Niet mogelijk" in page
    assert f'value="{ruud.id}"' not in page


CANDIDATES = st.builds(
    Candidate,
    room=st.builds(
        lambda free: Room(CredibleMessenger(display_name="Proef", max_individual=8), 8 - free), st.integers(0, 8)
    ),
    knows_area=st.booleans(),
    languages=st.sampled_from([(), ("tr",)]),
    interests=st.sampled_from([(), ("music",), ("boxing", "music")]),
    said_no=st.booleans(),
    possible=st.booleans(),
)


@given(st.lists(CANDIDATES, max_size=8))
def test_nobody_who_is_offered_stands_below_who_is_not(found: list[Candidate]) -> None:
    order = [each.offered for each in sorted(found, key=lambda each: each.place_in_order)]
    assert order == sorted(order, reverse=True)


def test_the_choice_from_the_list_is_filled_in(
    world: World, request_: Trajectory, client_as: Callable[..., FlaskClient]
) -> None:
    ruud = messenger(world, "Ruud Proef", languages=("tr",))
    browser = client_as(world.coordinator)
    page = browser.get(f"/trajecten/{request_.id}/voorstel").text
    assert "Spreekt Turks" in page
    chosen = browser.get(f"/trajecten/{request_.id}/voorstel?messenger={ruud.id}").text
    assert re.search(rf'<option value="{ruud.id}"[^>]* selected', chosen)
    assert browser.get(f"/trajecten/{request_.id}/voorstel?messenger=onzin").status_code == 200
