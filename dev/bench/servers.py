"""The servers that are measured, all under gunicorn with the same settings."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from dev.ports import HOST, answers
from dev.supervisor import Program

#: As in the demo: processes, and threads in each.
PROCESSES, THREADS = 2, 4


def gunicorn(name: str, application: str, port: int, env: Mapping[str, str], logs: Path, processes: int) -> Program:
    """A server of `application`, ready when it listens."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"{HOST}:{port}", "--no-control-socket"]
    return Program(
        name=name,
        command=[*command, "--workers", str(processes), "--threads", str(THREADS), "--keep-alive", "75"],
        env=env,
        log=logs / f"{name}.log",
        rank=1,
        ready=lambda: answers(port),
    )
