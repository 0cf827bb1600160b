"""The form of a youth group."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.accounts.forms import RegisterForm
from portal.core.forms import CheckboxField, MultiComboboxField, SelectField
from portal.groups.labels import AGE, SIZE
from portal.groups.models import AgeBand, SizeBand
from portal.groups.service import Details


class GroupForm(RegisterForm):
    """What a group is like. There is no field for a name or for who is in it."""

    area_codes = MultiComboboxField(
        _l("Waar is de groep?"), missing=_l("Kies minstens één gebied."), hint=_l("Typ een wijk, gebied of stadsdeel.")
    )
    size_band = SelectField(_l("Met hoeveel zijn ze meestal?"), coerce=SizeBand, choices=list(SIZE.items()))
    age_band = SelectField(_l("Hoe oud zijn de meesten?"), coerce=AgeBand, choices=list(AGE.items()))
    online = CheckboxField(_l("De groep is ook online te zien"))
    fluid = CheckboxField(_l("Wie erbij hoort, wisselt steeds"))

    def details(self) -> Details:
        """The answers for the service."""
        return Details(**self.only("area_codes", "size_band", "age_band", "online", "fluid"))
