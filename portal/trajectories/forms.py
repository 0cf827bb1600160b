"""Forms of trajectories: the request, the proposal, and what each step asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    ComboboxField,
    DateField,
    Form,
    MultiChoiceField,
    SelectField,
    TextAreaField,
    VersionField,
)
from portal.messengers.labels import INTEREST, LANGUAGE
from portal.trajectories import labels
from portal.trajectories.models import EndReason
from portal.trajectories.service import Column, Decision
from portal.trajectories.workflow import Event


class RequestForm(Form):
    """A worker asks for a messenger."""

    request_text = TextAreaField(
        _l("Wat wil de jongere?"),
        max_length=1000,
        rows=5,
        hint=_l("Schrijf geen namen. De messenger leest dit voordat die weet om wie het gaat."),
    )
    wish = TextAreaField(
        _l("Wat voor messenger past?"),
        required=False,
        max_length=500,
        rows=2,
        hint=_l("Bijvoorbeeld: kent de buurt, doet aan sport, spreekt een andere taal."),
    )
    languages = MultiChoiceField(
        _l("Welke taal helpt, behalve Nederlands?"),
        required=False,
        hint=_l("Alleen als de jongere dat zelf wil."),
        choices=[(str(each), label) for each, label in LANGUAGE.items()],
    )
    interests = MultiChoiceField(
        _l("Wat doet de jongere graag?"),
        required=False,
        choices=[(str(each), label) for each, label in INTEREST.items()],
    )
    programme_line_id = SelectField(
        _l("Bij welk programma hoort dit?"), required=False, blank=_l("Geen programma"), coerce=UUID
    )
    youth_agreed_on = DateField(
        _l("Wanneer zei de jongere ja tegen een traject?"), hint=_l("Zonder ja van de jongere start er geen traject.")
    )
    coordination_team_id = SelectField(_l("Welk team zoekt een messenger?"), coerce=UUID)


class ProposeForm(Form):
    """A coordinator proposes a messenger."""

    messenger_id = ComboboxField(_l("Welke messenger?"), coerce=UUID, missing=_l("Kies een messenger."))
    motivation = TextAreaField(
        _l("Waarom past deze messenger?"),
        max_length=1000,
        hint=_l("Bijvoorbeeld: taal van de straat, zelfde sport, kent de wijk, wens van de jongere."),
    )
    version = VersionField()


class SwapForm(ProposeForm):
    """A coordinator gives a trajectory another messenger."""

    note = TextAreaField(
        _l("Waarom een andere messenger?"), max_length=1000, missing=_l("Schrijf in een paar woorden waarom.")
    )


class StepForm(Form):
    """A step without questions."""

    version = VersionField()

    def decision(self) -> Decision:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        return Decision(
            note=answers.get("note") or "",
            on=answers.get("on"),
            end_reason=answers.get("end_reason"),
        )


class NoteForm(StepForm):
    """A step that may be explained."""

    note = TextAreaField(_l("Toelichting"), required=False, max_length=1000)


class ReasonForm(StepForm):
    """A step that must be explained."""

    note = TextAreaField(_l("Waarom?"), max_length=1000, missing=_l("Schrijf in een paar woorden waarom."))


class MeetingForm(NoteForm):
    """The first meeting was held."""

    on = DateField(_l("Wanneer was de kennismaking?"))


class EndForm(NoteForm):
    """The trajectory comes to its end."""

    end_reason = SelectField(
        _l("Waarom stopt het traject?"),
        coerce=EndReason,
        choices=[(str(reason), label) for reason, label in labels.END_REASON.items()],
    )


class CloseForm(NoteForm):
    """The last meeting was held."""

    on = DateField(_l("Wanneer was het afscheidsgesprek?"))


#: Which form a step has; a step with a plain StepForm is one button.
FORMS: dict[Event, type[StepForm]] = {
    Event.ACCEPT: StepForm,
    Event.REJECT: ReasonForm,
    Event.YOUTH_OK: StepForm,
    Event.MESSENGER_OK: StepForm,
    Event.DECLINE: NoteForm,
    Event.FIRST_MEETING: MeetingForm,
    Event.PAUSE: NoteForm,
    Event.RESUME: StepForm,
    Event.REPLACE_MESSENGER: NoteForm,
    Event.END: EndForm,
    Event.CLOSE: CloseForm,
    Event.SAFETY_STOP: ReasonForm,
}

#: The word of a step in its address.
SLUGS: dict[Event, str] = {
    Event.ACCEPT: "oppakken",
    Event.REJECT: "afwijzen",
    Event.YOUTH_OK: "jongere-akkoord",
    Event.MESSENGER_OK: "messenger-akkoord",
    Event.DECLINE: "geen-match",
    Event.FIRST_MEETING: "kennismaking",
    Event.PAUSE: "pauzeren",
    Event.RESUME: "verdergaan",
    Event.REPLACE_MESSENGER: "andere-messenger",
    Event.END: "afronden",
    Event.CLOSE: "sluiten",
    Event.SAFETY_STOP: "veiligheidsstop",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}


class FilterForm(Form):
    """What the board is narrowed to; no person data, so it travels in the address."""

    class Meta:
        """A GET form changes nothing."""

        csrf = False

    stadsdeel = SelectField(_l("Stadsdeel"), required=False, blank=_l("Heel Amsterdam"))
    stap = SelectField(
        _l("Stap"), required=False, blank=_l("Alle stappen"), choices=list(labels.COLUMN.items()), coerce=Column
    )
    messenger = SelectField(_l("Messenger"), required=False, blank=_l("Alle messengers"), coerce=UUID)
    wacht = SelectField(
        _l("Wachttijd"),
        required=False,
        blank=_l("Maakt niet uit"),
        coerce=int,
        choices=[
            ("5", _l("5 werkdagen of langer")),
            ("10", _l("10 werkdagen of langer")),
            ("20", _l("20 werkdagen of langer")),
        ],
    )
    mijn = CheckboxField(_l("Alleen van mij"), required=False)
    meer = SelectField(required=False, choices=list(labels.COLUMN.items()), coerce=Column)
