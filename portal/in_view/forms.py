"""Forms of young people in view: the proposal, what each step asks, letters and own words."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import DateField, Form, RadioField, SelectField, TextAreaField, TextField, VersionField
from portal.in_view import labels
from portal.in_view.models import LONGEST, Side, SourceKind, ViewEndReason
from portal.in_view.service import GIVEN, Answers, Reason, Source, Way
from portal.in_view.workflow import Event


class ProposeForm(Form):
    """A worker or director proposes it: the young person's interest first, the worry after that."""

    best_interest = TextAreaField(
        _l("Wat is in het belang van deze jongere?"),
        max_length=LONGEST,
        rows=3,
        hint=_l("Begin hiermee. Wat heeft de jongere nodig, en wat wil die zelf?"),
    )
    concern = TextAreaField(_l("Wat is de zorg?"), max_length=LONGEST, rows=3)
    facts = TextAreaField(
        _l("Wat is er gezien of gehoord?"),
        max_length=LONGEST,
        rows=3,
        hint=_l("Alleen feiten, geen namen van anderen."),
    )
    fact_source = TextAreaField(
        _l("Van wie komt dat?"), max_length=LONGEST, rows=2, hint=_l("Een organisatie of een rol, geen naam.")
    )
    expected = TextAreaField(_l("Wat moet dit opleveren?"), max_length=LONGEST, rows=2)
    proportionality = TextAreaField(
        _l("Waarom is dit niet te veel?"), max_length=LONGEST, rows=2, hint=_l("Kan het ook met minder?")
    )
    alternatives = TextAreaField(_l("Wat is eerst geprobeerd?"), max_length=LONGEST, rows=2)
    source = SelectField(_l("Waar komt dit voorstel uit?"))
    nominated_by = TextField(
        _l("Welke organisatie draagt de jongere voor?"),
        required=False,
        max_length=120,
        hint=_l("Bijvoorbeeld de school of het jongerenwerk."),
    )
    stadsdeel_code = SelectField(_l("Stadsdeel"), blank=None)
    care_partner_org_id = SelectField(
        _l("Welke zorgpartner doet mee?"), coerce=UUID, required=False, hint=_l("Moet onder de 12 jaar.")
    )

    def reason(self) -> Reason:
        """The parts of the reason for the service."""
        given: dict[str, Any] = self.data
        return Reason(**{name: given[name] for name in labels.REASON})

    def rests_on(self) -> Source:
        """A nomination, or one of the signals that were offered."""
        given: dict[str, Any] = self.data
        if given["source"] == SourceKind.NOMINATION:
            return Source(SourceKind.NOMINATION, nominated_by=given["nominated_by"] or "")
        return Source(SourceKind.SIGNAL, signal_id=UUID(given["source"]))


class StepForm(Form):
    """A step that may be explained."""

    EVENT: ClassVar[Event | None] = None
    note = TextAreaField(_l("Wil je nog iets toelichten?"), required=False, max_length=LONGEST)
    version = VersionField()

    def answers(self) -> Answers:
        """What was filled in, for the service."""
        given: dict[str, Any] = self.data
        return Answers(
            note=given.get("note") or "",
            youth_voice=given.get("youth_voice") or "",
            guardian_voice=given.get("guardian_voice") or "",
            end_reason=given.get("end_reason"),
            transfer_team_id=given.get("transfer_team_id"),
        )


class ReasonForm(StepForm):
    """A step that must be explained."""

    note = TextAreaField(_l("Waarom?"), max_length=LONGEST, missing=_l("Schrijf in een paar woorden waarom."))


class ReviewForm(ReasonForm):
    """Another half year: first what the young person thinks."""

    youth_voice = TextAreaField(
        _l("Wat vindt de jongere er zelf van?"),
        max_length=LONGEST,
        hint=_l("In de eigen woorden van de jongere."),
        missing=_l("Schrijf op wat de jongere er zelf van vindt."),
    )
    guardian_voice = TextAreaField(_l("Wat vindt de ouder of verzorger?"), required=False, max_length=LONGEST)


class EndForm(ReasonForm):
    """Out of view."""

    end_reason = SelectField(
        _l("Waarom stopt het?"),
        coerce=ViewEndReason,
        choices=[(str(reason), label) for reason, label in labels.END_REASON.items() if reason not in GIVEN],
    )
    youth_voice = TextAreaField(
        _l("Wat vindt de jongere er zelf van?"),
        required=False,
        max_length=LONGEST,
        hint=_l("Vul dit in als je het met de jongere besprak."),
    )


class TransferForm(ReasonForm):
    """To another stadsdeel."""

    transfer_team_id = SelectField(_l("Naar welk team?"), coerce=UUID)
    note = TextAreaField(
        _l("Waarom?"),
        max_length=LONGEST,
        hint=_l("Noem de naam van de jongere niet."),
        missing=_l("Schrijf in een paar woorden waarom."),
    )


FORMS: dict[Event, type[StepForm]] = {
    Event.APPROVE: StepForm,
    Event.REJECT: ReasonForm,
    Event.REVIEW: ReviewForm,
    Event.ALLOW_LONGER: ReasonForm,
    Event.END: EndForm,
    Event.TRANSFER: TransferForm,
    Event.ACCEPT: StepForm,
    Event.DECLINE: ReasonForm,
    Event.OBJECT: ReasonForm,
    Event.UPHOLD: ReasonForm,
    Event.DISMISS: ReasonForm,
}
#: The word of a step in its address.
SLUGS: dict[Event, str] = {
    Event.APPROVE: "in-beeld-nemen",
    Event.REJECT: "niet-in-beeld",
    Event.REVIEW: "herbeoordelen",
    Event.ALLOW_LONGER: "langer",
    Event.END: "stoppen",
    Event.TRANSFER: "overdragen",
    Event.ACCEPT: "overnemen",
    Event.DECLINE: "niet-overdragen",
    Event.OBJECT: "bezwaar",
    Event.UPHOLD: "gegrond",
    Event.DISMISS: "ongegrond",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}


class StatementForm(Form):
    """Somebody's own words."""

    side = RadioField(
        _l("Wie zegt dit?"), coerce=Side, choices=[(str(side), label) for side, label in labels.SIDE.items()]
    )
    said_on = DateField(_l("Op welke dag?"))
    body = TextAreaField(
        _l("De eigen woorden"), max_length=LONGEST, rows=6, hint=_l("Schrijf het op zoals het is gezegd.")
    )


class SentForm(Form):
    """A letter went out."""

    sent_on = DateField(_l("Wanneer is de brief gegeven of verstuurd?"))
    way = RadioField(_l("Hoe?"), coerce=Way, choices=[(str(way), label) for way, label in labels.WAY.items()])
    version = VersionField()


class DelayForm(Form):
    """A letter has to wait."""

    until = DateField(_l("Tot wanneer?"))
    reason = TextAreaField(
        _l("Waarom kan de brief nog niet?"), max_length=500, hint=_l("De privacy officer leest dit en beslist.")
    )
    version = VersionField()


class AllowForm(Form):
    """The privacy officer agrees."""

    version = VersionField()


class FilterForm(Form):
    """What the list is narrowed to; no person data, so it travels in the address."""

    class Meta:
        """A GET form changes nothing."""

        csrf = False

    stadsdeel = SelectField(_l("Stadsdeel"), required=False, blank=_l("Alle stadsdelen"))
