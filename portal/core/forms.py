"""The fields of every form: one class per kind of answer, which checks it and knows the macro that draws it.

A field says ``required=False`` to be optional and ``max_length=`` to bound text; both also drive the HTML. Forms hold no
queries: a view sets ``field.choices``. Messages are Dutch source texts, shown beside the field.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MACROS = "macros/fields.html"
LINE_LENGTH = 200
TEXT_LENGTH = 1500
THURSDAY, FRIDAY = 3, 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: its value, its label, a second line, an icon, and whether it was used lately."""

    value: str
    label: Any
    detail: Any = ""
    icon: str = ""
    recent: bool = False
    disabled: bool = False


Choices = Iterable[Choice | tuple[Any, Any]]


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form: CSRF on, and the errors as a list for the summary on top."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Pairs of the element to focus and the message, in the order of the fields."""
        return [(field.target, str(message)) for field in self if field.errors for message in field.errors[:1]]

    def refuse(self, field: str, message: str) -> None:
        """Add an error that only the service could find, beside the field it is about."""
        self[field].errors = [*self[field].errors, message]


# --- checks ------------------------------------------------------------------


class Required:
    """An answer must be given; the flag drives ``required`` in HTML."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, message: Any = None) -> None:
        """Take an own message, or the field's."""
        self.message = message

    def __call__(self, form: Form, field: BaseField) -> None:
        """Stop at an empty answer, so that later checks do not add to it."""
        if field.is_empty():
            field.errors = [e for e in field.errors if field.raw_given()]
            raise StopValidation(None if field.errors else str(self.message or field.missing_message))


class Optional:
    """An empty answer needs no further checks."""

    field_flags: ClassVar[dict[str, Any]] = {"optional": True}

    def __call__(self, form: Form, field: BaseField) -> None:
        """Stop quietly at an empty answer."""
        if field.is_empty():
            raise StopValidation


class MaxLength:
    """A text has at most so many characters."""

    def __init__(self, limit: int) -> None:
        """Take the limit in characters."""
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: Form, field: BaseField) -> None:
        """Say how many characters are too many."""
        over = len(field.data or "") - self.limit
        if over > 0:
            raise ValidationError(
                ngettext("Maak de tekst %(num)s teken korter.", "Maak de tekst %(num)s tekens korter.", over)
            )


class MinLength:
    """A text has at least so many characters."""

    def __init__(self, limit: int) -> None:
        """Take the limit in characters."""
        self.limit = limit
        self.field_flags = {"minlength": limit}

    def __call__(self, form: Form, field: BaseField) -> None:
        """Say how many characters are asked."""
        if len(field.data or "") < self.limit:
            raise ValidationError(gettext("Gebruik minstens %(count)s tekens.", count=self.limit))


class Between:
    """A number or moment lies between two bounds; either may be None."""

    def __init__(self, low: Any = None, high: Any = None) -> None:
        """Take the bounds, both inclusive."""
        self.low, self.high = low, high
        self.field_flags = {"min": low, "max": high}

    def __call__(self, form: Form, field: BaseField) -> None:
        """Name the bound that was passed."""
        if self.low is not None and field.data < self.low:
            raise ValidationError(
                gettext("Kies %(bound)s of later.", bound=field.shown(self.low))
                if field.moment
                else gettext("Vul %(bound)s of meer in.", bound=field.shown(self.low))
            )
        if self.high is not None and field.data > self.high:
            raise ValidationError(
                gettext("Kies %(bound)s of eerder.", bound=field.shown(self.high))
                if field.moment
                else gettext("Vul %(bound)s of minder in.", bound=field.shown(self.high))
            )


def email_address(form: Form, field: BaseField) -> None:
    """Accept what looks like one mail address; a mail proves the rest."""
    name, at, domain = (field.data or "").rpartition("@")
    parts = domain.split(".")
    fine = (
        at and name and "@" not in name and not any(c.isspace() for c in field.data) and len(parts) > 1 and all(parts)
    )
    if not fine:
        raise ValidationError(gettext("Vul een geldig e-mailadres in, zoals naam@voorbeeld.nl."))


# --- drawing -----------------------------------------------------------------


class MacroWidget:
    """Draws a field with the macro of its kind: label, hint, error and control together."""

    def __init__(self, macro: str) -> None:
        """Take the name of a macro in templates/macros/fields.html."""
        self.macro = macro

    def __call__(self, field: BaseField, **kwargs: Any) -> Markup:
        """Draw; keyword arguments go to the macro (``label=``, ``columns=``, ``autofocus=``)."""
        module = current_app.jinja_env.get_template(MACROS).module
        drawn: Markup = getattr(module, self.macro)(field, **kwargs)
        return drawn


# --- fields ------------------------------------------------------------------


class BaseField(Field):  # type: ignore[misc]
    """What all fields share: required or not, a hint, and the ids that tie label, hint, error and control together."""

    missing_message: Any = _l("Vul dit veld in.")
    moment = False

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        required: bool = True,
        hint: Any = "",
        missing: Any = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        """``missing`` is the message for an empty required answer, ``autocomplete`` the HTML token."""
        first: Callable[..., None] = Required(missing) if required else Optional()
        super().__init__(label, [first, *self.checks(), *validators], **kwargs)
        self.hint = hint
        self.autocomplete = autocomplete
        self.errors: Any = ()

    def checks(self) -> list[Callable[..., None]]:
        """Checks that come with this kind of field."""
        return []

    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self.data is None or self.data in ("", [], ())

    def raw_given(self) -> bool:
        """Whether the sender put something in, readable or not."""
        return any(isinstance(raw, str) and raw.strip() for raw in self.raw_data or ())

    def shown(self, value: Any) -> str:
        """A bound as people read it."""
        return str(value)

    @property
    def required(self) -> bool:
        """Whether an answer must be given."""
        return bool(self.flags.required)

    @property
    def target(self) -> str:
        """Id of the element that takes the focus from the error summary."""
        return str(self.id)

    @property
    def error(self) -> str:
        """The first message, or an empty string."""
        return str(self.errors[0]) if self.errors else ""

    @property
    def described_by(self) -> str:
        """Value of aria-describedby: the hint, then the error."""
        parts = [f"{self.id}-hint"] * bool(self.hint) + [f"{self.id}-error"] * bool(self.errors)
        return " ".join(parts)


def readable(text: str, *, lines: bool = False) -> str:
    """Normalise typed text (NFC, trimmed); raise ValueError for control and other unreadable characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    allowed = "\n\t" if lines else ""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character not in allowed:
            raise ValueError(
                gettext("Er staat een teken in dat we niet kunnen lezen. Haal het weg en probeer het opnieuw.")
            )
    return text.strip()


class TextField(BaseField):
    """One line of text; the data is a string, empty when nothing was given."""

    widget = MacroWidget("text")
    kind = "text"
    inputmode = ""
    lines = False

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        max_length: int = LINE_LENGTH,
        **kwargs: Any,
    ) -> None:
        """``max_length`` in characters."""
        self.max_length = max_length
        super().__init__(label, validators, **kwargs)

    def checks(self) -> list[Callable[..., None]]:
        """Texts are bounded."""
        return [MaxLength(self.max_length)]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed."""
        self.data = valuelist[0] if valuelist else ""
        self.data = readable(self.data, lines=self.lines)

    def _value(self) -> str:
        """What stands in the control; unreadable characters are left out of the page."""
        return "".join(c for c in str(self.data or "") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


class EmailField(TextField):
    """One mail address, lower case."""

    kind = "email"
    inputmode = "email"

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """Mail addresses fill in by themselves."""
        super().__init__(label, validators, **{"max_length": 254, "autocomplete": "email", **kwargs})

    def checks(self) -> list[Callable[..., None]]:
        """Length, then form."""
        return [*super().checks(), email_address]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Lower case, for addresses are compared so."""
        super().process_formdata(valuelist)
        self.data = self.data.lower()


class PhoneField(TextField):
    """A telephone number as typed."""

    kind = "tel"
    inputmode = "tel"

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """Short by nature."""
        super().__init__(label, validators, **{"max_length": 20, "autocomplete": "tel", **kwargs})

    def checks(self) -> list[Callable[..., None]]:
        """Digits, spaces and the usual signs."""
        return [*super().checks(), telephone]


def telephone(form: Form, field: BaseField) -> None:
    """Accept digits with spaces, dashes, brackets and a leading plus."""
    digits = sum(c.isascii() and c.isdigit() for c in field.data)
    if digits < 8 or any(not (c.isascii() and c.isdigit()) and c not in " -()+" for c in field.data):
        raise ValidationError(gettext("Vul een telefoonnummer in, zoals 06 12345678."))


class SearchField(TextField):
    """Words to search by."""

    kind = "search"


class PasswordField(TextField):
    """A password; kept as typed but normalised, never written back into the page."""

    widget = MacroWidget("password")
    kind = "password"

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        min_length: int = 0,
        new: bool = False,
        **kwargs: Any,
    ) -> None:
        """``new`` asks the browser for a fresh password; ``min_length`` is for those."""
        self.min_length = min_length
        token = "new-password" if new else "current-password"
        super().__init__(label, validators, **{"max_length": 128, "autocomplete": token, **kwargs})

    def checks(self) -> list[Callable[..., None]]:
        """Length on both sides."""
        return [*super().checks(), *([MinLength(self.min_length)] if self.min_length else [])]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Spaces at the ends belong to a password."""
        self.data = unicodedata.normalize("NFC", valuelist[0]) if valuelist else ""
        if "\0" in self.data:
            raise ValueError(
                gettext("Er staat een teken in dat we niet kunnen lezen. Haal het weg en probeer het opnieuw.")
            )

    def _value(self) -> str:
        return ""


class CodeField(TextField):
    """A one-time code of six digits; spaces are forgiven."""

    widget = MacroWidget("code")
    inputmode = "numeric"
    missing_message = _l("Vul de code in.")

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """The browser may fill it from a message."""
        super().__init__(label, validators, **{"max_length": 6, "autocomplete": "one-time-code", **kwargs})

    def checks(self) -> list[Callable[..., None]]:
        """Six digits, nothing else."""
        return [six_digits]

    def process_formdata(self, valuelist: list[str]) -> None:
        """People copy codes with a space in the middle."""
        super().process_formdata(valuelist)
        self.data = self.data.replace(" ", "").replace("-", "")


def six_digits(form: Form, field: BaseField) -> None:
    """Accept exactly six ASCII digits."""
    if len(field.data) != 6 or not (field.data.isascii() and field.data.isdigit()):
        raise ValidationError(gettext("Vul de code van 6 cijfers in."))


class TextAreaField(TextField):
    """Several lines of text, with a counter."""

    widget = MacroWidget("text_area")
    lines = True

    def __init__(
        self, label: Any = "", validators: Sequence[Callable[..., None]] = (), *, rows: int = 4, **kwargs: Any
    ) -> None:
        """``rows`` is the height at the start."""
        self.rows = rows
        super().__init__(label, validators, **{"max_length": TEXT_LENGTH, **kwargs})


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


def printable(text: str) -> str:
    """What was typed, short and without characters that do not belong in a page."""
    return "".join(c for c in text[:LINE_LENGTH] if unicodedata.category(c) not in ("Cc", "Cs"))


# --- choosing ----------------------------------------------------------------


class ChoiceField(BaseField):
    """One answer out of ``choices``; ``coerce`` turns its value into the data (``str``, ``int``, ``UUID``)."""

    widget = MacroWidget("select")
    missing_message = _l("Maak een keuze.")
    many = False

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        choices: Choices = (),
        coerce: Callable[[str], Any] = str,
        **kwargs: Any,
    ) -> None:
        """``choices`` may also be set by the view, later."""
        super().__init__(label, validators, **kwargs)
        self.choices = choices
        self.coerce = coerce

    @property
    def choices(self) -> list[Choice]:
        """The answers to choose from."""
        return self._choices

    @choices.setter
    def choices(self, values: Choices) -> None:
        self._choices = [v if isinstance(v, Choice) else Choice(str(v[0]), v[1]) for v in values]

    @property
    def chosen(self) -> set[str]:
        """Values of the chosen answers, as the page writes them."""
        data = self.data if self.many else [self.data]
        return {str(value) for value in data or () if value is not None}

    @property
    def target(self) -> str:
        """Groups of controls have the focus on their first one."""
        return str(self.id)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the answer; an unreadable one becomes an error in the check."""
        values = [value for value in valuelist if value]
        self.data = self.read(values[0]) if values else None

    def read(self, value: str) -> Any:
        """One value, coerced; raise ValueError when it is none of the choices' kind."""
        try:
            return self.coerce(value)
        except (ValueError, TypeError, AttributeError):
            raise ValueError(gettext("Kies een van de mogelijkheden.")) from None

    def pre_validate(self, form: Form) -> None:
        """Refuse an answer that was not offered."""
        offered = {choice.value for choice in self.choices if not choice.disabled}
        if not self.chosen <= offered:
            raise StopValidation(gettext("Kies een van de mogelijkheden."))


class SelectField(ChoiceField):
    """A drop-down; ``blank`` is the label of the empty choice, None for no such choice."""

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        blank: Any = _l("Maak een keuze"),
        **kwargs: Any,
    ) -> None:
        """For filters: ``blank=_l("Alle teams"), required=False``."""
        super().__init__(label, validators, **kwargs)
        self.blank = blank


class RadioField(ChoiceField):
    """Radio buttons below each other."""

    widget = MacroWidget("radio")

    @property
    def target(self) -> str:
        """The first button."""
        return f"{self.id}-0"


class TilesField(RadioField):
    """Radio buttons as tiles with an icon; ``columns`` 2 or 3, ``stacked`` puts the icon above the label."""

    widget = MacroWidget("tiles")

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        columns: int = 2,
        stacked: bool = False,
        **kwargs: Any,
    ) -> None:
        """Two columns with the icon beside the label, unless said otherwise."""
        super().__init__(label, validators, **kwargs)
        self.columns, self.stacked = columns, stacked


class MultiChoiceField(ChoiceField):
    """Several answers as check boxes; the data is a list."""

    widget = MacroWidget("checkboxes")
    many = True

    @property
    def target(self) -> str:
        """The first box."""
        return f"{self.id}-0"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read all, each once, in the order given."""
        self.data = [self.read(value) for value in dict.fromkeys(valuelist) if value]


class ComboboxField(ChoiceField):
    """One out of many, found by typing. ``search_url`` asks the server (POST ``q``) instead of the choices."""

    widget = MacroWidget("combobox")

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        search_url: str = "",
        **kwargs: Any,
    ) -> None:
        """Choices with ``recent=True`` are shown as chips for one tap."""
        super().__init__(label, validators, **kwargs)
        self.search_url = search_url

    @property
    def recent(self) -> list[Choice]:
        """The choices used lately."""
        return [choice for choice in self.choices if choice.recent]


class MultiComboboxField(ComboboxField):
    """Several out of many, found by typing; the data is a list."""

    many = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read all, each once, in the order given."""
        self.data = [self.read(value) for value in dict.fromkeys(valuelist) if value]


class CheckboxField(BaseField):
    """One box; the data is a bool. Required means: must be ticked."""

    widget = MacroWidget("checkbox")
    missing_message = _l("Zet een vinkje om verder te gaan.")

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """Optional unless said otherwise."""
        super().__init__(label, validators, **{"required": False, **kwargs})

    def is_empty(self) -> bool:
        """An empty box is no answer."""
        return not self.data

    def process_data(self, value: Any) -> None:
        """None is false."""
        self.data = bool(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Browsers leave an empty box out."""
        self.data = bool(valuelist) and valuelist[0] not in ("", "false", "0")


# --- moments -----------------------------------------------------------------


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
        moment = local.replace(tzinfo=AMSTERDAM)
        exists = moment.astimezone(ZoneInfo("UTC")).astimezone(AMSTERDAM).replace(tzinfo=None) == local
        if not exists or not 1900 <= local.year <= 2200:
            raise ValueError(gettext("Vul een bestaande datum en tijd in."))
        return moment

    def shown(self, value: Any) -> str:
        """Day, hours and minutes."""
        local = value.astimezone(AMSTERDAM)
        return f"{format_date(local, 'd MMMM yyyy')} {local:%H:%M}"

    def written(self, value: Any) -> str:
        """Local time without a zone."""
        return str(value.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M"))


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
        if self.picked or self.data is None:
            return self.picked
        iso = self.data.isoformat()
        return iso if any(value == iso for value, _, _ in self.presets) else "other"

    @property
    def other_value(self) -> str:
        """What stands in the date control."""
        return self.other or (self.data.isoformat() if self.data and self.selected == "other" else "")


# --- hidden ------------------------------------------------------------------


class HiddenField(TextField):
    """A value that travels along, such as an idempotency key."""

    widget = MacroWidget("hidden")


class VersionField(NumberField):
    """The version of the record as it was read; the service refuses an older one with 409."""

    widget = MacroWidget("hidden")

    def __init__(self, label: Any = "", validators: Sequence[Callable[..., None]] = (), **kwargs: Any) -> None:
        """A missing or broken version is refused."""
        message = _l("Deze pagina is verouderd. Open de pagina opnieuw.")
        super().__init__(label, validators, **{"missing": message, "low": 0, "high": 2**31 - 1, **kwargs})
