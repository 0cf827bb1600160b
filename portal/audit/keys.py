"""The key that signs seals: given, or derived from SECRET_KEY; never in the database."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.settings import Settings


def signing_key(config: Settings) -> Ed25519PrivateKey:
    """AUDIT_SIGNING_KEY (64 hex digits) when there is one, so that the web need not know it."""
    if config.audit_signing_key:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(config.audit_signing_key))
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"weg-omhoog access log signing v1")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(config.secret_key.encode()))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes with which anybody can check signatures of this key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def signed(public_key: bytes, signature: bytes, hashed: bytes) -> bool:
    """Whether this key signed that hash."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, hashed)
    except (InvalidSignature, ValueError):
        return False
    return True
