"""The whole portal with demo data on this machine: ``python -m dev.demo [--reset]``. `PORT` chooses the port."""

import fcntl
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from dev.environment import DEMO_PASSWORD, MAIL_FROM, Incomplete, database_given
from dev.ports import HOST, answers, free_port, is_free
from dev.postgres import Cluster, lasting_home
from dev.supervisor import ROOT, Program, StartFailed, StopRequested, Supervisor, say
from dev.valkey import Broker

VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")  # the tests run a demo beside a running one
LOGS = VAR / "log"
ACCOUNTS = (
    "jongerenwerker", "coordinator", "messenger", "regisseur", "manager", "trainer", "analist", "privacy", "beheerder",
    "integriteit", "partner",
)  # fmt: skip
SMS_GATEWAY = "sms.demo.example"  # an SMS is seen in the mail catcher, to <number>@ this
# Each process gets only the addresses it needs; a stolen web process cannot log in as another role.
DATABASES = ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATE_DATABASE_URL", "AUDIT_DATABASE_URL")


class Refused(Exception):
    """The demo cannot start; the message says why and what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the demo is reached."""

    port: int

    @property
    def portal(self) -> str:
        """The portal. By name and not by number: passkeys refuse numbers."""
        return f"http://localhost:{self.port}"

    @property
    def mail(self) -> str:
        """The page with the caught mail."""
        return f"http://localhost:{self.port + 1}"


def chosen_port() -> int:
    """Return the port from the environment; raise Refused when it is none."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 1 <= int(given) <= 65_534:
        raise Refused(f"PORT={given} is no port; choose a number from 1 to 65534.")
    return int(given)


@contextmanager
def only_demo_here() -> Iterator[TextIO | None]:
    """Hold this clone's lock; give None when another demo of this clone holds it."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield lock


def note_address(lock: TextIO, address: str) -> None:
    """Write the running address where a second demo finds it."""
    lock.seek(0)
    lock.truncate()
    lock.write(address)
    lock.flush()


def running_address() -> str:
    """Return the address that the running demo noted; empty while it still starts."""
    return (VAR / "demo.lock").read_text().strip()


def secret_key() -> str:
    """Return the key that signs cookies, made once and kept in a file that only we may read."""
    path = VAR / "secret-key"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def base_environment(where: Addresses) -> dict[str, str]:
    """Return our own environment with the demo's settings; what was given wins."""
    settings = {
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(),
        "BASE_URL": where.portal,
        "MAIL_FROM": MAIL_FROM,
        "DEMO": "1",
        "DEMO_PASSWORD": DEMO_PASSWORD,
        "CLOCK_ADJUSTABLE": "1",
        "TICK_SECONDS": "5",  # after "one day later" a reminder is there while one watches
    }
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH", "FLASK_APP")}
    return settings | kept | {"PORT": str(where.port)}


def mail_catcher(where: Addresses) -> tuple[Program, str]:
    """Return the mail catcher and the address to send mail to."""
    smtp, page = free_port(), where.port + 1
    command = [sys.executable, "-m", "dev.mailcatcher", "--smtp-port", str(smtp), "--page-port", str(page)]
    program = Program(
        name="mail catcher",
        command=[*command, "--folder", VAR / "mail"],
        env=base_environment(where),
        log=LOGS / "mail.log",
        ready=lambda: answers(smtp) and answers(page),
    )
    return program, f"smtp://{HOST}:{smtp}"


def start_servers(supervisor: Supervisor, where: Addresses) -> tuple[dict[str, str], bool]:
    """Start database, broker and mail catcher as far as not given; return the addresses, and whether data are old."""
    addresses: dict[str, str] = {}
    has_data = False
    if not database_given():
        cluster = Cluster(lasting_home(), free_port(), LOGS)
        has_data = not cluster.start(supervisor)
        addresses |= cluster.urls()
    if not os.environ.get("BROKER_URL"):
        broker = Broker(VAR / "valkey", free_port(), LOGS, lasting=True)
        supervisor.start(broker.server())
        addresses["BROKER_URL"] = broker.url()
    if not os.environ.get("MAIL_URL"):
        program, addresses["MAIL_URL"] = mail_catcher(where)
        addresses["SMS_URL"] = os.environ.get("SMS_URL") or f"{addresses['MAIL_URL']}/{SMS_GATEWAY}"
        supervisor.start(program)
        addresses["MAIL_CATCHER_URL"] = where.mail
    return addresses, has_data


def migration(env: Mapping[str, str]) -> Program:
    """Return the step that brings the database to the present version."""
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    return Program("migration of the database", command, env, LOGS / "migrate.log", grace=10.0)


def demo_data(env: Mapping[str, str]) -> Program:
    """Return the step that loads the demo data, or tops them up to today."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]
    return Program(
        "demo data", command, only(env, "DATABASE_URL", "WORKER_DATABASE_URL"), LOGS / "data.log", grace=10.0
    )


def only(env: Mapping[str, str], *databases: str) -> dict[str, str]:
    """Return the environment with these of the database's addresses."""
    return {name: value for name, value in env.items() if name not in DATABASES or name in databases}


def processes(env: Mapping[str, str], where: Addresses) -> tuple[Program, Program, Program]:
    """Return web, worker and beat."""
    celery = [sys.executable, "-m", "celery", "-A"]
    schedule = VAR / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    tasks = only(env, "WORKER_DATABASE_URL")
    beat = Program(
        "beat", [*celery, "tasks.beat", "beat", "--schedule", schedule, "--pidfile="], tasks, LOGS / "beat.log", rank=1
    )
    worker = Program(
        name="worker",
        command=[*celery, "tasks.worker", "worker", "--without-gossip", "--without-mingle", "--concurrency", "2"],
        env=tasks,
        log=LOGS / "worker.log",
        rank=2,
        grace=20.0,  # TERM goes to the main process, which waits for what its children send
    )
    gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{HOST}:{where.port}", "--no-control-socket"]
    web = Program(
        name="web",
        command=[*gunicorn, "--workers", "2", "--threads", "4", "--graceful-timeout", "5"],
        env=only(env, "DATABASE_URL"),
        log=LOGS / "web.log",
        rank=3,
        grace=8.0,
        ready=lambda: serves(where.port),
    )
    return web, worker, beat


def serves(port: int) -> bool:
    """Tell whether the portal answers a request, with whatever page."""
    try:
        build_opener(ProxyHandler({})).open(f"http://{HOST}:{port}/health", timeout=10).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


def check_ports(where: Addresses) -> None:
    """Raise Refused when something else has one of our two fixed ports."""
    wanted = [where.port] if os.environ.get("MAIL_URL") else [where.port, where.port + 1]
    for port in wanted:
        if not is_free(port):
            raise Refused(f"Port {port} is already in use by another program; choose another one: make demo PORT=8100")


def announce(where: Addresses, env: Mapping[str, str]) -> None:
    """Tell where everything is."""
    mail = env.get("MAIL_CATCHER_URL") or "sent through MAIL_URL"
    say(
        f"\n  The demo runs at  {where.portal}\n"
        f"  Mail arrives at   {mail}\n"
        f"  Password          {env['DEMO_PASSWORD']}\n"
        f"  Accounts          {', '.join(ACCOUNTS[:5])},\n"
        f"                    {', '.join(ACCOUNTS[5:])}  (or name@demo.example)\n"
        f"  Logs              var/log/\n\n"
        f"  Ctrl-C stops everything; the data stay."
    )


def run(lock: TextIO) -> int:
    """Run the demo until somebody stops it; return the exit code."""
    where = Addresses(chosen_port())
    check_ports(where)
    note_address(lock, "")
    try:
        with Supervisor(keep_open=[lock.fileno()]) as supervisor:
            say("Starting the servers")
            addresses, has_data = start_servers(supervisor, where)
            env = base_environment(where) | addresses
            say("Preparing database and demo data")
            supervisor.step(migration(env))
            load, (web, worker, beat) = demo_data(env), processes(env, where)
            if has_data:  # yesterday's data will do for the first page
                supervisor.start(web)
                supervisor.step(load)
            else:
                supervisor.step(load)
                supervisor.start(web)
            supervisor.start(worker, beat)
            note_address(lock, where.portal)
            announce(where, env)
            supervisor.watch()
    except StopRequested:
        say("Stopped.")
    return 0


def join_running() -> int:
    """Tell where the demo of this clone already runs; wait a while for one that is starting or stopping."""
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        address = running_address()
        if address and answers(int(address.rpartition(":")[2])):
            say(f"The demo of this folder already runs at {address}")
            return 0
        with only_demo_here() as lock:
            if lock:
                return run(lock)
        time.sleep(0.5)
    raise Refused("Another `make demo` of this folder does not get ready; see var/log/.")


def reset() -> int:
    """Throw the demo's data away."""
    with only_demo_here() as lock:
        if lock is None:
            raise Refused("The demo of this folder is running; stop it first (Ctrl-C there).")
        if database_given():
            raise Refused("DATABASE_URL is given: a database of your own is not thrown away.")
        for folder in (lasting_home(), VAR / "valkey", VAR / "mail", VAR / "beat", LOGS):
            shutil.rmtree(folder, ignore_errors=True)
        (VAR / "secret-key").unlink(missing_ok=True)
        say("The demo data are gone; `make demo` makes them anew.")
    return 0


def main(arguments: list[str]) -> int:
    """Start, join or reset the demo; return the exit code."""
    try:
        if arguments == ["--reset"]:
            return reset()
        with only_demo_here() as lock:
            if lock:
                return run(lock)
        return join_running()
    except (Refused, Incomplete, StartFailed, LookupError, OSError) as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
