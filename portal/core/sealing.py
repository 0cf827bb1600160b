"""Encryption of single fields (contact data, TOTP secrets): AES-256-GCM, bound to table, column and row.

The key is derived from SECRET_KEY, which lives outside the database and its dumps.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_cipher: AESGCM | None = None


def configure(secret_key: str) -> None:
    """Derive this installation's field key."""
    global _cipher
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"weg-omhoog field sealing v1").derive(
        secret_key.encode()
    )
    _cipher = AESGCM(key)


def _aad(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}|{column}|{row_id}".encode()


def _ready() -> AESGCM:
    if _cipher is None:
        raise RuntimeError("portal.core.sealing.configure() was not called")
    return _cipher


def seal(value: str, *, table: str, column: str, row_id: UUID) -> bytes:
    """Encrypt `value` for exactly this cell; it cannot be read from another row."""
    return seal_bytes(value.encode(), table=table, column=column, row_id=row_id)


def unseal(sealed: bytes, *, table: str, column: str, row_id: UUID) -> str:
    """Decrypt a cell. Raises ValueError when it was changed or moved."""
    return unseal_bytes(sealed, table=table, column=column, row_id=row_id).decode()


def seal_bytes(value: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
    """The same for a file."""
    nonce = os.urandom(12)
    return nonce + _ready().encrypt(nonce, value, _aad(table, column, row_id))


def unseal_bytes(sealed: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
    """The same for a file. Raises ValueError when it was changed or moved."""
    try:
        return _ready().decrypt(sealed[:12], sealed[12:], _aad(table, column, row_id))
    except InvalidTag:
        raise ValueError(f"{table}.{column} was changed or moved") from None
