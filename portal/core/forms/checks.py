"""Checks on an answer, with messages for people. Required and Optional are in base: every field has one of them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, ngettext
from wtforms.validators import ValidationError

from portal.core.forms.base import BaseField, Form


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


def looks_like_email(text: str) -> bool:
    """Whether a text has the form of one mail address; a mail proves the rest."""
    name, at, domain = text.rpartition("@")
    parts = domain.split(".")
    spaced = any(c.isspace() for c in text)
    return bool(at and name) and "@" not in name and not spaced and len(parts) > 1 and all(parts)


def email_address(form: Form, field: BaseField) -> None:
    """Accept what looks like one mail address."""
    if not looks_like_email(field.data or ""):
        raise ValidationError(gettext("Vul een geldig e-mailadres in, zoals naam@voorbeeld.nl."))


def telephone(form: Form, field: BaseField) -> None:
    """Accept digits with spaces, dashes, brackets and a leading plus."""
    digits = sum(c.isascii() and c.isdigit() for c in field.data)
    if digits < 8 or any(not (c.isascii() and c.isdigit()) and c not in " -()+" for c in field.data):
        raise ValidationError(gettext("Vul een telefoonnummer in, zoals 06 12345678."))


def six_digits(form: Form, field: BaseField) -> None:
    """Accept exactly six ASCII digits."""
    if len(field.data) != 6 or not (field.data.isascii() and field.data.isdigit()):
        raise ValidationError(gettext("Vul de code van 6 cijfers in."))
