"""The supervisor, with real processes: order, restart, and nobody left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.guardian import follow, is_alive
from dev.supervisor import Program, StartFailed, Supervisor
from tests.dev.processes import ROOT, environment, until

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space in its name."""
    path = tmp_path / "een map"
    path.mkdir()
    return path


@pytest.fixture
def supervised(folder: Path) -> Iterator[Start]:
    """Starts a supervisor over programs with these names, and waits until they run."""
    started: list[subprocess.Popen[str]] = []

    def start(*names: str) -> subprocess.Popen[str]:
        command = [sys.executable, Path(__file__).with_name("supervised.py"), folder, *names]
        process = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        until((folder / "ready").exists, "programs running")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def pids(folder: Path) -> list[int]:
    """Return the processes that the tiny programs noted."""
    return [int(path.read_text()) for path in folder.glob("*.pid")]


def nobody_left(folder: Path) -> bool:
    """Tell whether all noted processes are gone."""
    return not any(is_alive(pid) for pid in pids(folder))


def stopped(folder: Path) -> list[str]:
    """Return the names in the order in which they were asked to stop."""
    return (folder / "journal").read_text().split()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stops_in_reverse_order(supervised: Start, folder: Path, signum: int) -> None:
    supervisor = supervised("database", "broker", "worker", "web")
    supervisor.send_signal(signum)
    output, _ = supervisor.communicate()
    assert stopped(folder) == ["web", "worker", "broker", "database"]
    assert len(pids(folder)) == 4
    assert nobody_left(folder)
    assert output == "stopped\n"


def test_rank_goes_before_the_order_of_starting(supervised: Start, folder: Path) -> None:
    supervisor = supervised("database", "web3", "worker2", "beat1", "broker")
    supervisor.terminate()
    supervisor.wait()
    assert stopped(folder) == ["web3", "worker2", "beat1", "broker", "database"]


def test_killed_supervisor_leaves_nobody(supervised: Start, folder: Path) -> None:
    supervisor = supervised("database", "web3", "worker2")
    supervisor.kill()
    until(lambda: nobody_left(folder), "the guardian stops the orphans")
    assert stopped(folder) == ["web3", "worker2", "database"]


def test_program_that_does_not_listen_is_killed_with_its_children(supervised: Start, folder: Path) -> None:
    supervisor = supervised("database", "stubborn")
    grandchild = int((folder / "stubborn-child.pid").read_text())
    assert is_alive(grandchild)
    supervisor.terminate()
    supervisor.wait()
    until(lambda: nobody_left(folder), "the killed processes are collected")
    assert stopped(folder) == ["stubborn", "database"]


def test_orphans_that_do_not_listen_are_killed_too(supervised: Start, folder: Path) -> None:
    supervisor = supervised("stubborn")
    supervisor.kill()
    until(lambda: nobody_left(folder), "the guardian kills the orphans")


def test_program_that_dies_is_started_again(supervised: Start, folder: Path) -> None:
    supervisor = supervised("database", "worker")
    first = int((folder / "worker.pid").read_text())
    os.kill(first, signal.SIGKILL)
    until(lambda: int((folder / "worker.pid").read_text()) != first, "a new worker")
    supervisor.terminate()
    output, _ = supervisor.communicate()
    assert "worker stopped by itself (exit code -9)" in output
    assert stopped(folder) == ["worker", "database"]
    assert nobody_left(folder)


def test_failing_step_shows_the_end_of_its_log(folder: Path) -> None:
    command = [sys.executable, "-c", "print('first'); print('the cause'); raise SystemExit(3)"]
    with (
        Supervisor() as supervisor,
        pytest.raises(StartFailed, match=r"(?s)migration failed \(exit code 3\).*the cause"),
    ):
        supervisor.step(Program("migration", command, os.environ, folder / "log"))


def test_program_that_ends_before_it_is_ready_is_reported(folder: Path) -> None:
    command = [sys.executable, "-c", "print('no such port')"]
    with Supervisor() as supervisor, pytest.raises(StartFailed, match=r"(?s)web did not start.*no such port"):
        supervisor.start(Program("web", command, os.environ, folder / "log", ready=lambda: False))


def test_log_is_private_and_of_this_run(folder: Path) -> None:
    for run in ("first", "second"):
        with Supervisor() as supervisor:
            for part in ("a", "b"):
                command = [sys.executable, "-c", f"print('{run} {part}')"]
                supervisor.step(Program("step", command, os.environ, folder / "step.log"))
    assert (folder / "step.log").read_text() == "second a\nsecond b\n"
    assert (folder / "step.old.log").read_text() == "first a\nfirst b\n"
    assert (folder / "step.log").stat().st_mode & 0o777 == 0o600


def test_signal_handlers_are_given_back() -> None:
    before = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]
    with Supervisor():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    after = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]
    assert after == before


def test_guardian_forgets_what_ended_and_keeps_the_order() -> None:
    reports = [
        '{"start": [10, 15, 5.0, 0]}',
        '{"start": [11, 2, 1.0, 0]}',
        '{"remove": "x"}',
        '{"gone": 10}',
        '{"start": [12, 15, 5.0, 1]}',
        '{"start": [13, 15, 5.0, 1]}',
        '{"start": [14, 15, 5.0, 0]}',
    ]
    children, folders, parted = follow(reports)
    assert children == [(13, 15, 5.0, 1), (12, 15, 5.0, 1), (14, 15, 5.0, 0), (11, 2, 1.0, 0)]
    assert folders == ["x"]
    assert not parted
    assert follow([*reports, '{"bye": 1}'])[2]
