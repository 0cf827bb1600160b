"""Waiting for processes, and looking who is left."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 30.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; fail with `what` when it does not come."""
    give_up = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < give_up, f"waited in vain: {what}"
        time.sleep(0.02)


def environment(**more: str) -> dict[str, str]:
    """Return a newcomer's environment: no addresses given."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "PYENV_VERSION")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONPATH": str(ROOT)} | more


def command_lines() -> list[str]:
    """Return the command lines of all processes."""
    if Path("/proc/self/cmdline").exists():
        return [text for path in Path("/proc").glob("[0-9]*/cmdline") if (text := _text(path))]
    return subprocess.run(["ps", "-axww", "-o", "command="], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # the process ended in between
        return ""
