"""The fields of every form: one class per kind of answer, which checks it and knows the macro that draws it.

A field says ``required=False`` to be optional and ``max_length=`` to bound text; both also drive the HTML. Forms hold
no queries: a view sets ``field.choices``. Messages are Dutch source texts, shown beside the field.
"""

from __future__ import annotations

from portal.core.forms.base import FilterForm, Form
from portal.core.forms.checks import Between, MaxLength, MinLength
from portal.core.forms.choices import (
    CheckboxField,
    Choice,
    Choices,
    ComboboxField,
    MultiChoiceField,
    MultiComboboxField,
    RadioField,
    SelectField,
    TilesField,
)
from portal.core.forms.files import FileField
from portal.core.forms.moments import DateField, DatePresetField, DateTimeField, TimeField
from portal.core.forms.numbers import DecimalField, NumberField, VersionField
from portal.core.forms.text import (
    CodeField,
    EmailField,
    HiddenField,
    KeyField,
    PasswordField,
    PhoneField,
    SearchField,
    TextAreaField,
    TextField,
)

__all__ = [
    "Between",
    "CheckboxField",
    "Choice",
    "Choices",
    "CodeField",
    "ComboboxField",
    "DateField",
    "DatePresetField",
    "DateTimeField",
    "DecimalField",
    "EmailField",
    "FileField",
    "FilterForm",
    "Form",
    "HiddenField",
    "KeyField",
    "MaxLength",
    "MinLength",
    "MultiChoiceField",
    "MultiComboboxField",
    "NumberField",
    "PasswordField",
    "PhoneField",
    "RadioField",
    "SearchField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "TilesField",
    "TimeField",
    "VersionField",
]
