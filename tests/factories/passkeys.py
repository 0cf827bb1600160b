"""A security key in software: makes and answers as a real one does, or wrongly in one named way."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from portal.accounts.models import Passkey, User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.settings import settings

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(raw: bytes) -> str:
    """Base64url without padding, as browsers send it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Key:
    """One key pair; `count` is what it says the next time."""

    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 1
    verifies: bool = True  # asks for a PIN or finger
    origin: str = ""

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin or settings().base_url}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        domain = urlsplit(settings().base_url).hostname or ""
        shown = flags | PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(domain.encode()).digest() + bytes([shown]) + self.count.to_bytes(4, "big")

    @property
    def public_key(self) -> bytes:
        """In COSE, as it is stored."""
        numbers = self.secret.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a question for a new passkey."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self.public_key
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        client = self._client("webauthn.create", options["challenge"])
        return self._json({"attestationObject": cbor2.dumps(made), "clientDataJSON": client})

    def answer(self, options: dict[str, Any]) -> str:
        """The answer at signing in; the counter goes up."""
        client, data = self._client("webauthn.get", options["challenge"]), self._data(0)
        self.count += 1
        signature = self.secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._json({"authenticatorData": data, "clientDataJSON": client, "signature": signature})

    def _json(self, response: dict[str, bytes]) -> str:
        name = encoded(self.credential_id)
        sent = {part: encoded(raw) for part, raw in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": sent})


def with_passkey(user: User, name: str = "Werktelefoon") -> Key:
    """Give an account a passkey; returns the key in its owner's pocket."""
    key = Key()
    with db.unit_of_work():
        passkey(user, name, key)
    return key


def passkey(user: User, name: str = "Werktelefoon", key: Key | None = None) -> Passkey:
    """The row of a passkey. Inside a unit of work; committed by it."""
    key = key or Key()
    row = Passkey(
        id=new_id(),
        user_id=user.id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=0,
        name=name,
        created_at=clock.now(),
    )
    db.session.add(row)
    return row
