"""The embedded servers as a newcomer gets them: roles, rights, files, logs, and what is left after a kill."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from dev.ports import answers
from dev.postgres import lasting_home, reachable, temporary_home
from tests.dev.processes import ROOT, command_lines, environment, until

LOGINS = {
    "DATABASE_URL": "app_web",
    "WORKER_DATABASE_URL": "app_worker",
    "MIGRATE_DATABASE_URL": "app_migrate",
    "AUDIT_DATABASE_URL": "app_audit_reader",
}


@dataclass
class Servers:
    """Running servers: their process, the addresses they printed, the folder they work in."""

    process: subprocess.Popen[str]
    env: Mapping[str, str]
    folder: Path

    def connect(self, variable: str, **more: str) -> psycopg.Connection[tuple[object, ...]]:
        """Connect with one of the addresses."""
        return psycopg.connect(self.env[variable].replace("+psycopg", ""), autocommit=True, **more)

    def ports(self) -> list[int]:
        """Return the ports of database and broker."""
        found = [urlsplit(self.env[name]).port for name in ("DATABASE_URL", "BROKER_URL")]
        return [port for port in found if port]


@contextmanager
def spacious_folder() -> Iterator[Path]:
    """Make a folder with a space in its name, where any account may pass; remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="een map "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def start(folder: Path) -> Servers:
    """Start servers that work in a folder, and read the lines they print."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dev.test", "--env-only"],
        cwd=ROOT, env=environment(TMPDIR=str(folder)), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    env = {}
    for line in process.stdout:
        if not line.startswith("export "):
            break
        name, _, value = shlex.split(line)[1].partition("=")
        env[name] = value
    return Servers(process, env, folder)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """One set of servers for this file."""
    with spacious_folder() as folder:
        running = start(folder)
        yield running
        running.process.terminate()
        running.process.communicate()
        assert running.process.returncode == 0
        assert not any(answers(port) for port in running.ports())
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("variable", "role"), LOGINS.items())
def test_each_address_logs_in_as_its_own_role(servers: Servers, variable: str, role: str) -> None:
    with servers.connect(variable) as connection:
        row = connection.execute("SELECT session_user, current_database(), current_setting('TimeZone')").fetchone()
    assert row == (role, "wegomhoog", "UTC")


def test_login_roles_own_nothing_and_have_no_powers(servers: Servers) -> None:
    powerful = """SELECT rolname FROM pg_roles WHERE rolname LIKE 'app\\_%'
        AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication)"""
    owners = """SELECT DISTINCT owner::regrole::text FROM (
        SELECT datdba FROM pg_database UNION ALL SELECT nspowner FROM pg_namespace
        UNION ALL SELECT relowner FROM pg_class UNION ALL SELECT proowner FROM pg_proc
        UNION ALL SELECT extowner FROM pg_extension) AS owned (owner)"""
    with servers.connect("ADMIN_DATABASE_URL", dbname="wegomhoog") as connection:
        assert connection.execute(powerful).fetchall() == []
        names = {name for (name,) in connection.execute(owners)}
    assert names == {"postgres", "app_owner"}


def test_only_four_roles_may_log_in(servers: Servers) -> None:
    with servers.connect("ADMIN_DATABASE_URL") as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper").fetchall()
    assert {name for (name,) in rows} == set(LOGINS.values())


@pytest.mark.parametrize("variable", ["DATABASE_URL", "WORKER_DATABASE_URL", "AUDIT_DATABASE_URL"])
@pytest.mark.parametrize("statement", ["CREATE TABLE t (a int)", "CREATE SCHEMA s", "CREATE TEMP TABLE t (a int)"])
def test_running_processes_cannot_make_tables(servers: Servers, variable: str, statement: str) -> None:
    with servers.connect(variable) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_what_a_migration_makes_belongs_to_the_owner(servers: Servers) -> None:
    with servers.connect("MIGRATE_DATABASE_URL") as connection:
        connection.execute("CREATE TABLE made (a int)")
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'made'").fetchone()
        connection.execute("DROP TABLE made")
    assert owner == ("app_owner",)


def test_a_role_without_a_grant_cannot_enter_the_database(servers: Servers) -> None:
    with servers.connect("ADMIN_DATABASE_URL") as admin:
        admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'x'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                servers.connect("DATABASE_URL", user="stranger", password="x")
        finally:
            admin.execute("DROP ROLE stranger")


def test_a_wrong_password_is_refused(servers: Servers) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        servers.connect("DATABASE_URL", password="wrong")


def test_text_sorts_by_code_point_and_extensions_are_there(servers: Servers) -> None:
    with servers.connect("DATABASE_URL") as connection:
        names = connection.execute("SELECT extname FROM pg_extension").fetchall()
        order = connection.execute("SELECT 'Özgür' > 'Pieter', lower('Ö'), similarity('ömer', 'omer') > 0").fetchone()
    assert {"pg_trgm", "btree_gist", "unaccent", "fuzzystrmatch"} <= {name for (name,) in names}
    assert order == (True, "ö", True)


def test_broker_wants_its_password(servers: Servers) -> None:
    address = urlsplit(servers.env["BROKER_URL"])
    with socket.create_connection(("127.0.0.1", address.port or 0), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(200).startswith(b"-NOAUTH")
        connection.sendall(f"AUTH {address.password}\r\n".encode())
        assert connection.recv(200) == b"+OK\r\n"


def secrets_of(env: Mapping[str, str]) -> set[str]:
    """Return the passwords in the addresses."""
    return {password for value in env.values() if (password := urlsplit(value).password)}


def test_passwords_are_in_private_files_only(servers: Servers) -> None:
    words = secrets_of(servers.env)
    assert len(words) == 6
    holding = [
        path for path in servers.folder.rglob("*")
        if path.is_file() and path.stat().st_size < 100_000 and any(word in path.read_text("latin-1") for word in words)
    ]  # fmt: skip
    assert {path.name for path in holding} == {"passwords.json", "password", "valkey.conf"}
    assert {path.stat().st_mode & 0o777 for path in holding} == {0o600}


def test_passwords_are_on_no_command_line(servers: Servers) -> None:
    lines = command_lines()
    assert any(str(servers.folder) in line for line in lines)
    assert not [word for word in secrets_of(servers.env) if any(word in line for line in lines)]


def test_the_log_of_the_database_holds_nothing_that_was_typed(servers: Servers) -> None:
    with servers.connect("DATABASE_URL") as connection, pytest.raises(psycopg.errors.InvalidTextRepresentation):
        connection.execute("SELECT 'Zonneschijn'::int")
    logs = list(servers.folder.rglob("*.log"))
    assert "database system is ready" in "".join(path.read_text() for path in logs)
    assert not [path.name for path in logs if "Zonneschijn" in path.read_text()]


def test_kill_leaves_neither_server_nor_folder() -> None:
    with spacious_folder() as folder:
        doomed = start(folder)
        assert all(answers(port) for port in doomed.ports())
        doomed.process.send_signal(signal.SIGKILL)
        doomed.process.communicate()
        until(lambda: not any(answers(port) for port in doomed.ports()), "the servers stop")
        until(lambda: not list(folder.iterdir()), "the temporary folder is removed")
        until(lambda: not [line for line in command_lines() if str(folder) in line], "no process is left")


def test_a_closed_folder_stays_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    home = temporary_home()
    try:
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        assert reachable(home) == (os.geteuid() == 0)
    finally:
        home.rmdir()


def test_data_of_a_clone_are_forgotten_with_its_mark(tmp_path: Path) -> None:
    base, clones = tmp_path / "state", [tmp_path / name for name in ("a", "b", "c")]
    for clone in clones:
        clone.mkdir()
    homes = [lasting_home(clone, base) for clone in clones]
    for home in homes:
        (home / "data").mkdir(parents=True)
    assert len(set(homes)) == 3
    assert [lasting_home(clone, base) for clone in clones] == homes
    shutil.rmtree(clones[0])
    shutil.rmtree(clones[1] / "var")
    lasting_home(clones[2], base)
    assert [home.exists() for home in homes] == [False, False, True]


def test_half_a_database_is_refused_by_name() -> None:
    env = environment(DATABASE_URL="postgresql+psycopg://app_web@db.example/wegomhoog")
    done = subprocess.run(
        [sys.executable, "-m", "dev.test", "--env-only"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    missing = "WORKER_DATABASE_URL, MIGRATE_DATABASE_URL, AUDIT_DATABASE_URL, ADMIN_DATABASE_URL"
    assert missing in done.stdout
