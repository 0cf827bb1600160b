"""HTTP for reminders: the inbox of one person, how they are reached, and the dead-man's switch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.core import clock, formats, web
from portal.core.forms import Choice
from portal.privacy.guard import current_actor, public, requires
from portal.privacy.permissions import Permission
from portal.reminders import health, quiet, service, snoozing, wishes
from portal.reminders.forms import DeliveryForm, SnoozeForm, filled
from portal.reminders.models import DispatchState
from portal.settings import settings

bp = Blueprint("reminders", __name__)


@bp.get("/meldingen")
@requires(Permission.OWN_ACCOUNT)
def inbox() -> str:
    """The own notifications: the new ones, or all."""
    actor, everything = current_actor(), request.args.get("toon") == "alles"
    page = service.inbox(actor, everything=everything, cursor=request.args.get("na"))
    return render_template("reminders/inbox.html", page=page, everything=everything)


@bp.get("/meldingen/<uuid:reminder_id>")
@requires(Permission.OWN_ACCOUNT)
def open_notice(reminder_id: UUID) -> BaseResponse:
    """Mark as read and go to the record."""
    return redirect(service.open_notice(current_actor(), reminder_id), 303)


@bp.post("/meldingen/<uuid:reminder_id>/gelezen")
@requires(Permission.OWN_ACCOUNT)
def mark_read(reminder_id: UUID) -> BaseResponse:
    """Mark one as read."""
    service.mark_read(current_actor(), reminder_id)
    return redirect(url_for(".inbox"), 303)


@bp.post("/meldingen/alles-gelezen")
@requires(Permission.OWN_ACCOUNT)
def mark_all_read() -> BaseResponse:
    """Mark all as read."""
    service.mark_all_read(current_actor())
    flash(_("Alle meldingen zijn gelezen."), "success")
    return redirect(url_for(".inbox"), 303)


@bp.route("/meldingen/<uuid:reminder_id>/uitstellen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def snooze(reminder_id: UUID) -> Any:
    """Put a notification off, once."""
    actor, form = current_actor(), SnoozeForm()
    item = service.notice(actor, reminder_id)
    days = snoozing.choices(clock.today())
    back = "/mijn-dag" if request.args.get("terug") == "mijn-dag" else url_for(".inbox")
    form.until.choices = [Choice(day.isoformat(), formats.day(day)) for day in days]
    if form.validate_on_submit() and (until := form.until.data):
        with web.saving(form) as saved:
            snoozing.snooze(actor, reminder_id, until=until)
        if saved:
            flash(_("Uitgesteld tot %(day)s.", day=formats.day_long(until)), "success")
            return redirect(back, 303)
    return web.render_form("reminders/snooze.html", form, item=item, back=back)


@bp.route("/mijn-account/berichten", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def delivery() -> Any:
    """How and when this person wants to be reached."""
    actor = current_actor()
    stored, standard = wishes.choices(actor), quiet.standard(actor)
    form = DeliveryForm(data=filled(stored, standard))
    if form.validate_on_submit():
        form.refuse_half()
    if form.is_submitted() and not form.errors:
        with web.saving(form) as saved:
            wishes.choose(actor, form.choices(stored, sms=bool(settings().sms_url)))
        if saved:
            flash(_("Je keuzes zijn opgeslagen."), "success")
            return redirect(url_for(".delivery"), 303)
    return web.render_form("reminders/delivery.html", form, standard=standard, sms=bool(settings().sms_url))


@bp.get("/health/scheduler")
@public
def scheduler_health() -> tuple[Response, int]:
    """503 when no tick came for three periods, or something is due for more than five minutes."""
    now = health.status()
    body = {
        "status": "ok" if now.ok else "late",
        "heartbeat_seconds": {sign.source: round(sign.age) for sign in now.signs},
        "oldest_due_seconds": round(now.oldest_due),
        "dead": now.count(DispatchState.DEAD),
        "uncertain": now.count(DispatchState.UNCERTAIN),
    }
    return jsonify(body), 200 if now.ok else 503
