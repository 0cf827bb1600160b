"""A tiny program for the supervisor: notes its process, and its name when it is asked to stop.

``python child.py FOLDER NAME [stubborn]``: a stubborn one does not listen and has a child of its own.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType


def main(folder: Path, name: str, stubborn: bool) -> None:
    """Run until stopped."""

    def stop(_signum: int, _frame: FrameType | None) -> None:
        with (folder / "journal").open("a") as journal:
            journal.write(f"{name}\n")
        if not stubborn:
            sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    if stubborn:
        grandchild = subprocess.Popen(["sleep", "600"])
        (folder / f"{name}-child.pid").write_text(str(grandchild.pid))
    fresh = folder / f"{name}.new"
    fresh.write_text(str(os.getpid()))
    fresh.replace(folder / f"{name}.pid")
    while True:
        time.sleep(60)


main(Path(sys.argv[1]), sys.argv[2], "stubborn" in sys.argv[3:])
