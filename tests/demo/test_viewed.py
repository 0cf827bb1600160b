"""Who is in view in the demo: 398 on the last day of 2023, something to decide today, and nothing the law forbids."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from portal.demo.city import City, Row, age_on
from portal.demo.viewed import STOCK_DAY
from portal.in_view.models import IN_VIEW, ViewEndReason, ViewStatus
from portal.in_view.workflow import ALONE_FROM, OLDEST, REVIEWS, YOUNGEST
from tests.demo.made import SUNDAY, rows

DAYS = (date(2025, 3, 3), SUNDAY, SUNDAY + timedelta(days=7))


def in_view_on(row: Row, day: date) -> bool:
    """Decided by the end of that day, and not over yet."""
    registered, ended = row["registered_on"], row["ended_on"]
    return isinstance(registered, date) and registered <= day and (not isinstance(ended, date) or ended > day)


@pytest.mark.parametrize(("today", "seed"), [(DAYS[0], 1), (SUNDAY, 1), (SUNDAY, 7)])
def test_398_young_people_are_in_view_on_the_last_day_of_2023(today: date, seed: int) -> None:
    views = rows(today, seed)["youth_in_view"]
    assert sum(in_view_on(row, STOCK_DAY) for row in views) == 398


@pytest.mark.parametrize("today", DAYS)
def test_there_is_always_something_to_decide(today: date) -> None:
    noord = [row for row in rows(today)["youth_in_view"] if row["team_id"] == City(1).team_id("noord")]
    status = Counter(row["status"] for row in noord)
    assert status[ViewStatus.PROPOSED] >= 1
    assert status[ViewStatus.UNDER_OBJECTION] == 1
    views = rows(today)["youth_in_view"]
    late = [row for row in views if row["status"] in IN_VIEW and str(row["next_review_on"]) < str(today)]
    assert len(late) >= 3
    assert any(row["status"] in IN_VIEW and row["letter_due_on"] for row in views)
    assert any(row["transfer_team_id"] == City(1).team_id("noord") for row in views)


@pytest.mark.parametrize("today", DAYS)
def test_every_view_keeps_the_rules(today: date) -> None:
    made = rows(today)
    born = {row["id"]: row["birth_date"] for row in made["person"]}
    for row in made["youth_in_view"]:
        assert row["decided_by"] != row["proposed_by"]
        if row["person_id"] is None or row["registered_on"] is None:
            continue
        age = age_on(born[row["person_id"]], row["registered_on"])  # type: ignore[arg-type]
        assert YOUNGEST <= age <= OLDEST
        assert age >= ALONE_FROM or row["care_partner_org_id"]
        assert int(str(row["review_no"])) <= REVIEWS or row["longer_review_no"]
    still_open = [(row["person_id"], row["stadsdeel_code"]) for row in made["youth_in_view"] if not row["ended_on"]]
    assert len(still_open) == len(set(still_open))


def test_what_was_wrong_left_a_count_and_nothing_else() -> None:
    emptied = [r for r in rows()["youth_in_view"] if r["end_reason"] == ViewEndReason.OBJECTION_UPHELD]
    assert emptied
    for row in emptied:
        assert not any(row[part] for part in ("person_id", "concern", "facts", "expected", "nominated_by"))
    told = {row["view_id"] for table in ("in_view_step", "in_view_review") for row in rows()[table]}
    assert not told & {row["id"] for row in emptied}
