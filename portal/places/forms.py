"""Forms of monitored locations."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.accounts.forms import RegisterForm
from portal.core.forms import (
    Choice,
    ComboboxField,
    DateField,
    DateTimeField,
    FilterForm,
    Form,
    KeyField,
    MultiChoiceField,
    SelectField,
    TextField,
    TilesField,
    VersionField,
)
from portal.places import labels
from portal.places.labels import KIND, STATUS
from portal.places.models import NAME_LENGTH, Atmosphere, Headcount, LocationKind, Sight
from portal.places.service import Details, Look


class LocationForm(RegisterForm):
    """What a place is, and who looks after it."""

    name = TextField(
        _l("Naam van de plek"),
        max_length=NAME_LENGTH,
        missing=_l("Vul de naam van de plek in."),
        hint=_l("Noem de plek, niet wie er komt."),
    )
    kind = SelectField(_l("Wat voor plek?"), coerce=LocationKind, choices=list(KIND.items()))
    area_code = ComboboxField(_l("Waar ligt het?"), hint=_l("Typ een wijk, gebied of stadsdeel."))
    owner_id = SelectField(_l("Wie kijkt ernaar om?"), coerce=UUID, missing=_l("Kies een collega."))
    review_on = DateField(_l("Opnieuw bekijken op"), missing=_l("Kies een dag."))

    def details(self) -> Details:
        """The answers for the service."""
        return Details(**self.only("name", "kind", "area_code", "review_on", "owner_id"))


class LookForm(Form):
    """How it was at a place: two taps, and what else there was to see. There is no field for words."""

    atmosphere = TilesField(
        _l("Hoe was het er?"),
        coerce=Atmosphere,
        missing=_l("Kies hoe het er was."),
        choices=[Choice(a, label, icon=labels.ATMOSPHERE_ICON[a]) for a, label in labels.ATMOSPHERE.items()],
    )
    headcount = TilesField(
        _l("Hoeveel jongeren waren er?"),
        columns=3,
        coerce=Headcount,
        missing=_l("Kies ongeveer hoeveel."),
        choices=list(labels.HEADCOUNT.items()),
    )
    sights = MultiChoiceField(
        _l("Wat viel je op?"), required=False, coerce=Sight, choices=[(s, label) for s, label in labels.SIGHT.items()]
    )
    seen_at = DateTimeField(_l("Wanneer was je er?"), missing=_l("Kies een dag en tijd."))
    key = KeyField()

    def look(self) -> Look:
        """The answers for the service."""
        return Look(**self.only("seen_at", "headcount", "atmosphere", "sights"))


class StepForm(Form):
    """Watch a place more or less closely."""

    note = TextField(_l("Waarom?"), required=False, max_length=200, hint=_l("Kort, en zonder namen van mensen."))
    version = VersionField()


class ShareForm(Form):
    """With which partner, and until when."""

    user_id = ComboboxField(_l("Met wie?"), coerce=UUID, missing=_l("Kies een partner."))
    until = DateField(_l("Tot en met"), missing=_l("Kies een dag."))


class LocationFilters(FilterForm):
    """What the list is narrowed to."""

    status = SelectField(
        _l("Stand"), required=False, blank=_l("Niet gestopt"), choices=[(str(s), t) for s, t in STATUS.items()]
    )
    soort = SelectField(
        _l("Soort plek"), required=False, blank=_l("Alle soorten"), choices=[(str(k), t) for k, t in KIND.items()]
    )
    gebied = SelectField(_l("Stadsdeel"), required=False, blank=_l("Heel Amsterdam"))
