"""HTTP for the reminder ledger: what was sent, what waits, what needs a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.core.forms import Choice
from portal.core.registry import registry
from portal.oversight.forms import LedgerFilter
from portal.oversight.views.blueprint import bp
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.reminders import health, labels, mails
from portal.reminders import ledger as service
from portal.reminders.ledger import Filters
from portal.reminders.models import DispatchState

WORDS: dict[str, Any] = {"labels": labels, "State": DispatchState}


@bp.get("/herinneringen")
@requires(Permission.LEDGER_READ)
def ledger() -> Response:
    """Counts per state, signs of life, and the messages."""
    actor = current_actor()
    form = LedgerFilter(request.args)
    form.regel.choices = [Choice(code, code) for code in sorted(registry.rules)]
    form.ontvanger.choices = [Choice(str(user_id), name) for user_id, name in service.recipients(actor)]
    form.validate()
    page = service.entries(actor, _wanted(form), request.args.get("na"))
    query = {name: value for name, value in request.args.items() if name != "na"}
    body = render_template("oversight/ledger.html", form=form, page=page, status=health.status(), query=query, **WORDS)
    return make_response(body, 422 if form.errors else 200)


def _wanted(form: LedgerFilter) -> Filters:
    """What was asked; everything when it cannot be read."""
    if form.errors:
        return Filters()
    state = DispatchState(form.toestand.data) if form.toestand.data else None
    return Filters(state, form.regel.data or None, form.ontvanger.data)


@bp.get("/herinneringen/<uuid:dispatch_id>")
@requires(Permission.LEDGER_READ)
def ledger_entry(dispatch_id: UUID) -> str:
    """One message: its tries, and which reminders it carries."""
    with looking_up("dispatch", dispatch_id, Permission.LEDGER_READ) as actor:
        detail = service.get(actor, dispatch_id)
    return render_template("oversight/ledger_entry.html", detail=detail, title_of=mails.title, **WORDS)


@bp.post("/herinneringen/<uuid:dispatch_id>/opnieuw")
@requires(Permission.LEDGER_MANAGE)
def ledger_again(dispatch_id: UUID) -> BaseResponse:
    """Send a failed or uncertain message once more."""
    with looking_up("dispatch", dispatch_id, Permission.LEDGER_MANAGE) as actor:
        service.send_again(actor, dispatch_id)
    flash(_("Het bericht wordt opnieuw verstuurd."), "success")
    return redirect(url_for(".ledger_entry", dispatch_id=dispatch_id), 303)


@bp.post("/herinneringen/<uuid:dispatch_id>/aangekomen")
@requires(Permission.LEDGER_MANAGE)
def ledger_arrived(dispatch_id: UUID) -> BaseResponse:
    """Somebody knows that an uncertain message arrived."""
    with looking_up("dispatch", dispatch_id, Permission.LEDGER_MANAGE) as actor:
        service.settle_as_sent(actor, dispatch_id)
    flash(_("Het bericht staat nu als verstuurd."), "success")
    return redirect(url_for(".ledger_entry", dispatch_id=dispatch_id), 303)
