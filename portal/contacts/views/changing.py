"""One contact, and changing it within the term."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.contacts import labels, service
from portal.contacts.forms import EditForm
from portal.contacts.models import Confidentiality
from portal.contacts.service.details import MAX_AHEAD
from portal.contacts.views import filling
from portal.contacts.views.blueprint import bp
from portal.core import clock, web
from portal.core.forms import Choice
from portal.drafts.keeping import keeps, unless_words
from portal.privacy.actor import Actor
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.get("/contacten/<uuid:contact_id>")
@requires(Permission.CONTACTS_READ)
def show(contact_id: UUID) -> Any:
    """One contact, and whether it can still be changed."""
    with looking_up("contact", contact_id, Permission.CONTACTS_READ) as actor:
        page = service.read(actor, contact_id)
    return render_template("contacts/show.html", page=page, labels=labels)


@bp.route("/contacten/<uuid:contact_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
@keeps(_l("Contact wijzigen"), EditForm)
def edit(contact_id: UUID) -> Any:
    """Change an own contact within the term; after it the page says so."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        page = service.read(actor, contact_id)
    if not page.can_edit:
        return unless_words(url_for(".show", contact_id=contact_id))
    form = _edit_form(actor, page)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.change(
                actor,
                contact_id,
                person_ids=form.people.data or (),
                details=filling.details(form),
                version=form.version.data,
            )
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(url_for(".show", contact_id=contact_id), code=303)
    return web.render_form("contacts/edit.html", form, page=page)


def _edit_form(actor: Actor, page: service.Page) -> EditForm:
    contact = page.contact
    known = {name: getattr(contact, name) for name in (*filling.DETAILS, "version")}
    form = EditForm(data=known | {"people": [p.id for p in page.people]})
    choices = filling.people_choices(actor)
    offered = {choice.value for choice in choices}
    closed = [Choice(str(p.id), p.name) for p in page.people if str(p.id) not in offered]
    form.people.choices = [*choices, *closed]
    if contact.confidentiality == Confidentiality.SHARED_COVENANT:
        shared = Confidentiality.SHARED_COVENANT
        form.confidentiality.choices = [
            *form.confidentiality.choices,
            Choice(shared, labels.CONFIDENTIALITY[shared], labels.READERS[shared]),
        ]
    filling.offer_sources(actor, form, contact.source)
    form.occurred_at.latest = clock.now() + MAX_AHEAD
    return form
