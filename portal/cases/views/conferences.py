"""HTTP for case conferences: planning one, writing it down on the spot, the minutes on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.cases import service
from portal.cases.forms import ConferenceForm, DecisionForm, HoldForm
from portal.cases.models import ConferenceStatus
from portal.cases.service import conferring, planning
from portal.cases.service.conferring import Table
from portal.cases.views.blueprint import bp
from portal.cases.views.minutes import minutes_of
from portal.cases.views.planning import action_form
from portal.core import clock, pdf, web
from portal.core.errors import Conflict
from portal.core.forms import Form, VersionField
from portal.drafts.keeping import keeps
from portal.privacy.guard import confirmed_lately, looking_up, requires
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


class ConfirmForm(Form):
    """A button with the version it was drawn with."""

    version = VersionField()


@bp.route("/casussen/<uuid:case_id>/overleg", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def new_conference(case_id: UUID) -> Any:
    """Plan a conference and ask people."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.opened(actor, service.to_work_on(actor, case_id))
    form = ConferenceForm(data={"names": "\n".join(partner.name for partner, _name in service.partners(case_id))})
    form.user_ids.choices = [(user.id, user.name) for user in planning.colleagues(seen.case.team_id)]
    if form.validate_on_submit():
        wanted = form.only("starts_at", "place", "user_ids")
        with web.saving(form) as saved:
            made = conferring.plan(actor, case_id, **wanted, names=_lines(form.data["names"]))
        if saved:
            flash(_("Het overleg is gepland. Collega's krijgen een herinnering."), "success")
            return redirect(url_for("cases.conference", conference_id=made.id), code=303)
    return web.render_form("cases/form.html", form, seen=seen, title=_("Overleg plannen"), button=_("Overleg plannen"))


def _lines(text: str) -> list[str]:
    return [line.strip()[:120] for line in text.splitlines() if line.strip()]


@bp.get("/casussen/overleggen/<uuid:conference_id>")
@requires(Permission.CASES_READ)
def conference(conference_id: UUID) -> Any:
    """The agenda, and while it is going on the fields to write down what is decided."""
    with looking_up("case_conference", conference_id, Permission.CASES_READ) as actor:
        table = conferring.show(actor, conference_id)
    return render_template("cases/conference.html", table=table, **_forms(table))


def _forms(table: Table) -> dict[str, Any]:
    """The fields on the page of a conference that is still to be rounded off."""
    if not table.is_open:
        return {}
    holding = HoldForm(
        formdata=None,
        data={"version": table.conference.version, "present": [str(guest.invitee.id) for guest in table.guests]},
    )
    holding.present.choices = [(guest.invitee.id, guest.name) for guest in table.guests]
    return {
        "decision_form": DecisionForm(formdata=None),
        "action_form": action_form(table.seen, empty=True),
        "hold_form": holding,
    }


@bp.route("/casussen/overleggen/<uuid:conference_id>/besluit", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def decide(conference_id: UUID) -> Any:
    """Write down a decision on the spot."""
    with looking_up("case_conference", conference_id, Permission.CASES_WORK) as actor:
        seen, _conference = conferring.to_hold(actor, conference_id)
        service.opened(actor, seen)
    form = DecisionForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            conferring.decided(actor, conference_id, body=form.data["body"])
        if saved:
            flash(_("Het besluit staat in het verslag."), "success")
            return _back(conference_id, "besluiten")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Besluit"), button=_("Besluit opslaan"))


@bp.route("/casussen/overleggen/<uuid:conference_id>/actie", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def agree(conference_id: UUID) -> Any:
    """Agree an action on the spot."""
    with looking_up("case_conference", conference_id, Permission.CASES_WORK) as actor:
        seen, _conference = conferring.to_hold(actor, conference_id)
        service.opened(actor, seen)
    form = action_form(seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            conferring.agreed(actor, conference_id, **form.only("what", "owner_id", "owner_name", "due_on"))
        if saved:
            flash(_("De actie staat op de dag van wie het doet."), "success")
            return _back(conference_id, "acties")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Actie afspreken"), button=_("Afspreken"))


@bp.route("/casussen/overleggen/<uuid:conference_id>/afronden", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
@keeps(_l("Verslag van een casusoverleg"), HoldForm)
def hold(conference_id: UUID) -> Any:
    """Round it off: who was there, a few lines, the next date."""
    with looking_up("case_conference", conference_id, Permission.CASES_WORK) as actor:
        seen, found = conferring.to_hold(actor, conference_id)
        service.opened(actor, seen)
    guests = conferring.guests(found.id)
    form = HoldForm(data={"version": found.version})
    form.present.choices = [(guest.invitee.id, guest.name) for guest in guests]
    if form.validate_on_submit():
        with web.saving(form) as saved:
            conferring.hold(actor, conference_id, **form.only("minutes", "present", "next_at", "version"))
        if saved:
            flash(_("Het overleg is afgerond. Het verslag staat klaar."), "success")
            return _back(conference_id, "verslag")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Overleg afronden"), button=_("Afronden"))


@bp.post("/casussen/overleggen/<uuid:conference_id>/afzeggen")
@requires(Permission.CASES_WORK)
def cancel(conference_id: UUID) -> Response:
    """It does not take place."""
    form = ConfirmForm()
    version = form.version.data or 0 if form.validate_on_submit() else 0
    with looking_up("case_conference", conference_id, Permission.CASES_WORK) as actor:
        made = conferring.cancel(actor, conference_id, version=version)
    flash(_("Het overleg gaat niet door."), "success")
    return redirect(url_for("cases.show", case_id=made.case_id, _anchor="overleg"), code=303)


@bp.get("/casussen/overleggen/<uuid:conference_id>/verslag")
@requires(Permission.CASES_READ)
@confirmed_lately(page="cases.conference")
def minutes(conference_id: UUID) -> Response:
    """The minutes as PDF; logged as an export."""
    with looking_up("case_conference", conference_id, Permission.CASES_READ) as actor:
        table = conferring.show(actor, conference_id, action=Action.EXPORT)
    if table.conference.status != ConferenceStatus.HELD:
        raise Conflict
    body = pdf.render("report", minutes_of(table), str(get_locale() or "nl"))
    name = f"verslag-{table.seen.case.number}-{clock.to_local(table.conference.starts_at):%Y%m%d}.pdf"
    return Response(body, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _back(conference_id: UUID, anchor: str) -> Response:
    return redirect(url_for("cases.conference", conference_id=conference_id, _anchor=anchor), code=303)
