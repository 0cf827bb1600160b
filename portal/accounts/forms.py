"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.forms import CheckboxField, CodeField, Form, PasswordField, RadioField, TextField


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
    """How the portal looks to me, and whether it mails."""

    language = RadioField(_l("Taal"), choices=[("nl", "Nederlands"), ("en", "English")])
    theme = RadioField(_l("Kleuren"), choices=[("light", _l("Licht")), ("dark", _l("Donker")), ("auto", _l("Auto"))])
    mail_reminders = CheckboxField(_l("Mail mij herinneringen"))


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
