"""What all fields share, and how they are drawn: one macro per kind in templates/macros/fields.html."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import current_app, g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation

MACROS = "macros/fields.html"
CSRF = "csrf_token"
LINE_LENGTH = 200


class Form(FlaskForm):
    """Base of every form: CSRF on, and the errors as a list for the summary on top."""

    class Meta(FlaskForm.Meta):
        """Where the answers come from."""

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """Only what a form sends: no JSON, no files; and nothing at all is no answer, not what was known."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return request.form if request.method == "POST" else restored()

    form_errors: list[Any]

    @property
    def kept(self) -> Any:
        """The draft of this page (portal.drafts.keeping), or None for a form that is not kept."""
        return g.get("kept")

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Pairs of the element to focus ('' when there is none) and the message, in the order of the fields."""
        whole = [("", str(message)) for message in self.form_errors]
        return whole + [(field.target, field.told) for field in self if field.errors and field.name != CSRF]

    def only(self, *names: str) -> dict[str, Any]:
        """The answers to these questions, by name."""
        return {name: self[name].data for name in names}

    def refuse(self, field: str, message: str) -> None:
        """Add an error that only the service could find: beside its field, or on top when nobody sees that field."""
        if field in self and self[field].target:
            self[field].errors = [*self[field].errors, message]
            self[field].own_messages.add(message)
        else:
            self.form_errors = [*self.form_errors, message]


class FilterForm(Form):
    """Filters that travel in an address: ``FilterForm(request.args)``, never with data on persons."""

    class Meta:
        """A GET changes nothing, so it needs no CSRF token."""

        csrf = False

    @property
    def chosen(self) -> bool:
        """Whether something is narrowed: an answer that is not what the page starts with, readable or not."""
        return any(f.errors or (not f.is_empty() and f.data not in (False, f.default)) for f in self)


def restored() -> Any:
    """The answers of the draft this page is opened with, if any (portal.drafts.keeping)."""
    kept = g.get("kept")
    return kept.answers if kept and request.method != "POST" else None


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


class BaseField(Field):
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
        self.own_messages = {str(missing)} if missing else set()
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
    def told(self) -> str:
        """The first message as it reads away from its field: a standard one is preceded by the label."""
        message = self.error
        if message in self.own_messages:
            return message
        return f"{str(self.label.text).rstrip(' ?:')}: {message[:1].lower()}{message[1:]}"

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


def printable(text: str) -> str:
    """What was typed, short and without characters that do not belong in a page."""
    return "".join(c for c in text[:LINE_LENGTH] if unicodedata.category(c) not in ("Cc", "Cs"))
