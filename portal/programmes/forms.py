"""Forms of programmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    DateField,
    Form,
    NumberField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)
from portal.programmes import labels
from portal.programmes.service import Details, FocusDetails, LineDetails


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in words.items()]


class ProgrammeForm(Form):
    """A programme. The fields of a new one and of a change are the same, but for how young people come into it."""

    name = TextField(_l("Naam"), max_length=120)
    aim = TextAreaField(_l("Wat doet het, en voor wie?"), max_length=1000, rows=3)
    context = RadioField(_l("Hoe komt een jongere erin?"), choices=_choices(labels.ENROLS_IN))
    organisation_id = SelectField(_l("Van welke organisatie is het?"), coerce=UUID)
    owner_id = SelectField(_l("Wie is eigenaar?"), coerce=UUID)
    goal = SelectField(_l("Welk doel dient het?"), choices=_choices(labels.GOAL))
    theme_line = SelectField(_l("Themalijn"), choices=_choices(labels.THEME_LINE))
    evidence = SelectField(_l("Wat weten we over of het werkt?"), choices=_choices(labels.EVIDENCE))
    age_from = NumberField(_l("Vanaf welke leeftijd?"), low=0, high=99)
    age_until = NumberField(_l("Tot en met welke leeftijd?"), low=0, high=99)
    starts_on = DateField(_l("Begint op"))
    ends_on = DateField(_l("Eindigt op"), required=False)
    builds_on_id = SelectField(_l("Bouwt voort op"), required=False, blank=_l("Geen bestaand programma"), coerce=UUID)
    why_new = TextAreaField(
        _l("Waarom maken we niet een bestaand programma sterker?"),
        required=False,
        max_length=1000,
        rows=3,
        hint=_l("Nodig als het niet voortbouwt op een programma dat er al is."),
    )
    alliances = TextAreaField(
        _l("Samenwerkingen"), required=False, max_length=600, rows=2, hint=_l("Elke samenwerking op een eigen regel.")
    )
    plan_text = TextAreaField(_l("Het plan in het kort"), required=False, max_length=4000, rows=6)
    plan_url = TextField(
        _l("Adres van het plan"),
        required=False,
        max_length=500,
        hint=_l("Begint met https://. Alleen als collega's erbij kunnen."),
    )
    version = VersionField(required=False)

    def details(self) -> Details:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        alliances = [line.strip() for line in answers.pop("alliances").splitlines() if line.strip()]
        left_out = ("context", "version", "csrf_token")
        return Details(alliances=alliances, **{name: value for name, value in answers.items() if name not in left_out})


class LineForm(Form):
    """A line of a programme."""

    name = TextField(_l("Naam van de lijn"), max_length=120)
    about = TextAreaField(_l("Waar gaat deze lijn over?"), required=False, max_length=500, rows=2)
    pmg_line = SelectField(
        _l("Telt mee voor deze lijn van Preventie met Gezag"),
        required=False,
        blank=_l("Geen"),
        choices=_choices(labels.PMG_LINE),
    )
    for_people = CheckboxField(_l("Jongeren kunnen in deze lijn worden ingeschreven"))
    active = CheckboxField(_l("Deze lijn loopt"))
    version = VersionField(required=False)

    def details(self) -> LineDetails:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        names = ("name", "about", "pmg_line", "for_people", "active")
        return LineDetails(**{name: answers[name] for name in names})


class FocusForm(Form):
    """An area a programme looks at first."""

    area_code = SelectField(_l("Welk gebied?"))
    valid_from = DateField(_l("Vanaf"))
    valid_until = DateField(_l("Tot en met"), required=False)
    version = VersionField(required=False)

    def details(self) -> FocusDetails:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        return FocusDetails(**{name: answers[name] for name in ("area_code", "valid_from", "valid_until")})


class JournalForm(Form):
    """What was learned."""

    seen_on = DateField(_l("Wanneer?"))
    saw = TextAreaField(
        _l("Wat zagen we?"), max_length=2000, hint=_l("Schrijf geen namen. Dit is voor alle collega's te lezen.")
    )
    decided = TextAreaField(_l("Wat besloten we?"), required=False, max_length=1000, rows=3)
