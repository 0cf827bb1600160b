"""HTTP for the help pages, the hints and the switch of keyboard shortcuts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.service import own
from portal.core import web
from portal.help import content, hints
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, requires
from portal.privacy.labels import ROLE
from portal.privacy.permissions import Permission

bp = Blueprint("help", __name__)


@bp.get("/hulp")
@requires(Permission.OWN_ACCOUNT)
def index() -> Any:
    """What each of the actor's roles does here, in short, and what holds for everybody."""
    return render_template("help/index.html", **_told(current_actor()))


def _told(actor: Actor) -> dict[str, Any]:
    return {"guides": content.guides(actor), "everyone": content.FOR_EVERYONE, "roles": ROLE}


@bp.post("/hulp/tip-begrepen")
@requires(Permission.OWN_ACCOUNT)
def put_away() -> Response:
    """Not show this hint again, and return to its page."""
    hints.put_away(current_actor(), request.form.get("code", ""))
    return redirect(web.own_page(request.form.get("back", ""), url_for("home.my_day")), 303)


@bp.post("/hulp/tips")
@requires(Permission.OWN_ACCOUNT)
def show_again() -> Response:
    """Show the hints once more."""
    hints.show_again(current_actor())
    flash(_("Je ziet de tips weer op de pagina’s waar ze bij horen."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/hulp/sneltoetsen")
@requires(Permission.OWN_ACCOUNT)
def set_shortcuts() -> Response:
    """Turn keyboard shortcuts on or off: single keys can be in the way of speech input (WCAG 2.1.4)."""
    on = request.form.get("on") == "yes"
    own.set_shortcuts(current_actor(), on=on)
    flash(_("De sneltoetsen staan aan.") if on else _("De sneltoetsen staan uit."), "success")
    return redirect(url_for(".index", _anchor="sneltoetsen"), 303)
