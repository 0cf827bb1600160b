"""HTTP for monitored locations: the list, one place, new and change, what was seen, and how closely it is watched."""

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
from portal.core.forms import Choice
from portal.core.ids import new_id
from portal.drafts.keeping import keeps
from portal.places import labels, policy, service
from portal.places.forms import LocationFilters, LocationForm, LookForm, ShareForm, StepForm
from portal.places.models import LocationStatus, MonitoredLocation
from portal.places.service import Filters
from portal.places.workflow import MACHINE, Event
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach

bp = Blueprint("places", __name__)

#: The word of a step in its address.
SLUGS = {
    Event.INTENSIFY: "extra-aandacht",
    Event.MONITOR: "in-het-oog",
    Event.CALM: "rustig",
    Event.KEEP: "bekeken",
    Event.END: "stoppen",
}
BY_SLUG = {slug: event for event, slug in SLUGS.items()}
STEPS = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"labels": labels, "area": areas.label, "Event": Event}


@bp.get("/locaties")
@requires(Permission.LOCATIONS_READ)
def index() -> Any:
    """The places that are watched."""
    actor, form = current_actor(), LocationFilters(request.args)
    form.gebied.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    form.validate()
    answers = {name: None if form[name].errors else form[name].data or None for name in ("status", "soort", "gebied")}
    page = service.listing(
        actor, Filters(answers["status"], answers["soort"], answers["gebied"]), request.args.get("na")
    )
    service.log_guest(actor, page.rows, Action.LIST)
    return render_template(
        "places/index.html",
        form=form,
        page=page,
        counts=service.counts(actor),
        insider=not policy.is_guest(actor),
        last_seen=service.last_seen([location.id for location in page.rows]),
        asked={name: value for name, value in answers.items() if value},
        may_add=bool(policy.keeping_teams(actor)),
    )


@bp.get("/locaties/<uuid:location_id>")
@requires(Permission.LOCATIONS_READ)
def show(location_id: UUID) -> Any:
    """One place: what was seen there, what was decided about it, and what can be decided now."""
    with looking_up("monitored_location", location_id, Permission.LOCATIONS_READ) as actor:
        location = service.get(actor, location_id)
        service.log_guest(actor, [location])
    keeps_it = location.team_id in policy.keeping_teams(actor)
    steps = [(row.event, SLUGS[row.event]) for row in MACHINE.possible(location.status, None)] if keeps_it else []
    return render_template(
        "places/show.html",
        location=location,
        keeps_it=keeps_it,
        insider=not policy.is_guest(actor),
        may_share=location.team_id in actor.teams(Permission.LOCATIONS_SHARE, Reach.TEAM),
        shares=service.shares(actor, location),
        watched=location.status != LocationStatus.ENDED,
        steps=steps,
        history=service.history(location),
        observed=service.observed(actor, location),
        may_report=actor.can(Permission.SIGNALS_REPORT),
        today=clock.today(),
    )


@bp.route("/locaties/nieuw", methods=["GET", "POST"])
@requires(Permission.LOCATIONS_KEEP)
@keeps(_l("Locatie toevoegen"), LocationForm)
def new() -> Any:
    """Take a place into the list."""
    actor = current_actor()
    form = _form(actor)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.create(actor, team_id=form.data["team_id"], details=form.details())
        if saved:
            flash(_("De locatie staat in de lijst."), "success")
            return _to(made.id)
    return web.render_form("places/form.html", form, location=None)


@bp.route("/locaties/<uuid:location_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.LOCATIONS_KEEP)
def edit(location_id: UUID) -> Any:
    """Change what is known of a place."""
    with looking_up("monitored_location", location_id, Permission.LOCATIONS_KEEP) as actor:
        location = service.kept(actor, location_id)
    form = _form(actor, location)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, location_id, version=form.filled_from, details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(location_id)
    return web.render_form("places/form.html", form, location=location)


def _form(actor: Actor, location: MonitoredLocation | None = None) -> LocationForm:
    teams = service.teams(actor)
    usual = {"owner_id": actor.user_id, "review_on": clock.today() + service.REVIEW_AFTER}
    form = LocationForm(obj=location, data=usual)
    form.kept_by(teams, made=location is not None)
    form.area_code.choices = area_labels.choices()
    listed = service.owners([location.team_id] if location else [team.id for team in teams])
    known = {user.id: user.name for user in (*listed, *([location.owner] if location else []))}
    form.owner_id.choices = list(known.items())
    return form


@bp.route(f"/locaties/<uuid:location_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.LOCATIONS_KEEP)
def step(location_id: UUID, slug: str) -> Any:
    """Ask why, and take one decision about a place."""
    event = BY_SLUG[slug]
    with looking_up("monitored_location", location_id, Permission.LOCATIONS_KEEP) as actor:
        location = service.kept(actor, location_id)
    form = StepForm(data={"version": location.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.move(actor, location_id, event, version=form.data["version"], note=form.data["note"])
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(location_id)
    MACHINE.step(event, location.status, None)
    return web.render_form("places/step.html", form, location=location, event=event)


# --- partners --------------------------------------------------------------------------------------------------------


@bp.route("/locaties/<uuid:location_id>/delen", methods=["GET", "POST"])
@requires(Permission.LOCATIONS_SHARE)
def share(location_id: UUID) -> Any:
    """Let a partner read a place."""
    with looking_up("monitored_location", location_id, Permission.LOCATIONS_SHARE) as actor:
        location = service.to_share(actor, location_id)
    form = ShareForm(data={"until": clock.months_later(clock.today(), 6)})
    form.user_id.choices = [Choice(str(user.id), user.name) for user in service.partners()]
    form.until.earliest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.share(actor, location_id, **form.only("user_id", "until"))
        if saved:
            flash(_("Deze partner leest nu mee."), "success")
            return _to(location_id)
    return web.render_form("places/share.html", form, location=location)


@bp.post("/locaties/delen/<uuid:share_id>/stoppen")
@requires(Permission.LOCATIONS_SHARE)
def stop_sharing(share_id: UUID) -> Response:
    """A partner does not read along any more."""
    with looking_up("location_share", share_id, Permission.LOCATIONS_SHARE) as actor:
        location_id = service.stop_sharing(actor, share_id).location_id
    flash(_("Deze partner leest niet meer mee."), "success")
    return _to(location_id)


# --- what was seen ---------------------------------------------------------------------------------------------------


@bp.route("/locaties/<uuid:location_id>/langs-geweest", methods=["GET", "POST"])
@requires(Permission.LOCATIONS_KEEP)
@keeps(_l("Langs geweest"), LookForm)
def observe(location_id: UUID) -> Any:
    """Note what it was like at a place."""
    with looking_up("monitored_location", location_id, Permission.LOCATIONS_KEEP) as actor:
        location = service.kept(actor, location_id)
    form = LookForm(data={"seen_at": clock.now(), "key": new_id()})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.observe(actor, location_id, look=form.look(), key=form.data["key"])
        if saved:
            flash(_("Opgeslagen. Je team ziet nu hoe het er was."), "success")
            if made.grave:
                flash(_("Moet iemand hiernaar kijken? Doe dan ook een signaal."), "warning")
            return _to(location_id)
    return web.render_form("places/look.html", form, location=location)


@bp.post("/locaties/langs-geweest/<uuid:observation_id>/weghalen")
@requires(Permission.LOCATIONS_KEEP)
def withdraw(observation_id: UUID) -> Response:
    """An own observation was a mistake."""
    with looking_up("location_observation", observation_id, Permission.LOCATIONS_KEEP) as actor:
        location_id = service.withdraw(actor, observation_id).location_id
    flash(_("Wat je had vastgelegd is weggehaald."), "success")
    return _to(location_id)


def _to(location_id: UUID) -> Response:
    return redirect(url_for("places.show", location_id=location_id), code=303)
