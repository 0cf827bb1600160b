"""Run the tests against real servers of their own: ``python -m dev.test [--env-only] [arguments for pytest]``.

`--env-only` starts the servers, prints the lines to export and keeps them until it is stopped.
"""

import os
import secrets
import shlex
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from dev import chromium
from dev.environment import Incomplete, database_given, settings_for_tests
from dev.ports import free_port
from dev.postgres import SUPERUSER, Cluster, temporary_home
from dev.supervisor import Program, StartFailed, StopRequested, Supervisor, say
from dev.valkey import Broker


def start_servers(supervisor: Supervisor, home: Path) -> dict[str, str]:
    """Start what is not given; return the addresses."""
    addresses: dict[str, str] = {}
    logs = home / "log"
    if not database_given(("ADMIN_DATABASE_URL",)):
        cluster = Cluster(home / "postgres", free_port(), logs, throwaway=True)
        cluster.start(supervisor)
        addresses |= cluster.urls() | {"ADMIN_DATABASE_URL": cluster.url(SUPERUSER, "postgres")}
    if "BROKER_URL" not in os.environ:
        broker = Broker(home / "valkey", free_port(), logs)
        supervisor.start(broker.server())
        addresses["BROKER_URL"] = broker.url()
    return addresses


def pytest(env: dict[str, str], arguments: list[str]) -> Program:
    """Return the test run as a program: INT first, so that it takes its own processes down."""
    command = [sys.executable, "-m", "pytest", "-n", "3", "--dist", "loadgroup", *arguments]
    return Program("tests", command, env, stop_signal=signal.SIGINT, grace=30.0)


def show_environment(env: dict[str, str]) -> None:
    """Print the lines that another shell needs to run tests of its own."""
    for name, value in env.items():
        say(f"export {name}={shlex.quote(value)}")
    say("# The servers run until this command is stopped. Paste the lines in another shell; .venv/bin/python -m pytest")


def _compiling_once(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which the many processes of the tests keep what one of them compiled."""
    return {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main(arguments: list[str]) -> int:
    """Run the tests or show the environment; return the exit code."""
    only_servers = arguments[:1] == ["--env-only"]
    home = temporary_home()
    try:
        with Supervisor() as supervisor:
            supervisor.remove_at_end(home)
            browser = chromium.find(install=not only_servers)
            env = settings_for_tests(secrets.token_urlsafe(32)) | start_servers(supervisor, home)
            env |= {"CHROMIUM": str(browser)} if browser else {}
            if only_servers:
                show_environment(env)
                supervisor.watch()
            return supervisor.run(pytest(_compiling_once(os.environ) | env, arguments))
    except (StartFailed, Incomplete, chromium.Missing, LookupError, OSError) as problem:
        say(str(problem))
        return 1
    except StopRequested:
        return 0 if only_servers else 130
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
