"""Finds the Chromium of the browser tests, and installs it where that is a matter of one command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

#: The one without windows comes first: it draws the same pages for half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Chromium.app/Contents/MacOS/Chromium")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends"]


class Missing(Exception):
    """There is no Chromium; the message says what to do."""


def find(install: bool) -> Path | None:
    """Return the browser. With `install`, install it when missing, or raise Missing."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise Missing(f"CHROMIUM={given} is no program that can be started.")
        return Path(given)
    found = _look()
    if found or not install:
        return found
    return _install()


def _look() -> Path | None:
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    return MAC if MAC.exists() else None


def _install() -> Path:
    """Install the package as root on Debian and its kin."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", flush=True)
        _run(["apt-get", "update"])
        for name in NAMES[:2]:  # an older system has only the second
            _run([*INSTALL, name])
            if found := _look():
                return found
    raise Missing(
        "The browser tests need Chromium. Install it (on Debian: apt-get install chromium) "
        "or say where it is: CHROMIUM=/path/to/chromium"
    )


def _run(command: list[str]) -> None:
    subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip
