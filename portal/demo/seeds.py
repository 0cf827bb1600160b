"""Chance that repeats itself: the same seed and key give the same dice and the same ids, on every machine."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from random import Random
from uuid import UUID


def _digest(seed: int, kind: str, key: tuple[object, ...], size: int) -> bytes:
    return blake2b(f"{seed}|{kind}|{key}".encode(), digest_size=size).digest()


def dice(seed: int, kind: str, *key: object) -> Random:
    """A source of chance for one thing, independent of the order in which things are made."""
    return Random(int.from_bytes(_digest(seed, kind, key, 8)))


def ident(seed: int, kind: str, moment: datetime, *key: object) -> UUID:
    """A UUIDv7 of `moment` whose random part comes from the seed and the key."""
    random = int.from_bytes(_digest(seed, kind, key, 10))
    milliseconds = int(moment.timestamp() * 1000)
    value = (
        (milliseconds << 80) | (0x7 << 76) | (((random >> 62) & 0xFFF) << 64) | (0b10 << 62) | (random & (1 << 62) - 1)
    )
    return UUID(int=value)
