"""The second factors of the own account: passkeys, the code of an app, recovery codes."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import segno
from flask import flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import recovery, totp
from portal.accounts.attempts import TooMany
from portal.accounts.forms import ConfirmForm, NewPasskeyForm, TurnOnForm
from portal.accounts.models import User
from portal.accounts.service import factors, own
from portal.accounts.views.blueprint import bp
from portal.accounts.views.entrance import asked, challenge, too_many
from portal.accounts.views.mine import origin
from portal.core import sealing, web
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

# --- passkeys ----------------------------------------------------------------


@bp.route("/mijn-account/passkeys/nieuw", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def new_passkey() -> Any:
    """Make a passkey on this device, and prove who one is with the password."""
    actor, form = current_actor(), NewPasskeyForm()
    if form.validate_on_submit():
        answers = form.only("name", "answer", "current")
        try:
            with web.saving(form) as saved:
                factors.add_passkey(actor, **answers, challenge=challenge(), origin=origin())
        except TooMany as refused:
            return too_many("accounts/new_passkey.html", NewPasskeyForm(formdata=None), refused, **_to_make(actor))
        if saved:
            flash(_("Je passkey is opgeslagen."), "success")
            return _onwards(actor)
    return web.render_form("accounts/new_passkey.html", form, **_to_make(actor))


def _to_make(actor: Actor) -> dict[str, Any]:
    held = factors.of(own.get(actor))
    return {"options": asked(factors.ask_passkey(actor)), "held": held}


def _onwards(actor: Actor) -> Response:
    """Who has no recovery codes makes them now: later is when they are needed."""
    left = factors.of(own.get(actor)).recovery_codes
    return redirect(url_for("accounts.me" if left else "accounts.recovery_codes"), 303)


@bp.route("/mijn-account/passkeys/<uuid:passkey_id>/verwijderen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def remove_passkey(passkey_id: UUID) -> Any:
    """Only with the password, and never the last factor."""
    with looking_up("passkey", passkey_id, Permission.OWN_ACCOUNT) as actor:
        row = factors.passkey(actor, passkey_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with web.saving(form) as saved:
                factors.remove_passkey(actor, passkey_id, current=form.current.data, origin=origin())
        except TooMany as refused:
            return too_many("accounts/remove_passkey.html", ConfirmForm(formdata=None), refused, row=row)
        if saved:
            flash(_("De passkey is verwijderd."), "success")
            return redirect(url_for("accounts.me"), 303)
    return web.render_form("accounts/remove_passkey.html", form, row=row)


# --- recovery codes ----------------------------------------------------------


@bp.route("/mijn-account/herstelcodes", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def recovery_codes() -> Any:
    """Ten codes on paper. They are in the answer to the form and nowhere else."""
    actor, form = current_actor(), ConfirmForm()
    held = factors.of(own.get(actor))
    if not held.any:
        return redirect(url_for("accounts.me"), 303)
    made: list[str] = []
    if form.validate_on_submit():
        try:
            with web.saving(form):
                made = factors.renew_recovery_codes(actor, current=form.current.data, origin=origin())
        except TooMany as refused:
            return too_many("accounts/recovery_codes.html", ConfirmForm(formdata=None), refused, held=held)
    if made:
        return make_response(render_template("accounts/new_recovery_codes.html", codes=made))
    return web.render_form("accounts/recovery_codes.html", form, held=held, total=recovery.HOW_MANY)


# --- the code of an app -------------------------------------------------------


@bp.route("/mijn-account/code-aanzetten", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def turn_on_second_factor() -> Any:
    """Scan, and prove it with a code and the password."""
    actor = current_actor()
    user = own.get(actor)
    if user.totp_sealed is not None:
        return redirect(url_for("accounts.me"), 303)
    secret, form = _new_secret(user), TurnOnForm()
    shown = _to_scan(user, secret)
    if form.validate_on_submit():
        code, current = form.code.data, form.current.data
        try:
            with web.saving(form) as saved:
                factors.turn_on_code(actor, secret=secret, code=code, current=current, origin=origin())
        except TooMany as refused:
            return too_many("accounts/turn_on_second_factor.html", TurnOnForm(formdata=None), refused, **shown)
        if saved:
            session.pop("new_totp", None)
            flash(_("Inloggen met een code staat aan."), "success")
            return _onwards(actor)
    return web.render_form("accounts/turn_on_second_factor.html", form, **shown)


def _to_scan(user: User, secret: str) -> dict[str, str]:
    """The secret as an image, and in groups of four to type over."""
    image = segno.make(totp.address(user, secret), error="m").svg_data_uri(scale=5, border=3, light="#fff")
    return {"image": image, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


def _new_secret(user: User) -> str:
    """The secret until it is confirmed: sealed in the cookie, for this person only."""
    sealed: str = session.get("new_totp", "")
    try:
        return sealing.unseal(base64.b64decode(sealed), table="app_user", column="new_totp", row_id=user.id)
    except ValueError:
        secret = totp.new_secret()
        new = sealing.seal(secret, table="app_user", column="new_totp", row_id=user.id)
        session["new_totp"] = base64.b64encode(new).decode()
        return secret


@bp.route("/mijn-account/code-uitzetten", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def turn_off_second_factor() -> Any:
    """Only with the password."""
    actor, form = current_actor(), ConfirmForm()
    if own.get(actor).totp_sealed is None:
        return redirect(url_for("accounts.me"), 303)
    if form.validate_on_submit():
        try:
            with web.saving(form) as saved:
                factors.turn_off_code(actor, current=form.current.data, origin=origin())
        except TooMany as refused:
            return too_many("accounts/turn_off_second_factor.html", ConfirmForm(formdata=None), refused)
        if saved:
            flash(_("Inloggen met een code staat uit."), "success")
            return redirect(url_for("accounts.me"), 303)
    return web.render_form("accounts/turn_off_second_factor.html", form)
