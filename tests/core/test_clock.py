"""One clock for Python and SQL, and the hours that summer time takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import text

from portal.core import clock, db


def test_python_and_sql_tell_the_same_frozen_time(freeze: Callable[[datetime], None]) -> None:
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    freeze(at)
    assert clock.now() == at == db.session.scalar(text("SELECT app_now()"))


def test_a_shifted_clock_moves_both(app: Flask) -> None:
    with db.unit_of_work():
        clock.shift(db.session(), timedelta(days=3))
    in_sql = db.session.scalar(text("SELECT app_now()"))
    assert abs(in_sql - clock.now()) < timedelta(seconds=5)
    assert clock.now() - datetime.now(UTC) > timedelta(days=2, hours=23)


def test_the_autumn_hour_takes_the_first_of_the_two() -> None:
    assert clock.from_local(datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_today_is_the_date_in_amsterdam(freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    assert clock.today().isoformat() == "2026-07-01"


def test_the_web_role_cannot_write_the_clock_table(app: Flask) -> None:
    allowed = db.session.scalar(text("SELECT has_table_privilege('app_clock', 'UPDATE')"))
    assert allowed is False
