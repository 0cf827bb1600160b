"""The caught mails: in memory, and as files so that a restart keeps them."""

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

KEEP = 500


@dataclass(frozen=True)
class CaughtMail:
    """One mail. `number` grows by one with each; `received_at` is aware UTC."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    def parsed(self) -> EmailMessage:
        """Return the message with its parts and decoded headers."""
        message = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def header(self, name: str) -> str:
        """Return a header as text; empty when missing or beyond understanding."""
        try:
            return str(self.parsed()[name] or "").strip()
        except (ValueError, IndexError, AttributeError):  # what the standard library raises on broken headers
            return ""

    def body(self, kind: str) -> str:
        """Return the first part of a kind, `plain` or `html`; empty when there is none."""
        part = self.parsed().get_body((kind,))
        if part is None:
            return ""
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            return ""
        try:
            text = content.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:  # no such character set
            text = content.decode("utf-8", "replace")
        return text.replace("\r\n", "\n")


class Store:
    """The last 500 mails, also in `folder`. Safe to use from several threads."""

    def __init__(self, folder: Path, keep: int = KEEP) -> None:
        self._folder = folder
        self._keep = keep
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mails = [_read(path) for path in sorted(folder.glob("*.json"))]
        self._drop_oldest()

    def add(self, sender: str, recipients: Sequence[str], raw: bytes) -> CaughtMail:
        """Keep one mail; when this returns it is on disk."""
        with self._lock:
            number = self._mails[-1].number + 1 if self._mails else 1
            mail = CaughtMail(number, datetime.now(UTC), sender, tuple(recipients), raw)
            self._write(mail)
            self._mails.append(mail)
            self._drop_oldest()
            return mail

    def newest_first(self) -> list[CaughtMail]:
        """Return all mails, the last one first."""
        with self._lock:
            return self._mails[::-1]

    def get(self, number: int) -> CaughtMail | None:
        """Return one mail by its number."""
        return next((mail for mail in self.newest_first() if mail.number == number), None)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.json"

    def _write(self, mail: CaughtMail) -> None:
        record = {
            "number": mail.number,
            "received_at": mail.received_at.isoformat(),
            "sender": mail.sender,
            "recipients": mail.recipients,
            "raw": mail.raw.decode("latin-1"),  # every byte survives
        }
        fresh = self._path(mail.number).with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(record, file)
        fresh.replace(self._path(mail.number))

    def _drop_oldest(self) -> None:
        while len(self._mails) > self._keep:
            self._path(self._mails.pop(0).number).unlink(missing_ok=True)


def _read(path: Path) -> CaughtMail:
    record = json.loads(path.read_text(encoding="utf-8"))
    return CaughtMail(
        record["number"],
        datetime.fromisoformat(record["received_at"]),
        record["sender"],
        tuple(record["recipients"]),
        record["raw"].encode("latin-1"),
    )
