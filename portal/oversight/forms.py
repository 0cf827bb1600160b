"""Filters of the access log, its questions and the reminder ledger, and the answer to a question."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    Choice,
    DateField,
    FilterForm,
    Form,
    RadioField,
    SelectField,
    TextAreaField,
    VersionField,
)
from portal.oversight import labels
from portal.privacy.labels import ACTION
from portal.reminders.labels import STATE


class AccessFilter(FilterForm):
    """Period, what was done, by whom, and whether it was refused."""

    van = DateField(_l("Eerste dag"), required=False)
    tot = DateField(_l("Laatste dag"), required=False)
    handeling = SelectField(
        _l("Handeling"),
        blank=_l("Alles"),
        required=False,
        choices=[Choice(str(action), label) for action, label in ACTION.items()],
    )
    wie = SelectField(_l("Door"), blank=_l("Iedereen"), required=False, coerce=UUID)
    geweigerd = CheckboxField(_l("Alleen geweigerd"), required=False)


class OwnFilter(FilterForm):
    """Period of the own accesses, and what was done."""

    van = DateField(_l("Eerste dag"), required=False)
    tot = DateField(_l("Laatste dag"), required=False)
    handeling = SelectField(
        _l("Handeling"),
        blank=_l("Alles"),
        required=False,
        choices=[Choice(str(action), label) for action, label in ACTION.items()],
    )


class QuestionFilter(FilterForm):
    """Kind of question, and whether it was answered."""

    soort = SelectField(
        _l("Wat valt op"),
        blank=_l("Alles"),
        required=False,
        choices=[Choice(str(kind), label) for kind, label in labels.KIND.items()],
    )
    beantwoord = CheckboxField(_l("Alleen beantwoord"), required=False)


class AnswerForm(Form):
    """What the answer to a question was."""

    outcome = RadioField(
        _l("Wat kwam eruit?"), choices=[Choice(str(outcome), label) for outcome, label in labels.OUTCOME.items()]
    )
    note = TextAreaField(_l("Toelichting"), hint=_l("Kort, zonder namen."), required=False, max_length=500)
    version = VersionField()


class LedgerFilter(FilterForm):
    """State and rule of a message, and the colleague it is for."""

    toestand = SelectField(
        _l("Stand"),
        blank=_l("Alles"),
        required=False,
        choices=[Choice(str(state), label) for state, label in STATE.items()],
    )
    regel = SelectField(_l("Regel"), blank=_l("Alle regels"), required=False)
    ontvanger = SelectField(_l("Voor"), blank=_l("Iedereen"), required=False, coerce=UUID)
