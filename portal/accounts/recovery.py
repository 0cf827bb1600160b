"""Recovery codes: ten codes on paper for who lost phone and passkey. Shown once, each works once."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

from sqlalchemy import delete, func, select, update

from portal.accounts.models import RecoveryCode
from portal.accounts.sessions import hash_token
from portal.core import clock, db

HOW_MANY = 10
BYTES = 10  # 80 bits: nobody guesses or computes one, so a plain hash is enough
GROUP = 4


def renew(user_id: UUID) -> list[str]:
    """Ten new codes, in groups of four; the old ones end."""
    forget(user_id)
    codes = [base64.b32encode(secrets.token_bytes(BYTES)).decode() for _ in range(HOW_MANY)]
    now = clock.now()
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=hash_token(code), made_at=now) for code in codes)
    db.session.flush()
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def use(user_id: UUID, typed: str) -> bool:
    """Whether this code is one of the account's that was not used; it is used up in the same statement."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    wanted = RecoveryCode.code_hash == hash_token(plain(typed))
    statement = update(RecoveryCode).where(*unused, wanted).values(used_at=clock.now())
    return db.session.scalar(statement.returning(RecoveryCode.id)) is not None


def plain(typed: str) -> str:
    """As it was made: capitals, without spaces and hyphens; 0, 1 and 8 are not in it but look like O, I and B."""
    return "".join(typed.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))


def left(user_id: UUID) -> int:
    """How many codes still work."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(user_id: UUID) -> None:
    """Delete all codes of an account."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
