"""HTTP for reminders: the inbox of one person, and the dead-man's switch."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.privacy.guard import current_actor, public, requires
from portal.privacy.permissions import Permission
from portal.reminders import health, service
from portal.reminders.models import DispatchState

bp = Blueprint("reminders", __name__)


@bp.get("/meldingen")
@requires(Permission.OWN_ACCOUNT)
def inbox() -> str:
    """The own notifications: the new ones, or all."""
    actor, everything = current_actor(), request.args.get("toon") == "alles"
    page = service.inbox(actor, everything=everything, cursor=request.args.get("na"))
    return render_template(
        "reminders/inbox.html", page=page, everything=everything, mail_wanted=service.mail_wanted(actor)
    )


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


@bp.post("/meldingen/mail")
@requires(Permission.OWN_ACCOUNT)
def set_mail() -> BaseResponse:
    """Reminders by mail: on or off."""
    wanted = request.form.get("mail") == "aan"
    service.want_mail(current_actor(), wanted=wanted)
    flash(_("Je krijgt herinneringen ook per mail.") if wanted else _("Je krijgt geen mail meer."), "success")
    return redirect(url_for(".inbox"), 303)


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
