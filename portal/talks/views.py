"""HTTP for caseload talks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock, web
from portal.core.errors import Conflict
from portal.core.forms import Choice
from portal.people.forms import HandOverForm
from portal.privacy.guard import confirmed_lately, current_actor, looking_up, requires
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.reports.figures import FIGURES
from portal.talks import labels, service
from portal.talks.forms import AgreementForm, ConfirmForm, NoteForm, OpenForm, Pair, PlanForm
from portal.talks.models import AgreementStatus, TalkStatus
from portal.talks.service import handing
from portal.trajectories import labels as trajectories

bp = Blueprint("talks", __name__)

#: When an agreement is due, unless another day is chosen.
AGREED_WITHIN = timedelta(days=14)
ENDINGS = {"klaar": service.finish, "vervalt": service.drop, "heropenen": service.reopen}


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "labels": labels,
        "trajectories": trajectories,
        "Status": TalkStatus,
        "Agreed": AgreementStatus,
        "definitions": {figure.code: figure.definition for figure in FIGURES},
    }


@bp.get("/caseloadgesprekken")
@requires(Permission.TALKS_READ)
def index() -> Any:
    """The workers one holds talks with, and the talks one takes part in."""
    return render_template("talks/index.html", overview=service.overview(current_actor()))


@bp.route("/caseloadgesprekken/nieuw", methods=["GET", "POST"])
@requires(Permission.TALKS_HOLD)
def plan() -> Any:
    """Plan a talk with a worker."""
    actor = current_actor()
    form = PlanForm(data={"planned_on": clock.today(), "worker": _asked_for()})
    form.worker.choices = [
        Choice(str(Pair(each.team_id, each.user_id)), f"{each.name}, {each.team}") for each in service.workers(actor)
    ]
    if form.validate_on_submit():
        wanted: dict[str, Any] = form.data
        chosen: Pair = wanted["worker"]
        with web.saving(form) as saved:
            talk = service.plan(
                actor, team_id=chosen.team_id, worker_id=chosen.user_id, planned_on=wanted["planned_on"]
            )
        if saved:
            flash(_("Het gesprek is gepland."), "success")
            return redirect(url_for(".show", talk_id=talk.id), 303)
    return web.render_form("talks/plan.html", form)


def _asked_for() -> Pair | None:
    """The worker whose row on the caseload led here."""
    try:
        return Pair(UUID(request.args.get("team", "")), UUID(request.args.get("medewerker", "")))
    except ValueError:
        return None


@bp.get("/caseloadgesprekken/<uuid:talk_id>")
@requires(Permission.TALKS_READ)
def show(talk_id: UUID) -> Any:
    """One talk: with the list while it is going on, afterwards with its figures."""
    with looking_up("talk", talk_id, Permission.TALKS_READ) as actor:
        page = service.show(actor, talk_id)
    return render_template(
        "talks/show.html",
        page=page,
        note_form=NoteForm(formdata=None),
        agreement_form=AgreementForm(formdata=None, data={"due_on": clock.today() + AGREED_WITHIN}),
    )


@bp.get("/caseloadgesprekken/<uuid:talk_id>/afdrukken")
@requires(Permission.TALKS_READ)
@confirmed_lately()
def on_paper(talk_id: UUID) -> Any:
    """The talk on paper; with names only while it is going on. Logged as an export."""
    with looking_up("talk", talk_id, Permission.TALKS_READ) as actor:
        page = service.show(actor, talk_id, action=Action.EXPORT)
    return render_template("talks/on_paper.html", page=page)


@bp.route("/caseloadgesprekken/<uuid:talk_id>/openen", methods=["GET", "POST"])
@requires(Permission.TALKS_HOLD)
def open_list(talk_id: UUID) -> Any:
    """Say for what, and open the list."""
    with looking_up("talk", talk_id, Permission.TALKS_HOLD) as actor:
        seen = service.to_open(actor, talk_id)
    if seen.status is not TalkStatus.PLANNED:
        raise Conflict
    form = OpenForm(data={"version": seen.talk.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.open_list(actor, talk_id, version=form.version.data, occasion=form.data["occasion"])
        if saved:
            return redirect(url_for(".show", talk_id=talk_id), 303)
    return web.render_form("talks/open_list.html", form, seen=seen)


@bp.post("/caseloadgesprekken/<uuid:talk_id>/sluiten")
@requires(Permission.TALKS_HOLD)
def close(talk_id: UUID) -> Response:
    """The talk is over."""
    with looking_up("talk", talk_id, Permission.TALKS_HOLD) as actor:
        service.close(actor, talk_id, version=_version())
    flash(_("Het gesprek is afgerond. De namen zijn weer weg; de cijfers, notities en afspraken blijven."), "success")
    return redirect(url_for(".show", talk_id=talk_id), 303)


@bp.post("/caseloadgesprekken/<uuid:talk_id>/afzeggen")
@requires(Permission.TALKS_HOLD)
def cancel(talk_id: UUID) -> Response:
    """A planned talk does not take place."""
    with looking_up("talk", talk_id, Permission.TALKS_HOLD) as actor:
        service.cancel(actor, talk_id, version=_version())
    flash(_("Het gesprek gaat niet door."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/caseloadgesprekken/<uuid:talk_id>/notitie", methods=["GET", "POST"])
@requires(Permission.TALKS_READ)
def note(talk_id: UUID) -> Any:
    """A note of the one, or the view of the other."""
    with looking_up("talk", talk_id, Permission.TALKS_READ) as actor:
        seen = service.to_write(actor, talk_id)
    form = NoteForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.add_note(actor, talk_id, body=form.body.data)
        if saved:
            flash(_("De notitie is opgeslagen."), "success")
            return redirect(url_for(".show", talk_id=talk_id, _anchor="notities"), 303)
    return web.render_form("talks/note.html", form, seen=seen)


@bp.route("/caseloadgesprekken/<uuid:talk_id>/afspraak", methods=["GET", "POST"])
@requires(Permission.TALKS_HOLD)
def agree(talk_id: UUID) -> Any:
    """Something the worker is going to do."""
    with looking_up("talk", talk_id, Permission.TALKS_HOLD) as actor:
        seen = service.to_write(actor, talk_id)
    form = AgreementForm(data={"due_on": clock.today() + AGREED_WITHIN})
    if form.validate_on_submit():
        wanted: dict[str, Any] = form.data
        with web.saving(form) as saved, looking_up("talk", talk_id, Permission.TALKS_HOLD):
            service.agree(actor, talk_id, what=wanted["what"], due_on=wanted["due_on"])
        if saved:
            flash(_("De afspraak staat nu ook in Mijn dag van de medewerker."), "success")
            return redirect(url_for(".show", talk_id=talk_id, _anchor="afspraken"), 303)
    return web.render_form("talks/agree.html", form, seen=seen)


@bp.route("/caseloadgesprekken/<uuid:talk_id>/overdragen/<uuid:person_id>", methods=["GET", "POST"])
@requires(Permission.TALKS_HOLD)
def hand_over(talk_id: UUID, person_id: UUID) -> Any:
    """From a row of the list: ask a colleague to take over this young person."""
    with looking_up("talk", talk_id, Permission.TALKS_HOLD) as actor:
        talk, person = handing.young_person(actor, talk_id, person_id)
    form = HandOverForm()
    form.to_user_id.choices = [(user.id, user.name) for user in handing.receivers(talk, person)]
    if form.validate_on_submit():
        wanted: dict[str, Any] = form.data
        with web.saving(form) as saved:
            handing.propose(actor, talk_id, person_id, to_user_id=wanted["to_user_id"], note=wanted["note"] or "")
        if saved:
            flash(_("Je voorstel is verstuurd. De collega beslist."), "success")
            return redirect(url_for(".show", talk_id=talk_id), 303)
    return web.render_form("talks/hand_over.html", form, talk=talk, person=person)


@bp.post("/caseloadgesprekken/afspraken/<uuid:agreement_id>/<any('klaar','vervalt','heropenen'):slug>")
@requires(Permission.TALKS_READ)
def end_agreement(agreement_id: UUID, slug: str) -> Response:
    """Done, no longer needed, or open again."""
    with looking_up("talk_agreement", agreement_id, Permission.TALKS_READ) as actor:
        row = ENDINGS[slug](actor, agreement_id, version=_version())
    flash(_("De afspraak is bijgewerkt."), "success")
    return redirect(url_for(".show", talk_id=row.talk_id, _anchor="afspraken"), 303)


def _version() -> int:
    """The version a button was drawn with. An unreadable one is as an old one: Conflict, for who may know of it."""
    form = ConfirmForm()
    return form.version.data or 0 if form.validate_on_submit() else 0
