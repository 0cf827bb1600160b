"""Forms of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import FieldList

from portal.core.forms import (
    CheckboxField,
    ComboboxField,
    DateField,
    Form,
    PhoneField,
    RadioField,
    SearchField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)
from portal.people.labels import BIRTH_DATE_PRECISION, LANGUAGE, RELATED_ROLE, STATUS
from portal.people.models import MAX_ALIASES, BirthDatePrecision, PersonStatus, PreferredLanguage, RelatedRole, Sort

NAME_LENGTH = 80


class HandOverForm(Form):
    """To whom, and what the colleague should know before saying yes."""

    to_user_id = SelectField(_l("Wie neemt het over?"), coerce=UUID, missing=_l("Kies een collega."))
    together_days = SelectField(
        _l("Werken jullie eerst samen?"),
        required=False,
        coerce=int,
        blank=_l("Nee, meteen over"),
        choices=[(7, _l("1 week")), (14, _l("2 weken")), (28, _l("4 weken")), (56, _l("8 weken"))],
        hint=_l("Dit telt vanaf de dag dat je collega ja zegt. Zo lang staan jullie er allebei bij."),
    )
    reads_days = SelectField(
        _l("Kun je daarna nog iets nakijken?"),
        required=False,
        coerce=int,
        blank=_l("Nee"),
        choices=[(14, _l("2 weken")), (28, _l("4 weken")), (91, _l("3 maanden"))],
        hint=_l("Je leest dan nog mee voor vragen van je collega. Vastleggen kan niet meer."),
    )
    note = TextAreaField(
        _l("Wat moet je collega weten?"),
        required=False,
        max_length=500,
        hint=_l("Je collega leest dit voor het antwoord. Noem de naam van de jongere niet."),
    )


class AnswerForm(Form):
    """Why not, for who asked."""

    note = TextField(_l("Waarom niet?"), required=False, max_length=200)


class LeavingForm(Form):
    """One receiver for everything; fields per row come from `leaving_form`."""

    everyone = SelectField(_l("Alles naar"), coerce=UUID, required=False, blank=_l("Verdeel per rij"))


def leaving_form(rows: Mapping[str, tuple[str, Sequence[tuple[UUID, str]]]]) -> LeavingForm:
    """A form with a choice per row: field name → label and who can take it."""
    fields = {
        name: SelectField(label, coerce=UUID, required=False, blank=_l("Zoals hierboven"), choices=list(choices))
        for name, (label, choices) in rows.items()
    }
    return cast(LeavingForm, type("LeavingForm", (LeavingForm,), fields)())


class SearchForm(Form):
    """Find a young person by name or kenmerk; always sent by POST."""

    q = SearchField(_l("Zoek op naam, roepnaam of kenmerk"), max_length=NAME_LENGTH, missing=_l("Vul een naam in."))


class FilterForm(Form):
    """What the list is narrowed to; no person data, so it travels in the address."""

    class Meta:
        """A GET form changes nothing."""

        csrf = False

    status = SelectField(
        _l("Dossier"),
        required=False,
        blank=None,
        default="open",
        choices=[*((str(status), label) for status, label in STATUS.items()), ("all", _l("Alle"))],
    )
    worker = SelectField(_l("Begeleider"), required=False, blank=_l("Alle begeleiders"), coerce=UUID)
    area = SelectField(_l("Stadsdeel of wijk"), required=False, blank=_l("Heel Amsterdam"))
    contact = SelectField(
        _l("Contact"), required=False, blank=_l("Maakt niet uit"), choices=[("long", _l("Lang geen contact"))]
    )
    sort = SelectField(
        _l("Volgorde"),
        required=False,
        blank=None,
        default=Sort.NAME,
        coerce=Sort,
        choices=[(Sort.NAME, _l("Op naam")), (Sort.CONTACT, _l("Langst geen contact"))],
    )

    @property
    def wanted_status(self) -> PersonStatus | None:
        """The status to show, None for all."""
        return None if self.status.data == "all" else PersonStatus(self.status.data or PersonStatus.OPEN)


class PersonForm(Form):
    """Register or change a young person."""

    team = SelectField(_l("Team"), coerce=UUID)
    given_name = TextField(_l("Voornaam"), max_length=NAME_LENGTH, missing=_l("Vul de voornaam in."))
    family_name = TextField(_l("Achternaam"), required=False, max_length=NAME_LENGTH)
    call_name = TextField(
        _l("Roepnaam"), required=False, max_length=NAME_LENGTH, hint=_l("Alleen als die anders is dan de voornaam.")
    )
    aliases = FieldList(
        TextField(_l("Andere naam"), required=False, max_length=NAME_LENGTH), min_entries=1, max_entries=MAX_ALIASES
    )
    birth_date = DateField(
        _l("Geboortedatum"),
        missing=_l("Vul de geboortedatum in."),
        hint=_l("Niet helemaal zeker? Kies een dag die in de buurt ligt en geef dat aan."),
    )
    birth_date_precision = RadioField(
        _l("Wat weet je zeker?"),
        coerce=BirthDatePrecision,
        choices=list(BIRTH_DATE_PRECISION.items()),
        default=BirthDatePrecision.DAY,
    )
    area_code = ComboboxField(_l("Woont in"), required=False, hint=_l("Typ een wijk, gebied of stadsdeel."))
    phone = PhoneField(
        _l("Telefoon"), required=False, autocomplete="off", hint=_l("We bewaren het nummer versleuteld.")
    )
    preferred_language = SelectField(
        _l("Praat het liefst"),
        required=False,
        blank=_l("Niet bekend"),
        coerce=PreferredLanguage,
        choices=list(LANGUAGE.items()),
    )
    plain_language = CheckboxField(_l("Wil graag eenvoudige taal"))
    version = VersionField()

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The errors in the order of the page, with those of the other names one by one."""
        found: list[tuple[str, str]] = []
        for field in self:
            for entry in field.entries if field is self.aliases else [field]:
                found += [(entry.target, str(message)) for message in entry.errors[:1]]
        return found

    def refuse(self, field: str, message: str) -> None:
        """Put what the service found about the other names beside the first of them."""
        if field == "aliases":
            self.aliases[0].errors = [message]
            self.aliases.errors = [[message]]
        else:
            super().refuse(field, message)

    def add_alias(self) -> None:
        """Offer one more place for a name, up to the most there can be."""
        if len(self.aliases) < MAX_ALIASES:
            self.aliases.append_entry()


class RelatedForm(Form):
    """Somebody around a young person."""

    role = RadioField(_l("Wat is diegene?"), coerce=RelatedRole, choices=list(RELATED_ROLE.items()))
    name = TextField(_l("Naam"), max_length=120, missing=_l("Vul de naam in."))
    phone = PhoneField(_l("Telefoon"), required=False, autocomplete="off")
    may_be_contacted = CheckboxField(_l("De jongere vindt het goed dat we contact opnemen"))
    valid_until = DateField(
        _l("Geldt tot en met"), required=False, hint=_l("Bijvoorbeeld het einde van het schooljaar.")
    )


class AssignForm(Form):
    """Make a worker responsible."""

    user_id = SelectField(_l("Jongerenwerker"), coerce=UUID, missing=_l("Kies een jongerenwerker."))
    primary = CheckboxField(_l("Is de eerste begeleider"))


class VersionForm(Form):
    """A decision on a record as it was read: close, reopen."""

    version = VersionField()
