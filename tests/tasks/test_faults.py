"""Kill what a reminder needs while it is under way: none is lost, none doubled but what the ledger calls unknown."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from tests.reminders.smtp import MailServer
from tests.tasks.plant import Plant, check, until

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]

MANY = 20


@pytest.fixture(scope="module")
def running() -> Iterator[Plant]:
    """Database and broker, once for all faults."""
    with Plant.running() as plant:
        yield plant


@pytest.fixture
def plant(running: Plant) -> Iterator[Plant]:
    """An empty database, the clock just after the first slot, a mail server that takes its time."""
    running.mail = MailServer(pause=0.1).start()
    running.empty()
    running.morning()
    yield running
    running.mail.released.set()
    for child in running.processes.children[:]:
        if child.program.name in {"worker", "beat"}:
            child.kill()
            running.processes.children.remove(child)
    running.mail.stop()


def test_worker_killed_again_and_again(plant: Plant) -> None:
    plant.seed(MANY)
    plant.beat()
    worker = plant.worker()
    for wanted in (3, 9):
        until(lambda wanted=wanted: plant.accepted(wanted), "mails under way")
        worker.kill()
        plant.processes.children.remove(worker)
        worker = plant.worker()

    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)


def test_broker_killed(plant: Plant) -> None:
    """What is under way goes on; what has to be tried again waits for the broker."""
    plant.mail.script = ["accept"] * 5 + ["busy"]
    plant.seed(MANY)
    plant.beat()
    plant.worker()
    until(lambda: plant.accepted(3), "mails under way")
    broker = plant.crash("broker")

    until(lambda: plant.tried(MANY), "everything tried without a broker")
    plant.processes.start(broker)
    ticks = plant.beats()
    until(lambda: plant.beats() > ticks, "beat's ticks arrive again")
    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)


def test_beat_killed(plant: Plant) -> None:
    beat = plant.beat()
    plant.worker()
    until(lambda: bool(plant.query("SELECT 1 FROM heartbeat WHERE source = 'beat'")), "a tick of beat")
    beat.kill()
    plant.processes.children.remove(beat)
    plant.seed(MANY)

    until(lambda: plant.settled(MANY), "everything settled without beat")
    check(plant, MANY)


def test_database_killed(plant: Plant) -> None:
    plant.seed(MANY)
    plant.beat()
    plant.worker()
    until(lambda: plant.accepted(3), "mails under way")
    database = plant.crash("database")
    time.sleep(2)
    plant.processes.start(database)

    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)


def test_reply_lost(plant: Plant) -> None:
    plant.mail.script = ["drop", "accept", "hang", "busy"] * 4
    release = threading.Timer(8, plant.mail.released.set)
    release.start()
    plant.seed(MANY)
    plant.worker()

    until(lambda: plant.settled(MANY), "everything settled")
    release.cancel()
    check(plant, MANY)
    assert max(plant.mail.per_message_id().values()) > 1, "the fault did not happen"


def test_two_beats_and_two_workers(plant: Plant) -> None:
    plant.seed(MANY)
    for start in (plant.beat, plant.beat, plant.worker, plant.worker):
        start()

    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)
    assert set(plant.mail.per_message_id().values()) == {1}


def test_deploy_stops_the_worker_kindly(plant: Plant) -> None:
    plant.seed(MANY)
    worker = plant.worker()
    until(lambda: plant.accepted(3), "mails under way")
    worker.signal(signal.SIGTERM)
    worker.process.wait(30)
    plant.processes.children.remove(worker)
    assert not plant.query("SELECT 1 FROM attempt WHERE outcome IS NULL"), "what was being sent was finished"
    plant.worker()

    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)
    assert set(plant.mail.per_message_id().values()) == {1}


def test_mail_server_down_while_things_change(plant: Plant) -> None:
    plant.mail.stop()
    plant.seed(MANY)
    plant.beat()
    plant.worker()
    until(lambda: len(plant.query("SELECT 1 FROM attempt WHERE outcome = 'temporary'")) >= MANY, "refused tries")
    gone = ["werker1@demo.example", "werker2@demo.example", "werker3@demo.example"]
    with plant.nothing_under_way():
        plant.query(
            "UPDATE follow_up SET status = 'cancelled' FROM app_user u WHERE u.id = assignee_id AND u.login = 'werker1'"
        )
        plant.query(
            "UPDATE person_assignment SET until = '2024-02-01' FROM app_user u"
            " WHERE u.id = user_id AND u.login = 'werker2'"
        )
        plant.query("UPDATE app_user SET deactivated_at = now() WHERE login = 'werker3'")
    plant.mail.start()

    until(lambda: plant.settled(MANY), "everything settled")
    check(plant, MANY)
    assert plant.states() == {"sent": MANY - 3, "cancelled": 3}
    assert not {mail.to[0] for mail in plant.mail.accepted} & set(gone)


def test_clock_back_two_hours(plant: Plant) -> None:
    """The wall clock steps back: beat stands still, and what was due is a while not due again, but nothing is lost."""
    beat = plant.beat()
    plant.seed(MANY)
    plant.worker()
    until(lambda: plant.accepted(3), "mails under way")
    beat.signal(signal.SIGSTOP)
    plant.query("UPDATE app_clock SET shift = shift - interval '2 hours'")
    plant.query("UPDATE dispatch SET lease_until = lease_until + interval '2 hours' WHERE state = 'claimed'")
    plant.child("worker").kill()
    time.sleep(2)
    plant.worker()
    plant.query("UPDATE app_clock SET shift = shift + interval '2 hours'")

    until(lambda: plant.settled(MANY), "everything settled without beat")
    check(plant, MANY)
