"""What `make demo` decides before it starts anything, and the locks of the packages."""

import re
import socket
import tomllib
from pathlib import Path

import pytest

from dev import demo
from dev.demo import Addresses, Refused
from dev.environment import Incomplete, database_given
from dev.ports import HOST, free_port
from tests.dev.processes import ROOT

LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("runtime", "demo", "dev", "uv")}
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)


@pytest.mark.parametrize("given", ["abc", "0", "65535", "-1", "80.0", "²"])
def test_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PORT", given)
    with pytest.raises(Refused, match="choose a number"):
        demo.chosen_port()


@pytest.mark.parametrize("which", [0, 1])
def test_port_in_use_is_named(monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    monkeypatch.delenv("MAIL_URL", raising=False)
    port = free_port()
    with socket.create_server((HOST, port)), pytest.raises(Refused, match=f"Port {port} is already in use"):
        demo.check_ports(Addresses(port - which))


def test_page_of_the_mail_needs_no_port_when_mail_goes_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_URL", "smtp://mail.example:25")
    port = free_port()
    with socket.create_server((HOST, port)):
        demo.check_ports(Addresses(port - 1))


def test_second_demo_learns_the_address_of_the_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo, "VAR", tmp_path)
    with demo.only_demo_here() as first:
        assert first
        demo.note_address(first, "http://localhost:8000")
        with demo.only_demo_here() as second:
            assert second is None
        assert demo.running_address() == "http://localhost:8000"
    with demo.only_demo_here() as third:
        assert third


def test_secret_key_is_made_once_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo, "VAR", tmp_path)
    first = demo.secret_key()
    assert len(first) >= 32
    assert demo.secret_key() == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_given_settings_win_and_web_gets_no_powerful_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setenv("MAIL_FROM", "portaal@stad.example")
    monkeypatch.setenv("MIGRATE_DATABASE_URL", "postgresql+psycopg://app_migrate@db.example/x")
    env = demo.base_environment(Addresses(8100))
    assert (env["MAIL_FROM"], env["BASE_URL"], env["PORT"]) == ("portaal@stad.example", "http://localhost:8100", "8100")
    for program in demo.processes(env, Addresses(8100)):
        assert "MIGRATE_DATABASE_URL" not in program.env


def test_only_part_of_a_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATE_DATABASE_URL", "AUDIT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert not database_given()
    monkeypatch.setenv("MIGRATE_DATABASE_URL", "postgresql+psycopg://app_migrate@db.example/x")
    with pytest.raises(Incomplete, match="DATABASE_URL, WORKER_DATABASE_URL, AUDIT_DATABASE_URL"):
        database_given()


@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS.keys())
def test_every_locked_package_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2])
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_locks_agree_on_versions() -> None:
    largest = set(PIN.findall(LOCKS["dev"].read_text()))
    for name in ("runtime", "demo"):
        versions = set(PIN.findall(LOCKS[name].read_text()))
        assert versions
        assert {entry[:2] for entry in versions} <= {entry[:2] for entry in largest}


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {"runtime": project["dependencies"], **project["optional-dependencies"]}
    for name, requirements in declared.items():
        wanted = {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in requirements} - {"weg-omhoog"}
        assert wanted <= {entry[0] for entry in PIN.findall(LOCKS[name].read_text())}
