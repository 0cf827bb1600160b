"""What the log costs: ``python -m dev.bench.access_log``. Writing beside a plain table, and checking, in one run.

Needs a running database (the addresses of ``python -m dev.test --env-only``); leaves nothing behind.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine

from dev.supervisor import ROOT, say
from portal.audit import keys, sealer
from portal.audit.verifying import Verifier

WRITERS, SECONDS, ROUNDS, ROWS = 8, 6.0, 3, 400_000
TABLES = ("plain_event", "access_event")
COLUMNS = "id, at, actor_id, actor_name, role, origin, action, subject_type, subject_id, person_id, team_id, purpose"
INSERT = (
    f"INSERT INTO {{table}} ({COLUMNS}) "  # noqa: S608
    "SELECT uuidv7(), now(), %(a)s, 'Samira Proef', 'youth_worker', 'dossier.show', 'read', 'person', %(p)s, %(p)s, "
    "%(a)s, 'own_caseload' FROM generate_series(1, %(n)s)"
)
PLAIN = """
    CREATE TABLE plain_event (LIKE access_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    ALTER TABLE plain_event DROP COLUMN epoch, DROP COLUMN xid, ADD PRIMARY KEY (id);
    CREATE INDEX ON plain_event (actor_id, at);
    CREATE INDEX ON plain_event (person_id);
    CREATE INDEX ON plain_event (subject_type, subject_id, at);
    GRANT INSERT, SELECT ON plain_event TO app_web;
"""


def address(variable: str, name: str) -> str:
    """The address of a role in the database made for this."""
    return urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl().replace("+psycopg", "")


def write(url: str, seconds: float) -> tuple[float, float]:
    """Write to both tables in turn; the seconds that each took for the same number of transactions."""
    values = {"a": "0192f3a0-0000-7000-8000-000000000001", "p": "0192f3a0-0000-7000-8000-000000000002", "n": 1}
    taken, until = dict.fromkeys(TABLES, 0.0), time.monotonic() + seconds
    with psycopg.connect(url) as connection:
        while time.monotonic() < until:
            for table in TABLES:
                began = time.monotonic()
                connection.execute(INSERT.format(table=table), values)
                connection.commit()
                taken[table] += time.monotonic() - began
    return taken["plain_event"], taken["access_event"]


def together(url: str) -> list[float]:
    """The seconds for both tables, of all writers; each is a process, so that they do not wait for one another."""
    code = "import sys; from dev.bench.access_log import write; print(*write(sys.argv[1], float(sys.argv[2])))"
    command = [sys.executable, "-c", code, url, str(SECONDS)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)]
    taken = [[float(part) for part in each.communicate()[0].split()] for each in running]
    return [sum(each) for each in zip(*taken, strict=True)]


def seals_all_along(name: str, key: Ed25519PrivateKey, done: threading.Event) -> None:
    """As the worker does."""
    engine = create_engine(address("WORKER_DATABASE_URL", name).replace("postgresql:", "postgresql+psycopg:"))
    while not done.wait(0.5):
        sealer.seal(engine, key)
    sealer.seal(engine, key)
    engine.dispose()


def compare(name: str, key: Ed25519PrivateKey) -> None:
    """Both tables in turn, so that what else the machine does falls on both."""
    done = threading.Event()
    thread = threading.Thread(target=seals_all_along, args=(name, key, done))
    thread.start()
    ratios = [plain / log for plain, log in (together(address("DATABASE_URL", name)) for _ in range(ROUNDS))]
    done.set()
    thread.join()
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    say(
        f"writing, {WRITERS} writers and the sealer at work: {statistics.median(ratios):.2f} of a plain insert ({each})"
    )


def check(name: str, key: Ed25519PrivateKey) -> None:
    """How fast everything is verified."""
    with psycopg.connect(address("ADMIN_DATABASE_URL", name), autocommit=True) as admin:
        values = {"a": "0192f3a0-0000-7000-8000-000000000001", "p": "0192f3a0-0000-7000-8000-000000000002"}
        for _ in range(ROWS // 2_000):
            admin.execute(INSERT.format(table="access_event"), values | {"n": 2_000})
        admin.execute("VACUUM ANALYZE access_event")
    engine = create_engine(address("WORKER_DATABASE_URL", name).replace("postgresql:", "postgresql+psycopg:"))
    began = time.monotonic()
    sealed = sealer.seal(engine, key)
    say(f"sealing: {sealed / (time.monotonic() - began):,.0f} rows/s")
    engine.dispose()
    with psycopg.connect(address("ADMIN_DATABASE_URL", name), autocommit=True) as connection:
        for _ in range(2):
            began = time.monotonic()
            report = Verifier(connection, public_key=keys.public_bytes(key)).run()
            took = time.monotonic() - began
            say(f"checking: {report.rows:,} rows at {report.rows / took:,.0f} rows/s, {len(report.findings)} findings")


def main() -> None:
    """Make a database, measure, drop it."""
    name, key = f"bench_log_{secrets.token_hex(3)}", Ed25519PrivateKey.generate()
    admin = os.environ["ADMIN_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} OWNER app_owner TEMPLATE template0 ENCODING UTF8 LOCALE 'C.UTF-8'")
        try:
            with psycopg.connect(address("ADMIN_DATABASE_URL", name), autocommit=True) as inside:
                inside.execute((ROOT / "dev" / "database.sql").read_text())
            migrated = urlsplit(os.environ["MIGRATE_DATABASE_URL"])._replace(path=f"/{name}").geturl()
            env = os.environ | {"MIGRATE_DATABASE_URL": migrated}
            subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=env, check=True)
            with psycopg.connect(address("ADMIN_DATABASE_URL", name), autocommit=True) as inside:
                inside.execute(PLAIN)
            compare(name, key)
            check(name, key)
        finally:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
