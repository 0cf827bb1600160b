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
from portal.programmes.models import GROUP_END_REASONS, EndReason
from portal.programmes.service import Decision, Details, FocusDetails, LineDetails, Told, Wanted
from portal.programmes.workflow import Event, Verdict


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
        names = ("name", "about", "pmg_line", "for_people", "active")
        return LineDetails(**self.only(*names))


class FocusForm(Form):
    """An area a programme looks at first."""

    area_code = SelectField(_l("Welk gebied?"))
    valid_from = DateField(_l("Vanaf"))
    valid_until = DateField(_l("Tot en met"), required=False)
    version = VersionField(required=False)

    def details(self) -> FocusDetails:
        """The answers for the service."""
        return FocusDetails(**self.only("area_code", "valid_from", "valid_until"))


class JournalForm(Form):
    """What was learned."""

    seen_on = DateField(_l("Wanneer?"))
    saw = TextAreaField(
        _l("Wat zagen we?"), max_length=2000, hint=_l("Schrijf geen namen. Dit is voor alle collega's te lezen.")
    )
    decided = TextAreaField(_l("Wat besloten we?"), required=False, max_length=1000, rows=3)


class EnrolForm(Form):
    """A young person into a programme."""

    line_id = SelectField(_l("Welk programma, welke lijn?"), coerce=UUID)
    reason = TextAreaField(
        _l("Waarom helpt dit programma deze jongere?"),
        max_length=1000,
        hint=_l("Schrijf op wat je zag en wat de jongere zelf wil."),
    )
    youth_agreed_on = DateField(
        _l("Wanneer zei de jongere ja?"),
        required=False,
        hint=_l("Nodig bij een vrijwillig programma. Zonder ja van de jongere doet die niet mee."),
    )
    since = DateField(_l("Doet mee vanaf"))
    until = DateField(_l("Tot en met"), hint=_l("Hoogstens een jaar. Daarna stopt het vanzelf, tenzij je verlengt."))

    def wanted(self) -> Wanted:
        """The answers for the service."""
        return Wanted(**self.only("line_id", "reason", "since", "until", "youth_agreed_on"))


class EnrolGroupForm(Form):
    """A group into a programme; a group says no yes."""

    line_id = SelectField(_l("Welk programma, welke lijn?"), coerce=UUID)
    reason = TextAreaField(
        _l("Waarom past dit programma bij deze groep?"),
        max_length=1000,
        hint=_l("Schrijf op wat je zag. Schrijf geen namen, ook niet die van de straat."),
    )
    since = DateField(_l("Doet mee vanaf"))
    until = DateField(_l("Tot en met"), hint=_l("Hoogstens een jaar. Daarna stopt het vanzelf, tenzij je verlengt."))

    def wanted(self) -> Wanted:
        """The answers for the service."""
        return Wanted(**self.only("line_id", "reason", "since", "until"))


class TellForm(Form):
    """Why something may be told in another context."""

    purpose = TextField(_l("Waarvoor is het nodig?"), max_length=200)
    basis = RadioField(_l("Op welke grond?"), choices=_choices(labels.BASIS))
    told_because = TextAreaField(_l("Waarom mag en moet het hier gedeeld worden?"), max_length=1000, rows=3)
    informed_on = DateField(_l("Wanneer vertelde je het de jongere?"), required=False)

    def told(self) -> Told:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        return Told(answers["purpose"], answers["basis"], answers["told_because"], answers["informed_on"])


class DiscloseForm(EnrolForm, TellForm):
    """The same, with a proposal in the other context."""


class JudgeForm(Form):
    """Whether something may be told in another context."""

    verdict = RadioField(_l("Mag dit gedeeld worden?"), coerce=Verdict, choices=_choices(labels.VERDICT))
    note = TextAreaField(_l("Waarom niet?"), required=False, max_length=1000, rows=3)
    version = VersionField()


class StepForm(Form):
    """A step that is one button."""

    version = VersionField()

    def decision(self) -> Decision:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        return Decision(answers.get("note") or "", answers.get("until"), answers.get("end_reason"))


class ReasonForm(StepForm):
    """A step that must be explained."""

    note = TextAreaField(_l("Waarom?"), max_length=1000, missing=_l("Schrijf in een paar woorden waarom."))


class NoteForm(StepForm):
    """A step that may be explained."""

    note = TextAreaField(_l("Toelichting"), required=False, max_length=1000)


class ExtendForm(ReasonForm):
    """A new end."""

    until = DateField(_l("Tot en met"), hint=_l("Hoogstens een jaar vanaf vandaag."))


class EndForm(NoteForm):
    """Somebody is no longer in a programme."""

    end_reason = RadioField(
        _l("Waarom stopt het?"),
        choices=[each for each in _choices(labels.END_REASON) if each[0] != EndReason.PERIOD_OVER],
    )

    def of_group(self) -> None:
        """Offer only what can be said of a group."""
        self.end_reason.choices = [each for each in _choices(labels.END_REASON) if each[0] in GROUP_END_REASONS]


#: Which form a step has.
FORMS: dict[Event, type[StepForm]] = {
    Event.ACCEPT: NoteForm,
    Event.AGREE: NoteForm,
    Event.DECLINE: ReasonForm,
    Event.WITHDRAW: NoteForm,
    Event.EXTEND: ExtendForm,
    Event.END: EndForm,
}
#: The word of a step in its address.
SLUGS: dict[Event, str] = {
    Event.ACCEPT: "toelaten",
    Event.AGREE: "meedoen",
    Event.DECLINE: "niet-toelaten",
    Event.WITHDRAW: "intrekken",
    Event.EXTEND: "verlengen",
    Event.END: "stoppen",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}
