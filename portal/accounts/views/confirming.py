"""Once more who one is, before weighty things: the page where @confirmed_lately leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import passkeys, signing_in
from portal.accounts.attempts import TooMany
from portal.accounts.forms import CodeForm, ConfirmForm, PasskeyForm
from portal.accounts.models import ChallengeUse
from portal.accounts.service import factors, own
from portal.accounts.views.blueprint import bp
from portal.accounts.views.entrance import asked, challenge, refused_passkey, too_many
from portal.accounts.views.mine import origin
from portal.core import web
from portal.core.errors import Invalid
from portal.privacy.guard import current_actor, lately_confirmed, requires
from portal.privacy.permissions import Permission
from portal.settings import settings

PAGE = "accounts/confirm.html"


@bp.route("/bevestigen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def confirm() -> Any:
    """A passkey, or the code of the app; in a demo the password, for who has neither."""
    actor = current_actor()
    if lately_confirmed(actor):
        return _onwards()
    if signing_in.password_will_do(actor):
        password = ConfirmForm()
        return _judge(password, lambda: signing_in.confirm_by_password(actor, password.current.data, origin=origin()))
    form = CodeForm()
    return _judge(form, lambda: signing_in.confirm_by_code(actor, form.code.data, origin=origin()))


@bp.post("/bevestigen/passkey")
@requires(Permission.OWN_ACCOUNT)
def confirm_by_passkey() -> Response:
    """The answer of a passkey; a wrong one goes back to the page, with a fresh question."""
    actor, answer = current_actor(), PasskeyForm().answer.data or ""
    try:
        signing_in.confirm_by_passkey(actor, answer, challenge=challenge(), origin=origin())
    except Invalid as wrong:
        return refused_passkey(wrong, "accounts.confirm")
    except TooMany as refused:
        asks = ConfirmForm if signing_in.password_will_do(actor) else CodeForm
        return too_many(PAGE, asks(formdata=None), refused, **_offered())
    return _confirmed()


def _judge(form: CodeForm | ConfirmForm, check: Callable[[], None]) -> Response:
    if form.validate_on_submit():
        try:
            with web.saving(form) as saved:
                check()
        except TooMany as refused:
            return too_many(PAGE, type(form)(formdata=None), refused, **_offered())
        if saved:
            return _confirmed()
    return web.render_form(PAGE, form, **_offered())


def _offered() -> dict[str, Any]:
    """With what this person can confirm."""
    actor = current_actor()
    question = passkeys.ask(own.get(actor).id, ChallengeUse.CONFIRM, session_id=actor.session_id)
    return {
        "options": asked(question),
        "passkey_form": PasskeyForm(formdata=None),
        "held": factors.of(own.get(actor)),
        "password_will_do": signing_in.password_will_do(actor),
        "minutes": settings().step_up_minutes,
    }


def _confirmed() -> Response:
    flash(_("Bevestigd. Je kunt verder."), "success")
    return _onwards()


def _onwards() -> Response:
    return redirect(web.own_page(session.pop("confirm_next", ""), url_for("accounts.me")), 303)
