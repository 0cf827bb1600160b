"""HTTP for emergency access: opening, stopping, the list and the review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import web
from portal.emergency import labels, service
from portal.emergency.forms import OpenForm, ReviewForm, SearchForm
from portal.emergency.models import Need, Outcome
from portal.emergency.service import Wanted
from portal.privacy.guard import confirmed_lately, current_actor, looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("emergency", __name__)


# --- opening -----------------------------------------------------------------


@bp.route("/noodtoegang", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_USE)
@confirmed_lately()
def find() -> Any:
    """Open the dossier of somebody who is known by kenmerk, or by family name and birth date."""
    form = SearchForm()
    return _ask(form, lambda: Wanted(None, form.kenmerk.data, form.family_name.data, form.birth_date.data))


@bp.route("/jongeren/<uuid:person_id>/noodtoegang", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_USE)
@confirmed_lately()
def open_dossier(person_id: UUID) -> Any:
    """Open the dossier at an address that gives no page. The page is the same when there is none."""
    return _ask(OpenForm(), lambda: Wanted(person_id))


def _ask(form: OpenForm, wanted: Any) -> Response:
    actor = current_actor()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.open_dossier(actor, wanted=wanted(), need=Need(str(form.need.data)), reason=form.reason.data)
        if saved:
            return redirect(url_for("dossier.show", person_id=made.person_id), 303)
    return web.render_form("emergency/open.html", form, blocked=service.blocked(actor))


@bp.post("/noodtoegangen/<uuid:emergency_id>/stoppen")
@requires(Permission.EMERGENCY_USE)
def stop(emergency_id: UUID) -> Response:
    """No longer needed."""
    with looking_up("emergency", emergency_id, Permission.EMERGENCY_USE) as actor:
        service.stop(actor, emergency_id)
    flash(_("De noodtoegang is gestopt."), "success")
    return redirect(url_for("home.my_day"), 303)


# --- afterwards --------------------------------------------------------------


@bp.get("/noodtoegangen")
@requires(Permission.EMERGENCY_READ)
def index() -> Any:
    """The uses within reach: those that wait for a review, or all."""
    actor, everything = current_actor(), request.args.get("toon") == "alles"
    page = service.listing(actor, waiting=not everything, after=request.args.get("na"))
    return render_template("emergency/index.html", page=page, everything=everything, labels=labels)


@bp.route("/noodtoegangen/<uuid:emergency_id>", methods=["GET", "POST"])
@requires(Permission.EMERGENCY_READ)
def show(emergency_id: UUID) -> Any:
    """One use, and for the privacy officer what they think of it."""
    with looking_up("emergency", emergency_id, Permission.EMERGENCY_READ) as actor:
        seen = service.get(actor, emergency_id)
    form = ReviewForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.review(actor, emergency_id, outcome=Outcome(str(form.outcome.data)), note=form.note.data)
        if saved:
            flash(_("Je oordeel is opgeslagen."), "success")
            return redirect(url_for("emergency.index"), 303)
    may_review = actor.can(Permission.EMERGENCY_REVIEW) and seen.row.outcome is None
    return web.render_form("emergency/show.html", form, seen=seen, may_review=may_review, labels=labels)
