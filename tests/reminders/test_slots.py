"""When a mail may leave, on every moment of the year; how long a failed one waits; what its id tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reminders import delivery, mails, slots
from portal.reminders.materialise import occurrence_key
from portal.settings import Settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
AGES = st.timedeltas(timedelta(0), timedelta(days=40))


@given(now=MOMENTS, age=AGES)
def test_the_first_choice_has_opened_today_or_is_the_next_one(now: datetime, age: timedelta) -> None:
    since = now - age
    first, *others = islice(slots.candidates(now, since), 5)
    if first.opens <= now:
        assert since <= first.opens
        assert first.on == now.astimezone(AMSTERDAM).date()
    else:
        assert first.opens - now <= timedelta(hours=20, minutes=30)  # 13:00 to 08:30, in the night of 25 hours
    assert all(slot.opens > now for slot in others)


@given(now=MOMENTS, age=AGES)
def test_slots_follow_each_other_and_are_never_the_same(now: datetime, age: timedelta) -> None:
    chosen = list(islice(slots.candidates(now, now - age), 8))
    assert chosen == sorted(chosen)
    assert len({(slot.on, slot.name) for slot in chosen}) == len({slot.opens for slot in chosen}) == 8


@given(day=st.dates(date(2025, 1, 1), date(2030, 12, 31)))
def test_a_slot_is_the_wall_clock_of_amsterdam(day: date) -> None:
    local = [slot.opens.astimezone(AMSTERDAM) for slot in slots.of_day(day)]
    assert [moment.time() for moment in local] == [time(8, 30), time(13, 0)]
    assert {moment.date() for moment in local} == {day}


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 3, 28), 7),
        (date(2026, 3, 29), 6),  # summer time began that night
        (date(2026, 10, 24), 6),
        (date(2026, 10, 25), 7),  # the hour from two to three came twice
        (date(2028, 2, 29), 7),
    ],
)
def test_around_the_change_of_the_clock(day: date, utc: int) -> None:
    assert slots.of_day(day)[0].opens == datetime(day.year, day.month, day.day, utc, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_gives_one_slot() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, and an hour later 02:30 again
    keys = {next(slots.candidates(first + timedelta(hours=n), first)) for n in (0, 1)}
    assert len(keys) == 1


@given(tries=st.integers(1, 100))
def test_a_failed_mail_waits_longer_each_time_up_to_a_limit(tries: int) -> None:
    seconds = delivery.wait(tries).total_seconds()
    step = (60, 300, 1800, 7200)[min(tries, 4) - 1]
    assert step * 0.8 <= seconds <= step * 1.2


def test_the_message_id_is_the_same_each_time_and_tells_nothing(app: object) -> None:
    recipient = uuid4()
    key = occurrence_key(recipient, date(2026, 11, 24), "0830")
    assert mails.message_id(key) == mails.message_id(key)
    assert mails.message_id(key) != mails.message_id(key.replace("0830", "1300"))
    assert str(recipient) not in mails.message_id(key)


def test_a_lease_must_outlast_a_send(app: object) -> None:
    with pytest.raises(ValueError, match="LEASE_SECONDS"):
        Settings(lease_seconds=10, mail_timeout_seconds=10)
