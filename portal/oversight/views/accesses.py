"""Who looked at what: the own accesses, and all of them for the privacy officer."""

from __future__ import annotations

import io

from flask import Response, make_response, render_template, request

from portal.audit import exporting
from portal.audit.exporting import Form
from portal.core import clock, web
from portal.core.forms import Choice
from portal.core.paging import Page
from portal.integrity import service as integrity
from portal.oversight.forms import AccessFilter, OwnFilter
from portal.oversight.service import accesses as service
from portal.oversight.service.accesses import Access, Wanted
from portal.oversight.views.blueprint import bp
from portal.privacy.guard import confirmed_lately, current_actor, requires
from portal.privacy.labels import ACTION, PURPOSE, ROLE
from portal.privacy.permissions import Permission
from portal.settings import settings

LABELS = {"actions": ACTION, "purposes": PURPOSE, "roles": ROLE}


@bp.get("/inzages")
@requires(Permission.ACCESS_LOG_OWN)
def accesses() -> Response:
    """What I looked at, when and why."""
    form = OwnFilter(request.args)
    form.validate()
    wanted = None if form.errors else Wanted(form.van.data, form.tot.data, form.handeling.data or "")
    page = service.own(current_actor(), wanted, cursor=request.args.get("na", ""))
    query = {name: value for name, value in request.args.items() if name != "na"}
    body = render_template("oversight/accesses.html", page=page, form=form, query=query, **LABELS)
    return make_response(body, 422 if form.errors else 200)


@bp.get("/inzages/alle")
@requires(Permission.ACCESS_LOG_ALL)
def all_accesses() -> Response:
    """Every access, for the privacy officer."""
    actor, form = current_actor(), _asked()
    page = service.everyone(actor, _wanted(form), cursor=request.args.get("na", ""))
    return _all(form, page)


@bp.get("/inzages/alle.csv")
@requires(Permission.ACCESS_LOG_ALL)
@confirmed_lately(page="oversight.all_accesses")
def all_accesses_csv() -> Response:
    """The same as a file, in the words of Logboek Dataverwerkingen."""
    actor, form = current_actor(), _asked()
    if form.errors:
        return _all(form, service.everyone(actor, _wanted(form)))
    with web.saving(form) as saved:
        rows = service.export(actor, _wanted(form))
    if not saved:
        return _all(form, service.everyone(actor, _wanted(form)))
    out, records = io.StringIO(), Form(settings().base_url)
    exporting.write_csv((records.record(dict(row)) for row in rows), out)
    response = make_response(out.getvalue().encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="inzages-{clock.today().isoformat()}.csv"'
    return response


def _asked() -> AccessFilter:
    form = AccessFilter(request.args)
    form.wie.choices = [Choice(str(user_id), name) for user_id, name in service.readers(current_actor())]
    form.validate()
    return form


def _wanted(form: AccessFilter) -> Wanted:
    """What was asked; everything when it cannot be read."""
    if form.errors:
        return Wanted()
    return Wanted(form.van.data, form.tot.data, form.handeling.data or "", form.wie.data, bool(form.geweigerd.data))


def _all(form: AccessFilter, page: Page[Access]) -> Response:
    query = {name: value for name, value in request.args.items() if name != "na"}
    body = render_template(
        "oversight/all_accesses.html",
        page=page,
        form=form,
        query=query,
        apart=integrity.months(current_actor()),
        **LABELS,
    )
    return make_response(body, 422 if form.errors else 200)
