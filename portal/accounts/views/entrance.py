"""Signing in, the second step, and signing out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts import devices, passkeys, signing_in
from portal.accounts.attempts import TooMany
from portal.accounts.forms import CodeForm, PasskeyForm, RecoveryForm, SignInForm
from portal.accounts.models import ChallengeUse, User
from portal.accounts.passkeys import Asked
from portal.accounts.service import factors
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.core.errors import Invalid
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
    if not factors.asked_of(user):
        return _enter(user, second_factor=False)
    _empty_cookie()
    session["pending"] = [str(user.id), int(clock.now().timestamp())]
    return redirect(url_for("accounts.second_factor"), 303)


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
def second_factor() -> Any:
    """A passkey or the code of the app, shortly after the right password."""
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
            return too_many("accounts/second_factor.html", CodeForm(formdata=None), refused, **_offered(user_id))
    if user is None:
        return web.render_form("accounts/second_factor.html", form, **_offered(user_id))
    return _enter(user, second_factor=True)


def _offered(user_id: UUID) -> dict[str, Any]:
    """With what this person can take the second step."""
    user = signing_in.account(user_id)
    options = asked(passkeys.ask(user_id, ChallengeUse.SIGN_IN, session_id=None))
    return {"options": options, "passkey_form": PasskeyForm(formdata=None), "held": factors.of(user)}


@bp.post("/inloggen/passkey")
@public
def sign_in_with_passkey() -> Response:
    """The answer of a passkey; a wrong one goes back to the choice, with a fresh question."""
    user_id, form = _pending(), PasskeyForm()
    if user_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    try:
        user = signing_in.check_passkey(user_id, form.answer.data or "", challenge=challenge(), origin=_origin())
    except Invalid as wrong:
        return refused_passkey(wrong, "accounts.second_factor")
    except TooMany as refused:
        return too_many("accounts/second_factor.html", CodeForm(formdata=None), refused, **_offered(user_id))
    return _enter(user, second_factor=True)


@bp.route("/inloggen/herstelcode", methods=["GET", "POST"])
@public
def sign_in_with_recovery() -> Any:
    """A code from paper, for who has neither phone nor passkey."""
    user_id = _pending()
    if user_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = RecoveryForm()
    user: User | None = None
    if form.validate_on_submit():
        try:
            with web.saving(form):
                user = signing_in.check_recovery(user_id, form.code.data, origin=_origin())
        except TooMany as refused:
            return too_many("accounts/sign_in_recovery.html", RecoveryForm(formdata=None), refused)
    if user is None:
        return web.render_form("accounts/sign_in_recovery.html", form)
    flash(_("Je herstelcode is gebruikt. Zet een nieuwe passkey of code aan bij Mijn account."), "warning")
    return _enter(user, second_factor=True, fresh=False)


def asked(question: Asked | None) -> str:
    """The options for the browser, '' when there is no passkey to ask; the challenge goes into the cookie."""
    if question is None:
        return ""
    session["challenge"] = question.challenge
    return question.options


def challenge() -> str:
    """The challenge that this browser was given, once."""
    return str(session.pop("challenge", ""))


def refused_passkey(wrong: Invalid, page: str) -> Response:
    """Say that it did not work, on the page where it can be tried again."""
    for message in wrong.errors.values():
        flash(_(message), "error")
    return redirect(url_for(page), 303)


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


def _enter(user: User, *, second_factor: bool, fresh: bool = True) -> Response:
    """A fresh cookie with a fresh secret: what was set in the browser before signing in opens nothing."""
    device = devices.name(request.headers.get("User-Agent", ""))
    token = signing_in.open_session(user, device=device, second_factor=second_factor, fresh=fresh)
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
