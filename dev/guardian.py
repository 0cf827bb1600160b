"""Stops what a supervisor started when the supervisor itself was killed: ``python dev/guardian.py``, input a pipe.

The supervisor holds the only writing end and reports its children there, one JSON object a line:
``{"start": [pid, signal, seconds, rank]}``, ``{"gone": pid}``, ``{"remove": path}``, ``{"bye": 1}``. The pipe ending
without a good-bye means that the supervisor is dead.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar


def is_alive(pid: int) -> bool:
    """Tell whether a process that is not our child still runs; one that only waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not process_state(pid).startswith("Z")


def process_state(pid: int) -> str:
    """Return the state letters of a process; empty when it is gone."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2]
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def program_of(pid: int) -> str:
    """Return the command line of a process; empty when it is gone."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def send(deliver: Callable[[int, int], None], pid: int, signum: int) -> None:
    """Send a signal to a process or a group that may be gone already."""
    try:
        deliver(pid, signum)
    except (ProcessLookupError, PermissionError):
        return


def end(pid: int, signum: int, grace: float, alive: Callable[[], bool]) -> None:
    """Ask one process to stop, wait `grace` seconds, then kill what is left of its group."""
    send(os.kill, pid, signum)
    give_up = time.monotonic() + grace
    while alive() and time.monotonic() < give_up:
        time.sleep(0.05)
    send(os.killpg, pid, signal.SIGKILL)


class Child(NamedTuple):
    """A process to stop. `grace`: seconds between `signum` and KILL. A higher `rank` stops earlier."""

    pid: int
    signum: int
    grace: float
    rank: int


def follow(lines: Iterable[str]) -> tuple[list[Child], list[str], bool]:
    """Read the reports; return the running children in order of stopping, folders to remove, whether it parted."""
    children: dict[int, Child] = {}
    folders: list[str] = []
    for line in lines:
        match json.loads(line):
            case {"start": [pid, signum, grace, rank]}:
                children[pid] = Child(pid, signum, grace, rank)
            case {"gone": pid}:
                children.pop(pid, None)
            case {"remove": path}:
                folders.append(path)
            case {"bye": _}:
                return [], folders, True
    return stop_order(children.values(), lambda child: child.rank), folders, False


T = TypeVar("T")


def stop_order(started: Iterable[T], rank: Callable[[T], int]) -> list[T]:
    """Return what was started in order of stopping: by rank, then the youngest first."""
    return sorted(started, key=rank)[::-1]


def main() -> None:
    """Wait for the end of the pipe, then stop what still runs, in order."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    children, folders, parted = follow(sys.stdin)
    if parted:
        return
    for child in children:
        end(child.pid, child.signum, child.grace, partial(is_alive, child.pid))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
