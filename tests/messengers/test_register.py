"""The register of messengers: who sees and who keeps it, status changes, room, bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core import db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.ids import new_id
from portal.messengers import labels, service
from portal.messengers.models import CredibleMessenger
from portal.messengers.models import MessengerStatus as S
from portal.messengers.service import Details
from portal.messengers.views import SLUGS
from portal.messengers.workflow import MACHINE, Change
from portal.privacy.models import AccessEvent
from portal.trajectories.models import TrajectoryStatus
from tests.factories import World
from tests.factories import trajectories as made
from tests.looking import page

Client = Callable[..., FlaskClient]


@pytest.fixture
def amina(world: World) -> CredibleMessenger:
    with db.unit_of_work():
        return made.messenger(world.network, "Amina Proef", places=2, areas=("TB",))


# --- the machine -------------------------------------------------------------


def test_every_status_can_end_and_has_words() -> None:
    assert {t.source for t in MACHINE.steps if t.target is S.ENDED} == set(S) - {S.ENDED}
    assert set(labels.STATUS) == set(labels.TONE) == set(S)
    assert set(labels.CHANGE) == set(labels.EXPLAINED) == set(SLUGS) == set(Change)


@given(changes=st.lists(st.sampled_from(sorted(Change)), max_size=12))
def test_active_only_after_training(changes: list[Change]) -> None:
    status, done = S.CANDIDATE, set[Change]()
    for change in changes:
        try:
            status = MACHINE.step(change, status, None).target
            done.add(change)
        except Conflict:
            continue
    assert status is not S.ACTIVE or {Change.START_TRAINING, Change.CERTIFY, Change.ACTIVATE} <= done
    assert (status is S.ENDED) == (Change.END in done)


# --- the service -------------------------------------------------------------


def test_room_counts_proposals_and_what_runs(world: World, amina: CredibleMessenger) -> None:
    for status, taken in (
        (TrajectoryStatus.MATCHING, 0),
        (TrajectoryStatus.MATCH_PROPOSED, 1),
        (TrajectoryStatus.ENDED, 1),
        (TrajectoryStatus.PAUSED, 2),
    ):
        made.trajectory(world, status, with_messenger=amina)
        with db.unit_of_work():
            room = service.with_room([amina])[0]
            assert (room.taken, room.free) == (taken, 2 - taken)


def test_no_fewer_places_than_are_taken(world: World, amina: CredibleMessenger) -> None:
    made.trajectory(world, TrajectoryStatus.ACTIVE, with_messenger=amina)
    actor = world.actor(world.coordinator)
    with pytest.raises(Invalid) as error, db.unit_of_work():
        service.update(actor, amina.id, version=amina.version, details=Details("Amina Proef", 0, []))
    assert set(error.value.errors) == {"max_individual"}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details("Amina", 9, []), "max_individual"),
        (Details("Amina", -1, []), "max_individual"),
        (Details("Amina", 4, ["ZZZ"]), "area_codes"),
        (Details("Amina", 4, [], user_id=new_id()), "user_id"),
        (
            Details("Amina", 4, [], available_from=date(2026, 2, 1), available_until=date(2026, 1, 1)),
            "available_until",
        ),
    ],
)
def test_wrong_details(world: World, details: Details, field: str) -> None:
    actor = world.actor(world.coordinator)
    with pytest.raises(Invalid) as error, db.unit_of_work():
        service.create(actor, team_id=world.network.id, details=details)
    assert set(error.value.errors) == {field}


def test_only_messengers_accounts_are_linked(world: World) -> None:
    actor = world.actor(world.coordinator)
    with pytest.raises(Invalid), db.unit_of_work():
        service.create(actor, team_id=world.network.id, details=Details("Samira", 4, [], user_id=world.worker.id))
    with db.unit_of_work():
        made_one = service.create(
            actor, team_id=world.network.id, details=Details("Ruud", 4, ["N"], user_id=world.messenger.id)
        )
        assert (made_one.status, made_one.sort_key) == (S.CANDIDATE, "ruud")


@pytest.mark.parametrize("who", ["worker", "director", "messenger", "manager"])
def test_others_keep_no_register(world: World, amina: CredibleMessenger, who: str) -> None:
    actor = world.actor(getattr(world, who))
    with pytest.raises(Forbidden), db.unit_of_work():
        service.create(actor, team_id=world.network.id, details=Details("X", 4, []))
    with pytest.raises((Forbidden, NotFound)), db.unit_of_work():
        service.change_status(actor, amina.id, version=amina.version, change=Change.PAUSE)


def test_two_changes_of_the_same_page(world: World, amina: CredibleMessenger) -> None:
    """Also when only the areas differ, the second is told that somebody else was first."""
    actor = world.actor(world.coordinator)
    with db.unit_of_work():
        service.update(actor, amina.id, version=amina.version, details=Details("Amina Proef", 2, ["N", "T"]))
    with pytest.raises(Conflict), db.unit_of_work():
        service.update(actor, amina.id, version=amina.version, details=Details("Amina Proef", 2, ["A"]))
    with db.unit_of_work():
        areas = {area.area_code for area in db.session.get_one(CredibleMessenger, amina.id).areas}
    assert areas == {"N", "T"}


@pytest.mark.parametrize(("code", "found"), [("T", True), ("TB", True), ("N", False), (None, True)])
def test_area_filter_looks_up_and_down(world: World, amina: CredibleMessenger, code: str | None, found: bool) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert bool(service.register(actor, area_code=code)) is found


def test_availability(amina: CredibleMessenger) -> None:
    amina.available_from, amina.available_until = date(2026, 3, 1), date(2026, 3, 31)
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [service.is_available(amina, day) for day in days] == [False, True, True, False]


def test_certificate_gets_its_date(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 2, 9, tzinfo=UTC))
    actor = world.actor(world.coordinator)
    with db.unit_of_work():
        student = made.messenger(world.network, "Student Proef", status=S.IN_TRAINING)
    with db.unit_of_work():
        changed = service.change_status(actor, student.id, version=student.version, change=Change.CERTIFY)
        assert (changed.status, changed.certified_on) == (S.CERTIFIED, date(2026, 11, 2))


# --- the pages ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "index", "show"),
    [("worker", 200, 403), ("director", 200, 403), ("coordinator", 200, 200), ("messenger", 403, 403),
     ("manager", 403, 403), ("privacy_officer", 403, 403), ("administrator", 403, 403)],
)  # fmt: skip
def test_who_opens_what(
    world: World, amina: CredibleMessenger, client_as: Client, who: str, index: int, show: int
) -> None:
    browser = client_as(getattr(world, who))
    listed = page(browser, "/credible-messengers", index)
    page(browser, f"/credible-messengers/{amina.id}", show)
    if index == 200:
        assert "Amina Proef" in listed
        assert ("Nieuwe messenger" in listed) == (show == 200)
        assert (f"/credible-messengers/{amina.id}" in listed) == (show == 200)


def test_a_coordinator_adds_changes_and_ends_one(world: World, client_as: Client) -> None:
    browser = client_as(world.coordinator)
    assert "Nieuwe messenger" in page(browser, "/credible-messengers/nieuw")
    data = {"team_id": str(world.network.id), "display_name": "Nieuw Proef", "max_individual": "3", "area_codes": ["N"]}
    answer = browser.post("/credible-messengers/nieuw", data=data)
    assert answer.status_code == 303, answer.text
    shown = page(browser, answer.location)
    assert "Kandidaat" in shown
    path = answer.location

    def version() -> int:
        with db.unit_of_work():
            return db.session.scalars(select(CredibleMessenger.version)).one()

    assert 'value="Nieuw Proef"' in page(browser, f"{path}/wijzigen")
    changed = data | {"display_name": "Beter Proef", "version": str(version())}
    assert browser.post(f"{path}/wijzigen", data=changed).status_code == 303
    assert browser.post(f"{path}/wijzigen", data=changed).status_code == 409
    for change in (Change.START_TRAINING, Change.CERTIFY, Change.ACTIVATE, Change.PAUSE, Change.RESUME, Change.END):
        page(browser, f"{path}/{SLUGS[change]}")
        answer = browser.post(f"{path}/{SLUGS[change]}", data={"version": version()})
        assert answer.status_code == 303, answer.text
    assert "Beter Proef" not in page(browser, "/credible-messengers")
    assert "Beter Proef" in page(browser, "/credible-messengers?status=ended")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("display_name", "", "Vul dit veld in."),
        ("display_name", "x" * 121, "1 teken korter"),
        ("max_individual", "9", "8 of minder"),
        ("max_individual", "veel", "heel getal"),
        ("area_codes", "ZZ", "Kies een van de mogelijkheden."),
        ("user_id", "1", "Kies een van de mogelijkheden."),
        ("certified_on", "2026-13-01", "bestaande datum"),
    ],
)
def test_bad_input(world: World, client_as: Client, field: str, value: str, message: str) -> None:
    data = {"team_id": str(world.network.id), "display_name": "Nieuw Proef", "max_individual": "3"} | {field: value}
    answer = client_as(world.coordinator).post("/credible-messengers/nieuw", data=data)
    assert answer.status_code == 422
    assert message in unescape(answer.text)


def test_an_account_belongs_to_one_messenger(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        made.messenger(world.network, "Ruud Proef", account=world.messenger)
    data = {
        "team_id": str(world.network.id),
        "display_name": "Dubbel Proef",
        "max_individual": "3",
        "user_id": str(world.messenger.id),
    }
    answer = client_as(world.coordinator).post("/credible-messengers/nieuw", data=data)
    assert answer.status_code == 422
    assert "hoort al bij een andere messenger" in unescape(answer.text)


def test_not_ended_while_something_runs(world: World, amina: CredibleMessenger, client_as: Client) -> None:
    trajectory = made.trajectory(world, TrajectoryStatus.ACTIVE, with_messenger=amina)
    browser = client_as(world.coordinator)
    shown = page(browser, f"/credible-messengers/{amina.id}")
    assert "Yassine V." in shown
    assert trajectory.number in shown
    assert f"/{SLUGS[Change.END]}" not in shown
    answer = browser.post(f"/credible-messengers/{amina.id}/{SLUGS[Change.END]}", data={"version": amina.version})
    assert answer.status_code == 422
    assert "heeft nog trajecten" in unescape(answer.text)


def test_unknown_and_impossible(world: World, amina: CredibleMessenger, client_as: Client) -> None:
    browser = client_as(world.coordinator)
    page(browser, f"/credible-messengers/{new_id()}", 404)
    page(browser, f"/credible-messengers/{amina.id}/vliegen", 404)
    page(browser, f"/credible-messengers/{amina.id}/{SLUGS[Change.CERTIFY]}", 409)
    assert "Amina Proef" in page(browser, "/credible-messengers?status=onzin&stadsdeel=%00")


def test_reads_are_logged(world: World, amina: CredibleMessenger, client_as: Client) -> None:
    browser = client_as(world.coordinator)
    page(browser, "/credible-messengers")
    page(browser, f"/credible-messengers/{amina.id}")
    with db.unit_of_work():
        rows = db.session.scalars(
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.actor_id == world.coordinator.id)
            .order_by(AccessEvent.id)
        ).all()
    assert [(r.action, r.subject_id, r.context, r.purpose) for r in rows] == [
        ("list", amina.id, "cm_workforce", "planning"),
        ("read", amina.id, "cm_workforce", "planning"),
    ]
