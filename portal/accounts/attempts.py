"""Limits on guessing, counted in PostgreSQL so that they hold over all processes and restarts.

An attempt is written down before it is judged, in a transaction of its own: parallel attempts all count, a roll-back
loses none, and when it cannot be written nobody gets in. Names and origins are kept as keyed hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.accounts.models import SignInAttempt, SignInOutcome
from portal.core import clock, db
from portal.core.errors import AppError
from portal.settings import settings

WINDOW = timedelta(minutes=15)
PER_LOGIN = 8  # since the last success
PER_ORIGIN = 40  # many people may share one address


class TooMany(AppError):
    """Too many attempts; `minutes` until the next one is judged."""

    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True)
class Attempt:
    """An attempt that began; tell `end` how it went."""

    login_hash: bytes
    origin_hash: bytes


@lru_cache(maxsize=1)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"weg-omhoog attempts v1" + secret.encode()).digest()


def _keyed(kind: str, value: str) -> bytes:
    return hmac.digest(_key(settings().secret_key), f"{kind}:{value}".encode(), "sha256")


def _network(address: str) -> str:
    """One line counts once: an IPv6 household has a whole /64, but IPv4 written as IPv6 (::ffff:…) is still IPv4."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def begin(what: str, *, origin: str, per_login: int = PER_LOGIN) -> Attempt:
    """Write down an attempt on `what` (a sign-in name, or a purpose and an id). Raises TooMany."""
    attempt = Attempt(_keyed("login", what.strip().casefold()), _keyed("origin", _network(origin)))
    with db.separate_transaction() as own:
        _one_at_a_time(own, attempt)
        minutes = _minutes_to_wait(own, attempt, per_login)
        _write(own, attempt, SignInOutcome.BLOCKED if minutes else SignInOutcome.STARTED)
    if minutes:
        raise TooMany(minutes)
    return attempt


def end(attempt: Attempt, outcome: SignInOutcome, *, user_id: UUID | None = None) -> None:
    """Write down how it went; OK forgives the earlier attempts on this name, and this one to the origin."""
    with db.separate_transaction() as own:
        _write(own, attempt, outcome, user_id)


def _one_at_a_time(own: Session, attempt: Attempt) -> None:
    keys = sorted(int.from_bytes(part[:8], "big", signed=True) for part in (attempt.login_hash, attempt.origin_hash))
    for key in keys:  # always in the same order, so that two never wait for each other
        own.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _write(own: Session, attempt: Attempt, outcome: SignInOutcome, user_id: UUID | None = None) -> None:
    own.add(
        SignInAttempt(
            at=clock.now(),
            login_hash=attempt.login_hash,
            origin_hash=attempt.origin_hash,
            user_id=user_id,
            outcome=outcome,
        )
    )


def _minutes_to_wait(own: Session, attempt: Attempt, per_login: int) -> int:
    now = clock.now()
    login = _wait(_since_success(own, attempt.login_hash, now, per_login), per_login, now)
    return max(login, _wait(*_from_origin(own, attempt.origin_hash, now), now))


def _since_success(own: Session, login_hash: bytes, now: datetime, limit: int) -> Sequence[datetime]:
    """Moments of the latest attempts on a name after its last success, newest first."""
    mine = (SignInAttempt.login_hash == login_hash, SignInAttempt.at > now - WINDOW)
    success = select(SignInAttempt.id).where(*mine, SignInAttempt.outcome == SignInOutcome.OK)
    last = own.scalar(success.order_by(SignInAttempt.id.desc()).limit(1))
    began = select(SignInAttempt.at).where(*mine, SignInAttempt.outcome == SignInOutcome.STARTED)
    if last is not None:
        began = began.where(SignInAttempt.id > last)
    return own.scalars(began.order_by(SignInAttempt.at.desc()).limit(limit)).all()


def _from_origin(own: Session, origin_hash: bytes, now: datetime) -> tuple[Sequence[datetime], int]:
    """Moments of the attempts from an origin, newest first, and how many are too many: each success forgives one."""
    mine = (SignInAttempt.origin_hash == origin_hash, SignInAttempt.at > now - WINDOW)
    fine = select(func.count()).select_from(SignInAttempt).where(*mine, SignInAttempt.outcome == SignInOutcome.OK)
    limit = PER_ORIGIN + (own.scalar(fine) or 0)
    began = select(SignInAttempt.at).where(*mine, SignInAttempt.outcome == SignInOutcome.STARTED)
    return own.scalars(began.order_by(SignInAttempt.at.desc()).limit(limit)).all(), limit


def _wait(moments: Sequence[datetime], limit: int, now: datetime) -> int:
    """Whole minutes until the oldest of the attempts that count leaves the window."""
    if len(moments) < limit:
        return 0
    return max(1, math.ceil((moments[limit - 1] + WINDOW - now) / timedelta(minutes=1)))
