"""Workers that are killed, and a database that goes away: afterwards every row is sealed, once."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from portal.audit import keys
from portal.audit.verifying import Report, Verifier
from portal.settings import settings
from tests.tasks.plant import Plant, until

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]

MANY = 40
ROW = "INSERT INTO access_event (at, actor_name, action) VALUES (app_now(), 'proef', 'read')"


@pytest.fixture
def plant() -> Iterator[Plant]:
    """A migrated database and a broker."""
    with Plant.running() as running:
        yield running


def _write(plant: Plant) -> None:
    with psycopg.connect(plant.cluster.url("app_web").replace("+psycopg", ""), autocommit=True) as connection:
        for _ in range(MANY):
            connection.execute(ROW)


def _check(plant: Plant) -> Report:
    key = keys.signing_key(settings().model_copy(update={"secret_key": "k" * 40, "audit_signing_key": ""}))
    url = plant.cluster.url("app_audit_reader").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        return Verifier(connection, public_key=keys.public_bytes(key)).run()


def _whole(plant: Plant, rows: int) -> bool:
    report = _check(plant)
    assert report.findings == []
    return report.unsealed == 0 and report.rows >= rows


def test_killed_workers_and_a_killed_database_leave_nothing_unsealed(plant: Plant) -> None:
    workers = [plant.worker(), plant.worker()]
    _write(plant)
    until(lambda: _whole(plant, MANY), "the first rows sealed")
    workers[0].kill()
    plant.processes.children.remove(workers[0])
    _write(plant)
    until(lambda: _whole(plant, 2 * MANY), "sealed by the other worker")
    server = plant.crash("database")
    plant.processes.start(server)
    _write(plant)
    until(lambda: _whole(plant, 3 * MANY), "sealed after the database came back")
