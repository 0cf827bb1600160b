"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.accounts.labels import ORGANISATION_KIND, STATE, TEAM_KIND
from portal.accounts.models import Team, User
from portal.accounts.passkeys import LONGEST_ANSWER
from portal.core.errors import Forbidden
from portal.core.forms import (
    CheckboxField,
    CodeField,
    DateField,
    DateTimeField,
    DecimalField,
    EmailField,
    FilterForm,
    Form,
    HiddenField,
    MultiComboboxField,
    NumberField,
    PasswordField,
    PhoneField,
    RadioField,
    SearchField,
    SelectField,
    TextField,
    VersionField,
)
from portal.privacy.labels import ROLE
from portal.privacy.permissions import Role


class RegisterForm(Form):
    """A record in the register of a team: which team is asked when it is made, and stays."""

    team_id = SelectField(_l("Team"), coerce=UUID)
    version = VersionField(required=False)

    def kept_by(self, teams: Sequence[Team], *, made: bool) -> None:
        """Offer the teams in which the actor keeps the register; `made`: the record has its team already.

        Raises Forbidden for who keeps none.
        """
        if not teams:
            raise Forbidden
        if made:
            del self.team_id
            return
        self.team_id.choices = [(team.id, team.name) for team in teams]
        self.team_id.data = self.team_id.data or teams[0].id

    @property
    def filled_from(self) -> int:
        """The version it was filled from; without one it is older than any."""
        return self.data["version"] or 0


class SignInForm(Form):
    """Name and password."""

    login = TextField(_l("Naam of e-mailadres"), max_length=254, autocomplete="username")
    password = PasswordField(_l("Wachtwoord"))


class ForgottenForm(Form):
    """Who forgot."""

    login = TextField(_l("Naam of e-mailadres"), max_length=254, autocomplete="username")


class NewPasswordForm(Form):
    """A new password; typed once, because it can be shown."""

    password = PasswordField(
        _l("Nieuw wachtwoord"), new=True, hint=_l("Minstens 12 tekens. Een zin van een paar woorden werkt goed.")
    )


class PreferencesForm(Form):
    """How the portal looks to me."""

    language = RadioField(_l("Taal"), choices=[("nl", "Nederlands"), ("en", "English")])
    theme = RadioField(_l("Kleuren"), choices=[("light", _l("Licht")), ("dark", _l("Donker")), ("auto", _l("Auto"))])


class AbsenceForm(Form):
    """From when until when, and who stands in."""

    first_day = DateField(_l("Eerste dag"))
    last_day = DateField(_l("Laatste dag"))
    replacement_id = SelectField(
        _l("Wie neemt waar?"),
        coerce=UUID,
        required=False,
        blank=_l("Niemand, de regisseur krijgt bericht"),
        hint=_l("Deze collega krijgt bericht, en kan in deze periode de dossiers inzien en bijwerken."),
    )

    def offer(self, colleagues: Sequence[User], *, earliest: date) -> None:
        """Who can be chosen, and from which day; without colleagues the question is not asked."""
        self.replacement_id.choices = [(user.id, user.name) for user in colleagues]
        self.first_day.earliest = earliest
        if not colleagues:
            del self.replacement_id


class AbsenceChangeForm(AbsenceForm):
    """The same, for an absence that is known."""

    version = VersionField()


class DutyForm(Form):
    """Who can be reached outside working hours, for which team and when."""

    team_id = SelectField(_l("Team"), coerce=UUID)
    user_id = SelectField(_l("Wie heeft dienst?"), coerce=UUID)
    starts_at = DateTimeField(_l("Van"))
    ends_at = DateTimeField(_l("Tot"))


class PasswordForm(Form):
    """The old password and a new one."""

    current = PasswordField(_l("Wachtwoord van nu"))
    password = PasswordField(
        _l("Nieuw wachtwoord"), new=True, hint=_l("Minstens 12 tekens. Een zin van een paar woorden werkt goed.")
    )


class ConfirmForm(Form):
    """Only who knows the password may do this."""

    current = PasswordField(_l("Je wachtwoord"))


class CodeForm(Form):
    """A code of the authenticator app."""

    code = CodeField(_l("Code"), hint=_l("De 6 cijfers uit de app op je telefoon."))


class TurnOnForm(CodeForm):
    """A first code, and the password: an unattended screen is not enough to lock its owner out."""

    current = PasswordField(_l("Je wachtwoord"))


class NewPasskeyForm(Form):
    """What to call it, and the password; the answer of the device is filled in by the browser."""

    name = TextField(_l("Naam"), max_length=60, hint=_l("Zo herken je deze passkey, bijvoorbeeld: werktelefoon."))
    current = PasswordField(_l("Je wachtwoord"))
    answer = HiddenField(required=False, max_length=LONGEST_ANSWER)


class PasskeyForm(Form):
    """Only the answer of the device."""

    answer = HiddenField(required=False, max_length=LONGEST_ANSWER)


class RecoveryForm(Form):
    """A code from paper."""

    code = TextField(_l("Herstelcode"), max_length=40, hint=_l("Een code van je lijst, zoals ABCD-EFGH-IJKL-MNOP."))


# --- administration ----------------------------------------------------------

ROLES = [(str(role), label) for role, label in ROLE.items()]


class StaffFilterForm(FilterForm):
    """What the list of staff is narrowed to."""

    team = SelectField(_l("Team"), required=False, blank=_l("Alle teams"), coerce=UUID)
    role = SelectField(_l("Rol"), required=False, blank=_l("Alle rollen"), choices=ROLES, coerce=Role)
    state = SelectField(
        _l("Account"),
        required=False,
        blank=_l("Open"),
        choices=[(str(state), label) for state, (label, _) in STATE.items()],
    )


class StaffSearchForm(Form):
    """Find a colleague by name; by POST, so that no name stands in an address."""

    q = SearchField(_l("Zoek op naam"), max_length=80, missing=_l("Vul een naam in."))


class UserForm(Form):
    """Who somebody is."""

    name = TextField(_l("Naam"), max_length=120, autocomplete="off")
    login = TextField(
        _l("Naam om in te loggen"), max_length=60, autocomplete="off", hint=_l("Bijvoorbeeld samira of j.de-vries.")
    )
    email = EmailField(_l("E-mailadres"), autocomplete="off")
    phone = PhoneField(_l("Telefoon van het werk"), required=False, autocomplete="off")
    organisation_id = SelectField(_l("Organisatie"), coerce=UUID)
    version = VersionField()


SPONSOR_HINT = _l("Nodig bij een externe partner: iemand van het team, die ook verlengt.")


class RoleForm(Form):
    """A role in a team."""

    role = SelectField(_l("Rol"), choices=ROLES, coerce=Role)
    team_id = SelectField(_l("Team"), coerce=UUID)
    fte = DecimalField(_l("Formatie"), low=0, high=1.5, unit=_l("fte"), hint=_l("1 is een volle werkweek."))
    valid_from = DateField(_l("Eerste dag"))
    valid_until = DateField(_l("Laatste dag"), required=False, hint=_l("Leeg: tot nader order."))
    sponsor_id = SelectField(
        _l("Wie staat ervoor in?"), required=False, blank=_l("Niet nodig"), coerce=UUID, hint=SPONSOR_HINT
    )


class NewUserForm(UserForm):
    """Somebody new, with a first role."""

    role = SelectField(_l("Rol"), choices=ROLES, coerce=Role)
    team_id = SelectField(_l("Team"), coerce=UUID)
    fte = DecimalField(_l("Formatie"), low=0, high=1.5, unit=_l("fte"), hint=_l("1 is een volle werkweek."))
    valid_from = DateField(_l("Eerste dag"))
    valid_until = DateField(_l("Laatste dag"), required=False, hint=_l("Leeg: tot nader order."))
    sponsor_id = SelectField(
        _l("Wie staat ervoor in?"), required=False, blank=_l("Niet nodig"), coerce=UUID, hint=SPONSOR_HINT
    )


class GuestForm(Form):
    """Until when somebody answers for a guest."""

    valid_until = DateField(_l("Nieuwe laatste dag"), hint=_l("Hoogstens een jaar vanaf vandaag."))


class RoleChangeForm(Form):
    """Formation and last day of a role."""

    fte = DecimalField(_l("Formatie"), low=0, high=1.5, unit=_l("fte"), hint=_l("1 is een volle werkweek."))
    valid_until = DateField(_l("Laatste dag"), required=False, hint=_l("Leeg: tot nader order."))


class MoveForm(Form):
    """A change of team."""

    assignment_id = RadioField(_l("Welke rol gaat mee?"), coerce=UUID)
    team_id = SelectField(_l("Nieuw team"), coerce=UUID)
    on = DateField(_l("Eerste dag in het nieuwe team"))


class CloseForm(Form):
    """Closing an account asks for a deliberate tick."""

    confirm = CheckboxField(_l("Ja, sluit dit account"), required=True)
    version = VersionField()


class TeamForm(Form):
    """A team."""

    name = TextField(_l("Naam"), max_length=120)
    kind = RadioField(_l("Soort team"), choices=[(str(kind), label) for kind, label in TEAM_KIND.items()])
    organisation_id = SelectField(_l("Organisatie"), coerce=UUID)
    area_codes = MultiComboboxField(_l("Werkt in"), required=False, hint=_l("Stadsdelen, gebieden of wijken."))
    active = CheckboxField(_l("Dit team is open"))
    version = VersionField()


class NormForm(Form):
    """What a team aims at, from a day on."""

    caseload = NumberField(_l("Norm"), low=1, high=100, unit=_l("jongeren per volle werkweek"))
    contact_days = NumberField(
        _l("Contactnorm"),
        low=1,
        high=365,
        unit=_l("dagen"),
        hint=_l("Een jongere met wie je langer geen geslaagd contact had, telt als lang stil."),
    )
    in_between_days = NumberField(_l("Contactnorm bij tussenproblematiek"), low=1, high=365, unit=_l("dagen"))
    city_days = NumberField(_l("Contactnorm bij een stedelijke casus"), low=1, high=365, unit=_l("dagen"))
    cases = NumberField(_l("Lopende casussen"), low=1, high=100, unit=_l("per persoon met de regie"))
    valid_from = DateField(_l("Geldt vanaf"))
    version = VersionField()


class NewTeamForm(TeamForm):
    """A new team, with its first norms."""

    caseload_norm = NumberField(_l("Norm"), low=1, high=100, unit=_l("jongeren per volle werkweek"))
    contact_norm_days = NumberField(_l("Contactnorm"), low=1, high=365, unit=_l("dagen"))


class FormationForm(Form):
    """How much of a working week somebody has for a team, from a day on."""

    fte = DecimalField(_l("Formatie"), low=0, high=1.5, unit=_l("fte"), hint=_l("1 is een volle werkweek."))
    valid_from = DateField(_l("Geldt vanaf"))


class OrganisationForm(Form):
    """An organisation."""

    name = TextField(_l("Naam"), max_length=120)
    kind = RadioField(_l("Soort"), choices=[(str(kind), label) for kind, label in ORGANISATION_KIND.items()])
    active = CheckboxField(_l("Deze organisatie is open"))
    version = VersionField()
