"""A supervisor over tiny programs, for the tests to stop and kill: ``python supervised.py FOLDER NAME...``.

A name that begins with `stubborn` is of a program that does not stop by itself; a digit at the end is its rank.
"""

import os
import sys
from pathlib import Path

from dev.supervisor import Program, StopRequested, Supervisor, say

CHILD = Path(__file__).with_name("child.py")


def program(folder: Path, name: str) -> Program:
    """Return one tiny program."""
    how = ["stubborn"] if name.startswith("stubborn") else []
    return Program(
        name=name,
        command=[sys.executable, CHILD, folder, name, *how],
        env=os.environ,
        log=folder / "log" / f"{name}.log",
        grace=0.5 if how else 20.0,
        rank=int(name[-1]) if name[-1].isdecimal() else 0,
        ready=(folder / f"{name}.pid").exists,
    )


def main(folder: Path, names: list[str]) -> None:
    """Start in the order given, one after the other, and watch."""
    try:
        with Supervisor() as supervisor:
            for name in names:
                supervisor.start(program(folder, name))
            (folder / "ready").touch()
            supervisor.watch()
    except StopRequested:
        say("stopped")


main(Path(sys.argv[1]), sys.argv[2:])
