"""The mail catcher as a process: what it accepts, shows and refuses."""

import json
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path

import pytest

from dev.mailcatcher.pages import with_links
from dev.mailcatcher.store import Store
from dev.ports import HOST, answers, free_port
from tests.dev.processes import ROOT, environment, until


@dataclass
class Catcher:
    """A running mail catcher."""

    folder: Path
    smtp: int
    page: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Stop the process, and wait for it."""
        self.process.terminate()
        self.process.wait()

    def get(self, path: str, host: str = "localhost") -> tuple[int, str, dict[str, str]]:
        """Ask for a page; return status, text and headers."""
        connection = HTTPConnection(HOST, self.page, timeout=10)
        connection.request("GET", path, headers={"Host": f"{host}:{self.page}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, dict(answer.getheaders())

    def send(self, message: EmailMessage | bytes, to: str = "coordinator@demo.example") -> None:
        """Hand a mail in."""
        with smtplib.SMTP(HOST, self.smtp, timeout=10) as server:
            server.sendmail("noreply@demo.example", [to], bytes(message))

    def mails(self) -> list[dict[str, object]]:
        """Return what `/messages.json` says."""
        found: list[dict[str, object]] = json.loads(self.get("/messages.json")[1])
        return found


def start(folder: Path) -> Catcher:
    """Start a mail catcher and wait until it listens."""
    smtp, page = free_port(), free_port()
    command = [sys.executable, "-m", "dev.mailcatcher", "--smtp-port", str(smtp), "--page-port", str(page)]
    process = subprocess.Popen([*command, "--folder", str(folder)], cwd=ROOT, env=environment())
    until(lambda: answers(smtp) and answers(page), "the mail catcher listens")
    return Catcher(folder, smtp, page, process)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    """One mail catcher for this file, in a folder with a space."""
    catcher = start(tmp_path_factory.mktemp("mail") / "de mail")
    yield catcher
    catcher.stop()


def mail(subject: str, text: str, html: str = "") -> EmailMessage:
    """Make a mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "noreply@demo.example", "coordinator@demo.example", subject
    message["Message-ID"] = "<1@demo.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_json_tells_all_of_a_mail(running: Catcher) -> None:
    running.send(mail("Eén opvolging", "Kijk bij Mijn dag.", "<p>Kijk bij <b>Mijn dag</b>.</p>"))
    newest = running.mails()[0]
    assert {name: value for name, value in newest.items() if name not in ("id", "received_at")} == {
        "from": "noreply@demo.example",
        "to": ["coordinator@demo.example"],
        "subject": "Eén opvolging",
        "message_id": "<1@demo.example>",
        "text": "Kijk bij Mijn dag.\n",
        "html": "<p>Kijk bij <b>Mijn dag</b>.</p>\n",
    }


def test_pages_escape_what_a_mail_says(running: Catcher) -> None:
    running.send(mail("<script>alert(1)</script>", "<img src=x onerror=alert(2)>"))
    number = running.mails()[0]["id"]
    for path in ("/", f"/messages/{number}"):
        status, text, headers = running.get(path)
        assert status == 200
        assert "&lt;script&gt;alert(1)" in text
        assert "<script" not in text
        assert "<img" not in text
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_styled_mail_is_shown_without_rights(running: Catcher) -> None:
    running.send(mail("Opgemaakt", "x", "<p>y</p><script>alert(1)</script>"))
    number = running.mails()[0]["id"]
    _, page, _ = running.get(f"/messages/{number}")
    assert f'src="/messages/{number}/html"' in page
    _, styled, headers = running.get(f"/messages/{number}/html")
    assert "<p>y</p>" in styled
    policy = headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


def test_broken_mail_is_kept_and_shown(running: Catcher) -> None:
    running.send(b"Subject: =?utf-8?b?!!?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\ncaf\xe9\r\n")
    number = running.mails()[0]["id"]
    status, text, _ = running.get(f"/messages/{number}")
    assert status == 200
    assert "caf" in text


@pytest.mark.parametrize(
    "path", ["/messages/999999", "/messages/0/html", "/messages/x", "/../store.py", "/messages/1/2"]
)
def test_unknown_addresses_are_not_found(running: Catcher, path: str) -> None:
    assert running.get(path)[0] == 404


def test_other_host_names_are_refused(running: Catcher) -> None:
    status, text, _ = running.get("/messages.json", host="elsewhere.example")
    assert status == 421
    assert "demo.example" not in text


@pytest.mark.parametrize("port", ["smtp", "page"])
def test_listens_on_one_loopback_address_only(running: Catcher, port: str) -> None:
    with pytest.raises(OSError, match=r".*"):
        socket.create_connection(("127.0.0.2", getattr(running, port)), timeout=2)


def test_restart_keeps_the_mails_in_private_files(tmp_path: Path) -> None:
    first = start(tmp_path / "mail")
    first.send(mail("Blijft", "staan"))
    before = first.mails()
    first.stop()
    second = start(tmp_path / "mail")
    second.send(mail("Erbij", "x"))
    after = second.mails()
    second.stop()
    assert [entry["subject"] for entry in after] == ["Erbij", "Blijft"]
    assert after[1:] == before
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "mail").iterdir()} == {0o600}


def test_store_keeps_the_newest(tmp_path: Path) -> None:
    store = Store(tmp_path, keep=3)
    for number in range(5):
        store.add("a@demo.example", ["b@demo.example"], f"Subject: {number}\n\n".encode())
    assert [entry.header("Subject") for entry in store.newest_first()] == ["4", "3", "2"]
    assert [entry.number for entry in Store(tmp_path, keep=2).newest_first()] == [5, 4]
    assert len(list(tmp_path.iterdir())) == 2


def test_links_are_clickable_and_the_rest_is_escaped() -> None:
    text = 'Zie <hier>: http://localhost:8000/mijn-dag?a=1&b="x". Klaar'
    assert with_links(text) == (
        "Zie &lt;hier&gt;: "
        '<a href="http://localhost:8000/mijn-dag?a=1&amp;b=">http://localhost:8000/mijn-dag?a=1&amp;b=</a>'
        "&#34;x&#34;. Klaar"
    )
