"""`flask --app wsgi accounts create-administrator`: the first person of a new installation."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.accounts.service import founding
from portal.core.errors import Invalid
from portal.core.forms.checks import looks_like_email

accounts = AppGroup("accounts", help="Accounts, from the command line.")


@accounts.command("create-administrator")
@click.option("--name", prompt=True, help="Full name.")
@click.option("--email", prompt=True, help="Mail address.")
@click.option("--login", prompt="Sign-in name", help="Short name to sign in with: small letters, digits, . - _")
@click.option("--organisation", default="Beheer", show_default=True, help="Made when there is none yet.")
@click.option("--team", default="Beheer", show_default=True, help="Made when there is none yet.")
@click.option("--mail", is_flag=True, help="Mail the invitation instead of printing the link.")
def create_administrator(name: str, email: str, login: str, organisation: str, team: str, mail: bool) -> None:
    """Make an administrator. The link to choose a password works once, for seven days."""
    if not looks_like_email(email):
        raise click.ClickException("This is not a mail address.")
    wanted = founding.Founder(name.strip(), email.strip().lower(), login.strip().lower(), organisation, team)
    try:
        link = founding.create_administrator(wanted, mail=mail)
    except (Invalid, founding.Taken) as error:
        raise click.ClickException(str(error) or "This is not possible.") from None
    click.echo(f"The invitation is being mailed to {email}." if mail else f"Choose a password here: {link}")
