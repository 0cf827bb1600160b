"""Missing settings are reported together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_starting_without_addresses_names_all_of_them_at_once() -> None:
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode != 0
    for name in ("DATABASE_URL", "WORKER_DATABASE_URL", "BROKER_URL", "MAIL_URL", "SECRET_KEY", "BASE_URL"):
        assert name in done.stderr


def test_the_worker_refuses_as_well() -> None:
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", "import tasks.worker"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "BROKER_URL" in done.stderr
