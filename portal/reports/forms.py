"""The filters of the caseload. They hold teams and dates, no persons, so they may stand in the address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import Choice, DateField, FilterForm, SelectField
from portal.reports.periods import NAMED, Period, last_30_days

FIRST_YEAR = 2023
LONGEST = timedelta(days=3 * 366)


LABELS = {
    "30-dagen": _l("Laatste 30 dagen"),
    "deze-maand": _l("Deze maand"),
    "vorige-maand": _l("Vorige maand"),
    "dit-kwartaal": _l("Dit kwartaal"),
    "dit-jaar": _l("Dit jaar"),
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
            *(Choice(name, label) for name, label in LABELS.items()),
            Choice(OWN, _l("Eigen periode")),
        ]
        self.team.choices, self.stadsdeel.choices = teams, stadsdelen

    @property
    def named(self) -> str:
        """The name of the chosen period; empty for dates of one's own."""
        return str(self.periode.data) if self.periode.data in NAMED else ""

    def period(self, today: date) -> Period:
        """The chosen period; for a wrong one the last 30 days, with the error beside the field."""
        if self.named:
            return NAMED[self.named](today)
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


class YearFilter(FilterForm):
    """A whole year, or this one until today."""

    jaar = SelectField(_l("Jaar"), blank=None, coerce=int)

    def offer(self, today: date) -> None:
        """The years that can be chosen, this one first."""
        self.jaar.choices = [Choice(str(year), str(year)) for year in range(today.year, FIRST_YEAR - 1, -1)]

    def period(self, today: date) -> Period:
        """The chosen year; this one for a wrong answer."""
        asked: object = self.jaar.data
        year = asked if isinstance(asked, int) and FIRST_YEAR <= asked <= today.year else today.year
        return Period(date(year, 1, 1), min(date(year, 12, 31), today))
