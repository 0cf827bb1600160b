"""Forms of the register of messengers."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.accounts.forms import RegisterForm
from portal.core.forms import (
    DateField,
    Form,
    MultiChoiceField,
    MultiComboboxField,
    NumberField,
    SelectField,
    TextField,
    VersionField,
)
from portal.messengers.labels import INTEREST, LANGUAGE, STATUS
from portal.messengers.service import MAX_INDIVIDUAL, Details


class MessengerForm(RegisterForm):
    """Who a messenger is and how much room there is. The fields of a new one and of a change are the same."""

    display_name = TextField(_l("Naam"), max_length=120, autocomplete="off")
    area_codes = MultiComboboxField(_l("Kent deze stadsdelen en wijken"), required=False)
    languages = MultiChoiceField(
        _l("Spreekt behalve Nederlands"),
        required=False,
        choices=[(str(each), label) for each, label in LANGUAGE.items()],
    )
    interests = MultiChoiceField(
        _l("Doet graag"), required=False, choices=[(str(each), label) for each, label in INTEREST.items()]
    )
    max_individual = NumberField(
        _l("Plaatsen voor trajecten"), low=0, high=MAX_INDIVIDUAL, hint=_l("Gewoonlijk 4, hoogstens 8.")
    )
    user_id = SelectField(_l("Account"), required=False, blank=_l("Geen account"), coerce=UUID)
    certified_on = DateField(_l("Opleiding afgerond op"), required=False)
    available_from = DateField(_l("Beschikbaar vanaf"), required=False)
    available_until = DateField(_l("Beschikbaar tot en met"), required=False)

    def details(self) -> Details:
        """The answers for the service."""
        names = (
            "display_name", "max_individual", "area_codes", "user_id", "certified_on", "available_from",
            "available_until", "languages", "interests",
        )  # fmt: skip
        return Details(**self.only(*names))


class StatusForm(Form):
    """A change of status is one button."""

    version = VersionField()


class FilterForm(Form):
    """What the register is narrowed to."""

    class Meta:
        """A GET form changes nothing."""

        csrf = False

    status = SelectField(
        _l("Stand"),
        required=False,
        blank=_l("Niet gestopt"),
        choices=[(str(status), label) for status, label in STATUS.items()],
    )
    stadsdeel = SelectField(_l("Stadsdeel"), required=False, blank=_l("Heel Amsterdam"))
