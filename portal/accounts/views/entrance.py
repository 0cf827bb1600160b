"""Signing in, the second step, and signing out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts import devices, signing_in
from portal.accounts.attempts import TooMany
from portal.accounts.forms import CodeForm, SignInForm
from portal.accounts.models import User
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.core.forms import Form
from portal.privacy.guard import current_actor, public

#: Kept when the cookie is emptied at signing in or out.
KEPT = ("language", "theme", "next", "next_for")
CODE_WITHIN_SECONDS = 600


@bp.route("/inloggen", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Name and password; people with a second factor go on to the code."""
    if current_user.is_authenticated:
        return redirect("/", 303)
    form = SignInForm()
    user: User | None = None
    if form.validate_on_submit():
        try:
            with web.saving(form):
                user = signing_in.check_password(form.login.data, form.password.data, origin=_origin())
        except TooMany as refused:
            return too_many("accounts/sign_in.html", SignInForm(formdata=None), refused)
    if user is None:
        return web.render_form("accounts/sign_in.html", form)
    if user.totp_sealed is None:
        return _enter(user, second_factor=False)
    _empty_cookie()
    session["pending"] = [str(user.id), int(clock.now().timestamp())]
    return redirect(url_for("accounts.second_factor"), 303)


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
def second_factor() -> Any:
    """The code of the app, shortly after the right password."""
    user_id = _pending()
    if user_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    user: User | None = None
    if form.validate_on_submit():
        try:
            with web.saving(form):
                user = signing_in.check_code(user_id, form.code.data, origin=_origin())
        except TooMany as refused:
            return too_many("accounts/second_factor.html", CodeForm(formdata=None), refused)
    if user is None:
        return web.render_form("accounts/second_factor.html", form)
    return _enter(user, second_factor=True)


@bp.post("/uitloggen")
@public
def sign_out() -> Response:
    """End this session; harmless for who is not signed in."""
    if current_user.is_authenticated:
        signing_in.sign_out(current_actor())
    _empty_cookie()
    session.pop("next", None)
    session.pop("next_for", None)
    flash(_("Je bent uitgelogd."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def _enter(user: User, *, second_factor: bool) -> Response:
    """A fresh cookie with a fresh secret: what was set in the browser before signing in opens nothing."""
    token = signing_in.open_session(
        user, device=devices.name(request.headers.get("User-Agent", "")), second_factor=second_factor
    )
    _empty_cookie()
    session["sid"] = token
    return redirect(web.pop_next("/", user.id), 303)


def _empty_cookie() -> None:
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)


def _pending() -> UUID | None:
    """Who gave the right password, not long ago."""
    user_id, since = session.get("pending") or (None, 0)
    if user_id is None or not 0 <= clock.now().timestamp() - since <= CODE_WITHIN_SECONDS:
        return None
    return UUID(user_id)


def too_many(template: str, form: Form, refused: TooMany, **context: Any) -> Response:
    """The page again, with how long to wait."""
    message = ngettext(
        "Je hebt te vaak een fout wachtwoord of een foute code ingevuld. Probeer het over %(num)s minuut opnieuw.",
        "Je hebt te vaak een fout wachtwoord of een foute code ingevuld. Probeer het over %(num)s minuten opnieuw.",
        refused.minutes,
    )
    answer = make_response(render_template(template, form=form, blocked=message, **context), refused.status)
    answer.headers["Retry-After"] = str(refused.minutes * 60)
    return answer


def _origin() -> str:
    return request.remote_addr or ""
