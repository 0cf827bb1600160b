"""HTTP for integrity reports: telling, and handling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import web
from portal.integrity import labels, service
from portal.integrity.forms import OfficerForm, ReportForm, StatusForm, WordsForm
from portal.integrity.models import IntegrityReport, Status, Voice
from portal.privacy.guard import confirmed_lately, current_actor, requires
from portal.privacy.permissions import Permission

bp = Blueprint("integrity", __name__)


# --- the reporter ------------------------------------------------------------


@bp.route("/vertrouwelijk-melden", methods=["GET", "POST"])
@requires(Permission.INTEGRITY_REPORT)
def report() -> Any:
    """Tell the integrity officer that one was approached or pressed; and one's own reports."""
    actor, form = current_actor(), ReportForm()
    if form.validate_on_submit():
        answers: dict[str, Any] = form.data
        with web.saving(form) as saved:
            made = service.report(actor, kind=answers["kind"], story=answers["story"], named=not answers["unnamed"])
        if saved:
            flash(_("Je melding is verstuurd. Kijk hier over een paar dagen of er een vraag is."), "success")
            return redirect(url_for("integrity.own", report_id=made.id), 303)
    return web.render_form("integrity/report.html", form, reports=service.mine(actor), labels=labels)


@bp.route("/vertrouwelijk-melden/<uuid:report_id>", methods=["GET", "POST"])
@requires(Permission.INTEGRITY_REPORT)
def own(report_id: UUID) -> Any:
    """One's own report: where it stands, what was asked, and room for an answer."""
    actor, form = current_actor(), WordsForm()
    row = service.own(actor, report_id)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.answer(actor, report_id, words=str(form.words.data))
        if saved:
            flash(_("Je bericht is verstuurd."), "success")
            return redirect(url_for("integrity.own", report_id=report_id), 303)
    said = [message for message in row.messages if message.voice != Voice.NOTE]
    return web.render_form("integrity/own.html", form, row=row, said=said, labels=labels)


# --- the integrity officer ---------------------------------------------------


@bp.get("/integriteit")
@requires(Permission.INTEGRITY_HANDLE)
@confirmed_lately()
def index() -> Any:
    """All reports."""
    return render_template("integrity/index.html", reports=service.everything(current_actor()), labels=labels)


@bp.get("/integriteit/<uuid:report_id>")
@requires(Permission.INTEGRITY_HANDLE)
@confirmed_lately()
def show(report_id: UUID) -> Any:
    """One report."""
    row = service.get(current_actor(), report_id)
    return _page(row, OfficerForm(formdata=None), StatusForm(formdata=None, obj=row))


def _page(row: IntegrityReport, form: OfficerForm, status: StatusForm) -> Response:
    done = service.log(current_actor(), row.id)
    broken = status if status.errors else form
    shown = {"row": row, "words_form": form, "status_form": status, "done": done, "labels": labels}
    return web.render_form("integrity/show.html", broken, **shown)


@bp.post("/integriteit/<uuid:report_id>/schrijven")
@requires(Permission.INTEGRITY_HANDLE)
@confirmed_lately()
def write(report_id: UUID) -> Any:
    """A question, or a note."""
    actor, form = current_actor(), OfficerForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.say(actor, report_id, words=str(form.words.data), voice=Voice(str(form.voice.data)))
        if saved:
            flash(_("Opgeslagen."), "success")
            return redirect(url_for("integrity.show", report_id=report_id), 303)
    row = service.get(actor, report_id)
    return _page(row, form, StatusForm(formdata=None, obj=row))


@bp.post("/integriteit/<uuid:report_id>/stand")
@requires(Permission.INTEGRITY_HANDLE)
@confirmed_lately()
def move(report_id: UUID) -> Any:
    """Where it stands."""
    actor, form = current_actor(), StatusForm()
    if form.validate_on_submit():
        answers: dict[str, Any] = form.data
        with web.saving(form) as saved:
            service.move(actor, report_id, status=Status(answers["status"]), version=answers["version"])
        if saved:
            flash(_("Opgeslagen."), "success")
            return redirect(url_for("integrity.show", report_id=report_id), 303)
    return _page(service.get(actor, report_id), OfficerForm(formdata=None), form)
