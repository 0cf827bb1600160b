"""Fields for days and times, on the clock of Amsterdam."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from portal.core import clock
from portal.core.forms.base import BaseField, Form, MacroWidget, printable
from portal.core.forms.checks import Between

THURSDAY, FRIDAY = 3, 4


class MomentField(BaseField):
    """Base of dates and times: read the ISO form, keep what was typed."""

    moment = True
    widget = MacroWidget("moment")
    kind = "date"

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        earliest: Any = None,
        latest: Any = None,
        **kwargs: Any,
    ) -> None:
        """Bounds are inclusive; a view may set ``earliest`` and ``latest`` later, with the clock."""
        super().__init__(label, validators, **kwargs)
        self.earliest, self.latest = earliest, latest

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or say what it should look like."""
        raw = valuelist[0].strip() if valuelist else ""
        self.data = None
        if raw:
            self.data = self.parse(raw)

    def parse(self, raw: str) -> Any:
        """Read one value; raise ValueError with a message for people."""
        raise ValueError(raw)

    def pre_validate(self, form: Form) -> None:
        """Hold the bounds of this moment."""
        if self.data is not None:
            Between(self.earliest, self.latest)(form, self)

    def _value(self) -> str:
        if self.raw_data:
            return printable(self.raw_data[0])
        return self.written(self.data) if self.data is not None else ""

    def written(self, value: Any) -> str:
        """The form that the browser's control wants."""
        return str(value.isoformat())


class DateField(MomentField):
    """One day, with the browser's own date control."""

    missing_message = _l("Kies een datum.")

    def parse(self, raw: str) -> date:
        """Read 2026-11-24 or 24-11-2026."""
        return read_date(raw)

    def shown(self, value: Any) -> str:
        """A day in words."""
        return str(format_date(value, "d MMMM yyyy"))


def read_date(raw: str) -> date:
    """Read 2026-11-24, 24-11-2026 or 24/11/2026, from 1900 up to 2200; raise ValueError otherwise."""
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"):
        try:
            day = datetime.strptime(raw, pattern).date()
        except ValueError:
            continue
        if 1900 <= day.year <= 2200:
            return day
    raise ValueError(gettext("Vul een bestaande datum in, zoals 24-11-2026."))


class TimeField(MomentField):
    """A time of the day."""

    kind = "time"
    missing_message = _l("Kies een tijd.")

    def parse(self, raw: str) -> time:
        """Read 14:30 or 14.30; seconds are dropped."""
        try:
            return time.fromisoformat(raw.replace(".", ":")).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise ValueError(gettext("Vul een tijd in, zoals 14:30.")) from None

    def shown(self, value: Any) -> str:
        """Hours and minutes."""
        return self.written(value)

    def written(self, value: Any) -> str:
        """Hours and minutes."""
        return str(value.strftime("%H:%M"))


class DateTimeField(MomentField):
    """A moment on the clock of Amsterdam; the data is an aware datetime."""

    kind = "datetime-local"
    missing_message = _l("Kies een datum en tijd.")

    def parse(self, raw: str) -> datetime:
        """Read local time; the hour that the clock skips does not exist."""
        try:
            local = datetime.strptime(raw[:16].replace(" ", "T"), "%Y-%m-%dT%H:%M")
        except ValueError:
            raise ValueError(gettext("Vul een bestaande datum en tijd in.")) from None
        moment = local.replace(tzinfo=clock.AMSTERDAM)
        exists = clock.to_local(moment.astimezone(UTC)).replace(tzinfo=None) == local
        if not exists or not 1900 <= local.year <= 2200:
            raise ValueError(gettext("Vul een bestaande datum en tijd in."))
        return moment

    def shown(self, value: Any) -> str:
        """Day, hours and minutes."""
        local = clock.to_local(value)
        return f"{format_date(local, 'd MMMM yyyy')} {local:%H:%M}"

    def written(self, value: Any) -> str:
        """Local time without a zone."""
        return str(clock.to_local(value).strftime("%Y-%m-%dT%H:%M"))


class DatePresetField(DateField):
    """A day in one tap: tiles with real dates, and "Andere dag". The data is a date or None ("Geen").

    The view sets ``today`` (from the clock). Two names are posted: ``name`` and, for another day, ``name-other``.
    """

    widget = MacroWidget("date_presets")
    missing_message = _l("Kies een dag of kies Geen.")

    def __init__(
        self, label: Any = "", validators: Sequence[Callable[..., None]] = (), *, none: bool = True, **kwargs: Any
    ) -> None:
        """``none=False`` leaves the tile "Geen" out."""
        super().__init__(label, validators, **kwargs)
        self.none = none
        self.today: date | None = None
        self.picked = ""
        self.other = ""

    @property
    def target(self) -> str:
        """The date control when that was wrong, else the first tile."""
        return f"{self.id}-other" if self.picked == "other" else f"{self.id}-0"

    def is_empty(self) -> bool:
        """Choosing "Geen" is an answer."""
        return self.data is None and self.picked != "none"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the second name along."""
        if formdata is not None and f"{self.name}-other" in formdata:
            self.other = printable(formdata[f"{self.name}-other"])
        super().process(formdata, *([data] if data is not None else []), extra_filters=extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the tile, or the date beside it."""
        self.picked = valuelist[0] if valuelist else ""
        self.data = None
        if self.picked == "other":
            self.data = self.read_other()
        elif self.picked not in ("", "none"):
            self.data = read_date(self.picked)

    def read_other(self) -> date | None:
        """The date control behind "Andere dag"; raise ValueError when it is empty or wrong."""
        if not self.other:
            raise ValueError(gettext("Kies een datum."))
        return read_date(self.other)

    @property
    def presets(self) -> list[tuple[str, str, str]]:
        """Value, label and second line of each tile."""
        if self.today is None:
            raise RuntimeError("set `today` on the field before drawing it")
        none = [("none", gettext("Geen"), gettext("niets plannen"))] if self.none else []
        days = [
            (day.isoformat(), label, self.short(day, with_weekday))
            for day, label, with_weekday in self.days(self.today)
        ]
        return [*none, *days, ("other", gettext("Andere dag"), gettext("kies datum"))]

    @staticmethod
    def days(today: date) -> list[tuple[date, str, bool]]:
        """Tomorrow, the end of the week (its start when that is near), one and two weeks on."""
        if today.weekday() in (THURSDAY, FRIDAY):
            third = (today + timedelta(days=7 - today.weekday()), gettext("Maandag"), False)
        else:
            third = (today + timedelta(days=(FRIDAY - today.weekday()) % 7), gettext("Vrijdag"), False)
        return [
            (today + timedelta(days=1), gettext("Morgen"), True),
            third,
            (today + timedelta(days=7), gettext("Over 1 week"), True),
            (today + timedelta(days=14), gettext("Over 2 weken"), True),
        ]

    @staticmethod
    def short(day: date, with_weekday: bool) -> str:
        """A day as "wo 25 nov", or "27 nov" when the label names the weekday."""
        return str(format_date(day, "EEE d MMM" if with_weekday else "d MMM")).replace(".", "")

    @property
    def selected(self) -> str:
        """The tile that is on."""
        if self.data is None or self.picked == "other":
            return self.picked
        iso = self.data.isoformat()
        return iso if any(value == iso for value, _, _ in self.presets) else "other"

    @property
    def other_value(self) -> str:
        """What stands in the date control."""
        return self.other or (self.data.isoformat() if self.data and self.selected == "other" else "")
