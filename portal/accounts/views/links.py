"""Forgotten passwords, and the pages behind mailed links."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import attempts, tokens
from portal.accounts.attempts import TooMany
from portal.accounts.forms import ForgottenForm, NewPasswordForm
from portal.accounts.models import TokenKind
from portal.accounts.views.blueprint import bp
from portal.core import web
from portal.core.errors import NotFound
from portal.privacy.guard import public


@bp.route("/wachtwoord-vergeten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Ask for a link; the answer is always the same."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return web.render_form("accounts/forgotten.html", form)
    try:
        attempts.begin(f"forgotten {form.login.data}", origin=request.remote_addr or "")
        tokens.request_reset(form.login.data)
    except TooMany:
        pass  # no mail, and no other answer
    return redirect(url_for("accounts.forgotten_sent"), 303)


@bp.get("/wachtwoord-vergeten/verstuurd")
@public
def forgotten_sent() -> Any:
    """What to do now."""
    return render_template("accounts/forgotten_sent.html")


@bp.route(f"{tokens.PATH[TokenKind.PASSWORD_RESET]}/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Any:
    """A new password, with the link from the mail."""
    return _choose_password(TokenKind.PASSWORD_RESET, token, "accounts/new_password.html")


@bp.route(f"{tokens.PATH[TokenKind.INVITATION]}/<token>", methods=["GET", "POST"])
@public
def accept(token: str) -> Any:
    """The first password, with the invitation."""
    return _choose_password(TokenKind.INVITATION, token, "accounts/accept.html")


def _choose_password(kind: TokenKind, token: str, template: str) -> Any:
    form = NewPasswordForm()
    try:
        user = tokens.holder(kind, token)
        if not form.validate_on_submit():
            return web.render_form(template, form, login=user.login)
        with web.saving(form) as saved:
            tokens.redeem(kind, token, form.password.data)
    except NotFound:
        return _ended(kind)
    if not saved:
        return web.render_form(template, form, login=user.login)
    flash(_("Je wachtwoord is opgeslagen. Je kunt nu inloggen."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def _ended(kind: TokenKind) -> Response:
    return make_response(render_template("accounts/link_ended.html", invited=kind == TokenKind.INVITATION), 404)
