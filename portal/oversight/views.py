"""HTTP for oversight: who looked at what."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from portal.core.forms import Choice
from portal.oversight import accesses as service
from portal.oversight import grounds, ledger, rule_pages
from portal.oversight.accesses import Wanted
from portal.oversight.forms import AccessFilter
from portal.privacy.guard import current_actor, requires
from portal.privacy.labels import ACTION, PURPOSE, ROLE
from portal.privacy.permissions import Permission

bp = Blueprint("oversight", __name__)
ledger.register(bp)
rule_pages.register(bp)
grounds.register(bp)

LABELS = {"actions": ACTION, "purposes": PURPOSE, "roles": ROLE}


@bp.get("/inzages")
@requires(Permission.ACCESS_LOG_OWN)
def accesses() -> str:
    """What I looked at, when and why."""
    page = service.own(current_actor(), cursor=request.args.get("na", ""))
    return render_template("oversight/accesses.html", page=page, **LABELS)


@bp.get("/inzages/alle")
@requires(Permission.ACCESS_LOG_ALL)
def all_accesses() -> Response:
    """Every access, for the privacy officer."""
    actor = current_actor()
    form = AccessFilter(request.args)
    form.wie.choices = [Choice(str(user_id), name) for user_id, name in service.readers(actor)]
    form.validate()
    wanted = Wanted(form.van.data, form.tot.data, form.handeling.data or "", form.wie.data, bool(form.geweigerd.data))
    page = service.everyone(actor, wanted, cursor=request.args.get("na", ""))
    query = {name: value for name, value in request.args.items() if name != "na"}
    body = render_template("oversight/all_accesses.html", page=page, form=form, query=query, **LABELS)
    return make_response(body, 422 if form.errors else 200)
