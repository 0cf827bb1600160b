"""HTTP for drafts: keep what a page sends while somebody types, go on with one, throw one away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.errors import NotFound
from portal.drafts import keeping, service, slips
from portal.privacy.guard import looking_up, public, requires
from portal.privacy.permissions import Permission

bp = Blueprint("drafts", __name__)


@bp.post("/concepten")
@public
def save() -> Any:
    """Keep what was typed. Its signed slip says whose it is and stands in for the CSRF token; no session is needed."""
    slip = slips.read(request.form.get(keeping.SLIP, ""))
    if slip is None:
        raise NotFound
    kept = service.keep(slip, answers=keeping.answers(), version=keeping.known_version())
    return jsonify(version=kept.version, elsewhere=kept.elsewhere)


@bp.get("/concepten/<uuid:draft_id>")
@requires(Permission.OWN_ACCOUNT)
def show(draft_id: UUID) -> Response:
    """To the form, filled with the draft."""
    with looking_up("draft", draft_id) as actor:
        address = service.address_of(actor, draft_id)
    return redirect(keeping.with_draft(address, draft_id), code=303)


@bp.get("/concepten/<uuid:draft_id>/tekst")
@requires(Permission.OWN_ACCOUNT)
def words(draft_id: UUID) -> Any:
    """What was written, for when its form is out of reach: nobody loses their own words."""
    with looking_up("draft", draft_id) as actor:
        found = service.restore(actor, draft_id, path=service.address_of(actor, draft_id))
    written = keeping.written(found.slip.form, found.answers)
    label = keeping.label_of(found.slip.form)
    return render_template("drafts/words.html", draft=found, label=label, written=written)


@bp.post("/concepten/<uuid:draft_id>/weggooien")
@requires(Permission.OWN_ACCOUNT)
def discard(draft_id: UUID) -> Response:
    """Throw it away and start with an empty form, or go on with the day when the form does not open any more."""
    with looking_up("draft", draft_id) as actor:
        address = service.discard(actor, draft_id)
    flash(_("Het concept is weggegooid."), "success")
    return redirect("/" if "over" in request.form else address, code=303)
