"""The commands as people give them: checking with a reading role and a file, and exporting."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from portal.core import clock
from tests.audit.conftest import write
from tests.conftest import ROOT
from tests.factories import World

SealAll = Callable[..., None]


def _run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """With nothing in the environment but what an auditor has."""
    given = {"PATH": os.environ["PATH"], "AUDIT_DATABASE_URL": os.environ["AUDIT_DATABASE_URL"]} | env
    command = [sys.executable, "-m", "portal.audit", *arguments]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def kept(world: World, seal_all: SealAll, tmp_path: Path) -> Path:
    """A root that was exported and laid aside."""
    write(world, 6)
    seal_all()
    made = _run("export-root")
    assert made.returncode == 0, made.stderr
    file = tmp_path / "root.json"
    file.write_text(made.stdout)
    return file


def test_an_auditor_checks_with_a_reading_role_and_a_root(kept: Path, admin_engine: Engine) -> None:
    whole = _run("verify", "--root", str(kept))
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "The log is whole." in whole.stdout
    with admin_engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        changed = connection.scalar(text("UPDATE access_event SET purpose = 'x' WHERE action = 'create' RETURNING id"))
        connection.execute(text("SET session_replication_role = origin"))
    broken = _run("verify", "--root", str(kept))
    assert broken.returncode == 1
    assert f"edited: seal 1, row {changed}" in broken.stdout


def test_without_anything_to_trust_nothing_is_checked(kept: Path) -> None:
    answer = _run("verify")
    assert answer.returncode == 2
    assert "--root" in answer.stderr
    kept.write_text(kept.read_text().replace('"seal": 1', '"seal": 2').replace('"hash": "', '"hash": "00'))
    assert _run("verify", "--root", str(kept)).returncode == 2


def test_the_key_of_another_installation_is_found_out(kept: Path) -> None:
    answer = _run("verify", "--public-key", "00" * 32)
    assert answer.returncode == 1
    assert "re-hashed: seal 1 (key, signature)" in answer.stdout


def test_the_export_speaks_the_words_of_the_standards_and_hides_whom_it_is_about(
    world: World, seal_all: SealAll
) -> None:
    write(world, 2)
    day = clock.today().isoformat()
    portal = {name: os.environ[name] for name in ("SECRET_KEY", "BASE_URL", "MAIL_URL", "BROKER_URL", "DATABASE_URL")}
    made = _run("export", "--from", day, "--to", day, **portal)
    assert made.returncode == 0, made.stderr
    created, read = [json.loads(line) for line in made.stdout.splitlines()]
    assert set(read) == {
        "trace_id", "span_id", "parent_span_id", "status", "name", "start_time", "end_time", "resource", "attributes"
    }  # fmt: skip
    said = read["attributes"]
    assert (len(read["trace_id"]), len(read["span_id"])) == (32, 16)
    assert said["dpl.nen7513.eventActionCode"] == "R"
    assert said["dpl.nen7513.users"][0]["userID"] == str(world.worker.id)
    assert said["dpl.core.processing_activity_id"].startswith("http")
    both = {each["attributes"]["dpl.core.data_subject_id"] for each in (created, read)}
    assert len(both) == 2
    assert all(each.startswith("enc:v1:") for each in both)
    flat = _run("export", "--from", day, "--to", day, "--format", "csv", **portal)
    rows = list(csv.DictReader(io.StringIO(flat.stdout), delimiter=";"))
    assert [row["dpl.nen7513.eventTypeCode"] for row in rows] == ["create", "read"]
