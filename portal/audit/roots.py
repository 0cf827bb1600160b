"""The newest seal as a small file that is kept outside the machine: in a mailbox, in a safe, with an auditor."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.audit import keys

LOG = "weg-omhoog access log"


@dataclass(frozen=True)
class Root:
    """A signed seal. `rows`: how many rows all seals up to this one cover."""

    n: int
    hash: bytes
    sealed_at: datetime
    rows: int
    public_key: bytes
    signature: bytes

    def as_text(self) -> str:
        """One JSON object, the same text every time."""
        return json.dumps(
            {
                "log": LOG,
                "seal": self.n,
                "rows": self.rows,
                "sealed_at": self.sealed_at.isoformat(),
                "hash": self.hash.hex(),
                "public_key": self.public_key.hex(),
                "signature": self.signature.hex(),
            },
            indent=1,
        )


def parse(text: str) -> Root:
    """Read a root, also from the text of a mail around it. Raises ValueError when it is none, or not signed."""
    begin, end = text.find("{"), text.rfind("}")
    given: dict[str, Any] = json.loads(text[begin : end + 1] or "{}")
    try:
        found = Root(
            n=int(given["seal"]),
            hash=bytes.fromhex(given["hash"]),
            sealed_at=datetime.fromisoformat(given["sealed_at"]),
            rows=int(given["rows"]),
            public_key=bytes.fromhex(given["public_key"]),
            signature=bytes.fromhex(given["signature"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("this is no root of the access log") from error
    if not keys.signed(found.public_key, found.signature, found.hash):
        raise ValueError("the signature does not fit this root")
    return found


#: The newest seal with the number of rows under all of them.
NEWEST = """
    SELECT n, hash, sealed_at, (SELECT sum(events) FROM access_seal)::bigint, public_key, signature
    FROM access_seal ORDER BY n DESC LIMIT 1
"""
