"""Fields for choosing: from a list, from tiles, by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from portal.core.forms.base import BaseField, Form, MacroWidget


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
        """The answers to choose from. None was set: not listed now, the service refuses what was not offered."""
        return [] if self._choices is None else self._choices

    @choices.setter
    def choices(self, values: Choices | None) -> None:
        listed = [v if isinstance(v, Choice) else Choice(str(v[0]), v[1]) for v in values or ()]
        self._choices = None if values is None else listed

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
        if self._choices is not None and not self.chosen <= offered:
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

    def process_formdata(self, valuelist: list[str]) -> None:
        """A filter that is not in the address keeps its default."""
        if valuelist:
            super().process_formdata(valuelist)


class RadioField(ChoiceField):
    """Radio buttons below each other."""

    widget = MacroWidget("radio")

    @property
    def target(self) -> str:
        """The first button."""
        return f"{self.id}-0"


class TilesField(RadioField):
    """Radio buttons as tiles with an icon; ``columns`` 2, 3 or 4, ``stacked`` puts the icon above the label."""

    widget = MacroWidget("tiles")

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Callable[..., None]] = (),
        *,
        columns: int = 2,
        stacked: bool = False,
        before_more: int = 0,
        **kwargs: Any,
    ) -> None:
        """Two columns with the icon beside the label; ``before_more``: the tiles after that many hide behind "Meer"."""
        super().__init__(label, validators, **kwargs)
        self.columns, self.stacked, self.before_more = columns, stacked, before_more

    @property
    def opened(self) -> bool:
        """Whether the answer is one of those behind "Meer"."""
        return bool(self.before_more) and any(c.value in self.chosen for c in self.choices[self.before_more :])


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
