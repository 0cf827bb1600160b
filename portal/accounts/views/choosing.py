"""Language and colours: for everybody, signed in or not."""

from __future__ import annotations

from flask import redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.service import own
from portal.accounts.views.blueprint import bp
from portal.core import web
from portal.core.i18n import LANGUAGES
from portal.privacy.guard import current_actor, public

THEMES = {"light": "light", "dark": "dark", "auto": ""}


@bp.post("/taal")
@public
def set_language() -> Response:
    """Switch the language, and return to the page that asked."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
        if current_user.is_authenticated:
            own.set_language(current_actor(), language=language)
    return _back()


@bp.post("/kleuren")
@public
def set_theme() -> Response:
    """Switch between light, dark and what the device says."""
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        session["theme"] = THEMES[chosen]
        if current_user.is_authenticated:
            own.set_theme(current_actor(), theme=THEMES[chosen])
    return _back()


def _back() -> Response:
    return redirect(web.own_page(request.form.get("back", ""), "/"), 303)
