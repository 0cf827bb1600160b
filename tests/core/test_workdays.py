"""Working days against the calendar of the municipality, and as properties."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import workdays

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 4, 3), True),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 27), False),  # King's Day
        (date(2025, 5, 5), False),  # Liberation Day in a lustrum year
        (date(2026, 5, 5), True),
        (date(2026, 5, 14), False),  # Ascension
        (date(2026, 12, 25), False),
        (date(2026, 12, 24), True),
        (date(2026, 11, 21), False),  # Saturday
    ],
)
def test_holidays_of_the_netherlands(day: date, worked: bool) -> None:
    assert workdays.is_workday(day) is worked


def test_three_working_days_over_easter() -> None:
    assert workdays.add(date(2026, 4, 2), 3) == date(2026, 4, 8)


@given(DAYS, st.integers(1, 15))
def test_adding_lands_on_a_working_day_with_as_many_between(day: date, count: int) -> None:
    landed = workdays.add(day, count)
    between = [day.fromordinal(n) for n in range(day.toordinal() + 1, landed.toordinal() + 1)]
    assert workdays.is_workday(landed)
    assert sum(workdays.is_workday(d) for d in between) == count


@given(DAYS, st.integers(0, 15))
def test_the_latest_start_is_the_last_day_from_which_the_term_has_passed(today: date, count: int) -> None:
    start = workdays.latest_start(today, count)
    assert workdays.add(start, count) <= today
    assert workdays.add(date.fromordinal(start.toordinal() + 1), count) > today
