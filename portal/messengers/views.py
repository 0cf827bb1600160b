"""HTTP for messengers: the register, one messenger, new and change, status."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.areas import labels as area_words
from portal.areas import service as areas
from portal.core import web
from portal.core.errors import NotFound
from portal.messengers import labels, policy, service, workload
from portal.messengers.forms import FilterForm, MessengerForm, StatusForm
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.messengers.workflow import MACHINE, Change
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("messengers", __name__)

#: The word of a change in its address.
SLUGS = {
    Change.START_TRAINING: "opleiding-starten",
    Change.CERTIFY: "opgeleid",
    Change.ACTIVATE: "actief",
    Change.PAUSE: "pauze",
    Change.RESUME: "hervatten",
    Change.END: "stoppen",
}
BY_SLUG = {slug: change for change, slug in SLUGS.items()}
CHANGES = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"labels": labels, "Status": MessengerStatus, "area_labels": area_labels, "words": labels.words}


def area_labels(messenger: CredibleMessenger) -> str:
    """'Noord, Venserpolder (Zuidoost)': the areas a messenger knows, by name."""
    return ", ".join(sorted(areas.label(area.area_code) for area in messenger.areas))


@bp.get("/credible-messengers")
@requires(Permission.MESSENGERS_READ)
def index() -> Any:
    """The register: name, areas, status and room."""
    actor = current_actor()
    form = FilterForm(request.args)
    form.stadsdeel.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    form.validate()
    wanted = {"status": form.data["status"], "area_code": form.data["stadsdeel"]}
    asked = {name: value for name, value in wanted.items() if value and not form.errors}
    return render_template(
        "messengers/index.html",
        form=form,
        rooms=service.register(actor, **asked),
        filtered=bool(asked),
        may_add=bool(policy.managing_teams(actor)),
        may_open=lambda messenger: policy.can_manage(actor, messenger),
    )


@bp.get("/credible-messengers/<uuid:messenger_id>")
@requires(Permission.MESSENGERS_MANAGE)
def show(messenger_id: UUID) -> Any:
    """One messenger with what runs; for the coordinators of the own team."""
    with looking_up("credible_messenger", messenger_id, Permission.MESSENGERS_MANAGE) as actor:
        messenger = _managed(actor, messenger_id)
    return render_template(
        "messengers/show.html",
        messenger=messenger,
        room=service.with_room([messenger])[0],
        running=workload.running(actor, messenger.id),
        changes=[(row.event, SLUGS[row.event]) for row in MACHINE.possible(messenger.status, None)],
        Change=Change,
    )


def _managed(actor: Actor, messenger_id: UUID) -> CredibleMessenger:
    messenger = service.get(actor, messenger_id)
    if not policy.can_manage(actor, messenger):
        raise NotFound
    return messenger


@bp.route("/credible-messengers/nieuw", methods=["GET", "POST"])
@requires(Permission.MESSENGERS_MANAGE)
def new() -> Any:
    """Add a candidate to the register."""
    actor = current_actor()
    form = _form(actor)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.create(actor, team_id=form.data["team_id"], details=form.details())
        if saved:
            flash(_("De messenger staat in het register."), "success")
            return _to(made.id)
    return web.render_form("messengers/new.html", form)


@bp.route("/credible-messengers/<uuid:messenger_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.MESSENGERS_MANAGE)
def edit(messenger_id: UUID) -> Any:
    """Change name, areas, room, account or availability."""
    with looking_up("credible_messenger", messenger_id, Permission.MESSENGERS_MANAGE) as actor:
        messenger = _managed(actor, messenger_id)
    form = _form(actor, messenger)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, messenger_id, version=form.filled_from, details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(messenger_id)
    return web.render_form("messengers/edit.html", form, messenger=messenger)


def _form(actor: Actor, messenger: CredibleMessenger | None = None) -> MessengerForm:
    teams = service.managing_teams(actor)
    form = MessengerForm(data=_known(messenger) if messenger else {"max_individual": 4})
    form.kept_by(teams, made=messenger is not None)
    accounts = service.messenger_accounts([team.id for team in teams])
    form.user_id.choices = [(user.id, user.name) for user in accounts]
    form.area_codes.choices = area_words.choices()
    return form


def _known(messenger: CredibleMessenger) -> dict[str, Any]:
    names = (
        "display_name", "max_individual", "user_id", "certified_on", "available_from", "available_until", "languages",
        "interests", "version",
    )  # fmt: skip
    return {name: getattr(messenger, name) for name in names} | {
        "area_codes": [area.area_code for area in messenger.areas]
    }


@bp.route(f"/credible-messengers/<uuid:messenger_id>/<any({CHANGES}):slug>", methods=["GET", "POST"])
@requires(Permission.MESSENGERS_MANAGE)
def change_status(messenger_id: UUID, slug: str) -> Any:
    """Ask whether it is meant, and take one decision about a messenger."""
    change = BY_SLUG[slug]
    with looking_up("credible_messenger", messenger_id, Permission.MESSENGERS_MANAGE) as actor:
        messenger = _managed(actor, messenger_id)
    form = StatusForm(data={"version": messenger.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.change_status(actor, messenger_id, version=form.data["version"], change=change)
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(messenger_id)
    MACHINE.step(change, messenger.status, None)
    return web.render_form("messengers/change_status.html", form, messenger=messenger, change=change)


def _to(messenger_id: UUID) -> Response:
    return redirect(url_for("messengers.show", messenger_id=messenger_id), code=303)
