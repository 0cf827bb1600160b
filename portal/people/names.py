"""What the names of a young person are sorted and found by; filled here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.core.sounds import sounds
from portal.core.text import fold, sort_key


def columns(given_name: str, family_name: str = "", call_name: str = "", aliases: Iterable[str] = ()) -> dict[str, Any]:
    """The values of `sort_key`, `search_text` and `sounds` of Person for these names."""
    names = (given_name, call_name, family_name, *aliases)
    return {
        "sort_key": sort_key(call_name or given_name, family_name),
        "search_text": " ".join(dict.fromkeys(fold(" ".join(names)).split())),
        "sounds": sounds(f"{given_name} {family_name}", *names),
    }
