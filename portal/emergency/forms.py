"""Forms of emergency access."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.forms import DateField, Form, RadioField, TextAreaField, TextField
from portal.emergency.labels import NEED, OUTCOME
from portal.emergency.models import Need


class OpenForm(Form):
    """Why it cannot wait, for a dossier whose address is known."""

    need = RadioField(_l("Waarom kan het niet wachten?"), choices=[(str(n), NEED[n]) for n in Need])
    reason = TextAreaField(
        _l("Wat is er aan de hand?"),
        max_length=1000,
        hint=_l("Noem geen namen. De privacy officer en de regisseur lezen dit. Minstens 20 tekens."),
    )


class SearchForm(OpenForm):
    """Also whom it is about: the kenmerk, or family name and birth date together."""

    kenmerk = TextField(_l("Kenmerk"), required=False, max_length=20, hint=_l("Bijvoorbeeld P-7KD3QX."))
    family_name = TextField(_l("Achternaam"), required=False, max_length=80)
    birth_date = DateField(_l("Geboortedatum"), required=False)


class ReviewForm(Form):
    """What the privacy officer thinks."""

    outcome = RadioField(_l("Was dit terecht?"), choices=[(str(o), label) for o, (label, _) in OUTCOME.items()])
    note = TextAreaField(_l("Toelichting"), max_length=1000, hint=_l("Wat je zag en wat er nu gebeurt."))
