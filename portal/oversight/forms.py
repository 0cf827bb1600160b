"""Filters of the access log and the reminder ledger; no persons but colleagues, by id."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import CheckboxField, Choice, DateField, FilterForm, SelectField
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


class LedgerFilter(FilterForm):
    """State and rule of a message, and the colleague it is for."""

    toestand = SelectField(
        _l("Toestand"),
        blank=_l("Alles"),
        required=False,
        choices=[Choice(str(state), label) for state, label in STATE.items()],
    )
    regel = SelectField(_l("Regel"), blank=_l("Alle regels"), required=False)
    ontvanger = SelectField(_l("Voor"), blank=_l("Iedereen"), required=False, coerce=UUID)
