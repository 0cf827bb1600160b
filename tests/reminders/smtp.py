"""A mail server for tests: keeps what it accepted, and misbehaves as told."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Accepted:
    """One message we said 250 to (or would have, had the line held)."""

    at: float
    to: tuple[str, ...]
    message: EmailMessage
    raw: bytes

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


class Listening(Controller):
    """Listens on a socket that is bound already, and has time to start on a busy machine."""

    def __init__(self, handler: object, bound: socket.socket) -> None:
        host, port = bound.getsockname()
        super().__init__(handler, hostname=host, port=port, ready_timeout=60.0)
        self.bound = bound

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


@dataclass
class MailServer:
    """Answers by `behaviour`: accept, refuse_recipient (550), reject (554), busy (451), drop (accepts, then the line
    breaks before the reply), hang (accepts, never replies). `script` gives the first answers one by one.
    """

    behaviour: str = "accept"
    script: list[str] = field(default_factory=list)
    port: int = 0
    pause: float = 0.0  # seconds that taking a message lasts
    accepted: list[Accepted] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address for MAIL_URL, known once it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> MailServer:
        """Listen: on any port the first time, and later on the same."""
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", self.port))
        self.port = bound.getsockname()[1]
        self.controller = Listening(self, bound)
        self.controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; connections are refused from now on."""
        if self.controller:
            self.controller.stop(no_assert=True)
            self.controller = None

    def per_message_id(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(mail.message_id for mail in self.accepted)

    def _next(self) -> str:
        return self.script.pop(0) if self.script else self.behaviour

    async def handle_RCPT(  # noqa: N802 (name given by aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse the recipient."""
        if self.behaviour == "refuse_recipient":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, and answer as told."""
        await asyncio.sleep(self.pause)
        answer = self._next()
        if answer == "busy":
            return "451 try again later"
        if answer == "reject":
            return "554 refused"
        content = cast(bytes, envelope.content)
        message = cast(EmailMessage, message_from_bytes(content, policy=cast(Any, default)))
        self.accepted.append(Accepted(time.time(), tuple(envelope.rcpt_tos), message, content))
        if answer == "drop":
            cast(Any, server.transport).abort()
        while answer == "hang" and not self.released.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"
