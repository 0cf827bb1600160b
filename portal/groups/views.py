"""HTTP for youth groups: the register, one group, new and change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.areas import labels as area_labels
from portal.areas import service as areas
from portal.core import clock, web
from portal.drafts.keeping import keeps
from portal.groups import labels, service
from portal.groups.forms import GroupForm
from portal.groups.models import YouthGroup
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.programmes import labels as programme_labels
from portal.programmes import service as programmes
from portal.programmes.forms import EnrolGroupForm

bp = Blueprint("groups", __name__)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"labels": labels, "places_of": places_of, "programme_labels": programme_labels}


def places_of(group: YouthGroup) -> str:
    """'Venserpolder, Zuidoost; Noord': where a group is, by name."""
    return "; ".join(sorted(areas.label(code) for code in group.area_codes))


@bp.get("/groepen")
@requires(Permission.GROUPS_READ)
def index() -> Any:
    """The register."""
    actor = current_actor()
    page = service.listing(actor, request.args.get("na"))
    return render_template("groups/index.html", page=page, may_add=bool(service.keeping_teams(actor)))


@bp.get("/groepen/<uuid:group_id>")
@requires(Permission.GROUPS_READ)
def show(group_id: UUID) -> Any:
    """One group."""
    with looking_up("youth_group", group_id, Permission.GROUPS_READ) as actor:
        group = service.get(actor, group_id)
    return render_template(
        "groups/show.html",
        group=group,
        keeps_it=group.team_id in service.keeping_teams(actor),
        may_enrol=group.team_id in actor.teams(Permission.ENROLMENTS_PROPOSE),
        enrolments=programmes.for_group(actor, group_id),
    )


@bp.route("/groepen/<uuid:group_id>/inschrijven", methods=["GET", "POST"])
@requires(Permission.ENROLMENTS_PROPOSE)
def enrol(group_id: UUID) -> Any:
    """Propose a programme for a group; its director decides."""
    with looking_up("youth_group", group_id, Permission.ENROLMENTS_PROPOSE) as actor:
        group = service.get(actor, group_id)
    form = EnrolGroupForm(data={"since": clock.today()})
    form.line_id.choices = programme_labels.line_choices(programmes.open_lines(groups=True))
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.enrol(actor, group_id, form.wanted())
        if saved:
            flash(programme_labels.outcome(made), "success")
            return redirect(url_for("programmes.enrolment", enrolment_id=made.id), 303)
    return web.render_form("groups/enrol.html", form, group=group)


@bp.route("/groepen/nieuw", methods=["GET", "POST"])
@requires(Permission.GROUPS_KEEP)
@keeps(_l("Groep toevoegen"), GroupForm)
def new() -> Any:
    """Register a group."""
    actor = current_actor()
    form = _form(actor)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.create(actor, team_id=form.data["team_id"], details=form.details())
        if saved:
            flash(_("De groep staat in het register als %(code)s.", code=made.code), "success")
            return _to(made.id)
    return web.render_form("groups/form.html", form, group=None)


@bp.route("/groepen/<uuid:group_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.GROUPS_KEEP)
def edit(group_id: UUID) -> Any:
    """Change what a group is like."""
    with looking_up("youth_group", group_id, Permission.GROUPS_KEEP) as actor:
        group = service.kept(actor, group_id)
    form = _form(actor, group)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, group_id, version=form.filled_from, details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(group_id)
    return web.render_form("groups/form.html", form, group=group)


def _form(actor: Actor, group: YouthGroup | None = None) -> GroupForm:
    form = GroupForm(obj=group)
    form.kept_by(service.teams(actor), made=group is not None)
    form.area_codes.choices = area_labels.choices()
    return form


def _to(group_id: UUID) -> Response:
    return redirect(url_for("groups.show", group_id=group_id), code=303)
