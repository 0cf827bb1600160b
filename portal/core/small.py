"""Numbers that are too small to show inside the organisation, and what would give those away (domain I-23)."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST = 5  # fewer are not shown


def shown(number: int) -> int | None:
    """The number, unless it is too small to show. Nought is shown: it says nothing about anybody."""
    return None if 0 < number < SMALLEST else number


def hidden(counts: Sequence[int]) -> list[int | None]:
    """The counts with what is small left out, and more until what is left out cannot be worked out from the total."""
    left: list[int | None] = [shown(count) for count in counts]
    others = sorted((place for place, count in enumerate(left) if count), key=lambda place: counts[place])
    while others and _tells([count for count, seen in zip(counts, left, strict=True) if seen is None]):
        left[others.pop(0)] = None
    return left


def _tells(gaps: Sequence[int]) -> bool:
    """Whether somebody who knows the sum of these numbers, none of them nought, knows too much of one."""
    return bool(gaps) and (len(gaps) == 1 or sum(gaps) < SMALLEST or sum(gaps) == len(gaps))
