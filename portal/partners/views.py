"""HTTP for the partners' directory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.areas import service as areas
from portal.core import clock, web
from portal.partners import labels, service
from portal.partners.forms import ContactForm, NarrowForm, PartnerForm, WordsForm
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("partners", __name__)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"labels": labels, "area_label": areas.label, "stale": service.stale}


@bp.route("/partners", methods=["GET", "POST"])
@requires(Permission.PARTNERS_READ)
def index() -> Any:
    """Who to call, per stadsdeel; a name is looked for by POST."""
    actor = current_actor()
    form, words = NarrowForm(request.args), WordsForm()
    form.stadsdeel.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    asked = words.data["q"] if words.validate_on_submit() else ""
    form.validate()
    answers = {} if form.errors else form.data
    narrowed = {"area_code": answers.get("stadsdeel") or "", "kind": answers.get("soort") or ""}
    found = service.directory(actor, **narrowed, words=asked)
    body = render_template(
        "partners/index.html",
        form=form,
        words=words,
        asked=asked,
        narrowed=any(narrowed.values()),
        partners=service.grouped(found),
        stadsdeel=areas.label(narrowed["area_code"]),
        empty=[] if asked or any(narrowed.values()) else service.without_contact(actor),
    )
    return body, 422 if words.errors else 200


@bp.get("/partners/<uuid:partner_id>")
@requires(Permission.PARTNERS_READ)
def show(partner_id: UUID) -> Any:
    """One organisation, with who is known there."""
    with looking_up("partner", partner_id, Permission.PARTNERS_READ) as actor:
        partner = service.get(actor, partner_id)
    today = clock.today()
    return render_template(
        "partners/show.html",
        partner=partner,
        now=[each for each in partner.contacts if each.held_on(today)],
        then=[each for each in partner.contacts if not each.held_on(today)],
    )


@bp.route("/partners/nieuw", methods=["GET", "POST"])
@requires(Permission.PARTNERS_KEEP)
def new() -> Any:
    """Add an organisation."""
    form = PartnerForm()
    del form.version, form.active
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.create(current_actor(), form.details())
        if saved:
            flash(_("De organisatie staat in de lijst. Voeg nu iemand toe."), "success")
            return _to(made.id)
    return web.render_form("partners/edit.html", form, partner=None)


@bp.route("/partners/<uuid:partner_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.PARTNERS_KEEP)
def edit(partner_id: UUID) -> Any:
    """Change an organisation, or take it off the list."""
    with looking_up("partner", partner_id, Permission.PARTNERS_KEEP) as actor:
        partner = service.get(actor, partner_id)
    form = PartnerForm(obj=partner)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, partner_id, version=form.data["version"], details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(partner_id)
    return web.render_form("partners/edit.html", form, partner=partner)


@bp.route("/partners/<uuid:partner_id>/mensen/nieuw", methods=["GET", "POST"])
@requires(Permission.PARTNERS_KEEP)
def new_contact(partner_id: UUID) -> Any:
    """Add somebody."""
    with looking_up("partner", partner_id, Permission.PARTNERS_KEEP) as actor:
        partner = service.get(actor, partner_id)
    form = _contact_form(ContactForm(data={"valid_from": clock.today()}))
    del form.version
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.add_contact(actor, partner_id, form.details())
        if saved:
            return _to(partner_id)
    return web.render_form("partners/contact.html", form, partner=partner, contact=None)


@bp.route("/partners/<uuid:partner_id>/mensen/<uuid:partner_contact_id>", methods=["GET", "POST"])
@requires(Permission.PARTNERS_KEEP)
def edit_contact(partner_id: UUID, partner_contact_id: UUID) -> Any:
    """Change somebody; saving it says that it is right."""
    with looking_up("partner", partner_id, Permission.PARTNERS_KEEP) as actor:
        contact = service.contact_of(actor, partner_id, partner_contact_id)
    form = _contact_form(ContactForm(obj=contact))
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update_contact(actor, contact, version=form.data["version"], details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(partner_id)
    return web.render_form("partners/contact.html", form, partner=contact.partner, contact=contact)


@bp.post("/partners/<uuid:partner_id>/mensen/<uuid:partner_contact_id>/klopt")
@requires(Permission.PARTNERS_KEEP)
def check(partner_id: UUID, partner_contact_id: UUID) -> Response:
    """Say that it is still right."""
    with looking_up("partner", partner_id, Permission.PARTNERS_KEEP) as actor:
        service.check(actor, service.contact_of(actor, partner_id, partner_contact_id))
    flash(_("Genoteerd: het klopt nog."), "success")
    return _to(partner_id)


def _contact_form(form: ContactForm) -> ContactForm:
    form.area_code.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    return form


def _to(partner_id: UUID) -> Response:
    return redirect(url_for(".show", partner_id=partner_id), 303)
