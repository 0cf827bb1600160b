"""Mijn account: who I am, how it looks, password, sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.attempts import TooMany
from portal.accounts.forms import PasswordForm, PreferencesForm
from portal.accounts.models import User
from portal.accounts.service import absences, factors, own
from portal.accounts.views.blueprint import bp
from portal.accounts.views.choosing import THEMES
from portal.accounts.views.entrance import too_many
from portal.core import web
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
    shown["factors"] = factors.of(user)
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
                    current_actor(), current=form.current.data, password=form.password.data, origin=origin()
                )
        except TooMany as refused:
            return too_many("accounts/change_password.html", PasswordForm(formdata=None), refused)
        if saved:
            flash(_("Je wachtwoord is veranderd. Op andere apparaten ben je uitgelogd."), "success")
            return redirect(url_for("accounts.me"), 303)
    return web.render_form("accounts/change_password.html", form)


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


def origin() -> str:
    """The address this request came from."""
    return request.remote_addr or ""
