"""The form that keeps a filter."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.forms import CheckboxField, Form, HiddenField, TextField
from portal.filters.models import NAME_LENGTH


class SaveForm(Form):
    """A name for what the list is narrowed to."""

    name = TextField(
        _l("Naam van dit filter"),
        max_length=NAME_LENGTH,
        missing=_l("Vul een naam in."),
        hint=_l("Noem geen namen van jongeren."),
    )
    is_standard = CheckboxField(_l("Open de lijst voortaan hiermee"))
    page = HiddenField()
    query = HiddenField()
