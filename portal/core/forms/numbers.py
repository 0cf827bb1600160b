"""Fields for numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.core.forms.base import BaseField, MacroWidget, printable, restored
from portal.core.forms.checks import Between


class NumberField(BaseField):
    """A whole number; ``low`` and ``high`` are inclusive."""

    widget = MacroWidget("number")
    inputmode = "numeric"
    missing_message = _l("Vul een getal in.")
    limit = 18

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        low: Any = None,
        high: Any = None,
        unit: Any = "",
        **kwargs: Any,
    ) -> None:
        """``unit`` stands behind the control."""
        self.low, self.high, self.unit = low, high, unit
        super().__init__(label, validators, **kwargs)

    def checks(self) -> list[Callable[..., None]]:
        """The bounds, when given."""
        return [Between(self.low, self.high)] if self.low is not None or self.high is not None else []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, or keep what was typed for the page."""
        raw = valuelist[0].strip() if valuelist else ""
        self.data = None
        if raw:
            self.data = self.parse(raw)

    def parse(self, raw: str) -> Any:
        """A whole number in ASCII digits; raise ValueError otherwise."""
        if len(raw) > self.limit or not (raw.isascii() and raw.removeprefix("-").isdigit()):
            raise ValueError(gettext("Vul een heel getal in, zoals 12."))
        return int(raw)

    def _value(self) -> str:
        if self.raw_data:
            return printable(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class DecimalField(NumberField):
    """A number with at most ``places`` decimals; a comma or a point. The data is a Decimal."""

    inputmode = "decimal"

    def __init__(
        self, label: Any = "", validators: Sequence[Callable[..., None]] = (), *, places: int = 2, **kwargs: Any
    ) -> None:
        """``places`` is the most decimals allowed."""
        self.places = places
        super().__init__(label, validators, **kwargs)

    def parse(self, raw: str) -> Decimal:
        """Read both notations; raise ValueError otherwise."""
        text = raw.replace(",", ".")
        try:
            if len(text) > self.limit or not set(text) <= set("-.0123456789"):
                raise InvalidOperation
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(gettext("Vul een getal in, zoals 0,8.")) from None
        if -int(number.as_tuple().exponent) > self.places:
            raise ValueError(gettext("Gebruik hoogstens %(count)s cijfers achter de komma.", count=self.places))
        return number

    def _value(self) -> str:
        return super()._value().replace(".", ",")


class VersionField(NumberField):
    """The version of the record as it was read; the service refuses an older one with 409."""

    widget = MacroWidget("hidden")

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """A missing or broken version is refused."""
        message = _l("Deze pagina is verouderd. Open de pagina opnieuw.")
        super().__init__(label, validators, **{"missing": message, "low": 0, "high": 2**31 - 1, **kwargs})

    def process(self, formdata: Any, *data: Any, **kwargs: Any) -> None:
        """A draft goes on from the record as it is now; when that changed meanwhile, the page says so."""
        answers = restored()
        if answers is None:
            super().process(formdata, *data, **kwargs)
        else:
            super().process(None, *data, **kwargs)
            g.kept.outdated = answers.get(self.name) != self._value()

    @property
    def target(self) -> str:
        """Nothing to focus."""
        return ""
