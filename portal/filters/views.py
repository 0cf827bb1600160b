"""HTTP for saved filters: keep one, choose the standard, forget one; always back to the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import web
from portal.core.errors import NotFound
from portal.filters import service
from portal.filters.forms import SaveForm
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("filters", __name__)


@bp.post("/filters")
@requires(Permission.OWN_ACCOUNT)
def save() -> Any:
    """Keep what the list is narrowed to."""
    page = request.form.get("page", "")
    if not service.known(page):
        raise NotFound
    if "name" not in request.form:  # the button in the list; the name is asked on a page of its own
        form = SaveForm(formdata=None, page=page, query=request.form.get("query", ""))
        return web.render_form("filters/save.html", form, back=url_for(page))
    form = SaveForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.save(
                current_actor(),
                page,
                name=str(form.name.data),
                query=str(form.query.data or ""),
                is_standard=bool(form.is_standard.data),
            )
        if saved:
            flash(_("Je filter is bewaard."), "success")
            return redirect(f"{url_for(page)}?{made.query}", 303)
    return web.render_form("filters/save.html", form, back=url_for(page))


@bp.post("/filters/<uuid:filter_id>")
@requires(Permission.OWN_ACCOUNT)
def change(filter_id: UUID) -> Response:
    """Open the list with it, not any more, or throw it away."""
    with looking_up("saved_filter", filter_id) as actor:
        if request.form.get("what") == "forget":
            page = service.forget(actor, filter_id)
            flash(_("Je filter is weg."), "success")
            return redirect(url_for(page, alles=1), 303)
        row = service.set_standard(actor, filter_id, request.form.get("what") == "standard")
    return redirect(f"{url_for(row.page)}?{row.query}", 303)
