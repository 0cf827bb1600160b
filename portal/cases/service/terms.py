"""Terms of a case, in days and civil months (domain §2.10, §3.4, §3.8.3, §3.9)."""

from __future__ import annotations

from datetime import timedelta

FIRST_MEASURE_AFTER = timedelta(days=14)  # after the first plan
MEASURE_EVERY_MONTHS = 3
FOLLOW_UP_MONTHS = 6  # after the closing
LONGEST_PLAN_MONTHS = 6
LONGEST_PAUSE_MONTHS = 3
