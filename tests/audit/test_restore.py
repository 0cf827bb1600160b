"""Dump the log and restore it in another cluster, where transactions are counted from the start: it stays whole."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import create_engine

from dev.ports import free_port
from dev.postgres import SUPERUSER, Cluster, installed_binaries, temporary_home
from portal.audit import keys, sealer
from portal.audit.roots import NEWEST, Root
from portal.audit.verifying import Report, Verifier
from portal.core.ids import new_id
from tests.audit.conftest import KEY, plain, write
from tests.factories import World
from tests.tasks.plant import Processes

ROW = "INSERT INTO access_event (id, at, actor_name, action) VALUES (%s, app_now(), 'proef', 'read')"


@pytest.fixture
def elsewhere() -> Iterator[Cluster]:
    """A cluster of its own, with the roles and an empty database."""
    home, processes = temporary_home(), Processes()
    cluster = Cluster(home / "postgres", free_port(), home / "log", throwaway=True)
    cluster.home.mkdir(mode=0o711)
    try:
        cluster.start(processes)  # type: ignore[arg-type]  # has the two methods that are used
        yield cluster
    finally:
        processes.stop_all()
        shutil.rmtree(home, ignore_errors=True)


def _move(database: str, target: Cluster) -> None:
    """As docs/running.md says: a dump by a superuser, into a cluster that has the roles."""
    source = os.environ["ADMIN_DATABASE_URL"].replace("+psycopg", "").rpartition("/")[0] + f"/{database}"
    tools = installed_binaries() / "bin"
    dump = subprocess.run([tools / "pg_dump", "-d", source], capture_output=True, check=True)
    address = target.url(SUPERUSER).replace("+psycopg", "")
    restore = [tools / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address]
    done = subprocess.run(restore, input=dump.stdout, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _checked(cluster: Cluster, *roots: Root) -> Report:
    url = cluster.url("app_audit_reader").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        return Verifier(connection, public_key=keys.public_bytes(KEY), roots=roots).run()


def test_a_restored_log_is_whole_and_goes_on(
    world: World, database: str, seal_all: Callable[..., None], elsewhere: Cluster
) -> None:
    write(world, 6)
    seal_all(batch=2)
    with psycopg.connect(plain("AUDIT_DATABASE_URL")) as connection:
        row = connection.execute(NEWEST).fetchone()
        assert row
        kept = Root(*row)
    write(world, 3)  # not sealed when the dump is made
    _move(database, elsewhere)
    assert _checked(elsewhere, kept).findings == []

    with psycopg.connect(elsewhere.url("app_web").replace("+psycopg", "")) as web:
        web.execute(ROW, (new_id(),))  # before the sealer has noticed where it is
    engine = create_engine(elsewhere.urls()["WORKER_DATABASE_URL"])
    sealer.seal(engine, KEY)
    with psycopg.connect(elsewhere.url("app_web").replace("+psycopg", "")) as web:
        web.execute(ROW, (new_id(),))
    sealer.seal(engine, KEY)
    engine.dispose()
    report = _checked(elsewhere, kept)
    assert (report.findings, report.rows, report.unsealed) == ([], 11, 0)
    for statement in ("UPDATE access_event SET actor_name = 'x'", "DELETE FROM access_event", "TRUNCATE access_event"):
        address = elsewhere.url(SUPERUSER).replace("+psycopg", "")
        with psycopg.connect(address) as owner, pytest.raises(psycopg.Error, match="insert-only"):
            owner.execute(statement)
