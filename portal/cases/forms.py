"""Forms of cases. Each field is asked once and as little as possible; all of them fit on a phone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.cases import labels
from portal.cases.models import ActionStatus, CaseStatus, Domain, Moment
from portal.cases.service import Answers
from portal.cases.service.nominating import Weighing
from portal.cases.workflow import Event
from portal.core.forms import (
    CheckboxField,
    DateField,
    DateTimeField,
    FilterForm,
    Form,
    MinLength,
    MultiChoiceField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)
from portal.in_view.models import CaseLevel


class Share(StrEnum):
    """Whether something is read by a messenger."""

    YES = "yes"
    NO = "no"


def _choices(labelled: Any, *leave_out: Any) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in labelled.items() if value not in leave_out]


class CaseFilterForm(FilterForm):
    """What the list is narrowed to."""

    niveau = SelectField(
        _l("Niveau"), required=False, blank=_l("Alle niveaus"), coerce=CaseLevel, choices=_choices(labels.LEVEL)
    )
    stap = SelectField(
        _l("Stand"), required=False, blank=_l("Alle"), coerce=CaseStatus,
        choices=_choices(labels.STATUS, CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.BROKEN_OFF),
    )  # fmt: skip
    stadsdeel = SelectField(_l("Stadsdeel"), required=False, blank=_l("Alle stadsdelen"))
    mijn = CheckboxField(_l("Alleen waar ik de regie heb"), required=False)


class OverviewFilterForm(FilterForm):
    """What a manager's list is narrowed to."""

    niveau = SelectField(
        _l("Niveau"), required=False, blank=_l("Alle niveaus"), coerce=CaseLevel, choices=_choices(labels.LEVEL)
    )


class OpenForm(Form):
    """A director opens a case."""

    reason = TextAreaField(
        _l("Waarom kan dit niet alleen?"),
        [MinLength(40)],
        max_length=2000,
        rows=4,
        hint=_l("Wat is er nodig, en wie zijn daarvoor samen nodig?"),
    )
    level = RadioField(
        _l("Op welk niveau?"),
        coerce=CaseLevel,
        choices=_choices(labels.LEVEL, CaseLevel.CITY),
    )
    intake = TextAreaField(
        _l("Intake: wat valt er tussen wal en schip?"),
        required=False,
        max_length=2000,
        rows=3,
        hint=_l("Alleen bij tussenproblematiek: te zwaar voor het stadsdeel, te licht voor de stedelijke aanpak."),
    )
    research_consent_on = DateField(
        _l("Wanneer zei de jongere ja tegen meedoen aan het onderzoek?"),
        required=False,
        hint=_l("Alleen bij tussenproblematiek. Zonder ja doet deze casus niet mee. Meedoen hoeft niet."),
    )


class StepForm(Form):
    """A step without questions."""

    version = VersionField()

    def answers(self) -> Answers:
        """The answers for the service."""
        given: dict[str, Any] = self.data
        return Answers(
            note=given.get("note") or "",
            on=given.get("on"),
            director_id=given.get("director_id"),
            level=given.get("level"),
        )


class ReasonForm(StepForm):
    """A step that must be explained."""

    note = TextAreaField(_l("Waarom?"), max_length=2000, missing=_l("Schrijf in een paar woorden waarom."))


class AssignForm(StepForm):
    """Somebody gets the case in hand."""

    director_id = SelectField(_l("Wie krijgt de regie?"), coerce=UUID)
    note = TextAreaField(_l("Toelichting"), required=False, max_length=1000)


class AgreeForm(StepForm):
    """The plan holds from now on."""

    on = DateField(_l("Wanneer zei de jongere ja tegen het plan?"))


class LevelForm(ReasonForm):
    """Up or down."""

    level = SelectField(_l("Naar welk niveau?"), coerce=CaseLevel)


class PauseForm(ReasonForm):
    """The case stands still for a while."""

    on = DateField(_l("Tot wanneer?"), hint=_l("Hoogstens drie maanden."))


class ClosingForm(ReasonForm):
    """What was reached, and who goes on with what is left."""

    note = TextAreaField(
        _l("Wat is bereikt, en wie neemt over wat nog nodig is?"),
        max_length=2000,
        rows=4,
        missing=_l("Schrijf in een paar woorden waarom."),
    )


#: Which form a step has.
FORMS: dict[Event, type[StepForm]] = {
    Event.ASSIGN: AssignForm,
    Event.AGREE_PLAN: AgreeForm,
    Event.SCALE_UP: LevelForm,
    Event.SCALE_DOWN: LevelForm,
    Event.PAUSE: PauseForm,
    Event.RESUME: StepForm,
    Event.PROPOSE_CLOSE: ClosingForm,
    Event.KEEP_ON: ReasonForm,
    Event.CLOSE: StepForm,
    Event.FOLLOW_UP: StepForm,
    Event.BREAK_OFF: ReasonForm,
}
#: The word of a step in its address.
SLUGS: dict[Event, str] = {
    Event.ASSIGN: "regie",
    Event.AGREE_PLAN: "plan-vaststellen",
    Event.SCALE_UP: "opschalen",
    Event.SCALE_DOWN: "afschalen",
    Event.PAUSE: "pauzeren",
    Event.RESUME: "verdergaan",
    Event.PROPOSE_CLOSE: "afsluiten-voorstellen",
    Event.KEEP_ON: "toch-doorgaan",
    Event.CLOSE: "afsluiten",
    Event.FOLLOW_UP: "nameting",
    Event.BREAK_OFF: "afbreken",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}


class PlanForm(Form):
    """The plan: the voice of the young person first."""

    youth_voice = TextAreaField(
        _l("Wat vindt de jongere zelf?"),
        required=False,
        max_length=2000,
        rows=4,
        hint=_l("In de woorden van de jongere. Zonder dit kun je het plan niet vaststellen."),
    )
    guardian_voice = TextAreaField(_l("Wat vindt de ouder of verzorger?"), required=False, max_length=2000, rows=3)
    valid_from = DateField(_l("Vanaf"))
    valid_until = DateField(_l("Tot en met"), hint=_l("Hoogstens zes maanden na het begin."))
    version = VersionField(required=False)


class GoalForm(Form):
    """A goal for one part of life."""

    domain = SelectField(_l("Waar gaat het over?"), coerce=Domain, choices=_choices(labels.DOMAIN))
    body = TextAreaField(_l("Wat wil de jongere bereiken?"), [MinLength(5)], max_length=500, rows=3)
    owner_id = SelectField(_l("Wie let hierop?"), coerce=UUID)
    due_on = DateField(_l("Wanneer kijken jullie of het gelukt is?"))


class ChangeGoalForm(Form):
    """The same goal in other words; the part of life stays."""

    body = TextAreaField(_l("Wat wil de jongere bereiken?"), [MinLength(5)], max_length=500, rows=3)
    owner_id = SelectField(_l("Wie let hierop?"), coerce=UUID)
    due_on = DateField(_l("Wanneer kijken jullie of het gelukt is?"))
    version = VersionField()


class CloseGoalForm(Form):
    """How far it was reached."""

    attainment = RadioField(_l("Hoe is het gegaan?"), coerce=int, choices=_choices(labels.ATTAINMENT))
    version = VersionField()


class ShareGoalForm(Form):
    """Whether the messenger of the young person reads a goal."""

    share = RadioField(
        _l("Leest de credible messenger dit doel?"),
        coerce=Share,
        choices=[
            (Share.YES, _l("Ja, alleen dit doel: de tekst en de dag")),
            (Share.NO, _l("Nee")),
        ],
    )
    informed_on = DateField(
        _l("Wanneer zei de jongere ja?"),
        required=False,
        hint=_l("Alleen als je het doel deelt. Deel niets van politie, school of zorg."),
    )
    version = VersionField()


class ActionForm(Form):
    """Who does what by when."""

    what = TextField(_l("Wat gaat er gebeuren?"), [MinLength(3)], max_length=200)
    owner_id = SelectField(
        _l("Wie doet dit?"), required=False, blank=_l("Iemand van een andere organisatie"), coerce=UUID
    )
    owner_name = TextField(
        _l("Welke organisatie?"),
        required=False,
        max_length=120,
        hint=_l("Alleen als iemand van buiten dit doet. Geen namen."),
    )
    due_on = DateField(_l("Wanneer is het klaar?"))


class EndActionForm(Form):
    """What became of it."""

    status = RadioField(
        _l("Hoe is het afgelopen?"), coerce=ActionStatus, choices=_choices(labels.ACTION_STATUS, ActionStatus.OPEN)
    )
    result = TextAreaField(_l("Wat kwam eruit?"), required=False, max_length=500, rows=2)
    version = VersionField()


class MeasureForm(Form):
    """The worker and the young person side by side."""

    moment = RadioField(_l("Welk moment?"), coerce=Moment, choices=_choices(labels.MOMENT))
    measured_on = DateField(_l("Wanneer?"))
    youth_level = RadioField(
        _l("Hoe vindt de jongere dat het gaat?"),
        required=False,
        coerce=int,
        choices=_choices(labels.MEASURED),
        hint=_l("Vul dit samen in, of laat het leeg."),
    )
    assisted = CheckboxField(_l("De jongere koos dit zelf. Ik vulde het in waar de jongere bij was."))
    worker_level = RadioField(
        _l("Hoe vind jij dat het gaat?"), required=False, coerce=int, choices=_choices(labels.MEASURED)
    )
    note = TextAreaField(_l("Toelichting"), required=False, max_length=500, rows=2)


class MarkForm(Form):
    """The mark a young person gives for the help."""

    mark = SelectField(
        _l("Welk cijfer geeft de jongere voor de hulp?"),
        coerce=int,
        choices=[(str(each), str(each)) for each in range(10, 0, -1)],
        hint=_l(
            "1 is heel slecht, 10 is heel goed. Lukt een cijfer niet? Vraag: slecht (2), gaat wel (5) of goed (8)."
        ),
    )
    on = DateField(_l("Wanneer?"))
    assisted = CheckboxField(_l("De jongere koos dit zelf. Ik vulde het in waar de jongere bij was."))
    version = VersionField()


class ConferenceForm(Form):
    """When, where and with whom."""

    starts_at = DateTimeField(_l("Wanneer?"))
    place = TextField(_l("Waar?"), required=False, max_length=120)
    user_ids = MultiChoiceField(_l("Welke collega's?"), required=False, coerce=UUID)
    names = TextAreaField(
        _l("Welke organisaties?"),
        required=False,
        max_length=600,
        rows=3,
        hint=_l("Eén per regel. Bijvoorbeeld: wijkagent, leerplicht, school."),
    )


class DecisionForm(Form):
    """One decision."""

    body = TextAreaField(_l("Besluit"), [MinLength(3)], max_length=1000, rows=2)


class HoldForm(Form):
    """Rounding a conference off."""

    present = MultiChoiceField(_l("Wie was erbij?"), required=False, coerce=UUID)
    minutes = TextAreaField(_l("Kort verslag"), required=False, max_length=4000, rows=4)
    next_at = DateTimeField(_l("Volgend overleg"), required=False, hint=_l("Dezelfde mensen worden gevraagd."))
    version = VersionField()


class NominationForm(Form):
    """What is weighed; the interest of the young person before the rest."""

    interest = TextAreaField(_l("Wat is het belang van de jongere?"), [MinLength(10)], max_length=2000, rows=3)
    level = SelectField(_l("Naar welk niveau?"), coerce=CaseLevel)
    reasons = TextAreaField(
        _l("Waarom is dit nodig?"),
        [MinLength(40)],
        max_length=2000,
        rows=4,
        hint=_l("Schrijf geen namen. De tweede lezer weet niet om wie het gaat."),
    )
    alternatives = TextAreaField(_l("Wat is er al geprobeerd?"), [MinLength(10)], max_length=2000, rows=3)
    proportionality = TextAreaField(_l("Waarom is dit niet te zwaar?"), [MinLength(10)], max_length=2000, rows=3)
    youth_informed_on = DateField(_l("Wanneer heb je het de jongere verteld?"))

    def weighing(self) -> Weighing:
        """The answers for the service."""
        given: dict[str, Any] = self.data
        return Weighing(*(given[name] for name in Weighing._fields))


class SecondForm(Form):
    """The second reader answers."""

    agrees = RadioField(
        _l("Mag deze voordracht naar de partner?"),
        coerce=str,
        choices=[("yes", _l("Ja, dit klopt")), ("no", _l("Nee"))],
    )
    note = TextAreaField(_l("Toelichting"), required=False, max_length=1000, rows=3)
    version = VersionField()


class AnswerForm(Form):
    """What the partner said."""

    accepted = RadioField(
        _l("Wat zei de partner?"),
        coerce=str,
        choices=[("yes", _l("Ja, wij doen mee")), ("no", _l("Nee"))],
    )
    answered_by = TextField(_l("Welke organisatie?"), max_length=120)
    answered_on = DateField(_l("Wanneer?"))
    note = TextAreaField(_l("Toelichting"), required=False, max_length=1000, rows=3)
    version = VersionField()


class PartnerForm(Form):
    """An organisation works along."""

    name = TextField(_l("Welke organisatie?"), [MinLength(2)], max_length=120)
    agreed = TextAreaField(
        _l("Wat doen zij?"),
        required=False,
        max_length=500,
        rows=2,
        hint=_l("De organisatie kan dit lezen. Geen namen."),
    )
    user_id = SelectField(_l("Wie van hen mag de samenvatting zien?"), required=False, blank=_l("Niemand"), coerce=UUID)
