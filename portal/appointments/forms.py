"""Forms of appointments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core import formats
from portal.core.forms import (
    CheckboxField,
    Choice,
    DateTimeField,
    Form,
    MultiComboboxField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)

#: How long an appointment may be chosen to take, in minutes; the usual ones are one tap away elsewhere.
LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 480)


class CompanyForm(Form):
    """Who comes, what it is about and where."""

    people = MultiComboboxField(_l("Met welke jongere?"), required=False, coerce=UUID)
    what = TextField(_l("Waarover?"), required=False, max_length=120, hint=_l("Schrijf hier geen namen."))
    place = TextField(_l("Waar?"), required=False, max_length=120)
    colleagues = MultiComboboxField(_l("Welke collega gaat mee?"), required=False, coerce=UUID)


class MomentForm(Form):
    """When, and for how long."""

    starts_at = DateTimeField(_l("Wanneer?"), missing=_l("Kies een dag en tijd."))
    minutes = SelectField(_l("Hoe lang?"), coerce=int, blank=None, missing=_l("Kies hoe lang de afspraak duurt."))
    despite = CheckboxField(_l("Toch plannen, ook al is er al een afspraak"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The lengths in words, in the language of the page."""
        super().__init__(*args, **kwargs)
        self.offer()

    def offer(self, minutes: int | None = None) -> None:
        """The usual lengths, and the one that it has now."""
        listed = sorted({*LENGTHS, *([minutes] if minutes else [])})
        self.minutes.choices = [Choice(str(each), formats.length_text(each)) for each in listed]


class PlanForm(CompanyForm, MomentForm):
    """A new appointment."""


class ChangeForm(CompanyForm):
    """Another company, subject or place."""

    despite = CheckboxField(_l("Toch opslaan, ook al is er al een afspraak"))
    version = VersionField()


class MoveForm(MomentForm):
    """Another moment."""

    reason = TextField(_l("Waarom?"), required=False, max_length=200)
    version = VersionField()


class CancelForm(Form):
    """It does not take place."""

    reason = TextAreaField(
        _l("Waarom gaat het niet door?"),
        max_length=200,
        rows=2,
        missing=_l("Schrijf kort waarom de afspraak niet doorgaat."),
    )
    version = VersionField()


class StepForm(Form):
    """One button: it took place, or plan it again."""

    version = VersionField()


class HandOverForm(Form):
    """Another worker takes it over."""

    owner_id = SelectField(_l("Aan wie?"), coerce=UUID, missing=_l("Kies een begeleider."))
    version = VersionField()
