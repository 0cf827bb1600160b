"""A browser of a few lines: one kept connection, the cookie, the form's token. Small, so that it costs little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from dev.ports import HOST

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Failed(Exception):
    """An answer that was not expected; the message says which."""


class Browser:
    """Talks to one server on the loopback address, as one person."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = HTTPConnection(HOST, port, timeout=60)
        self.cookie = ""
        self.token = ""
        self.location = ""  # where the last answer led to

    def get(self, path: str) -> bytes:
        """Open a page. Raises Failed for anything but 200."""
        return self._ask("GET", path, None, 200)

    def post(self, path: str, form: Mapping[str, str], expected: int = 303) -> bytes:
        """Send a form with its token. Raises Failed for another status than `expected`."""
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **form}), expected)

    def sign_in(self, login: str, password: str) -> None:
        """Sign in through the form, as people do."""
        self.read_token("/inloggen")
        self.post("/inloggen", {"login": login, "password": password})
        self.read_token("/mijn-account")

    def read_token(self, path: str) -> None:
        """Take the token from a page with a form."""
        found = TOKEN.search(self.get(path).decode())
        if found is None:
            raise Failed(f"no form on {path}")
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> bytes:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            status, answer = self._send(method, path, body, headers)
        except (HTTPException, OSError):  # a kept connection that the server had closed meanwhile
            self._connection.close()
            status, answer = self._send(method, path, body, headers)
        if status != expected:
            raise Failed(f"{method} {path} answered {status}, not {expected}")
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, dict(headers))
        answer = self._connection.getresponse()
        content = answer.read()
        self.location = answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        return answer.status, content
