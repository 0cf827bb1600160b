"""Teams and organisations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from portal.accounts.forms import NewTeamForm, OrganisationForm, TeamForm
from portal.accounts.labels import ORGANISATION_KIND, TEAM_KIND
from portal.accounts.models import OrganisationKind, Team, TeamKind
from portal.accounts.service import norms, users
from portal.accounts.service import teams as service
from portal.accounts.service.norms import CASELOAD_NORM, CONTACT_NORM_DAYS
from portal.accounts.views.blueprint import bp
from portal.areas import service as areas
from portal.areas.labels import KIND
from portal.core import clock, web
from portal.core.forms import Choice
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission


@bp.get("/teams")
@requires(Permission.USERS_READ)
def teams() -> Any:
    """The teams within reach."""
    rows = service.listing(current_actor())
    places = {team.id: " · ".join(sorted(areas.label(row.area_code) for row in team.areas)) for team, _people in rows}
    held = norms.on([team.id for team, _people in rows], clock.today())
    settable = {team.id for team, _people in rows if norms.may_set(current_actor(), team.id)}
    return render_template(
        "accounts/teams.html", rows=rows, places=places, norms=held, settable=settable, TEAM_KIND=TEAM_KIND
    )


@bp.route("/teams/nieuw", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def new_team() -> Any:
    """One more team."""
    form = _team_form(NewTeamForm)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            norms = form.only("caseload_norm", "contact_norm_days")
            service.create(current_actor(), details=_team(form), **norms)
        if saved:
            flash(_("Het team is gemaakt."), "success")
            return redirect(url_for("accounts.teams"), 303)
    return web.render_form("accounts/new_team.html", form)


@bp.route("/teams/<uuid:team_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit_team(team_id: UUID) -> Any:
    """Name, areas, open or closed."""
    with looking_up("team", team_id, Permission.USERS_MANAGE) as actor:
        team = service.get(actor, team_id)
    form = _team_form(TeamForm, team)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, team_id, version=form.version.data, details=_team(form))
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(url_for("accounts.teams"), 303)
    return web.render_form("accounts/edit_team.html", form)


def _team_form(kind: type[TeamForm], team: Team | None = None) -> TeamForm:
    known: dict[str, Any] = {"version": 0, "active": True, "kind": str(TeamKind.DISTRICT)}
    known |= {"caseload_norm": CASELOAD_NORM, "contact_norm_days": CONTACT_NORM_DAYS}
    if team is not None:
        known = {"area_codes": [area.area_code for area in team.areas]}
    form = kind(obj=team, data=known)
    offered = {each.id: each.name for each in users.organisations()}
    if team is not None:
        offered.setdefault(team.organisation_id, team.organisation.name)
    form.organisation_id.choices = list(offered.items())
    form.area_codes.choices = [Choice(place.code, place.name, _tree(place)) for place in areas.current()]
    return form


def _tree(place: areas.Place) -> str:
    above = " › ".join(each.name for each in areas.path(place.code)[:-1])
    return f"{KIND[place.kind]} · {above}" if above else str(KIND[place.kind])


def _team(form: TeamForm) -> service.TeamDetails:
    answers: dict[str, Any] = form.data
    plain = form.only("name", "area_codes", "active")
    return service.TeamDetails(kind=TeamKind(answers["kind"]), organisation_id=answers["organisation_id"], **plain)


# --- organisations -----------------------------------------------------------


@bp.get("/organisaties")
@requires(Permission.USERS_MANAGE)
def organisations() -> Any:
    """Every organisation."""
    rows = service.organisations(current_actor())
    return render_template("accounts/organisations.html", rows=rows, ORGANISATION_KIND=ORGANISATION_KIND)


@bp.route("/organisaties/nieuw", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def new_organisation() -> Any:
    """One more organisation."""
    form = OrganisationForm(data={"version": 0, "active": True})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.create_organisation(current_actor(), details=_organisation(form))
        if saved:
            flash(_("De organisatie is gemaakt."), "success")
            return redirect(url_for("accounts.organisations"), 303)
    return web.render_form("accounts/new_organisation.html", form)


@bp.route("/organisaties/<uuid:organisation_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit_organisation(organisation_id: UUID) -> Any:
    """Name, kind, open or closed."""
    with looking_up("organisation", organisation_id, Permission.USERS_MANAGE) as actor:
        organisation = service.get_organisation(actor, organisation_id)
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            details = _organisation(form)
            service.update_organisation(actor, organisation_id, version=form.version.data, details=details)
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(url_for("accounts.organisations"), 303)
    return web.render_form("accounts/edit_organisation.html", form)


def _organisation(form: OrganisationForm) -> service.OrganisationDetails:
    answers: dict[str, Any] = form.data
    return service.OrganisationDetails(answers["name"], OrganisationKind(answers["kind"]), answers["active"])
