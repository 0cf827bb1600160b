"""HTTP for who leads a team: the running cases by number."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from portal.cases import labels
from portal.cases.forms import OverviewFilterForm
from portal.cases.service import overseeing
from portal.cases.views.blueprint import bp
from portal.privacy.guard import current_actor, requires
from portal.privacy.permissions import Permission


@bp.get("/casussen/stand")
@requires(Permission.CASES_OVERSEE)
def overview() -> Any:
    """How the running cases of the own teams stand; the longest first, and nobody by name."""
    form = OverviewFilterForm(request.args)
    level = form.niveau.data if form.niveau.data in labels.LEVEL else None
    return render_template(
        "cases/overview.html",
        page=overseeing.running(current_actor(), level=level, cursor=request.args.get("na")),
        form=form,
        address=lambda **more: url_for("cases.overview", **{"niveau": level, **more}),
    )
