"""HTTP for the caseload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.accounts.service import absences, norms
from portal.areas import service as areas
from portal.cases.figures import FIGURES as CASE_FIGURES
from portal.cases.labels import DOMAIN, LEVEL, RATER
from portal.core import clock, pdf
from portal.core.forms import Choice
from portal.core.small import hidden
from portal.in_view.figures import FIGURES as IN_VIEW_FIGURES
from portal.in_view.figures import Counted
from portal.in_view.labels import END_REASON
from portal.in_view.models import ViewEndReason
from portal.places.figures import FIGURES as PLACE_FIGURES
from portal.privacy.guard import confirmed_lately, current_actor, requires
from portal.privacy.permissions import Permission, Reach
from portal.reports import casework, files, service, stock, watched
from portal.reports.figures import FIGURES
from portal.reports.forms import CaseloadFilter, YearFilter
from portal.reports.paper import report_of
from portal.reports.service import Caseload

bp = Blueprint("reports", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _made(*, per_worker: bool = False) -> tuple[CaseloadFilter, Caseload]:
    """Filters and figures of this request; `per_worker`: also of many teams."""
    actor = current_actor()
    teams = service.teams_within_reach(actor)
    filters = CaseloadFilter(request.args)
    filters.offer(
        [Choice(str(team.id), team.name) for team in teams],
        [Choice(place.code, place.name) for place in areas.stadsdelen()],
    )
    filters.validate()
    made = service.caseload(
        actor,
        teams=teams,
        period=filters.period(clock.today()),
        named="" if filters.errors else filters.named,
        team_id=filters.team.data,
        stadsdeel=filters.stadsdeel.data or "",
        per_worker=per_worker,
    )
    return filters, made


@bp.get("/caseload")
@requires(Permission.CASELOAD_READ)
def caseload() -> Response:
    """Figures per worker and team, against formation and norm."""
    filters, made = _made()
    page = render_template(
        "reports/caseload.html",
        made=made,
        form=filters,
        figures={f.code: f for f in FIGURES},
        query=request.args,
        team_url=_team_url(),
        talkable=set(current_actor().teams(Permission.TALKS_HOLD, Reach.TEAM)),
        gone=absences.gone(_named(made)),
        settable={team.id for team in made.teams if norms.may_set(current_actor(), team.id)},
    )
    return make_response(page, 422 if filters.errors else 200)


def _team_url() -> Callable[[UUID], str]:
    """The address of this page for one team; made from one address, as a city has many teams."""
    others: dict[str, Any] = {name: value for name, value in request.args.items() if name != "team"}
    start = url_for("reports.caseload", **others)
    return lambda team_id: f"{start}{'&' if others else '?'}team={team_id}"


def _named(made: Caseload) -> set[UUID]:
    """The workers who stand on the page by name."""
    lines = () if made.per_team else (line for team in made.teams for line in team.workers)
    return {line.worker_id for line in lines if line.worker_id}


@bp.get("/caseload.csv")
@requires(Permission.CASELOAD_READ)
@confirmed_lately(page="reports.caseload")
def caseload_csv() -> Response:
    """The same figures as a file."""
    return _file("csv", "text/csv; charset=utf-8", files.as_csv)


@bp.get("/caseload.xlsx")
@requires(Permission.CASELOAD_READ)
@confirmed_lately(page="reports.caseload")
def caseload_xlsx() -> Response:
    """The same figures as a spreadsheet."""
    return _file("xlsx", XLSX, files.as_xlsx)


@bp.get("/caseload.pdf")
@requires(Permission.CASELOAD_READ)
@confirmed_lately(page="reports.caseload")
def caseload_pdf() -> Response:
    """The same figures to print or send along; of many teams at once per team, as on the page."""
    lang = str(get_locale() or "nl")
    return _file("pdf", "application/pdf", lambda made: pdf.render("report", report_of(made), lang), per_worker=False)


@bp.get("/rapporten/in-beeld")
@requires(Permission.CASELOAD_READ)
def in_view() -> Response:
    """Stock and flow of young people in view, per team."""
    actor, today = current_actor(), clock.today()
    form = YearFilter(request.args)
    form.offer(today)
    made = stock.made(actor, service.teams_within_reach(actor), form.period(today))
    page = render_template(
        "reports/in_view.html",
        made=made,
        form=form,
        figures={figure.code: figure for figure in IN_VIEW_FIGURES},
        reasons=_reasons(made.total),
    )
    return make_response(page)


def _reasons(total: Counted) -> list[tuple[Any, Any]]:
    """Why people went out of view, without what is too small to show."""
    numbers = hidden(list(total.reasons.values()))
    few = _("te weinig om te tonen")
    return [
        (END_REASON[ViewEndReason(reason)], few if number is None else number)
        for reason, number in zip(total.reasons, numbers, strict=True)
    ]


@bp.get("/rapporten/casussen")
@requires(Permission.CASELOAD_READ)
def cases() -> Response:
    """Cases per level, the level in between, and what came of the goals."""
    actor, today = current_actor(), clock.today()
    form = YearFilter(request.args)
    form.offer(today)
    page = render_template(
        "reports/cases.html",
        made=casework.made(actor, service.teams_within_reach(actor), form.period(today)),
        form=form,
        figures={figure.code: figure for figure in CASE_FIGURES},
        levels=LEVEL,
        domains=DOMAIN,
        raters=RATER,
    )
    return make_response(page)


@bp.get("/rapporten/locaties")
@requires(Permission.CASELOAD_READ)
def locations() -> Response:
    """Places that are watched, who came by, and what changed, per team."""
    form, made = _locations()
    shown = {figure.code: figure for figure in PLACE_FIGURES}
    return make_response(render_template("reports/locations.html", made=made, form=form, figures=shown))


@bp.get("/rapporten/locaties.csv")
@requires(Permission.CASELOAD_READ)
@confirmed_lately(page="reports.locations")
def locations_csv() -> Response:
    """The same figures as a file."""
    _form, made = _locations(as_file="csv")
    return _download(watched.as_csv(made), "text/csv; charset=utf-8", f"locaties-{made.period.last.isoformat()}.csv")


def _locations(*, as_file: str = "") -> tuple[YearFilter, watched.Watched]:
    actor, today = current_actor(), clock.today()
    form = YearFilter(request.args)
    form.offer(today)
    return form, watched.made(actor, service.teams_within_reach(actor), form.period(today), as_file=as_file)


def _file(kind: str, mimetype: str, write: Callable[[Caseload], bytes], *, per_worker: bool = True) -> Response:
    _filters, made = _made(per_worker=per_worker)
    service.log_export(current_actor(), made, kind)
    return _download(write(made), mimetype, f"caseload-{made.period.last.isoformat()}.{kind}")


def _download(content: bytes, mimetype: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
