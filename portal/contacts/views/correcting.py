"""Putting a contact right after the term, and a director who sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.contacts import labels, service
from portal.contacts.forms import CorrectForm
from portal.contacts.service import correcting
from portal.contacts.service.reading import CORRECTABLE
from portal.contacts.views import filling
from portal.contacts.views.blueprint import bp
from portal.core import web
from portal.drafts.keeping import keeps, unless_words
from portal.privacy.actor import Actor
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.route("/contacten/<uuid:contact_id>/corrigeren", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
@keeps(_l("Contact corrigeren"), CorrectForm)
def correct(contact_id: UUID) -> Any:
    """Put an own contact right after the term; before it the page offers to change it."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        page = service.read(actor, contact_id)
    if not page.can_correct:
        return unless_words(url_for(".show", contact_id=contact_id))
    form = _correct_form(actor, page)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            _correct(actor, form, contact_id)
        if saved:
            flash(_("De correctie is opgeslagen. De oude versie blijft te lezen."), "success")
            return redirect(url_for(".show", contact_id=contact_id), code=303)
    return web.render_form("contacts/correct.html", form, page=page, labels=labels)


def _correct_form(actor: Actor, page: service.Page) -> CorrectForm:
    known = {name: getattr(page.contact, name) for name in (*CORRECTABLE, "version")}
    form = CorrectForm(data=known)
    filling.offer_sources(actor, form, page.contact.source)
    form.occurred_at.earliest, form.occurred_at.latest = correcting.moments(page.contact)
    return form


def _correct(actor: Actor, form: CorrectForm, contact_id: UUID) -> None:
    answers: dict[str, Any] = form.data
    changes = {name: answers[name] for name in CORRECTABLE}
    service.correct(actor, contact_id, version=form.version.data, changes=changes, reason=answers["reason"])


@bp.get("/contacten/correcties/<uuid:correction_id>")
@requires(Permission.CONTACTS_READ)
def correction(correction_id: UUID) -> Any:
    """To the contact with both versions; when its note is not for this director, that there was a correction."""
    with looking_up("contact_correction", correction_id, Permission.CONTACTS_READ) as actor:
        notice = correcting.notice(actor, correction_id)
    if notice.contact_open:
        return redirect(url_for(".show", contact_id=notice.correction.contact_id, _anchor="correcties"), code=303)
    return render_template("contacts/correction.html", notice=notice, labels=labels)


@bp.post("/contacten/correcties/<uuid:correction_id>/gezien")
@requires(Permission.CORRECTIONS_APPROVE)
def see_correction(correction_id: UUID) -> Any:
    """A director has seen it; twice is once."""
    with looking_up("contact_correction", correction_id, Permission.CORRECTIONS_APPROVE) as actor:
        correcting.see(actor, correction_id)
    flash(_("Je hebt deze correctie gezien."), "success")
    return redirect(url_for(".correction", correction_id=correction_id), code=303)
