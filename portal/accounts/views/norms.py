"""What a team aims at, and with how much formation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from portal.accounts.forms import FormationForm, NormForm
from portal.accounts.service import norms as service
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.get("/teams/<uuid:team_id>/norm")
@requires(Permission.NORMS_SET)
def norm(team_id: UUID) -> Any:
    """What holds now, what is to come, what was, and the formation per worker."""
    with looking_up("team", team_id, Permission.NORMS_SET) as actor:
        team = service.team(actor, team_id)
    return render_template(
        "accounts/norm.html",
        team=team,
        held=service.on([team_id], clock.today())[team_id],
        history=service.history(team),
        formations=service.formations(team_id),
    )


@bp.route("/teams/<uuid:team_id>/norm/wijzigen", methods=["GET", "POST"])
@requires(Permission.NORMS_SET)
def change_norm(team_id: UUID) -> Any:
    """Another norm from a day on."""
    with looking_up("team", team_id, Permission.NORMS_SET) as actor:
        team = service.team(actor, team_id)
    held = service.on([team_id], clock.today())[team_id]
    form = NormForm(data=vars(held) | {"valid_from": clock.today(), "version": team.version})
    if form.validate_on_submit():
        wanted: dict[str, Any] = form.data
        with web.saving(form) as saved:
            service.change(actor, team_id, **{name: wanted[name] for name in ("version", *vars(held))})
        if saved:
            flash(_("De norm is gewijzigd."), "success")
            return redirect(url_for("accounts.norm", team_id=team_id), 303)
    return web.render_form("accounts/change_norm.html", form, team=team)


@bp.route("/teams/<uuid:team_id>/formatie/<uuid:assignment_id>", methods=["GET", "POST"])
@requires(Permission.NORMS_SET)
def formation(team_id: UUID, assignment_id: UUID) -> Any:
    """Another formation of a worker from a day on."""
    with looking_up("role_assignment", assignment_id, Permission.NORMS_SET) as actor:
        row = service.period(actor, team_id, assignment_id)
    form = FormationForm(data={"fte": row.fte, "valid_from": max(clock.today(), row.valid_from)})
    if form.validate_on_submit():
        wanted = form.only("fte", "valid_from")
        with web.saving(form) as saved:
            service.set_formation(actor, team_id, assignment_id, **wanted)
        if saved:
            flash(_("De formatie is gewijzigd."), "success")
            return redirect(url_for("accounts.norm", team_id=team_id), 303)
    return web.render_form("accounts/formation.html", form, row=row)
