"""Terms of a case, in days and civil months (domain §2.10, §3.4, §3.8.3, §3.9)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

FIRST_MEASURE_AFTER = timedelta(days=14)  # after the first plan
MEASURE_EVERY_MONTHS = 3
FOLLOW_UP_MONTHS = 6  # after the closing
LONGEST_PLAN_MONTHS = 6
LONGEST_PAUSE_MONTHS = 3


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month (31 January + 1 = 28 or 29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
