"""Forms of integrity reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.forms import CheckboxField, Form, RadioField, SelectField, TextAreaField, VersionField
from portal.integrity.labels import KIND, STATUS

LONGEST = 5000  # characters


class ReportForm(Form):
    """What happened."""

    kind = RadioField(_l("Wat is er gebeurd?"), choices=list(KIND.items()))
    story = TextAreaField(
        _l("Vertel het in je eigen woorden"),
        max_length=LONGEST,
        hint=_l("Wie, waar en wanneer? Noem geen jongere bij naam, een kenmerk is genoeg."),
    )
    unnamed = CheckboxField(_l("Laat mijn naam niet zien aan de integriteitsmedewerker"))


class WordsForm(Form):
    """Something more to say."""

    words = TextAreaField(_l("Je bericht"), max_length=LONGEST)


class OfficerForm(Form):
    """A question for the reporter, or a note that only integrity officers read."""

    words = TextAreaField(_l("Tekst"), max_length=LONGEST)
    voice = RadioField(
        _l("Voor wie?"),
        choices=[("officer", _l("Vraag aan de melder")), ("note", _l("Notitie, alleen voor mij"))],
    )


class StatusForm(Form):
    """Where it stands."""

    status = SelectField(_l("Stand"), choices=[(str(status), label) for status, (label, _) in STATUS.items()])
    version = VersionField()
