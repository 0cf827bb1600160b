"""Passwords: argon2id, a bound on how many are computed at once, and which ones are refused."""

from __future__ import annotations

import base64
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from portal.core.errors import Invalid, Unavailable
from portal.core.i18n import N_
from portal.core.text import fold

MIN_LENGTH, MAX_LENGTH = 12, 128
#: Each computation takes 64 MiB, so a flood of attempts must not take all memory of the machine.
AT_ONCE = 3
PATIENCE_SECONDS = 10

COSTS = RFC_9106_LOW_MEMORY
_hasher = PasswordHasher.from_parameters(COSTS)
_room = threading.BoundedSemaphore(AT_ONCE)

#: What the most common long passwords are made of; digits and signs around it do not make it better.
COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())


@contextmanager
def _bounded() -> Iterator[None]:
    if not _room.acquire(timeout=PATIENCE_SECONDS):
        raise Unavailable
    try:
        yield
    finally:
        _room.release()


def hashed(password: str) -> str:
    """The argon2id hash to store. Raises Unavailable when too many are being computed."""
    with _bounded():
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits. Without a stored hash it costs the same and is False, so that time tells nothing."""
    with _bounded():
        try:
            return _hasher.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with other settings than we use now."""
    return _hasher.check_needs_rehash(stored)


def _nobody() -> str:
    """A hash with our settings that no password fits."""
    salt, key = (base64.b64encode(os.urandom(n)).decode().rstrip("=") for n in (_hasher.salt_len, _hasher.hash_len))
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${key}"


def check_new(password: str, *, names: tuple[str, ...], field: str = "password") -> None:
    """Refuse a new password that is short, long, common, or made of one of the person's `names`. Raises Invalid.

    No rules on kinds of characters: length is what helps (NIST SP 800-63B §3.1.1).
    """
    if len(password) < MIN_LENGTH:
        raise Invalid(**{field: N_("Gebruik minstens 12 tekens. Een zin van een paar woorden is goed te onthouden.")})
    if len(password) > MAX_LENGTH:
        raise Invalid(**{field: N_("Gebruik hoogstens 128 tekens.")})
    core = _core(password)
    if core in COMMON or len(set(core)) < 3:
        raise Invalid(**{field: N_("Dit wachtwoord is te makkelijk te raden. Kies een ander.")})
    if core in {_core(name) for name in names}:
        raise Invalid(**{field: N_("Je eigen naam is te makkelijk te raden. Kies een ander wachtwoord.")})


def names_of(name: str, login: str, email: str) -> tuple[str, ...]:
    """What somebody who knows this person would try first."""
    return (name, *name.split(), login, email, email.partition("@")[0])


def _core(text: str) -> str:
    """What is left of a text without its spaces, signs, and digits at either end."""
    return re.sub(r"^\d+|\d+$", "", fold(text).replace(" ", ""))
