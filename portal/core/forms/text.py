"""Fields for text: lines, addresses, secrets, notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.core.forms import wording
from portal.core.forms.base import LINE_LENGTH, BaseField, MacroWidget, readable
from portal.core.forms.checks import MaxLength, MinLength, email_address, six_digits, telephone

TEXT_LENGTH = 1500


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
        """``max_length`` in characters; a view may set ``suggestions``, shown as chips that fill the field."""
        self.max_length = max_length
        self.suggestions: Sequence[str] = ()
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


class TextAreaField(TextField):
    """Several lines of text, with a counter and a hint for words about origin and belief."""

    widget = MacroWidget("text_area")
    lines = True

    def __init__(
        self, label: Any = "", validators: Sequence[Callable[..., None]] = (), *, rows: int = 4, **kwargs: Any
    ) -> None:
        """``rows`` is the height at the start."""
        self.rows = rows
        super().__init__(label, validators, **{"max_length": TEXT_LENGTH, **kwargs})

    @property
    def words(self) -> str:
        """The words of the hint, for the browser."""
        return ",".join(wording.WORDS)

    @property
    def mentions_origin(self) -> bool:
        """Whether the hint is in its place."""
        return wording.mentions_origin(str(self.data or ""))


class HiddenField(TextField):
    """A value that travels along, such as an idempotency key."""

    widget = MacroWidget("hidden")

    @property
    def target(self) -> str:
        """Nothing to focus."""
        return ""


class KeyField(HiddenField):
    """The key of one filled-in form; sending it twice saves once."""

    def __init__(self, label: Any = "", validators: Any = (), **kwargs: Any) -> None:
        """A form without its key is refused."""
        message = _l("Deze pagina is verouderd. Open de pagina opnieuw.")
        super().__init__(label, validators, **{"missing": message, **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the key."""
        try:
            self.data: Any = UUID(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(gettext("Deze pagina is verouderd. Open de pagina opnieuw.")) from None

    def checks(self) -> list[Any]:
        """A key has one length."""
        return []
