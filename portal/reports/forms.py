"""The filters of the caseload. They hold teams and dates, no persons, so they may stand in the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import Choice, DateField, FilterForm, SelectField
from portal.reports.figures import Period

LONGEST = timedelta(days=3 * 366)


def last_30_days(today: date) -> Period:
    """Today and the 29 days before."""
    return Period(today - timedelta(days=29), today)


def this_month(today: date) -> Period:
    """From the first of the month."""
    return Period(today.replace(day=1), today)


def last_month(today: date) -> Period:
    """The whole month before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def this_quarter(today: date) -> Period:
    """From the first day of the quarter."""
    return Period(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today)


def this_year(today: date) -> Period:
    """From 1 January."""
    return Period(date(today.year, 1, 1), today)


PRESETS: dict[str, tuple[Any, Callable[[date], Period]]] = {
    "30-dagen": (_l("Laatste 30 dagen"), last_30_days),
    "deze-maand": (_l("Deze maand"), this_month),
    "vorige-maand": (_l("Vorige maand"), last_month),
    "dit-kwartaal": (_l("Dit kwartaal"), this_quarter),
    "dit-jaar": (_l("Dit jaar"), this_year),
}
OWN = "eigen"


class CaseloadFilter(FilterForm):
    """Period, team and stadsdeel. Choices come from the view."""

    periode = SelectField(_l("Periode"), blank=None, default="30-dagen")
    van = DateField(_l("Eerste dag"), required=False)
    tot = DateField(_l("Laatste dag"), required=False)
    team = SelectField(_l("Team"), blank=_l("Alle teams"), required=False, coerce=UUID)
    stadsdeel = SelectField(_l("Stadsdeel"), blank=_l("Alle stadsdelen"), required=False)

    def offer(self, teams: list[Choice], stadsdelen: list[Choice]) -> None:
        """Set what may be chosen."""
        self.periode.choices = [
            *(Choice(code, label) for code, (label, _) in PRESETS.items()),
            Choice(OWN, _l("Eigen periode")),
        ]
        self.team.choices, self.stadsdeel.choices = teams, stadsdelen

    def period(self, today: date) -> Period:
        """The chosen period; for a wrong one the last 30 days, with the error beside the field."""
        if self.periode.data in PRESETS:
            return PRESETS[self.periode.data][1](today)
        first, last = self.van.data, self.tot.data
        if not self.van.raw_given() and not self.tot.raw_given():
            return last_30_days(today)  # just chosen: the page now asks for the two dates
        if first is None or last is None:
            return self._refused(_l("Vul twee bestaande datums in."), today)
        if last < first:
            return self._refused(_l("De eerste dag ligt na de laatste."), today)
        if last - first > LONGEST or first.year < 2000 or last.year > 2100:
            return self._refused(_l("Kies een periode van hoogstens drie jaar."), today)
        return Period(first, last)

    def _refused(self, message: Any, today: date) -> Period:
        if not self.van.errors:
            self.refuse("van", message)
        return last_30_days(today)
