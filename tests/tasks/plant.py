"""Real processes to break: a database server, a broker, workers and beats of the tests' own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as time_of_day
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from dev.environment import settings_for_tests
from dev.ports import free_port
from dev.postgres import SUPERUSER, Cluster, temporary_home
from dev.supervisor import Program
from dev.valkey import Broker
from portal.core import workdays
from portal.reminders.mails import message_id
from tests.reminders.smtp import MailServer

ROOT = Path(__file__).parents[2]
TICK, LEASE, MAIL_TIMEOUT = 1, 3, 1  # seconds
LONGEST = 180.0  # only for what goes wrong, also on a busy machine
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

SEED = """
WITH org AS (INSERT INTO organisation (name, kind) VALUES ('Stichting (demogegevens)', 'youth_work') RETURNING id),
     t AS (INSERT INTO team (organisation_id, name, kind) SELECT id, 'Team Proef', 'district' FROM org RETURNING id),
     u AS (
        INSERT INTO app_user (organisation_id, name, sort_key, login, email)
        SELECT org.id, 'Werker ' || n, 'werker ' || n, 'werker' || n, 'werker' || n || '@demo.example'
        FROM org, generate_series(1, %(workers)s) AS n RETURNING id, login
     ),
     r AS (
        INSERT INTO role_assignment (user_id, team_id, role, valid_from)
        SELECT u.id, t.id, 'youth_worker', DATE '2024-01-01' FROM u, t
     ),
     p AS (
        INSERT INTO person (team_id, pseudonym, given_name, birth_date, sort_key, search_text)
        SELECT t.id, 'P-' || u.login, u.login, DATE '2008-05-01', u.login, u.login FROM u, t
        RETURNING id, team_id, given_name
     ),
     a AS (
        INSERT INTO person_assignment (person_id, team_id, user_id, since)
        SELECT p.id, p.team_id, u.id, DATE '2024-01-01' FROM p JOIN u ON u.login = p.given_name
     )
INSERT INTO follow_up (person_id, team_id, assignee_id, due_on, created_at, updated_at)
SELECT p.id, p.team_id, u.id, (app_now() AT TIME ZONE 'Europe/Amsterdam')::date,
       app_now() - interval '2 days', app_now() - interval '2 days'
FROM p JOIN u ON u.login = p.given_name
"""


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; fail with `what` when it does not come."""
    give_up = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < give_up, f"waited in vain: {what}"
        time.sleep(0.1)


@dataclass
class Child:
    """A program and its process, in a group of its own."""

    program: Program
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """The whole group, without a chance to say anything."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def signal(self, number: int) -> None:
        """Send a signal to the main process only."""
        os.kill(self.process.pid, number)


class Processes:
    """Starts programs and steps as dev.supervisor does, and leaves breaking them to the tests."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, *programs: Program) -> None:
        """Start and wait until ready."""
        for program in programs:
            child = Child(program, self._spawn(program))
            self.children.append(child)
            until(lambda: program.ready is None or program.ready(), program.name)  # noqa: B023 (called at once)

    def step(self, program: Program) -> None:
        """Run to the end."""
        process = self._spawn(program)
        assert process.wait(60) == 0, program.log and program.log.read_text()

    def stop(self, child: Child) -> None:
        """Stop one, kindly if it listens."""
        if child.process.poll() is None:
            child.signal(signal.SIGCONT)
            child.signal(child.program.stop_signal)
            try:
                child.process.wait(child.program.grace)
            except subprocess.TimeoutExpired:
                child.kill()
        self.children.remove(child)

    def stop_all(self) -> None:
        """Stop everything, the youngest first."""
        for child in reversed(self.children[:]):
            self.stop(child)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        assert program.log
        program.log.parent.mkdir(exist_ok=True)
        with program.log.open("ab") as log:
            return subprocess.Popen(
                [str(part) for part in program.command],
                cwd=program.cwd,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                user=program.user.uid if program.user else None,
                group=program.user.gid if program.user else None,
                extra_groups=[] if program.user else None,
            )


@dataclass
class Plant:
    """Everything a worker needs, and the worker."""

    home: Path
    processes: Processes
    cluster: Cluster
    broker: Broker
    mail: MailServer = field(default_factory=MailServer)
    looking: psycopg.Connection[dict[str, object]] | None = None  # while the database runs

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Plant]:
        """A migrated database and a broker; removed afterwards."""
        home = temporary_home()
        processes = Processes()
        logs = home / "log"
        cluster = Cluster(home / "postgres", free_port(), logs)
        cluster.home.mkdir(mode=0o711)
        broker = Broker(home / "valkey", free_port(), logs, lasting=True)
        try:
            cluster.start(processes)  # type: ignore[arg-type]  # has the two methods that are used
            processes.start(broker.server())
            plant = cls(home, processes, cluster, broker)
            processes.step(plant.program("migration", "alembic", "upgrade", "head"))
            yield plant
            plant.look_away()
        finally:
            processes.stop_all()
            shutil.rmtree(home, ignore_errors=True)

    def env(self) -> Mapping[str, str]:
        """The environment of workers and beats: short ticks, leases and time-outs."""
        return (
            {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(self.home)}
            | settings_for_tests("k" * 40)
            | self.cluster.urls()
            | {
                "BROKER_URL": self.broker.url(),
                "MAIL_URL": self.mail.url,
                "TICK_SECONDS": str(TICK),
                "LEASE_SECONDS": str(LEASE),
                "MAIL_TIMEOUT_SECONDS": str(MAIL_TIMEOUT),
                "MAIL_BACKOFF_SECONDS": "[1, 2]",
                "MAIL_MAX_ATTEMPTS": "60",
            }
        )

    def program(self, name: str, module: str, *arguments: str | Path, **more: object) -> Program:
        """A Python module of the project as a program."""
        command = [sys.executable, "-m", module, *arguments]
        return Program(name, command, self.env(), self.home / "log" / f"{name}.log", **more)  # type: ignore[arg-type]

    def worker(self) -> Child:
        """Start a worker with two processes."""
        arguments = ["-A", "tasks.worker", "worker", "--without-gossip", "--without-mingle", "--concurrency", "2"]
        self.processes.start(self.program("worker", "celery", *arguments, "-n", f"{free_port()}@%h", grace=12.0))
        return self.processes.children[-1]

    def beat(self) -> Child:
        """Start a beat with a schedule file of its own."""
        schedule = self.home / f"schedule-{free_port()}"
        self.processes.start(
            self.program("beat", "celery", "-A", "tasks.beat", "beat", "--pidfile=", "--schedule", schedule)
        )
        return self.processes.children[-1]

    def child(self, name: str) -> Child:
        """The running child of this name."""
        return next(c for c in self.processes.children if c.program.name == name and c.process.poll() is None)

    def crash(self, name: str) -> Program:
        """Kill -9 a server; returns its program, to start it again."""
        child = self.child(name)
        if name == "database":
            self.look_away()
        child.kill()
        self.processes.children.remove(child)
        return child.program

    def query(self, statement: str, **values: object) -> list[dict[str, object]]:
        """Look past the roles, and change what a test changes."""
        if self.looking is None:
            url = self.cluster.url(SUPERUSER).replace("+psycopg", "")
            self.looking = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        cursor = self.looking.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def nothing_under_way(self) -> Iterator[None]:
        """A transaction in which no mail is on its way: what was claimed before a change is sent as it was."""
        for _ in range(int(LONGEST / 0.05)):
            self.query("BEGIN")
            if all(row["state"] != "claimed" for row in self.query("SELECT state FROM dispatch FOR UPDATE")):
                yield
                self.query("COMMIT")
                return
            self.query("ROLLBACK")
            time.sleep(0.05)
        raise AssertionError("waited in vain: a moment without a mail on its way")

    def look_away(self) -> None:
        """Close the connection of the tests themselves."""
        if self.looking is not None:
            self.looking.close()
            self.looking = None

    def morning(self) -> None:
        """Move the clock to just after the first slot of the next working day."""
        day = workdays.add(datetime.now(AMSTERDAM).date(), 1)
        target = datetime.combine(day, time_of_day(8, 30, 5), AMSTERDAM)
        self.query("UPDATE app_clock SET shift = %(by)s, frozen_at = NULL", by=target - datetime.now(UTC))

    def seed(self, workers: int) -> None:
        """So many youth workers, each with one young person and a follow-up for today."""
        self.query(SEED, workers=workers)

    def empty(self) -> None:
        """Back to an empty database; no worker runs."""
        names = "access_event", "attempt", "notification", "reminder", "dispatch", "heartbeat", "follow_up"
        more = "person_assignment", "person", "role_assignment", "app_user", "team", "organisation"
        for name in (*names, *more):
            self.query(f"SET session_replication_role = replica; DELETE FROM {name}; RESET session_replication_role")

    def states(self) -> Counter[str]:
        """How many dispatches are in each state."""
        return Counter(str(row["state"]) for row in self.query("SELECT state FROM dispatch"))

    def beats(self) -> int:
        """How many ticks of beat came through."""
        return sum(int(str(row["ticks"])) for row in self.query("SELECT ticks FROM heartbeat WHERE source = 'beat'"))

    def settled(self, count: int) -> bool:
        """Whether all expected mails are settled."""
        return sum(n for state, n in self.states().items() if state in {"sent", "cancelled"}) == count

    def tried(self, count: int) -> bool:
        """Whether each of all expected mails was tried, to whatever end."""
        ended = "SELECT count(DISTINCT dispatch_id) AS n FROM attempt WHERE outcome IS NOT NULL"
        return self.query(ended) == [{"n": count}]

    def accepted(self, count: int) -> bool:
        """Whether the mail server took at least so many."""
        return len(self.mail.accepted) >= count


def check(plant: Plant, reminders: int) -> None:
    """The invariants of the ledger, over what the mail server accepted and what the database says."""
    dispatches = plant.query("SELECT * FROM dispatch")
    attempts = plant.query("SELECT * FROM attempt")
    key_of = {message_id(str(d["occurrence_key"])): d for d in dispatches}
    accepts = plant.mail.per_message_id()
    tries = Counter(a["dispatch_id"] for a in attempts)
    unknown = Counter(a["dispatch_id"] for a in attempts if a["outcome"] == "unknown")

    assert accepts.keys() <= key_of.keys(), "a mail that no dispatch explains"
    for id_, count in accepts.items():
        dispatch = key_of[id_]
        assert count - 1 <= unknown[dispatch["id"]], "a duplicate that no unknown attempt explains"
        assert count <= tries[dispatch["id"]], "an accepted mail without an attempt"
    for id_, dispatch in key_of.items():
        assert dispatch["state"] != "sent" or accepts[id_], "sent, but never accepted"
    assert not {"dead", "uncertain"} & plant.states().keys(), "something needs a person"
    for accepted in plant.mail.accepted:
        opens = datetime.strptime(f"{key_of[accepted.message_id]['slot_on']} 0830", "%Y-%m-%d %H%M")
        assert parsedate_to_datetime(accepted.message["Date"]) >= opens.replace(tzinfo=AMSTERDAM), "before its slot"

    live = plant.query(
        "SELECT d.occurrence_key FROM reminder r LEFT JOIN dispatch d ON d.id = r.dispatch_id "
        "WHERE r.cancelled_at IS NULL"
    )
    assert all(accepts[message_id(str(row["occurrence_key"]))] for row in live), "a reminder was lost"
    counts = plant.query("SELECT (SELECT count(*) FROM reminder) AS r, (SELECT count(*) FROM notification) AS n")
    assert counts == [{"r": reminders, "n": reminders}], "in the portal exactly once"
    overdue = plant.query("SELECT 1 FROM dispatch WHERE state = 'claimed' AND lease_until < now() - interval '5 s'")
    assert not overdue, "claimed past its lease"
    assert not plant.query("SELECT 1 FROM attempt WHERE outcome IS NULL"), "an attempt without an end"
