"""Nobody works a small number out from what is shown, whatever the numbers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.small import SMALLEST, hidden
from portal.signals.figures import HELP, MEASURE, _decided
from portal.signals.models import SignalOutcome

COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=4) | st.lists(st.just(1), min_size=1, max_size=8)


def worked_out(seen: list[int | None], total: int) -> list[set[int]]:
    """What each gap can be for somebody who knows the total, and that a gap is not nought."""
    left = total - sum(count or 0 for count in seen)
    return [set(numbers) for numbers in zip(*sums(left, seen.count(None)), strict=True)]


def sums(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to write a number as so many numbers of at least one."""
    cuts = combinations(range(1, total), parts - 1) if parts else ()
    return (tuple(b - a for a, b in pairwise((0, *cut, total))) for cut in cuts)


@given(COUNTS)
@settings(max_examples=40, deadline=None)
def test_no_small_number_is_shown_or_follows_from_the_total(counts: list[int]) -> None:
    seen = hidden(counts)
    assert all(count in (None, real) for count, real in zip(seen, counts, strict=True))
    assert not {*range(1, SMALLEST)} & {*seen}
    if any(seen):  # with nothing left to leave out, the total itself is too small to show
        assert all(len(numbers) > 1 for numbers in worked_out(seen, sum(counts)))


def test_two_tables_of_the_same_signals_do_not_tell_what_one_leaves_out() -> None:
    """Outcomes, and how many of them were help or a measure: the sums of groups are on the page as well."""
    kinds = [sorted(HELP)[:2], sorted(MEASURE)[:2], [SignalOutcome.NO_ACTION]]
    for numbers in combinations_with_replacement((0, 2, 3, 6, 9), 5):
        given_ = dict(zip([one for group in kinds for one in group], numbers, strict=True))
        counts = Counter({outcome: number for outcome, number in given_.items() if number})
        lines, totals = _decided(counts)
        seen = {line.key: line.count for line in lines}
        assert all(count is None or count >= SMALLEST for count in seen.values())
        for group, total in zip(kinds, totals, strict=True):
            gaps = [one for one in group if one in counts and seen[str(one)] is None]
            assert total is None or len(gaps) != 1, numbers
            assert total is not None or len(gaps) == sum(one in counts for one in group), numbers
