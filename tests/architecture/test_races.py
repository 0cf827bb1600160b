"""Two people, or two taps, at the same moment: through the web, on connections of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text, update

from portal.accounts import passwords, sessions
from portal.accounts.models import AccountToken, TokenKind, UserSession
from portal.contacts.models import Contact, FollowUp, FollowUpStatus
from portal.core import clock, db
from portal.core.ids import new_id
from portal.people.models import Person, PersonAlias, PersonStatus
from portal.privacy.models import AccessEvent, Action
from portal.trajectories.models import Trajectory
from portal.trajectories.models import TrajectoryStatus as S
from tests.factories import World, contacts, people, trajectories
from tests.factories.accounts import stored, with_password

PATIENCE = 30
ClientAs = Callable[..., FlaskClient]
Call = Callable[[], Any]
FIRST = "Iemand anders was je voor"


def together(*calls: Call) -> list[Any]:
    """Make the calls at the same moment, each in a thread of its own; gives their answers in order."""
    answers: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place: int, call: Call) -> None:
        start.wait(PATIENCE)
        answers[place] = call()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a request hangs"
    return answers


def meet(monkeypatch: pytest.MonkeyPatch, target: str, parties: int = 2) -> None:
    """Let the requests wait for each other just before this function of the service: the worst moment."""
    module, _, name = target.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)
    barrier = threading.Barrier(parties)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        barrier.wait(PATIENCE)
        return real(*args, **kwargs)

    monkeypatch.setattr(target, wrapped)


class Paused:
    """A request that stops just before a function of the service, until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, target: str, call: Call) -> None:
        module, _, name = target.rpartition(".")
        real = getattr(__import__(module, fromlist=[name]), name)
        self.arrived, self.go = threading.Event(), threading.Event()
        self.answer: Any = None
        self.thread = threading.Thread(target=self._run, args=(call,))

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if threading.current_thread() is self.thread:
                self.arrived.set()
                self.go.wait(PATIENCE)
            return real(*args, **kwargs)

        monkeypatch.setattr(target, wrapped)
        self.thread.start()
        assert self.arrived.wait(PATIENCE), "the request never came there"

    def _run(self, call: Call) -> None:
        self.answer = call()

    def finish(self) -> Any:
        """Let it go on; gives its answer."""
        self.go.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "a request hangs"
        return self.answer


def started(call: Call, engine: Engine) -> tuple[threading.Thread, list[Any]]:
    """A request that is over, or waits for a lock of another one."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect() as connection:
        until = time.monotonic() + PATIENCE
        while thread.is_alive() and not connection.scalar(waiting):
            assert time.monotonic() < until
            time.sleep(0.02)
    return thread, answers


@pytest.fixture
def boy(world: World) -> Person:
    """A young person of the worker."""
    with db.unit_of_work():
        return people.person(world.noord, worker=world.worker)


def contact_form(boy: Person, **changes: Any) -> dict[str, Any]:
    """A contact with a follow-up."""
    return {
        "people": [str(boy.id)], "channel": "street", "result": "reached", "purpose": "connection",
        "confidentiality": "team", "occurred_at": clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "follow_up_on": (clock.today() + timedelta(days=7)).isoformat(), "key": str(new_id()),
    } | changes  # fmt: skip


def person_form(boy: Person, **changes: Any) -> dict[str, Any]:
    """What is known of a young person, with changes."""
    return {
        "given_name": "Yassine", "birth_date": "2008-03-01", "birth_date_precision": "day", "preferred_language": "",
        "version": str(boy.version),
    } | changes  # fmt: skip


def count(model: Any, *conditions: Any) -> int:
    """Rows of a table."""
    with db.unit_of_work():
        return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def statuses(answers: list[Any]) -> list[int]:
    """Status codes in order."""
    return sorted(answer.status_code for answer in answers)


# --- one thing once --------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_contact(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, browsers = contact_form(boy), [client_as(world.worker), client_as(world.worker)]
    meet(monkeypatch, "portal.contacts.service.recording.by_key")
    answers = together(*(lambda b=b: b.post("/contacten/nieuw", data=form) for b in browsers))
    assert statuses(answers) == [303, 303]
    assert (count(Contact), count(FollowUp)) == (1, 1)
    assert count(AccessEvent, AccessEvent.action == Action.CREATE, AccessEvent.subject_type == "contact") == 1
    assert sorted("al opgeslagen" in browser.get("/mijn-dag").text for browser in browsers) == [False, True]


def test_two_edits_of_one_person_are_one_and_a_conflict(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = {"Links": client_as(world.worker), "Rechts": client_as(world.director)}
    meet(monkeypatch, "portal.people.service.registering._check")
    answers = together(
        *(
            lambda name=name, b=b: b.post(
                f"/jongeren/{boy.id}/wijzigen", data=person_form(boy, family_name=name, **{"aliases-0": name})
            )
            for name, b in browsers.items()
        )
    )
    assert statuses(answers) == [303, 409]
    assert next(FIRST in answer.text for answer in answers if answer.status_code == 409)
    winner = list(browsers)[[answer.status_code for answer in answers].index(303)]
    with db.unit_of_work():
        assert db.session.get_one(Person, boy.id).family_name == winner
        assert db.session.scalars(select(PersonAlias.alias)).all() == [winner]
    assert count(AccessEvent, AccessEvent.action == Action.UPDATE) == 1


def test_two_decisions_on_one_follow_up_are_one_and_a_conflict(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        row = contacts.follow_up(boy, world.worker, clock.today())
    page = f"/vervolg/{row.id}"
    moved = {"move-due_on": (clock.today() + timedelta(days=3)).isoformat(), "move-version": "1"}
    finished = {"finish-reason": "Moeder belde", "finish-version": "1"}
    one, other = client_as(world.worker), client_as(world.worker)
    meet(monkeypatch, "portal.contacts.service.follow_ups.changed")
    answers = together(
        lambda: one.post(f"{page}/verzetten", data=moved), lambda: other.post(f"{page}/afronden", data=finished)
    )
    assert statuses(answers) == [303, 409]
    with db.unit_of_work():
        now = db.session.get_one(FollowUp, row.id)
        assert (now.status == FollowUpStatus.DONE) != (now.due_on > clock.today())


def test_two_changes_of_one_contact_are_one_and_a_conflict(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.unit_of_work():
        made = contacts.contact(boy, worker=world.worker)
    browsers = [client_as(world.worker), client_as(world.worker)]
    meet(monkeypatch, "portal.people.service.hold_all")
    answers = together(
        *(
            lambda n=n, b=b: b.post(
                f"/contacten/{made.id}/wijzigen", data=contact_form(boy, note=f"Tekst {n}", version="1")
            )
            for n, b in enumerate(browsers)
        )
    )
    assert statuses(answers) == [303, 409]
    assert FIRST in next(answer.text for answer in answers if answer.status_code == 409)


def test_two_requests_for_one_young_person_are_one_trajectory(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {
        "request_text": "Wil sporten", "youth_agreed_on": clock.today().isoformat(),
        "coordination_team_id": str(world.network.id),
    }  # fmt: skip
    browsers = [client_as(world.worker), client_as(world.worker)]
    meet(monkeypatch, "portal.people.service.hold")
    url = f"/jongeren/{boy.id}/traject-aanvragen"
    answers = together(*(lambda b=b: b.post(url, data=asked) for b in browsers))
    assert statuses(answers) == [303, 422]
    assert count(Trajectory) == 1


def test_one_step_of_a_trajectory_is_taken_once(
    world: World, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trajectories.trajectory(world, S.REQUESTED)
    one, other = client_as(world.coordinator), client_as(world.coordinator)
    page, version = f"/trajecten/{made.id}", {"version": str(made.version)}
    answers = together(
        lambda: one.post(f"{page}/oppakken", data=version),
        lambda: other.post(f"{page}/afwijzen", data=version | {"note": "Past niet"}),
    )
    assert statuses(answers) == [303, 409]


# --- links and sessions ----------------------------------------------------------------------------------------------


def test_a_reset_link_works_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(world.worker)
    secret, now = "s" * 43, clock.now()
    with db.unit_of_work():
        db.session.add(
            AccountToken(
                user_id=world.worker.id, kind=TokenKind.PASSWORD_RESET, requested_at=now, sent_at=now,
                expires_at=now + timedelta(hours=1), token_hash=sessions.hash_token(secret),
            )
        )  # fmt: skip
    wanted = ["vier woorden op rij", "andere woorden op rij"]
    meet(monkeypatch, "portal.accounts.tokens.redeem")
    answers = together(
        *(lambda w=w: app.test_client().post(f"/nieuw-wachtwoord/{secret}", data={"password": w}) for w in wanted)
    )
    assert statuses(answers) == [303, 404]
    winner = [answer.status_code for answer in answers].index(303)
    kept = stored(world.worker).password_hash
    assert [passwords.matches(kept, each) for each in wanted] == [n == winner for n in range(2)]


@pytest.mark.parametrize("idle", [timedelta(0), timedelta(minutes=5)], ids=["just seen", "seen a while ago"])
def test_signing_out_during_a_request_ends_the_session(
    world: World,
    boy: Person,
    client_as: ClientAs,
    admin_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    idle: timedelta,
) -> None:
    """The request that is under way is finished, and does not bring the session back to life."""
    browser = client_as(world.worker)
    with browser.session_transaction() as cookie:
        token = cookie["sid"]
    with db.unit_of_work():
        db.session.execute(update(UserSession).values(last_seen_at=clock.now() - idle))
    slow = Paused(
        monkeypatch,
        "portal.contacts.service.recording.by_key",
        lambda: browser.post("/contacten/nieuw", data=contact_form(boy)),
    )
    elsewhere = browser.application.test_client()  # the same browser, in another tab
    with elsewhere.session_transaction() as cookie:
        cookie["sid"] = token
    leaving, answers = started(lambda: elsewhere.post("/uitloggen"), admin_engine)
    assert slow.finish().status_code == 303
    leaving.join(PATIENCE)
    assert statuses(answers) == [303]
    assert count(Contact) == 1
    assert count(UserSession, UserSession.ended_at.is_(None)) == 0
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    assert browser.get("/mijn-dag").location == "/inloggen"


# --- closing a dossier while work is added -----------------------------------------------------------------------


def closed_with_open_work(boy: Person) -> bool:
    """What must never be: a closed dossier in which something is still to be done."""
    with db.unit_of_work():
        is_closed = db.session.get_one(Person, boy.id).status == PersonStatus.CLOSED
    return is_closed and bool(count(FollowUp, FollowUp.status == FollowUpStatus.OPEN) or count(Trajectory))


def adding(kind: str, world: World, boy: Person) -> tuple[str, dict[str, Any], str]:
    """Address, form, and the function of the service before which it may be overtaken."""
    if kind == "contact":
        return "/contacten/nieuw", contact_form(boy), "portal.contacts.service.present.reachable"
    asked = {
        "request_text": "Wil sporten", "youth_agreed_on": clock.today().isoformat(),
        "coordination_team_id": str(world.network.id),
    }  # fmt: skip
    return f"/jongeren/{boy.id}/traject-aanvragen", asked, "portal.people.service.hold"


@pytest.mark.parametrize("kind", ["contact", "trajectory"])
def test_a_dossier_that_closes_meanwhile_takes_no_more_work(
    world: World, boy: Person, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    url, form, before = adding(kind, world, boy)
    worker, director = client_as(world.worker), client_as(world.director)
    late = Paused(monkeypatch, before, lambda: worker.post(url, data=form))
    closing, answers = started(
        lambda: director.post(f"/jongeren/{boy.id}/sluiten", data={"version": str(boy.version)}), db.engine()
    )
    added = late.finish()
    closing.join(PATIENCE)
    assert not closed_with_open_work(boy), (added.status_code, statuses(answers))
    assert statuses([added, *answers]) == [303, 422]


@pytest.mark.parametrize("kind", ["contact", "trajectory"])
def test_a_dossier_with_new_work_does_not_close(
    world: World,
    boy: Person,
    client_as: ClientAs,
    admin_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    url, form, _before = adding(kind, world, boy)
    worker, director = client_as(world.worker), client_as(world.director)
    closing = Paused(
        monkeypatch,
        "portal.people.service.closing._set",
        lambda: director.post(f"/jongeren/{boy.id}/sluiten", data={"version": str(boy.version)}),
    )
    adding_it, answers = started(lambda: worker.post(url, data=form), admin_engine)
    closed = closing.finish()
    adding_it.join(PATIENCE)
    assert not closed_with_open_work(boy), (closed.status_code, statuses(answers))
    assert statuses([closed, *answers]) == [303, 422]


def test_a_follow_up_of_a_closed_dossier_is_not_opened_again(world: World, boy: Person, client_as: ClientAs) -> None:
    with db.unit_of_work():
        row = contacts.follow_up(boy, world.worker, clock.today())
    browser = client_as(world.worker)
    finished = {"finish-reason": "Moeder belde", "finish-version": "1"}
    assert browser.post(f"/vervolg/{row.id}/afronden", data=finished).status_code == 303
    assert browser.post(f"/jongeren/{boy.id}/sluiten", data={"version": str(boy.version)}).status_code == 303
    assert browser.post(f"/vervolg/{row.id}/terugzetten", data={"step-version": "2"}).status_code == 409
    assert not closed_with_open_work(boy)
