"""HTTP for who is on duty."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.forms import DutyForm
from portal.accounts.service import duties
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

EVENING, MORNING = time(19), time(8)  # the quiet hours of staff


@bp.get("/dienst")
@requires(Permission.OWN_ACCOUNT)
def duties_index() -> Any:
    """Who can be called now in my teams, and who is on duty in the coming weeks."""
    actor = current_actor()
    return render_template(
        "accounts/duties.html",
        lines=duties.overview(actor),
        teams=duties.own_teams(actor),
        to_call=duties.to_call(actor.team_ids),
    )


@bp.route("/dienst/nieuw", methods=["GET", "POST"])
@requires(Permission.ABSENCES_MANAGE)
def new_duty() -> Any:
    """Give a colleague of my team duty."""
    actor = current_actor()
    form = _form(actor)
    if form.validate_on_submit():
        answers: dict[str, Any] = form.data
        with web.saving(form) as saved, looking_up("team", answers["team_id"], Permission.ABSENCES_MANAGE):
            duties.plan(actor, **form.only("team_id", "user_id", "starts_at", "ends_at"))
        if saved:
            flash(_("De dienst staat in het rooster."), "success")
            return redirect(url_for("accounts.duties_index"), 303)
    return web.render_form("accounts/new_duty.html", form)


def _form(actor: Actor) -> DutyForm:
    tonight = clock.from_local(datetime.combine(clock.today(), EVENING))
    ends_at = clock.from_local(datetime.combine(clock.today() + timedelta(days=1), MORNING))
    planned = duties.teams(actor)
    form = DutyForm(data={"team_id": planned[0].id if planned else None, "starts_at": tonight, "ends_at": ends_at})
    form.team_id.choices = [(team.id, team.name) for team in planned]
    form.user_id.choices = [(user.id, user.name) for user in duties.candidates(actor)]
    return form


@bp.post("/dienst/<uuid:duty_id>/weghalen")
@requires(Permission.ABSENCES_MANAGE)
def withdraw_duty(duty_id: UUID) -> Response:
    """It does not go on, or ends now."""
    with looking_up("duty", duty_id, Permission.ABSENCES_MANAGE) as actor:
        duties.withdraw(actor, duty_id)
    flash(_("De dienst is uit het rooster."), "success")
    return redirect(url_for("accounts.duties_index"), 303)
