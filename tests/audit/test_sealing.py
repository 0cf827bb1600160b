"""Every row gets under exactly one seal: with many writers, after a restore, over months and terms."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, select, text

from portal.audit import sealer
from portal.audit.models import Seal
from portal.audit.verifying import Kind
from portal.core import clock, db
from portal.core.ids import new_id
from tests.audit.conftest import KEY, check, plain, write
from tests.factories import World

SealAll = Callable[..., None]
WRITERS, EACH = 8, 60
ROW = "INSERT INTO access_event (id, at, actor_name, action) VALUES (%s, app_now(), 'proef', 'read')"


def _sealed_ids() -> list[bytes]:
    entries = b"".join(bytes(each) for each in db.session.scalars(select(Seal.entries)))
    return [entries[i : i + 16] for i in range(0, len(entries), 24)]


def test_eight_writers_and_two_sealers_miss_nothing_and_seal_nothing_twice(world: World, seal_all: SealAll) -> None:
    """Some writers linger in their transaction and some turn back; the sealers race all along."""
    written, done = Counter[bytes](), threading.Event()
    failures: list[BaseException] = []

    def writer(number: int) -> None:
        with psycopg.connect(plain("DATABASE_URL")) as connection:
            for n in range(EACH):
                ids = [new_id() for _ in range(1 + n % 3)]
                for each in ids:
                    connection.execute(ROW, (each,))
                    if number == 0:
                        connection.execute("SELECT pg_sleep(0.01)")
                if n % 7 == number:
                    connection.rollback()
                else:
                    connection.commit()
                    written.update(each.bytes for each in ids)

    def seals() -> None:
        engine = create_engine(os.environ["WORKER_DATABASE_URL"])
        try:
            while not done.is_set():
                sealer.seal(engine, KEY, batch=10)
        except BaseException as error:
            failures.append(error)
        finally:
            engine.dispose()

    writers = [threading.Thread(target=writer, args=(n,)) for n in range(WRITERS)]
    sealers = [threading.Thread(target=seals) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    assert failures == []
    db.session.remove()
    seal_all()
    assert Counter(_sealed_ids()) == written
    assert check().findings == []


def test_what_is_left_is_sealed_afterwards(world: World, seal_all: SealAll) -> None:
    write(world, 20)
    seal_all(batch=3)
    with db.unit_of_work():
        rows = Counter(each.bytes for each in db.session.scalars(text("SELECT id FROM access_event")))
        assert Counter(_sealed_ids()) == rows
    assert check().findings == []


def test_a_row_of_a_transaction_that_still_runs_waits(world: World, worker_engine: Engine, seal_all: SealAll) -> None:
    """It began before others that are sealed, and gets under a seal when it ends."""
    with psycopg.connect(plain("DATABASE_URL")) as slow:
        slow.execute(ROW, (new_id(),))
        write(world, 3)
        sealer.seal(worker_engine, KEY)
        assert check().findings == []
        assert check().unsealed >= 3
        slow.commit()
    seal_all()
    report = check()
    assert (report.rows, report.findings) == (4, [])


def test_without_anything_new_nothing_is_written(world: World, worker_engine: Engine, seal_all: SealAll) -> None:
    write(world, 2)
    seal_all()
    seals = check().seals
    assert sealer.seal(worker_engine, KEY) == 0
    assert check().seals == seals


def test_rows_from_before_and_after_a_restore_are_all_sealed(
    world: World, worker_engine: Engine, admin_engine: Engine, seal_all: SealAll
) -> None:
    """Also those that were written before anybody noticed that the database lives elsewhere now."""
    write(world, 5)
    with admin_engine.connect() as connection:
        connection.execute(text("UPDATE access_epoch SET system_id = 'elsewhere'"))
        far = "UPDATE access_event SET xid = xid + 4000000000"
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(far))
        connection.execute(text("SET session_replication_role = origin"))
    write(world, 3)
    seal_all()
    with db.unit_of_work():
        kinds = db.session.scalars(select(Seal.kind).order_by(Seal.n)).all()
        assert Counter(_sealed_ids()).total() == 8
    assert kinds[0] == "closing"
    write(world, 4)
    seal_all()
    report = check()
    assert (report.findings, report.rows, report.unsealed) == ([], 12, 0)
    with admin_engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        gone = text("DELETE FROM access_event WHERE id = (SELECT id FROM access_event ORDER BY at LIMIT 1)")
        connection.execute(gone)
        connection.execute(text("SET session_replication_role = origin"))
    assert [finding.kind for finding in check().findings] == [Kind.DELETED]


PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'access_event'::regclass ORDER BY 1"


def _parts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text(PARTS)))


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor_name = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_no_month_lets_itself_be_changed_even_by_the_owner(world: World, admin_engine: Engine, statement: str) -> None:
    write(world, 1)
    with admin_engine.connect() as connection:
        connection.execute(text(ROW.replace("app_now()", "'1999-01-01Z'") % f"'{new_id()}'"))
        for part in ("access_event", *_parts(admin_engine)):
            filled = connection.scalar(text(f"SELECT EXISTS (SELECT FROM {part})"))
            connection.execute(text("SET ROLE app_owner"))
            if filled or statement.startswith("TRUNCATE"):
                with pytest.raises(Exception, match="insert-only"):
                    connection.execute(text(statement.format(part)))
            connection.execute(text("RESET ROLE"))


def test_the_seals_let_themselves_not_be_changed_either(world: World, admin_engine: Engine, seal_all: SealAll) -> None:
    write(world, 1)
    seal_all()
    for statement in ("UPDATE access_seal SET n = 9", "DELETE FROM access_seal", "TRUNCATE access_seal"):
        with admin_engine.connect() as connection, pytest.raises(Exception, match="insert-only"):
            connection.execute(text(statement))


def test_the_processes_cannot_say_which_transaction_wrote_a_row(world: World) -> None:
    for name in ("xid", "epoch"):
        with psycopg.connect(plain("DATABASE_URL")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"INSERT INTO access_event (actor_name, action, {name}) VALUES ('x', 'read', 1)")


def test_what_strays_gets_its_month_and_stays_under_its_seal(
    world: World, worker_engine: Engine, admin_engine: Engine, seal_all: SealAll
) -> None:
    with psycopg.connect(plain("DATABASE_URL")) as connection:
        connection.execute(ROW.replace("app_now()", "'1999-03-31 23:30Z'"), (new_id(),))
        connection.execute(ROW.replace("app_now()", "'1999-04-01 00:30Z'"), (new_id(),))
    seal_all()
    with worker_engine.begin() as connection:
        assert connection.scalar(text("SELECT access_log_keep_months(2)")) == 2
        assert connection.scalar(text("SELECT access_log_keep_months(2)")) == 0
    assert {"access_event_1999_03", "access_event_1999_04"} <= set(_parts(admin_engine))
    with admin_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM access_event_1999_03")) == 1
        assert connection.scalar(text("SELECT count(*) FROM access_event_default")) == 0
    assert check().findings == []
    with worker_engine.begin() as connection:
        assert connection.scalars(text("SELECT access_log_expire()")).all() == ["1999_03", "1999_04"]
    report = check()
    assert (report.findings, report.expired) == ([], 2)


def test_nothing_goes_before_its_term_or_unsealed(world: World, worker_engine: Engine, admin_engine: Engine) -> None:
    young, old = clock.now() - timedelta(days=365 * 4), datetime(1998, 5, 5, tzinfo=UTC)
    with psycopg.connect(plain("DATABASE_URL")) as connection:
        for at in (young, old):
            connection.execute(ROW.replace("app_now()", "%s"), (new_id(), at))
    with worker_engine.begin() as connection:
        connection.execute(text("SELECT access_log_keep_months(1)"))
        assert connection.scalars(text("SELECT access_log_expire()")).all() == []
    with admin_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM access_event")) == 2


def test_a_month_that_was_dropped_too_early_is_found(world: World, admin_engine: Engine, seal_all: SealAll) -> None:
    write(world, 3)
    seal_all()
    with admin_engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM access_event"))
        connection.execute(text("SET session_replication_role = origin"))
    assert [finding.kind for finding in check().findings] == [Kind.DELETED] * 3
