"""When a mail may leave, on every moment of the year; how long a failed one waits; what its id tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import workdays
from portal.reminders import delivery, mails, slots
from portal.reminders.bundling import occurrence_key
from portal.reminders.models import DispatchChannel
from portal.reminders.quiet import MESSENGERS, STAFF, QuietHours
from portal.settings import Settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
ALWAYS = QuietHours(time(0), time(0), free_days=False)
AGES = st.timedeltas(timedelta(0), timedelta(days=40))


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
HOURS = st.builds(QuietHours, starts=TIMES, ends=TIMES, free_days=st.booleans())
EVERYBODY = st.one_of(st.sampled_from([STAFF, MESSENGERS]), HOURS)


@given(now=MOMENTS, age=AGES, quiet=EVERYBODY)
def test_the_first_choice_has_opened_today_or_is_the_next_one(now: datetime, age: timedelta, quiet: QuietHours) -> None:
    since = now - age
    first, *others = islice(slots.candidates(now, since, quiet), 5)
    if first.opens <= now:
        assert since <= first.opens
        assert first.on == now.astimezone(AMSTERDAM).date()
        assert not quiet.at(now)
    else:
        assert first.opens - now <= timedelta(days=6)  # a long weekend, and a clock that changes in it
    assert all(slot.opens > now for slot in others)


@given(now=MOMENTS, age=AGES, quiet=EVERYBODY)
def test_no_slot_lies_in_quiet_hours(now: datetime, age: timedelta, quiet: QuietHours) -> None:
    for slot in islice(slots.candidates(now, now - age, quiet), 12):
        assert not quiet.at(slot.opens)
        if quiet.free_days:
            assert workdays.is_workday(slot.on)


@given(now=MOMENTS, age=AGES, quiet=EVERYBODY)
def test_slots_follow_each_other_and_are_never_the_same(now: datetime, age: timedelta, quiet: QuietHours) -> None:
    chosen = list(islice(slots.candidates(now, now - age, quiet), 8))
    assert chosen == sorted(chosen)
    assert len({(slot.on, slot.name) for slot in chosen}) == len({slot.opens for slot in chosen}) == 8


@given(day=st.dates(date(2025, 1, 1), date(2030, 12, 31)))
def test_a_slot_is_the_wall_clock_of_amsterdam(day: date) -> None:
    local = [slot.opens.astimezone(AMSTERDAM) for slot in slots.of_day(day, ALWAYS)]
    assert [moment.time() for moment in local if moment.time() != slots.AHEAD] == [time(8, 30), time(13, 0)]
    assert {moment.date() for moment in local} == {day}


@given(now=MOMENTS)
def test_office_hours_of_working_days_are_not_quiet(now: datetime) -> None:
    """The default in other words."""
    local = now.astimezone(AMSTERDAM)
    assert STAFF.at(now) != (workdays.is_workday(local.date()) and 8 <= local.hour < 19)


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2026, 11, 24), ["0830", "1300"]),
        (date(2026, 11, 27), ["0830", "1000", "1300"]),  # Friday
        (date(2026, 11, 28), []),
        (date(2026, 4, 3), ["0830", "1000", "1300"]),  # Good Friday is worked
        (date(2026, 4, 6), []),  # Easter Monday
        (date(2025, 4, 26), []),  # King's Day on Saturday, because the 27th was a Sunday
        (date(2025, 4, 25), ["0830", "1000", "1300"]),
        (date(2026, 4, 27), []),  # King's Day
        (date(2026, 5, 5), ["0830", "1300"]),  # free in lustrum years only
        (date(2030, 5, 5), []),
        (date(2026, 5, 13), ["0830", "1000", "1300"]),  # the day before Ascension
        (date(2026, 12, 24), ["0830", "1000", "1300"]),
        (date(2026, 12, 25), []),
    ],
)
def test_free_days_and_the_day_before(day: date, names: list[str]) -> None:
    assert [slot.name for slot in slots.of_day(day)] == names


def test_a_messenger_is_reached_from_ten_and_at_the_weekend() -> None:
    assert [slot.name for slot in slots.of_day(date(2026, 11, 28), MESSENGERS)] == ["1000", "1300"]


def test_after_quiet_hours_that_cover_both_slots_there_is_one() -> None:
    long = QuietHours(time(8), time(15), free_days=False)
    assert [slot.name for slot in slots.of_day(date(2026, 11, 24), long)] == ["1500"]


def test_quiet_hours_that_end_in_the_hour_that_spring_skips() -> None:
    night = date(2026, 3, 29)
    owl = QuietHours(time(8), time(2, 30), free_days=False)
    assert [slot.opens for slot in slots.of_day(night, owl)] == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert slots.of_day(night, QuietHours(time(3), time(2, 30), free_days=False)) == []


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
    assert slots.of_day(day, ALWAYS)[0].opens == datetime(day.year, day.month, day.day, utc, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_gives_one_slot() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, and an hour later 02:30 again
    keys = {next(slots.candidates(first + timedelta(hours=n), first, ALWAYS)) for n in (0, 1)}
    assert len(keys) == 1


@given(tries=st.integers(1, 100))
def test_a_failed_mail_waits_longer_each_time_up_to_a_limit(tries: int) -> None:
    seconds = delivery.wait(tries).total_seconds()
    step = (60, 300, 1800, 7200)[min(tries, 4) - 1]
    assert step * 0.8 <= seconds <= step * 1.2


def test_the_message_id_is_the_same_each_time_and_tells_nothing(app: object) -> None:
    recipient = uuid4()
    key = occurrence_key(recipient, DispatchChannel.EMAIL, slots.of_day(date(2026, 11, 24))[0])
    assert mails.message_id(key) == mails.message_id(key)
    assert mails.message_id(key) != mails.message_id(key.replace("0830", "1300"))
    assert str(recipient) not in mails.message_id(key)


def test_a_lease_must_outlast_a_send(app: object) -> None:
    with pytest.raises(ValueError, match="LEASE_SECONDS"):
        Settings(lease_seconds=10, mail_timeout_seconds=10)
