"""Dates and numbers as people read them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date as write_date
from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core import clock

#: Days that have a word of their own, by how far they are from today.
NEAR = {0: _l("vandaag"), -1: _l("gisteren"), 1: _l("morgen")}

#: The same few hundred days and numbers stand on every page, and writing one takes as long as a small query.
format_date = lru_cache(maxsize=4096)(write_date)


@lru_cache(maxsize=4096)
def _decimal(value: float | Decimal | int, locale: Locale | None) -> str:
    return format_decimal(value, format="#,##0.##", locale=locale)


def day(value: date) -> str:
    """'di 1 dec', with the year when it is another year: who plans, plans by the weekday."""
    pattern = "EEE d MMM" if value.year == clock.today().year else "EEE d MMM y"
    return format_date(value, pattern, get_locale()).replace(".", "")


def day_long(value: date) -> str:
    """'Dinsdag 24 november'."""
    text = format_date(value, "EEEE d MMMM", get_locale())
    return text[:1].upper() + text[1:]


def full_date(value: date) -> str:
    """'24 november 2026'."""
    return format_date(value, "d MMMM y", get_locale())


def month_year(value: date) -> str:
    """'november 2026'."""
    return format_date(value, "MMMM y", get_locale())


def moment(value: datetime) -> str:
    """'di 24 nov 2026, 14:30' in Amsterdam."""
    return format_datetime(clock.to_local(value), "EEE d MMM y, HH:mm", locale=get_locale()).replace(".", "")


def hour(value: datetime) -> str:
    """'14:30' in Amsterdam."""
    return format_time(clock.to_local(value), "HH:mm", locale=get_locale())


def lately(value: datetime) -> str:
    """'14:30' today, else 'di 24 nov 2026, 14:30'."""
    return hour(value) if local_date(value) == clock.today() else moment(value)


def local_date(value: datetime) -> date:
    """The civil date in Amsterdam of a moment."""
    return clock.to_local(value).date()


def days_late(due_on: date) -> str:
    """'4 dagen te laat'."""
    late = (clock.today() - due_on).days
    return str(ngettext("%(num)d dag te laat", "%(num)d dagen te laat", late))


def relative_day(value: date) -> str:
    """'vandaag', 'gisteren', 'morgen', else a short date."""
    distance = (value - clock.today()).days
    return str(NEAR[distance]) if distance in NEAR else day(value)


def length_text(minutes: int) -> str:
    """'45 min', '1 uur', '1 uur 30 min'."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=rest))
    if not rest:
        return str(_("%(hours)s uur", hours=hours))
    return str(_("%(hours)s uur %(minutes)s min", hours=hours, minutes=rest))


def number(value: float | Decimal | int | None) -> str:
    """'1.234,5' in Dutch; a dash for nothing to count."""
    if value is None:
        return "–"
    if isinstance(value, int) and 0 <= value < 1000:
        return str(int(value))  # the same in every language, and most numbers are
    return _decimal(value, get_locale())


def percent(value: float | Decimal | None) -> str:
    """'62%' of a fraction; a dash for nothing to count."""
    return "–" if value is None else f"{number(round(float(value) * 100))}%"


def install(app: Flask) -> None:
    """Register the filters."""
    for function in (
        day,
        day_long,
        full_date,
        month_year,
        moment,
        hour,
        lately,
        local_date,
        days_late,
        relative_day,
        length_text,
        number,
        percent,
    ):
        app.add_template_filter(function)
