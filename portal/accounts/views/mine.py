"""Mijn account: who I am, how it looks, password, second factor, sessions."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import totp
from portal.accounts.attempts import TooMany
from portal.accounts.forms import ConfirmForm, PasswordForm, PreferencesForm, TurnOnForm
from portal.accounts.models import User
from portal.accounts.service import absences, own
from portal.accounts.views.blueprint import bp
from portal.accounts.views.choosing import THEMES
from portal.accounts.views.entrance import too_many
from portal.core import sealing, web
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.labels import ROLE
from portal.privacy.permissions import Permission


@bp.get("/mijn-account")
@requires(Permission.OWN_ACCOUNT)
def me() -> Any:
    """Everything of the own account on one page."""
    user = own.get(current_actor())
    return _page(user, _preferences(user))


@bp.post("/mijn-account/voorkeuren")
@requires(Permission.OWN_ACCOUNT)
def preferences() -> Any:
    """Language and colours."""
    actor = current_actor()
    form = PreferencesForm()
    if not form.validate_on_submit():
        return _page(own.get(actor), form)
    own.set_preferences(actor, language=str(form.language.data), theme=THEMES[str(form.theme.data)])
    flash(_("Je voorkeuren zijn opgeslagen."), "success")
    return redirect(url_for("accounts.me"), 303)


def _preferences(user: User) -> PreferencesForm:
    return PreferencesForm(data={"language": user.language, "theme": user.theme or "auto"})


def _page(user: User, form: PreferencesForm) -> Response:
    actor = current_actor()
    held = [(ROLE[role], team) for role, team in own.roles(actor)]
    away = absences.last_day(actor.away_until) if actor.away_until else None
    shown = {"user": user, "held": held, "sessions": own.open_sessions(actor), "away_until": away}
    return web.render_form("accounts/me.html", form, **shown)


@bp.route("/mijn-account/wachtwoord", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Any:
    """A new password, with the old one."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with web.saving(form) as saved:
                own.change_password(
                    current_actor(), current=form.current.data, password=form.password.data, origin=_origin()
                )
        except TooMany as refused:
            return too_many("accounts/change_password.html", PasswordForm(formdata=None), refused)
        if saved:
            flash(_("Je wachtwoord is veranderd. Op andere apparaten ben je uitgelogd."), "success")
            return redirect(url_for("accounts.me"), 303)
    return web.render_form("accounts/change_password.html", form)


# --- the second factor -------------------------------------------------------


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
                own.turn_on_second_factor(actor, secret=secret, code=code, current=current, origin=_origin())
        except TooMany as refused:
            return too_many("accounts/turn_on_second_factor.html", TurnOnForm(formdata=None), refused, **shown)
        if saved:
            session.pop("new_totp", None)
            flash(_("Inloggen met een code staat aan."), "success")
            return redirect(url_for("accounts.me"), 303)
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
                own.turn_off_second_factor(actor, current=form.current.data, origin=_origin())
        except TooMany as refused:
            return too_many("accounts/turn_off_second_factor.html", ConfirmForm(formdata=None), refused)
        if saved:
            flash(_("Inloggen met een code staat uit."), "success")
            return redirect(url_for("accounts.me"), 303)
    return web.render_form("accounts/turn_off_second_factor.html", form)


# --- sessions ----------------------------------------------------------------


@bp.post("/mijn-account/sessies/<uuid:session_id>/uitloggen")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: UUID) -> Response:
    """Sign one browser out."""
    with looking_up("session", session_id, Permission.OWN_ACCOUNT) as actor:
        own.end_session(actor, session_id)
    flash(_("Dat apparaat is uitgelogd."), "success")
    return redirect(url_for("accounts.me"), 303)


@bp.route("/mijn-account/overal-uitloggen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def end_all_sessions() -> Any:
    """Ask, and then sign every browser out."""
    if request.method == "GET":
        return render_template("accounts/end_all_sessions.html")
    own.end_all_sessions(current_actor())
    session.pop("sid", None)
    flash(_("Je bent overal uitgelogd."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def _origin() -> str:
    return request.remote_addr or ""
