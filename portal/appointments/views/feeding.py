"""The agenda in somebody's own calendar: making and withdrawing its address, and what is behind it."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.appointments import ics
from portal.appointments.service import feeds
from portal.appointments.views.blueprint import bp
from portal.privacy.guard import current_actor, public, requires
from portal.privacy.permissions import Permission
from portal.settings import settings


@bp.get("/op-je-telefoon")
@requires(Permission.CONTACTS_READ)
def phone() -> Any:
    """Whether the agenda can be read by a calendar, and how to change that."""
    return render_template("appointments/phone.html", feed=feeds.current(current_actor()), address="")


@bp.post("/op-je-telefoon")
@requires(Permission.CONTACTS_READ)
def make_feed() -> Any:
    """A new secret address, shown on this page and never again."""
    actor = current_actor()
    address = f"{settings().base_url}{url_for('.feed', token=feeds.make(actor))}"
    return render_template("appointments/phone.html", feed=feeds.current(actor), address=address)


@bp.post("/op-je-telefoon/intrekken")
@requires(Permission.CONTACTS_READ)
def withdraw_feed() -> Response:
    """The address stops working."""
    feeds.withdraw(current_actor())
    flash(_("De link werkt niet meer. Haal de agenda ook weg van je telefoon."), "success")
    return redirect(url_for(".phone"), code=303)


@bp.get("/abonnement/<token>/agenda.ics")
@public
def feed(token: str) -> Response:
    """What a calendar reads; whoever holds the address may, so it says only when somebody is taken."""
    reading = feeds.opened(token)
    rows = feeds.events(reading.actor)
    with force_locale(reading.actor.language):
        body = ics.written(rows, name=_("Weg Omhoog"), summary=_("Afspraak"))
    answer = make_response(body)
    answer.headers["Content-Type"] = ics.TYPE
    answer.headers["Content-Disposition"] = 'inline; filename="agenda.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.last_modified = ics.changed_at(rows)
    answer.add_etag()
    answer.make_conditional(request)
    if answer.status_code == 200:
        feeds.note_read(reading)
    return answer
