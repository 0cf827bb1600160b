"""Forms of signals: telling on a phone, and what each step asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    Choice,
    ComboboxField,
    DateField,
    FilterForm,
    Form,
    KeyField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    TilesField,
    VersionField,
)
from portal.signals import labels
from portal.signals.models import (
    NICKNAME_LENGTH,
    TEXT_LENGTH,
    Feedback,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SubjectKind,
    Urgency,
    VictimPerspective,
)
from portal.signals.service import Story, Verdict
from portal.signals.workflow import Event

#: Kinds in sight on a phone; the others are one tap further.
KINDS_SHOWN = 4


class SignalForm(Form):
    """Tell of a signal: about whom or what, what kind, what was seen."""

    subject_kind = TilesField(
        _l("Waar gaat het over?"),
        columns=4,
        stacked=True,
        coerce=SubjectKind,
        missing=_l("Kies waar het over gaat."),
        choices=[Choice(s, label, icon=labels.SUBJECT_ICON[s]) for s, label in labels.SUBJECT.items()],
    )
    person_id = ComboboxField(_l("Wie?"), required=False, coerce=UUID)
    nickname = TextField(
        _l("Of nog niet bekend: hoe wordt de jongere genoemd?"),
        required=False,
        max_length=NICKNAME_LENGTH,
        autocomplete="off",
        hint=_l("Niemand kan hierop zoeken. Zonder besluit is dit na 14 dagen weg."),
    )
    under_twelve = CheckboxField(_l("De jongere is jonger dan 12"))
    group_id = SelectField(_l("Welke groep?"), required=False, coerce=UUID, blank=_l("Staat er niet bij"))
    location_id = SelectField(_l("Welke plek?"), required=False, coerce=UUID, blank=_l("Staat er niet bij"))
    area_code = ComboboxField(_l("In welk gebied?"), required=False)
    kind = TilesField(
        _l("Wat is er?"),
        before_more=KINDS_SHOWN,
        coerce=SignalKind,
        missing=_l("Kies wat er is."),
        choices=list(labels.KIND.items()),
    )
    facts = TextAreaField(
        _l("Wat zag of hoorde je, en van wie?"),
        missing=_l("Schrijf op wat je zag of hoorde, en van wie."),
        max_length=TEXT_LENGTH,
        rows=3,
        hint=_l("Alleen feiten."),
    )
    interpretation = TextAreaField(
        _l("Wat denk je zelf?"),
        required=False,
        max_length=TEXT_LENGTH,
        rows=2,
        hint=_l("Jouw mening. Die blijft apart van de feiten."),
    )
    urgency = TilesField(
        _l("Hoe snel moet iemand ernaar kijken?"),
        columns=3,
        coerce=Urgency,
        missing=_l("Kies hoe snel."),
        choices=[Choice(u, label, labels.URGENCY_DETAIL[u]) for u, label in labels.URGENCY.items()],
    )
    heard = CheckboxField(_l("Ik was er niet zelf bij, ik hoorde dit van iemand"))
    key = KeyField()

    def story(self) -> Story:
        """The answers for the service; what belongs to another subject is left out."""
        answers: dict[str, Any] = self.data
        subject = answers["subject_kind"]
        of_person, about = subject is SubjectKind.PERSON, {"kind", "subject_kind", "facts", "interpretation", "urgency"}
        return Story(
            **{name: answers[name] for name in about},
            area_code=answers["area_code"] or None,
            person_id=answers["person_id"] if of_person else None,
            nickname=answers["nickname"] if of_person else "",
            under_twelve=answers["under_twelve"] if of_person else False,
            group_id=answers["group_id"] if subject is SubjectKind.GROUP else None,
            location_id=answers["location_id"] if subject is SubjectKind.LOCATION else None,
            first_hand=not answers["heard"],
        )


class OwnFilterForm(FilterForm):
    """What the own signals are narrowed to: how they stand, and when they were told."""

    stand = SelectField(
        _l("Stand"), required=False, blank=_l("Alle"), coerce=SignalStatus, choices=list(labels.STATUS.items())
    )
    van = DateField(_l("Eerste dag"), required=False)
    tot = DateField(_l("Laatste dag"), required=False)


class YearForm(FilterForm):
    """Of which year the figures are."""

    jaar = SelectField(_l("Jaar"), required=False, blank=None, coerce=int, choices=())


class StepForm(Form):
    """A step that asks for nothing else."""

    version = VersionField()


class QuestionForm(StepForm):
    """What the director wants to know."""

    note = TextAreaField(_l("Wat wil je weten?"), max_length=1000, missing=_l("Schrijf je vraag op."))


class AnswerForm(StepForm):
    """What the reporter says to that."""

    note = TextAreaField(_l("Je antwoord"), max_length=1000, missing=_l("Schrijf je antwoord op."))


class WithdrawForm(StepForm):
    """Why it was a mistake."""

    note = TextField(_l("Waarom trek je het in?"), max_length=200, missing=_l("Schrijf in een paar woorden waarom."))


class IdentifyForm(StepForm):
    """Whose dossier it is about."""

    person_id = ComboboxField(_l("Welke jongere?"), coerce=UUID, missing=_l("Kies een jongere."))


class CloseForm(StepForm):
    """What was done, in words, when no record says so."""

    done = TextField(
        _l("Wat is er gedaan?"), max_length=200, required=False, hint=_l("Kort, en zonder namen van mensen.")
    )


class FeedbackForm(StepForm):
    """What the reporter hears."""

    feedback = RadioField(
        _l("Wat hoort de melder?"), coerce=Feedback, missing=_l("Kies een zin."), choices=list(labels.FEEDBACK.items())
    )


class JoinForm(Form):
    """Which earlier signal is about the same event."""

    other_id = SelectField(_l("Welk signaal?"), coerce=UUID, choices=())


class DecideForm(StepForm):
    """The young person's interest first, then the reasons, then what is done."""

    interest = TextAreaField(
        _l("Wat is het beste voor de jongere?"), required=False, max_length=1000, rows=3, hint=_l("Vul dit eerst in.")
    )
    victim_perspective = RadioField(
        _l("Is de jongere zelf slachtoffer?"),
        required=False,
        coerce=VictimPerspective,
        choices=list(labels.VICTIM.items()),
    )
    guardian_note = TextAreaField(
        _l("Jonger dan 12: hoe zijn de ouders of verzorgers erbij?"), required=False, max_length=1000, rows=2
    )
    approval_note = TextAreaField(
        _l("Jonger dan 12: wie keek extra mee, en wat vond die?"), required=False, max_length=1000, rows=2
    )
    outcome = RadioField(_l("Wat besluit je?"), coerce=SignalOutcome, missing=_l("Kies wat je besluit."), choices=())
    worker_id = SelectField(_l("Wie van de begeleiders?"), required=False, coerce=UUID, blank=_l("Kies een begeleider"))
    on = DateField(_l("Uiterlijk op"), required=False)
    location_id = SelectField(_l("Welke locatie?"), required=False, coerce=UUID, blank=_l("Kies een locatie"))
    group_id = SelectField(_l("Welke groep?"), required=False, coerce=UUID, blank=_l("Kies een groep"))
    motivation = TextAreaField(_l("Waarom?"), max_length=1000, missing=_l("Schrijf op waarom je dit besluit."))

    def verdict(self) -> Verdict:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        names = (
            "outcome", "motivation", "interest", "victim_perspective", "guardian_note", "approval_note", "worker_id",
            "on", "location_id", "group_id",
        )  # fmt: skip
        return Verdict(**{name: answers[name] for name in names if answers.get(name)})


FORMS: dict[Event, type[StepForm]] = {
    Event.TAKE: StepForm,
    Event.ASK_INFO: QuestionForm,
    Event.IDENTIFY: IdentifyForm,
    Event.DECIDE: DecideForm,
    Event.CLOSE: CloseForm,
    Event.TELL: FeedbackForm,
    Event.ANSWER: AnswerForm,
    Event.WITHDRAW: WithdrawForm,
}
SLUGS = {
    Event.TAKE: "oppakken",
    Event.ASK_INFO: "vragen",
    Event.IDENTIFY: "koppelen",
    Event.DECIDE: "besluiten",
    Event.CLOSE: "afsluiten",
    Event.TELL: "terugkoppelen",
    Event.ANSWER: "antwoorden",
    Event.WITHDRAW: "intrekken",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}
OWN_EVENTS = (Event.ANSWER, Event.WITHDRAW)
