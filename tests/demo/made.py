"""The rows of the demo, made once per seed and date for the tests that only look."""

from __future__ import annotations

from datetime import date
from functools import cache

from portal.demo.city import Row
from portal.demo.dataset import build

SUNDAY = date(2026, 11, 22)


@cache
def rows(today: date = SUNDAY, seed: int = 1) -> dict[str, list[Row]]:
    """Everything that a load of that seed on that day would store."""
    return build(seed, today)
