"""What became of handing a message over, whichever way it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["accepted", "temporary", "permanent", "unknown"]


@dataclass(frozen=True)
class Sent:
    """What the other side said. `unknown`: it may or may not have accepted (time-out or reset after the message)."""

    outcome: Outcome
    reply: str
