"""The catalogue and the page of a programme."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request

from portal.core import clock
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.programmes import service
from portal.programmes.views.blueprint import bp


@bp.get("/programmas")
@requires(Permission.REFERENCE_READ)
def index() -> Any:
    """All programmes; those that ended when asked for."""
    ended = request.args.get("afgelopen") == "ja"
    actor = current_actor()
    programmes = service.catalogue(actor, ended=ended)
    classes = service.classes(actor) if actor.can(Permission.CASELOAD_READ) else ()
    return render_template("programmes/index.html", programmes=programmes, ended=ended, classes=classes)


@bp.get("/programmas/<uuid:programme_id>")
@requires(Permission.REFERENCE_READ)
def show(programme_id: UUID) -> Any:
    """One programme: owner, plan, lines, focus areas and what it learned."""
    with looking_up("programme", programme_id, Permission.REFERENCE_READ) as actor:
        programme = service.get(actor, programme_id)
    counts = actor.can(Permission.CASELOAD_READ)
    return render_template(
        "programmes/show.html",
        programme=programme,
        journal=service.journal(actor, programme_id),
        runs=programme.runs_on(clock.today()),
        reach=service.reach(actor, programme) if counts else (),
        present=service.in_programme(actor, programme_id),
    )
