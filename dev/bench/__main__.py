"""Measure the portal: ``python -m dev.bench [--tenth] [--docs] [--json FILE] [--page NAME] [--reuse]``.

Starts servers of its own as far as none are given (see dev.environment) and stops them; needs about six minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import time
from pathlib import Path

from dev.bench import databases, report
from dev.bench.browser import Failed
from dev.bench.dataset import Size, fill
from dev.bench.pages import PAGES
from dev.bench.run import Cities, Effort, Outcome, Run
from dev.bench.servers import PROCESSES
from dev.environment import Incomplete, database_given, settings_for_tests
from dev.ports import free_port
from dev.postgres import SUPERUSER, Cluster, temporary_home
from dev.supervisor import ROOT, StartFailed, StopRequested, Supervisor, say
from dev.valkey import Broker
from portal.accounts import passwords
from portal.core import sealing

CITY, TENTH, VILLAGE, HAMLET = Size(100_000, 40), Size(10_000, 40), Size(1_000, 2), Size(60, 2)
NOT_IN_PRODUCTION = ("DEMO", "DEMO_PASSWORD", "CLOCK_ADJUSTABLE")


def arguments(given: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="dev.bench", description="Measure the portal.")
    parser.add_argument("--tenth", action="store_true", help="a tenth of the city, and fewer rounds")
    parser.add_argument("--tiny", action="store_true", help="a few dossiers, once: whether the measuring itself works")
    parser.add_argument("--docs", action="store_true", help="rewrite docs/performance.md")
    parser.add_argument("--json", type=Path, help="write everything that was measured to this file")
    parser.add_argument("--page", action="append", choices=[page.name for page in PAGES], help="only this page")
    parser.add_argument("--reuse", action="store_true", help="leave and reuse the databases on a server that is given")
    return parser.parse_args(given)


def start_servers(supervisor: Supervisor, home: Path) -> dict[str, str]:
    """Start what is not given, as safe against power cuts as in production; return the addresses."""
    env: dict[str, str] = {}
    if database_given((databases.ADMIN,)):
        env |= {name: os.environ[name] for name in (*databases.DATABASE_VARIABLES, databases.ADMIN)}
    else:
        cluster = Cluster(home / "postgres", free_port(), home / "log")
        cluster.start(supervisor)
        env |= cluster.urls() | {databases.ADMIN: cluster.url(SUPERUSER, "postgres")}
    broker = Broker(home / "valkey", free_port(), home / "log")
    supervisor.start(broker.server())
    return env | {"BROKER_URL": broker.url()}


def environment() -> dict[str, str]:
    """The settings of a portal in use: no demo, no clock that can be moved, no limit that the clients would meet."""
    settings = settings_for_tests(os.environ.get("SECRET_KEY") or secrets.token_urlsafe(32))
    kept = {name: value for name, value in settings.items() if name not in NOT_IN_PRODUCTION}
    return kept | {"RATE_LIMIT_PER_MINUTE": "1000000", "DEMO": "0", "CLOCK_ADJUSTABLE": "0"}


def prepare(env: dict[str, str], cities: Cities, size: Size, small: Size, *, reuse: bool) -> str:
    """Make both databases; return the password of everybody in them."""
    password = "meten-is-weten-" + ("overnieuw" if reuse else secrets.token_hex(4))
    sealing.configure(env["SECRET_KEY"])
    sizes = {cities.large: size, cities.small: small}
    new = {name: each for name, each in sizes.items() if not (reuse and databases.exists(env, name))}
    databases.create(env, *new)
    for name, each in new.items():
        begun = time.monotonic()
        fill(databases.superuser(env, name), each, password_hash=passwords.hashed(password))
        say(f"{each.people:,} young people, {each.contacts:,} contacts: {time.monotonic() - begun:.0f} s")
    return password


def show(options: argparse.Namespace, outcome: Outcome, sizes: tuple[Size, Size], facts: dict[str, str]) -> None:
    """Print the outcome, and write what was asked for."""
    say("\n" + report.as_text(outcome))
    if options.json:
        options.json.write_text(json.dumps(report.as_json(outcome, *sizes, facts), indent=1) + "\n")
    if options.docs:
        (ROOT / "docs" / "performance.md").write_text(report.as_markdown(outcome, *sizes, facts))


def _chosen(options: argparse.Namespace) -> tuple[Effort, Size, Size]:
    if options.tiny:
        return Effort(1, 2, 1, 2, clients=2, warm_up=1), HAMLET, HAMLET
    return (Effort(rounds=4, rounds_together=1), TENTH, VILLAGE) if options.tenth else (Effort(), CITY, VILLAGE)


def main(given: list[str]) -> int:
    """Measure; return 0 when every bar holds."""
    options = arguments(given)
    home, (effort, *sizes) = temporary_home(), _chosen(options)
    cities = Cities() if options.reuse else Cities(f"bench_{os.getpid()}_large", f"bench_{os.getpid()}_small")
    try:
        with Supervisor() as supervisor:
            supervisor.remove_at_end(home)
            env = environment() | start_servers(supervisor, home)
            try:
                password = prepare(env, cities, *sizes, reuse=options.reuse)
                facts = report.about(databases.superuser(env, "postgres"))
                with Run(supervisor, env, home / "log", password, cities, 1 if options.tiny else PROCESSES) as run:
                    outcome = run.all_pages(effort, [p for p in PAGES if not options.page or p.name in options.page])
            finally:
                if not options.reuse:
                    databases.drop(env, cities.large)
                    databases.drop(env, cities.small)
        show(options, outcome, (sizes[0], sizes[1]), facts)
        return 1 if report.missed(outcome) else 0
    except (StartFailed, Incomplete, Failed, LookupError, OSError) as problem:
        say(str(problem))
        return 2
    except StopRequested:
        return 130
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
