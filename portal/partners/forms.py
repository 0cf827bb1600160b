"""Forms of the directory."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    CheckboxField,
    DateField,
    EmailField,
    FilterForm,
    Form,
    PhoneField,
    SearchField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)
from portal.partners import labels
from portal.partners.service import ContactDetails, Details


class PartnerForm(Form):
    """An organisation."""

    name = TextField(_l("Naam van de organisatie"), max_length=120, autocomplete="off")
    kind = SelectField(_l("Soort"), choices=[(str(each), label) for each, label in labels.KIND.items()])
    about = TextAreaField(_l("Waarvoor bel je ze?"), required=False, max_length=500, rows=2)
    phone = PhoneField(_l("Algemeen nummer"), required=False, autocomplete="off")
    email = EmailField(_l("Algemeen e-mailadres"), required=False, autocomplete="off")
    active = CheckboxField(_l("Staat in de lijst"))
    version = VersionField()

    def details(self) -> Details:
        """The answers for the service."""
        answers: dict[str, Any] = self.data
        names = ("name", "kind", "about", "phone", "email")
        return Details(**self.only(*names), active=answers.get("active", True))


class ContactForm(Form):
    """Somebody at an organisation."""

    name = TextField(_l("Naam"), max_length=120, autocomplete="off")
    post = SelectField(_l("Wat doet die?"), choices=[(str(each), label) for each, label in labels.POST.items()])
    area_code = SelectField(_l("Voor welk stadsdeel?"), required=False, blank=_l("Heel Amsterdam"))
    phone = PhoneField(_l("Telefoon"), required=False, autocomplete="off")
    email = EmailField(_l("E-mail"), required=False, autocomplete="off")
    valid_from = DateField(_l("Vanaf"))
    valid_until = DateField(_l("Tot en met"), required=False)
    version = VersionField()

    def details(self) -> ContactDetails:
        """The answers for the service."""
        names = ("name", "post", "area_code", "phone", "email", "valid_from", "valid_until")
        return ContactDetails(**self.only(*names))


class NarrowForm(FilterForm):
    """What the list is narrowed to; no names, so it travels in the address."""

    stadsdeel = SelectField(_l("Stadsdeel"), required=False, blank=_l("Heel Amsterdam"))
    soort = SelectField(
        _l("Soort"), required=False, blank=_l("Alle soorten"),
        choices=[(str(each), label) for each, label in labels.KIND.items()],
    )  # fmt: skip


class WordsForm(Form):
    """A name to look for; sent, never in the address."""

    q = SearchField(_l("Naam van iemand of van een organisatie"), required=False, max_length=80)
