"""HTTP for nominations: making one, reading it as second reader, and what the partner said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.cases import labels, service
from portal.cases.forms import AnswerForm, NominationForm, SecondForm
from portal.cases.service import nominating
from portal.cases.views.blueprint import bp
from portal.cases.workflow import Event
from portal.core import clock, web
from portal.drafts.keeping import keeps
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission


@bp.route("/casussen/<uuid:case_id>/voordracht", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
@keeps(_l("Voordracht"), NominationForm)
def nominate(case_id: UUID) -> Any:
    """Ask to work on this case at a further level."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.opened(actor, service.to_work_on(actor, case_id))
    form = NominationForm()
    form.level.choices = [(level, labels.LEVEL[level]) for level in service.levels_for(seen.case, Event.SCALE_UP)]
    form.youth_informed_on.latest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            nominating.nominate(actor, case_id, level=form.data["level"], weighing=form.weighing())
        if saved:
            flash(_("De voordracht wacht op een tweede lezer."), "success")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="voordracht"), code=303)
    return web.render_form("cases/form.html", form, seen=seen, title=_("Voordragen"), button=_("Voordragen"))


@bp.get("/voordrachten")
@requires(Permission.NOMINATIONS_SECOND)
def nominations() -> Any:
    """What waits for a second reader."""
    return render_template("cases/nominations.html", waiting=nominating.waiting(current_actor()))


@bp.route("/voordrachten/<uuid:nomination_id>", methods=["GET", "POST"])
@requires(Permission.NOMINATIONS_SECOND)
def second(nomination_id: UUID) -> Any:
    """Read a nomination without knowing whose it is, and say whether it may go to the partner."""
    with looking_up("case_nomination", nomination_id, Permission.NOMINATIONS_SECOND) as actor:
        asked = nominating.to_second(actor, nomination_id)
    form = SecondForm(data={"version": asked.nomination.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            nominating.second(actor, nomination_id, agrees=form.data["agrees"] == "yes", **form.only("note", "version"))
        if saved:
            flash(_("Je antwoord is bewaard."), "success")
            return redirect(url_for("cases.nominations"), code=303)
    return web.render_form("cases/second.html", form, asked=asked)


@bp.route("/voordrachten/<uuid:nomination_id>/antwoord", methods=["GET", "POST"])
@requires(Permission.CASES_DIRECT)
def answer(nomination_id: UUID) -> Any:
    """Write down what the partner said."""
    with looking_up("case_nomination", nomination_id, Permission.CASES_DIRECT) as actor:
        seen, made = nominating.to_answer(actor, nomination_id)
        service.opened(actor, seen)
    form = AnswerForm(data={"version": made.version, "answered_on": clock.today()})
    form.answered_on.latest = clock.today()
    if form.validate_on_submit():
        given = form.only("answered_on", "answered_by", "note", "version")
        with web.saving(form) as saved:
            nominating.answer(actor, nomination_id, accepted=form.data["accepted"] == "yes", **given)
        if saved:
            flash(_("Het antwoord van de partner is bewaard."), "success")
            return redirect(url_for("cases.show", case_id=seen.case.id, _anchor="voordracht"), code=303)
    return web.render_form("cases/form.html", form, seen=seen, title=_("Antwoord van de partner"), button=_("Opslaan"))
