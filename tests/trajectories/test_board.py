"""The board as a page: overfull, filtered, moved, taken back, and the way back to where one was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.messengers.models import CredibleMessenger
from portal.trajectories.models import Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.workflow import Event
from tests.factories import people
from tests.factories import trajectories as made
from tests.factories.world import World

ClientAs = Callable[..., FlaskClient]


@pytest.fixture
def ruud(world: World) -> CredibleMessenger:
    """A messenger with an account and three places."""
    with db.unit_of_work():
        return made.messenger(world.network, account=world.messenger, places=3)


def many(world: World, count: int) -> None:
    """Requests as they lie on an overfull board, each a little older than the one before."""
    with db.unit_of_work():
        for n in range(count):
            young = people.person(world.noord, f"Jongere{n} Voorbeeld", worker=world.worker)
            at = clock.now() - timedelta(days=1, minutes=n)
            row = Trajectory(
                number=f"TRJ-2025-{n:05d}",
                person_id=young.id,
                team_id=young.team_id,
                coordination_team_id=world.network.id,
                status=S.REQUESTED,
                status_since=at,
                requested_by=world.worker.id,
                requested_at=at,
                request_text="Wil weer sporten.",
            )
            db.session.add(row)
            db.session.flush()
            made.logged(row)


def last_event(trajectory_id: UUID) -> UUID:
    with db.unit_of_work():
        newest = select(TrajectoryEvent.id).where(TrajectoryEvent.trajectory_id == trajectory_id)
        found = db.session.scalars(newest.order_by(TrajectoryEvent.at.desc(), TrajectoryEvent.id.desc())).first()
        assert found is not None
        return found


def row(trajectory_id: UUID) -> Trajectory:
    with db.unit_of_work():
        return db.session.get_one(Trajectory, trajectory_id, populate_existing=True)


def test_an_overfull_board_shows_the_oldest_and_says_how_many(app: Flask, world: World, client_as: ClientAs) -> None:
    many(world, 300)
    browser = client_as(world.coordinator)
    browser.get("/trajecten")  # what is read once per process
    with browser:
        page = browser.get("/trajecten").text
        queries = g.queries
    assert page.count("data-card=") == 15
    assert "15 van 100+" in page
    assert "300 lopende trajecten" in page
    first = re.search(r"TRJ-2025-\d{5}", page)
    assert first is not None
    assert first.group() == "TRJ-2025-00299", "who waits longest comes first"
    with browser:
        opened = browser.get("/trajecten?meer=requested").text
        assert g.queries == queries <= 12
    assert opened.count("data-card=") == 100
    assert "meer dan 100" in opened


def test_a_step_from_the_board_leads_back_to_it_with_its_filters(world: World, client_as: ClientAs) -> None:
    trajectory = made.trajectory(world)
    browser = client_as(world.coordinator)
    page = browser.get("/trajecten?stadsdeel=N&wacht=&mijn=").text
    assert 'name="terug" value="/trajecten?stadsdeel=N"' in page
    answer = browser.post(
        f"/trajecten/{trajectory.id}/oppakken", data={"version": "1", "terug": "/trajecten?stadsdeel=N"}
    )
    assert answer.location == f"/trajecten?stadsdeel=N#kaart-{trajectory.id}"


@pytest.mark.parametrize("elsewhere", ["https://example.org/trajecten", "//example.org", "/inloggen", "/trajecten\n"])
def test_back_to_nowhere_else(world: World, client_as: ClientAs, elsewhere: str) -> None:
    trajectory = made.trajectory(world)
    data = {"version": "1", "terug": elsewhere}
    answer = client_as(world.coordinator).post(f"/trajecten/{trajectory.id}/oppakken", data=data)
    assert answer.location == f"/trajecten/{trajectory.id}"


def test_every_step_of_a_card_is_in_its_menu(world: World, ruud: CredibleMessenger, client_as: ClientAs) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    page = client_as(world.coordinator).get("/trajecten").text
    card = page[page.index(f'data-card="{trajectory.id}"') :]
    targets = re.findall(r'/trajecten/[0-9a-f-]+/([a-z-]+)[^"]*"[^>]*?(?:data-to="(\w+)")?>', card)
    assert dict(targets) == {
        "pauzeren": "",
        "messenger-vervangen": "proposed",
        "andere-messenger": "matching",
        "afronden": "ending",
        "veiligheidsstop": "",
    }


def test_a_step_is_taken_back_from_the_board(world: World, client_as: ClientAs) -> None:
    trajectory = made.trajectory(world)
    browser = client_as(world.coordinator)
    browser.post(f"/trajecten/{trajectory.id}/oppakken", data={"version": "1", "terug": "/trajecten"})
    address = f"/trajecten/stappen/{last_event(trajectory.id)}/terugdraaien"
    assert address in browser.get("/trajecten").text
    assert address in browser.get(f"/trajecten/{trajectory.id}").text
    assert "kan tot" in browser.get(address).text
    data = {"version": str(row(trajectory.id).version), "terug": "/trajecten"}
    assert browser.post(address, data=data).location == f"/trajecten#kaart-{trajectory.id}"
    assert row(trajectory.id).status == S.REQUESTED
    after = browser.get("/trajecten").text
    assert "Teruggedraaid: aanvraag in behandeling genomen." in after
    assert address not in after
    assert "Stap teruggedraaid" in browser.get(f"/trajecten/{trajectory.id}").text
    assert browser.post(address, data=data).status_code == 409


@pytest.mark.parametrize(("start", "step"), [(S.REQUESTED, "afwijzen"), (S.ENDING, "sluiten")])
def test_what_ended_the_sight_of_the_young_person_is_taken_back(
    world: World, ruud: CredibleMessenger, client_as: ClientAs, start: S, step: str
) -> None:
    trajectory = made.trajectory(world, start, with_messenger=ruud)
    browser = client_as(world.coordinator)
    data = {"version": str(row(trajectory.id).version), "note": "Past niet.", "on": clock.today().isoformat()}
    assert browser.post(f"/trajecten/{trajectory.id}/{step}", data=data).status_code == 303
    assert row(trajectory.id).status != start
    address = f"/trajecten/stappen/{last_event(trajectory.id)}/terugdraaien"
    for page in ("/trajecten", f"/trajecten/{trajectory.id}"):
        assert address in browser.get(page).text, page
    answer = browser.post(address, data={"version": str(row(trajectory.id).version)})
    assert answer.status_code == 303
    assert row(trajectory.id).status == start
    for who in (world.coordinator, world.messenger) if start == S.ENDING else (world.coordinator,):
        assert "Yassine" in client_as(who).get(f"/trajecten/{trajectory.id}").text


def test_steps_of_others_are_not_taken_back(world: World, ruud: CredibleMessenger, client_as: ClientAs) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    with db.unit_of_work():
        made.take(world, "messenger", trajectory.id, Event.MESSENGER_OK)
    address = f"/trajecten/stappen/{last_event(trajectory.id)}/terugdraaien"
    assert client_as(world.coordinator).get(address).status_code == 403
    for who in (world.worker, world.messenger, world.director, world.stranger):
        assert client_as(who).post(address, data={"version": "1"}).status_code in (403, 404)


def test_a_replacement_by_its_page(world: World, ruud: CredibleMessenger, client_as: ClientAs) -> None:
    with db.unit_of_work():
        amina = made.messenger(world.network, "Amina Nieuw", places=1)
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    browser = client_as(world.coordinator)
    address = f"/trajecten/{trajectory.id}/messenger-vervangen"
    page = browser.get(address).text
    assert f'value="{ruud.id}"' not in page, "who stops is not offered"
    data = {"version": str(row(trajectory.id).version), "messenger_id": str(amina.id), "motivation": "Kent de buurt."}
    refused = browser.post(address, data=data)
    assert refused.status_code == 422
    assert "Schrijf in een paar woorden waarom." in refused.text
    assert row(trajectory.id).messenger_id == ruud.id
    assert browser.post(address, data=data | {"note": "Is ziek."}).status_code == 303
    assert (row(trajectory.id).messenger_id, row(trajectory.id).status) == (amina.id, S.MATCH_PROPOSED)
    board = browser.get("/trajecten").text
    assert "1 beloofd" in board
    assert browser.post(address, data=data | {"note": "Is ziek."}).status_code == 409


def test_choosing_a_messenger_costs_little(
    app: Flask, world: World, ruud: CredibleMessenger, client_as: ClientAs
) -> None:
    running = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    waiting = made.trajectory(world, S.MATCHING, name="Noor Voorbeeld")
    browser = client_as(world.coordinator)
    browser.get("/trajecten")  # what is read once per process
    spent: list[int] = []
    for _ in range(2):
        for address in (f"{running.id}/messenger-vervangen", f"{waiting.id}/voorstel"):
            with browser:
                assert browser.get(f"/trajecten/{address}").status_code == 200
                spent.append(g.queries)
        with db.unit_of_work():
            for n in range(4):
                made.messenger(world.network, f"Messenger{n} Proef", areas=("N", "T"))
    assert max(spent) <= 12


def test_only_coordinators_replace(world: World, ruud: CredibleMessenger, client_as: ClientAs) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    for who in (world.worker, world.messenger, world.director):
        assert client_as(who).get(f"/trajecten/{trajectory.id}/messenger-vervangen").status_code == 403
