"""Forms of contacts and follow-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.contacts import labels
from portal.contacts.models import Channel, Confidentiality, ContactPurpose, Outcome, Result
from portal.contacts.service.correcting import LONGEST
from portal.contacts.service.details import MOST_PRESENT
from portal.core.forms import (
    CheckboxField,
    Choice,
    DateField,
    DatePresetField,
    DateTimeField,
    Form,
    KeyField,
    MultiComboboxField,
    NumberField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    TilesField,
    TimeField,
    VersionField,
)
from portal.privacy.sources import Source

CHANNELS_SHOWN = 6
#: A kind of follow-up that is kept in the agenda.
APPOINTMENT = "appointment"
RESULTS_SHOWN = 4


class DetailsForm(Form):
    """What a contact was; the part that recording and changing share."""

    people = MultiComboboxField(_l("Met wie?"), missing=_l("Kies minstens één jongere."), coerce=UUID)
    channel = TilesField(
        _l("Hoe?"),
        columns=3,
        stacked=True,
        before_more=CHANNELS_SHOWN,
        coerce=Channel,
        missing=_l("Kies hoe het contact was."),
        choices=[Choice(c, label, icon=labels.CHANNEL_ICON[c]) for c, label in labels.CHANNEL.items()],
    )
    result = TilesField(
        _l("Resultaat"),
        before_more=RESULTS_SHOWN,
        coerce=Result,
        missing=_l("Kies wat het resultaat was."),
        choices=[Choice(r, label, icon=labels.RESULT_ICON[r]) for r, label in labels.RESULT.items()],
    )
    purpose = TilesField(
        _l("Waarvoor?"),
        columns=3,
        coerce=ContactPurpose,
        missing=_l("Kies waarvoor het contact was."),
        choices=list(labels.PURPOSE.items()),
    )
    place = TextField(_l("Waar?"), required=False, max_length=120)
    note = TextAreaField(_l("Notitie"), required=False, max_length=1500)
    confidentiality = RadioField(
        _l("Wie mag de notitie lezen?"),
        coerce=Confidentiality,
        missing=_l("Kies wie de notitie mag lezen."),
        choices=[
            Choice(c, labels.CONFIDENTIALITY[c], labels.READERS[c])
            for c in (Confidentiality.TEAM, Confidentiality.CASE_TEAM)
        ],
    )
    source = RadioField(
        _l("Van wie weet je dit?"),
        required=False,
        coerce=Source,
        choices=[Choice(s, label, labels.RELEASED[s]) for s, label in labels.SOURCE.items()],
    )
    headcount = NumberField(
        _l("Met hoeveel waren ze?"),
        required=False,
        low=1,
        high=MOST_PRESENT,
        unit=_l("jongeren"),
        hint=_l("Iedereen samen, ook wie je niet bij naam noemt."),
    )
    occurred_at = DateTimeField(_l("Wanneer?"), missing=_l("Kies een dag en tijd."))
    duration_min = NumberField(_l("Hoe lang?"), required=False, low=1, high=1440, unit=_l("minuten"))


class ContactForm(DetailsForm):
    """Record a contact, and what comes next."""

    told = TilesField(
        _l("Wat is er van je belofte gekomen?"),
        required=False,
        coerce=Outcome,
        choices=[*list(labels.OUTCOME.items())[:3], Choice("", _l("Later vertellen"))],
    )
    follow_up_on = DatePresetField(_l("Vervolg"))
    follow_up_kind = TilesField(
        _l("Wat voor vervolg?"),
        columns=4,
        required=False,
        choices=[*labels.FOLLOW_UP_KIND.items(), (APPOINTMENT, _l("Afspraak"))],
    )
    follow_up_at = TimeField(_l("Hoe laat is de afspraak?"), required=False)
    follow_up_place = TextField(_l("Waar is de afspraak?"), required=False, max_length=120)
    follow_up_despite = CheckboxField(_l("Toch plannen, ook al is er al een afspraak"))
    follow_up_what = TextField(_l("Waarover is het vervolg?"), required=False, max_length=120)
    key = KeyField()


class EditForm(DetailsForm):
    """Change a contact."""

    version = VersionField()


class CorrectForm(DetailsForm):
    """Put a contact right after the term: what it was, but not who was there or who reads it."""

    reason = TextAreaField(
        _l("Waarom corrigeer je dit?"), max_length=LONGEST, missing=_l("Schrijf waarom je dit corrigeert.")
    )
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out what a correction cannot change."""
        super().__init__(*args, **kwargs)
        del self.people, self.confidentiality, self.duration_min


class MoveForm(Form):
    """Put a follow-up on another day."""

    due_on = DatePresetField(_l("Dag"), none=False, missing=_l("Kies een dag."))
    what = TextField(_l("Waarover?"), required=False, max_length=120)
    version = VersionField()


class PlanManyForm(Form):
    """What the workers of many young people are to do, and by when."""

    on = DatePresetField(_l("Voor welke dag?"), none=False, missing=_l("Kies een dag."))
    what = TextField(_l("Wat?"), max_length=120, missing=_l("Schrijf kort wat er moet gebeuren."))


class FinishForm(Form):
    """Close a follow-up without a contact."""

    reason = TextField(_l("Waarom is het klaar?"), max_length=200, missing=_l("Schrijf kort waarom dit klaar is."))
    version = VersionField()


class PromiseForm(Form):
    """What came of a promise, and when the young person was told."""

    outcome = TilesField(
        _l("Wat is ervan gekomen?"),
        coerce=Outcome,
        missing=_l("Kies wat ervan is gekomen."),
        choices=[Choice(o, label, icon=labels.OUTCOME_ICON[o]) for o, label in labels.OUTCOME.items()],
    )
    told = RadioField(
        _l("Wanneer heb je het de jongere verteld?"), missing=_l("Kies wanneer je het hebt verteld, of ‘Nog niet’.")
    )
    told_on = DateField(_l("Welke dag?"), required=False)
    note = TextField(_l("Toelichting"), required=False, max_length=200)
    version = VersionField()


class CallForm(Form):
    """One tap after a call: spoken, or not reached."""

    result = RadioField(
        _l("Resultaat"),
        coerce=Result,
        missing=_l("Kies wat het resultaat was."),
        choices=[(result, labels.RESULT[result]) for result in (Result.REACHED, Result.NOT_REACHED)],
    )
    version = VersionField()


class ReassignForm(Form):
    """Give a follow-up to another worker."""

    assignee_id = SelectField(_l("Aan wie?"), coerce=UUID, missing=_l("Kies een begeleider."))
    version = VersionField()


class StepForm(Form):
    """One button: drop a follow-up, or put it back."""

    version = VersionField()
