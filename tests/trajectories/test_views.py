"""Pages and forms of trajectories: what each role sees, bad input, lost races, a constant number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import clock, db, paging
from portal.core.ids import new_id
from portal.messengers.models import CredibleMessenger
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from portal.trajectories.forms import SLUGS
from portal.trajectories.models import Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.workflow import Event
from tests.factories import World, people
from tests.factories import trajectories as made
from tests.looking import page

Client = Callable[..., FlaskClient]
WISH = "Wil weer sporten"


@pytest.fixture
def ruud(world: World) -> CredibleMessenger:
    with db.unit_of_work():
        return made.messenger(world.network, account=world.messenger, places=1)


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, worker=world.worker)


def test_after_a_yes_the_no_is_no_main_button(client_as: Client, world: World, ruud: CredibleMessenger) -> None:
    """A second tap in the same place would take the answer back without a thought."""
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    browser = client_as(world.messenger)
    first = page(browser, f"/trajecten/{trajectory.id}")
    assert re.search(r"ams-button--primary[^>]*>\s*<span>Ja, ik doe dit<", first)
    browser.post(step(trajectory, Event.MESSENGER_OK), data={"version": version(trajectory.id)})
    then = page(browser, f"/trajecten/{trajectory.id}")
    assert re.search(r"ams-button--secondary[^>]*>\s*<span>Nee, dit past niet<", then)


def status_of(trajectory_id: UUID) -> str:
    with db.unit_of_work():
        return db.session.get_one(Trajectory, trajectory_id).status


def step(trajectory: Trajectory, event: Event) -> str:
    return f"/trajecten/{trajectory.id}/{SLUGS[event]}"


def version(trajectory_id: UUID) -> int:
    with db.unit_of_work():
        return db.session.get_one(Trajectory, trajectory_id).version


# --- the request -------------------------------------------------------------


def answers(world: World, **changes: str) -> dict[str, str]:
    return {
        "request_text": "Wil weer sporten.",
        "wish": "Uit de buurt",
        "youth_agreed_on": clock.today().isoformat(),
        "coordination_team_id": str(world.network.id),
    } | changes


def test_a_worker_requests_from_the_dossier(world: World, young: Person, client_as: Client) -> None:
    browser = client_as(world.worker)
    path = f"/jongeren/{young.id}/traject-aanvragen"
    assert "Wat wil de jongere?" in page(browser, path)
    answer = browser.post(path, data=answers(world))
    assert answer.status_code == 303
    shown = page(browser, answer.location)
    assert "Aangevraagd" in shown
    assert "Het traject is aangevraagd" in shown
    assert "heeft al een traject" in page(browser, path)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("request_text", "", "Vul dit veld in."),
        ("request_text", "a" * 1001, "1 teken korter"),
        ("request_text", "a\x00b", "niet kunnen lezen"),
        ("wish", "b" * 501, "1 teken korter"),
        ("youth_agreed_on", "", "Kies een datum."),
        ("youth_agreed_on", "31-02-2026", "bestaande datum"),
        ("youth_agreed_on", "2199-01-01", "eerder"),
        ("coordination_team_id", "01900000-0000-7000-8000-000000000000", "Kies een van de mogelijkheden."),
        ("coordination_team_id", "'; DROP TABLE trajectory", "Kies een van de mogelijkheden."),
    ],
)
def test_bad_requests_save_nothing(
    world: World, young: Person, client_as: Client, field: str, value: str, message: str
) -> None:
    answer = client_as(world.worker).post(
        f"/jongeren/{young.id}/traject-aanvragen", data=answers(world, **{field: value})
    )
    assert answer.status_code == 422
    assert message in unescape(answer.text)
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Trajectory)) == 0


def test_text_of_others_is_shown_as_text(world: World, young: Person, client_as: Client) -> None:
    browser = client_as(world.worker)
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    answer = browser.post(f"/jongeren/{young.id}/traject-aanvragen", data=answers(world, request_text=evil))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in browser.get(answer.location).text


def test_second_request_says_why_not(world: World, client_as: Client) -> None:
    trajectory = made.trajectory(world)
    answer = client_as(world.worker).post(f"/jongeren/{trajectory.person_id}/traject-aanvragen", data=answers(world))
    assert answer.status_code == 422
    assert "heeft al een traject dat loopt" in unescape(answer.text)


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("director", 403), ("coordinator", 403)])
def test_others_do_not_request(world: World, young: Person, client_as: Client, who: str, status: int) -> None:
    browser = client_as(getattr(world, who))
    page(browser, f"/jongeren/{young.id}/traject-aanvragen", status)
    with db.unit_of_work():
        denied = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.action == Action.DENIED)
        ).all()
    assert len(denied) == 1


# --- the board and the lists -------------------------------------------------


def test_the_board_has_its_columns_and_quick_steps(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.REQUESTED)
    made.trajectory(world, S.READY, name="Noor Voorbeeld", with_messenger=ruud)
    browser = client_as(world.coordinator)
    board = page(browser, "/trajecten")
    assert re.findall(r'id="column-(\w+)"', board) == ["requested", "matching", "proposed", "active", "ending"]
    assert "Yassine V." in board
    assert "Klaar voor kennismaking" in board
    assert "<span><strong>Vol</strong></span> <span>1 bezet</span>" in board
    assert "2 lopende trajecten" in board
    answer = browser.post(step(trajectory, Event.ACCEPT), data={"version": trajectory.version})
    assert answer.status_code == 303
    assert status_of(trajectory.id) == S.MATCHING


@pytest.mark.parametrize("query", ["stadsdeel=ZZ", "messenger=abc", "wacht=nee", "stadsdeel=%00", "na=onzin&toon=x"])
def test_unreadable_filters_filter_nothing(world: World, client_as: Client, query: str) -> None:
    made.trajectory(world)
    assert "Yassine V." in page(client_as(world.coordinator), f"/trajecten?{query}")


def test_an_unknown_cursor_is_not_found(world: World, client_as: Client) -> None:
    page(client_as(world.worker), "/trajecten?na=onzin", 404)
    page(client_as(world.worker), "/trajecten?na=WyJ4Il0", 404)


def test_empty_pages(world: World, client_as: Client) -> None:
    assert "Hier komen de aanvragen" in page(client_as(world.coordinator), "/trajecten")
    assert "vanuit het dossier" in page(client_as(world.worker), "/trajecten")
    assert "waar jij bij hoort" in page(client_as(world.messenger), "/trajecten")
    assert "Nog niets afgesloten" in page(client_as(world.coordinator), "/trajecten?toon=afgesloten")


def test_a_messenger_sees_the_proposal_without_a_name(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    browser = client_as(world.messenger)
    listed = page(browser, "/trajecten")
    shown = page(browser, f"/trajecten/{trajectory.id}")
    for text in (listed, shown):
        assert trajectory.number in text
        assert "Noord" in text
        assert "Yassine" not in text
        assert "Voorbeeld" not in text
    assert "Past dit bij jou?" in listed
    assert WISH in shown


def test_after_two_times_yes_the_messenger_reads_the_given_name(
    world: World, ruud: CredibleMessenger, client_as: Client
) -> None:
    trajectory = made.trajectory(world, S.READY, with_messenger=ruud)
    shown = page(client_as(world.messenger), f"/trajecten/{trajectory.id}")
    assert "Yassine" in shown
    assert "Yassine V" not in shown


def test_a_director_reads_the_status_only(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    browser, path = client_as(world.director), f"/trajecten/{trajectory.id}"
    asked = page(browser, path, 403)
    assert "Waarvoor open je dit dossier?" in asked
    assert "Yassine" not in asked
    assert f'value="{path}"' in asked
    said = browser.post(f"/jongeren/{trajectory.person_id}/doel", data={"purpose": "planning", "back": path})
    assert said.headers["Location"] == path
    shown = page(browser, path)
    with db.unit_of_work():
        read = select(AccessEvent.purpose).where(AccessEvent.subject_id == trajectory.id, AccessEvent.action == "read")
        assert list(db.session.scalars(read)) == ["planning"]
    assert "Actief" in shown
    assert WISH not in shown
    assert "Zelfde sport" not in shown
    assert "Afgesproken" not in shown
    assert 'method="post" action="/trajecten/' not in shown


def test_a_closed_one_is_a_number_to_the_coordinator(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.ENDED, with_messenger=ruud)
    browser = client_as(world.coordinator)
    for path in ("/trajecten?toon=afgesloten", f"/trajecten/{trajectory.id}"):
        shown = page(browser, path)
        assert trajectory.number in shown
        assert "Yassine" not in shown
        assert WISH not in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [("worker", 200), ("colleague", 404), ("stranger", 404), ("director", 403), ("manager", 403),
     ("coordinator", 200), ("messenger", 404), ("trainer", 403), ("analyst", 403), ("privacy_officer", 403),
     ("administrator", 403)],
)  # fmt: skip
def test_who_may_open_a_trajectory(world: World, client_as: Client, who: str, status: int) -> None:
    trajectory = made.trajectory(world, S.MATCHING)
    page(client_as(getattr(world, who)), f"/trajecten/{trajectory.id}", status)


def test_why_it_ended_is_for_who_may_read_the_reasons(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    """A reason can be that somebody is detained: a director reads the status, the others until their access ends."""
    ending = made.trajectory(world, S.ENDING, with_messenger=ruud)
    told = {"worker": True, "coordinator": True, "messenger": True, "director": False}
    path = f"/trajecten/{ending.id}"
    browsers = {who: client_as(getattr(world, who)) for who in told}
    browsers["director"].post(f"/jongeren/{ending.person_id}/doel", data={"purpose": "supervision"})
    assert {who: "Doelen bereikt" in page(browser, path) for who, browser in browsers.items()} == told
    with db.unit_of_work():
        made.take(world, "coordinator", ending.id, Event.CLOSE)
    told |= {"coordinator": False, "messenger": False}
    assert {who: "Doelen bereikt" in page(browser, path) for who, browser in browsers.items()} == told


# --- steps -------------------------------------------------------------------


def test_the_whole_way_through_the_pages(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world)
    coordinator, worker, messenger = (client_as(u) for u in (world.coordinator, world.worker, world.messenger))
    today = clock.today().isoformat()
    for browser, event, data in (
        (coordinator, Event.ACCEPT, {}),
        (coordinator, Event.PROPOSE_MATCH, {"messenger_id": str(ruud.id), "motivation": "Zelfde sport"}),
        (messenger, Event.MESSENGER_OK, {}),
        (worker, Event.YOUTH_OK, {}),
        (messenger, Event.FIRST_MEETING, {"on": today}),
        (coordinator, Event.PAUSE, {"note": "Vakantie"}),
        (coordinator, Event.RESUME, {}),
        (coordinator, Event.END, {"end_reason": "goals_reached"}),
        (coordinator, Event.CLOSE, {"on": today}),
    ):
        slug = SLUGS.get(event, "voorstel")
        path = f"/trajecten/{trajectory.id}/{slug}"
        page(browser, path)
        answer = browser.post(path, data=data | {"version": version(trajectory.id)})
        assert answer.status_code == 303, (event, answer.text)
        page(browser, answer.location)
    assert status_of(trajectory.id) == S.ENDED


def test_the_last_yes_may_be_the_messengers(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    client_as(world.worker).post(step(trajectory, Event.YOUTH_OK), data={"version": version(trajectory.id)})
    browser = client_as(world.messenger)
    assert "Yassine" not in page(browser, f"/trajecten/{trajectory.id}")
    answer = browser.post(step(trajectory, Event.MESSENGER_OK), data={"version": version(trajectory.id)})
    assert answer.status_code == 303
    assert "Yassine" in page(browser, answer.location)
    assert status_of(trajectory.id) == S.READY


def test_a_messenger_who_declines_goes_back_to_the_list(
    world: World, ruud: CredibleMessenger, client_as: Client
) -> None:
    trajectory = made.trajectory(world, S.MATCH_PROPOSED, with_messenger=ruud)
    browser = client_as(world.messenger)
    answer = browser.post(
        step(trajectory, Event.DECLINE), data={"version": version(trajectory.id), "note": "Te dichtbij"}
    )
    assert answer.location == "/trajecten"
    assert "Te dichtbij" in page(client_as(world.coordinator), f"/trajecten/{trajectory.id}")


@pytest.mark.parametrize(
    ("event", "status", "data", "message"),
    [
        (Event.REJECT, S.REQUESTED, {}, "Schrijf in een paar woorden waarom."),
        (Event.REJECT, S.REQUESTED, {"note": "x" * 1001}, "1 teken korter"),
        (Event.FIRST_MEETING, S.READY, {}, "Kies een datum."),
        (Event.FIRST_MEETING, S.READY, {"on": "2199-01-01"}, "eerder"),
        (Event.FIRST_MEETING, S.READY, {"on": "2001-01-01"}, "te ver terug"),
        (Event.END, S.ACTIVE, {"end_reason": "verveling"}, "Kies een van de mogelijkheden."),
        (Event.CLOSE, S.ENDING, {"on": "gisteren"}, "bestaande datum"),
        (Event.SAFETY_STOP, S.ACTIVE, {"note": "   "}, "Schrijf in een paar woorden waarom."),
    ],
)
def test_bad_answers_change_nothing(
    world: World, client_as: Client, event: Event, status: S, data: dict[str, str], message: str
) -> None:
    trajectory = made.trajectory(world, status)
    answer = client_as(world.coordinator).post(
        step(trajectory, event), data=data | {"version": str(version(trajectory.id))}
    )
    assert answer.status_code == 422
    assert message in unescape(answer.text)
    assert status_of(trajectory.id) == status


def test_a_meeting_with_a_messenger_who_is_away(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.READY, with_messenger=ruud)
    browser = client_as(world.coordinator)
    paused = browser.post(f"/credible-messengers/{ruud.id}/pauze", data={"version": ruud.version})
    assert paused.status_code == 303
    answer = browser.post(
        step(trajectory, Event.FIRST_MEETING),
        data={"version": version(trajectory.id), "on": clock.today().isoformat()},
    )
    assert answer.status_code == 422
    assert "nu niet beschikbaar" in unescape(answer.text)


def test_lost_races_are_conflicts(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    one = made.trajectory(world, S.MATCHING)
    two = made.trajectory(world, S.MATCHING, name="Noor Voorbeeld")
    browser = client_as(world.coordinator)
    data = {"messenger_id": str(ruud.id), "motivation": "Zelfde sport"}
    for trajectory, status in ((one, 303), (two, 409)):
        answer = browser.post(f"/trajecten/{trajectory.id}/voorstel", data=data | {"version": version(trajectory.id)})
        assert answer.status_code == status, answer.text
    assert "iemand anders was je voor" in unescape(answer.text).casefold()
    assert status_of(two.id) == S.MATCHING
    page(browser, f"/trajecten/{one.id}/voorstel", 409)
    outdated = browser.post(step(two, Event.SAFETY_STOP), data={"version": 1, "note": "Oud scherm"})
    assert outdated.status_code == 409


def test_steps_of_others_are_forbidden(world: World, ruud: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.ACTIVE, with_messenger=ruud)
    for who in ("worker", "messenger", "director"):
        browser = client_as(getattr(world, who))
        page(browser, step(trajectory, Event.PAUSE), 403)
        answer = browser.post(step(trajectory, Event.PAUSE), data={"version": version(trajectory.id)})
        assert answer.status_code == 403
    stranger = client_as(world.stranger)
    assert stranger.post(step(trajectory, Event.PAUSE), data={"version": 1}).status_code == 404
    assert status_of(trajectory.id) == S.ACTIVE


def test_unknown_addresses(world: World, client_as: Client) -> None:
    browser = client_as(world.coordinator)
    trajectory = made.trajectory(world)
    unknown = (new_id(), f"{trajectory.id}/vliegen", 1)
    for path in unknown:
        page(browser, f"/trajecten/{path}", 404)


def test_news_leads_to_the_trajectory(world: World, client_as: Client) -> None:
    trajectory = made.trajectory(world)
    with db.unit_of_work():
        event_id = db.session.scalars(select(TrajectoryEvent.id)).one()
    answer = client_as(world.coordinator).get(f"/trajecten/stappen/{event_id}")
    assert answer.location == f"/trajecten/{trajectory.id}"
    for unknown in (event_id, new_id()):  # out of reach and not existing look the same
        browser = client_as(world.stranger)
        answer = browser.get(f"/trajecten/stappen/{unknown}")
        assert answer.location == "/trajecten"
        assert "niet meer van jou" in page(browser, "/trajecten")


# --- evidence ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/trajecten", "/trajecten/{}/voorstel"])
def test_messengers_in_a_list_are_logged(world: World, ruud: CredibleMessenger, client_as: Client, path: str) -> None:
    trajectory = made.trajectory(world, S.MATCHING, with_messenger=ruud)
    assert "Ruud Proef" in page(client_as(world.coordinator), path.format(trajectory.id))
    listed = select(AccessEvent.subject_id, AccessEvent.purpose).where(
        AccessEvent.subject_type == "credible_messenger", AccessEvent.action == Action.LIST
    )
    assert [tuple(row) for row in db.session.execute(listed)] == [(ruud.id, "planning")]


# --- queries -----------------------------------------------------------------


def queries(app: Flask, browser: FlaskClient, path: str) -> int:
    with app.app_context():
        counted = 0

        def remember(response: object) -> object:
            nonlocal counted
            counted = g.queries
            return response

        before = app.after_request_funcs.setdefault(None, [])
        before.append(remember)
        try:
            page(browser, path)
        finally:
            before.remove(remember)
    return counted


@pytest.mark.parametrize("who", ["coordinator", "worker", "director"])
def test_lists_cost_the_same_with_more_rows(app: Flask, world: World, client_as: Client, who: str) -> None:
    browser = client_as(getattr(world, who))
    for status in (S.REQUESTED, S.MATCH_PROPOSED, S.ACTIVE):
        made.trajectory(world, status)
    page(browser, "/trajecten")
    few = queries(app, browser, "/trajecten")
    for status in (S.REQUESTED, S.MATCHING, S.MATCH_PROPOSED, S.READY, S.ACTIVE, S.ENDING):
        made.trajectory(world, status)
    assert queries(app, browser, "/trajecten") == few
    assert few <= 12
    assert queries(app, browser, "/trajecten?stadsdeel=N&stap=matching&wacht=5&mijn=y&meer=active") <= 12


def test_one_trajectory_costs_little(app: Flask, world: World, client_as: Client) -> None:
    trajectory = made.trajectory(world, S.ENDING)
    browser = client_as(world.coordinator)
    assert queries(app, browser, f"/trajecten/{trajectory.id}") <= 12


def test_pages_follow_each_other(world: World, client_as: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    numbers = [made.trajectory(world, S.REQUESTED).number for _ in range(5)]
    browser, path, seen = client_as(world.worker), "/trajecten", []
    while path:
        shown = page(browser, path)
        seen += re.findall(r"TRJ-\d{4}-\d{5}", re.sub(r"<th.*?</th>", "", shown, flags=re.S))
        following = re.search(r'href="(/trajecten\?na=[^"]+)" rel="next"', shown)
        path = following.group(1) if following else ""
    assert seen == numbers[::-1]


def test_yesterday_is_fine_and_tomorrow_is_not(world: World, young: Person, client_as: Client) -> None:
    browser = client_as(world.worker)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    path = f"/jongeren/{young.id}/traject-aanvragen"
    assert browser.post(path, data=answers(world, youth_agreed_on=tomorrow)).status_code == 422
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert browser.post(path, data=answers(world, youth_agreed_on=yesterday)).status_code == 303
