"""The embedded servers as a newcomer gets them: roles, rights, files, logs, and what is left after a kill."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from dev.guardian import is_alive
from dev.ports import answers
from tests.dev.processes import ROOT, environment, until

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


def start(parent: Path) -> Servers:
    """Start servers in a folder with a space, and read the lines they print."""
    folder = parent / "een map"
    folder.mkdir()
    for part in (folder, *folder.parents):  # pytest makes folders for its own user only
        if part.is_relative_to(parent.parent):
            part.chmod(0o711)
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
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """One set of servers for this file."""
    running = start(tmp_path_factory.mktemp("servers"))
    yield running
    running.process.terminate()
    running.process.communicate()
    assert running.process.returncode == 0
    assert not any(answers(port) for port in running.ports())


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
    assert names == {"postgres", "app_owner", "pg_database_owner"} - ({"pg_database_owner"} - names)
    assert not names & set(LOGINS.values())


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


@pytest.mark.skipif_no_proc
def test_passwords_are_on_no_command_line(servers: Servers) -> None:
    lines = [path.read_text(errors="replace") for path in running_command_lines()]
    assert any(str(servers.folder) in line for line in lines)
    assert not [word for word in secrets_of(servers.env) if any(word in line for line in lines)]
