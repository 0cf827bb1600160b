"""The HTTP interface for mail and SMS, against a server of our own that also breaks off, stalls and answers twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from portal.core import clock, mail, notify, sms
from portal.core.mail import Mail
from portal.core.sms import Sms

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"proef-{SERVICE}-{SECRET}"
MESSAGE = Sms("+31612345678", "Weg Omhoog: je hebt 2 herinneringen.", "<abc@demo.example>")


@dataclass
class Service:
    """Answers each connection with raw bytes; `hang` says nothing until the end, `None` breaks off."""

    answer: bytes | None = b""
    hang: bool = False
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)

    @property
    def url(self) -> str:
        """Its address, with key and template."""
        return f"http://{KEY}@127.0.0.1:{self.port}/?template=sjabloon-1"

    def status(self, code: int, copies: int = 1) -> None:
        """Answer with this status."""
        self.answer = f"HTTP/1.1 {code} X\r\nContent-Length: 2\r\n\r\n{{}}".encode() * copies

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        raw = b""
        while b"\r\n\r\n" not in raw:
            raw += connection.recv(4096)
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers["content-length"]):
            body += connection.recv(4096)
        self.asked.append((first, headers, json.loads(body)))
        if self.hang:
            self.done.wait(20)
        elif self.answer:
            connection.sendall(self.answer)

    def stop(self) -> None:
        """Let go of everything."""
        self.done.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that takes everything."""
    running = Service()
    running.status(201)
    running.thread.start()
    yield running
    running.stop()


def send(url: str) -> tuple[str, str]:
    sent = sms.send(MESSAGE, url=url, sender="noreply@demo.example", timeout=1)
    return sent.outcome, sent.reply


def test_an_sms_as_the_interface_wants_it(service: Service) -> None:
    assert send(service.url) == ("accepted", "201")
    ((first, headers, body),) = service.asked
    assert first == "POST /v2/notifications/sms HTTP/1.1"
    assert headers["content-type"] == "application/json"
    assert body == {
        "phone_number": "+31612345678",
        "template_id": "sjabloon-1",
        "personalisation": {"body": MESSAGE.text},
        "reference": "<abc@demo.example>",
    }


def test_a_mail_goes_the_same_way(service: Service) -> None:
    letter = Mail("samira@demo.example", "Onderwerp", "Tekst", message_id="<abc@demo.example>")
    assert mail.send(letter, url=service.url, sender="x@demo.example", timeout=1).outcome == "accepted"
    first, _headers, body = service.asked[0]
    assert first == "POST /v2/notifications/email HTTP/1.1"
    assert body["email_address"] == "samira@demo.example"
    assert body["personalisation"] == {"subject": "Onderwerp", "body": "Tekst"}


def test_the_token_is_signed_with_the_secret(service: Service) -> None:
    send(service.url)
    token = service.asked[0][1]["authorization"].removeprefix("Bearer ")
    head, claims, signature = token.split(".")
    wanted = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)

    def read(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    assert hmac.compare_digest(read(signature), wanted)
    assert json.loads(read(head)) == {"typ": "JWT", "alg": "HS256"}
    told = json.loads(read(claims))
    assert told["iss"] == SERVICE
    assert abs(told["iat"] - clock.wall().timestamp()) < 30


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (201, "accepted"),
        (400, "permanent"),
        (401, "temporary"),
        (403, "temporary"),
        (404, "permanent"),
        (429, "temporary"),
        (500, "unknown"),
        (503, "unknown"),
        (200, "unknown"),
    ],
)
def test_each_status_has_its_outcome(service: Service, status: int, outcome: str) -> None:
    service.status(status)
    assert send(service.url) == (outcome, str(status))


def _break_off(service: Service) -> None:
    service.answer = None


def _stall(service: Service) -> None:
    service.hang = True


def _half(service: Service) -> None:
    service.answer = b"HTTP/1.1 2"


def _nonsense(service: Service) -> None:
    service.answer = b"\x00\x01 hallo\r\n\r\n"


@pytest.mark.parametrize("misbehave", [_break_off, _stall, _half, _nonsense])
def test_what_breaks_after_the_message_left_is_unknown(service: Service, misbehave: Callable[[Service], None]) -> None:
    misbehave(service)
    assert send(service.url)[0] == "unknown"
    assert len(service.asked) == 1


def test_a_second_answer_is_not_listened_to(service: Service) -> None:
    service.status(201, copies=2)
    assert send(service.url) == ("accepted", "201")
    assert len(service.asked) == 1


def test_nobody_there_is_temporary(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    assert send(f"http://{KEY}@127.0.0.1:{free}/?template=x")[0] == "temporary"


def test_no_status_is_forgotten() -> None:
    outcomes = {status: notify.outcome_of(status) for status in range(100, 600)}
    assert {status for status, outcome in outcomes.items() if outcome == "accepted"} == {201}
    assert all(outcome == "unknown" for status, outcome in outcomes.items() if status >= 500)


@pytest.mark.parametrize(
    "typed", ["06 12345678", "0612345678", "+31 6 1234 5678", "0031-6-12345678", "(06) 12.34.56.78"]
)
def test_dutch_mobile_numbers(typed: str) -> None:
    assert sms.international(typed) == "+31612345678"


@pytest.mark.parametrize(
    "typed", ["020 1234567", "06 1234567", "061234567890", "+49 171 1234567", "112", "06 1234567x"]
)
def test_other_numbers_get_no_sms(typed: str) -> None:
    with pytest.raises(ValueError, match="mobile"):
        sms.international(typed)
