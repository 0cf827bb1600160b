"""Hashes of the log: leaves, the tree over them (as in RFC 9162), the chain of seals. SHA-256 throughout."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

#: What the first seal names as the one before it.
NOTHING = bytes(32)

_LEAF, _NODE = b"\x00", b"\x01"
_MARK = b"access log seal, first form\n"


def leaf(canonical: bytes) -> bytes:
    """The hash of one row, from its canonical form."""
    return sha256(_LEAF + canonical).digest()


def leaves(canonical: Iterable[bytes]) -> list[bytes]:
    """The hashes of many rows, in order."""
    digest = sha256
    return [digest(_LEAF + each).digest() for each in canonical]


def root(hashes: list[bytes]) -> bytes:
    """The root of the tree; a node without a neighbour moves up as it is. Raises ValueError for no leaves."""
    if not hashes:
        raise ValueError("a tree needs leaves")
    digest, level = sha256, hashes
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [digest(_NODE + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


@dataclass(frozen=True)
class Head:
    """Everything that the hash of a seal covers. `sealed_at` in microseconds since 1970."""

    n: int
    epoch: int
    from_xid: int
    to_xid: int
    events: int
    sealed_at: int
    closing: bool
    previous: bytes
    root: bytes
    entries: bytes  # their hash

    def hash(self) -> bytes:
        """The hash of the seal: of the one before, the root, and how many rows of which transactions."""
        numbers = (self.n, self.epoch, self.from_xid, self.to_xid, self.events, self.sealed_at, self.closing)
        packed = struct.pack(">7q", *numbers)
        return sha256(_MARK + packed + self.previous + self.root + self.entries).digest()
