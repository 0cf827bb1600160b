"""HTTP for a next step for many young people: choose in the list, say what, and read what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.contacts.forms import PlanManyForm
from portal.contacts.service import together
from portal.contacts.views.blueprint import bp
from portal.core import clock, near, web
from portal.core.errors import Invalid
from portal.people.service import together as choosing
from portal.privacy.guard import current_actor, denied, looking_up, requires
from portal.privacy.permissions import Permission


@bp.post("/jongeren/vervolg-plannen")
@requires(Permission.PEOPLE_ASSIGN)
def plan_many() -> Any:
    """First asks what and by when, then gives it to the first worker of each and tells what became of each."""
    actor, ids = current_actor(), web.sent_ids("person")
    try:
        people = choosing.chosen(actor, ids)
    except Invalid as error:
        flash(_(next(iter(error.errors.values()))), "warning")
        return redirect(url_for("people.index"), 303)
    form = PlanManyForm() if "what" in request.form else PlanManyForm(formdata=None)
    form.on.today, form.on.earliest, form.on.latest = (today := clock.today()), today, today + near.AHEAD
    outcomes: list[together.Planned] = []
    if "what" in request.form and form.validate_on_submit():
        with web.saving(form) as saved:
            outcomes = together.plan_all(actor, ids, due_on=form.data["on"], what=form.data["what"])
        if saved:
            _refuse(actor, outcomes)
            return render_template("contacts/planned_many.html", outcomes=outcomes)
    return web.render_form("contacts/plan_many.html", form, people=people)


def _refuse(actor: Any, outcomes: list[together.Planned]) -> None:
    for outcome in outcomes:
        if outcome.person is None:
            denied(actor, "person", outcome.person_id, Permission.PEOPLE_ASSIGN)


@bp.post("/vervolg/<uuid:follow_up_id>/terugdraaien")
@requires(Permission.PEOPLE_ASSIGN)
def take_back_plan(follow_up_id: UUID) -> Any:
    """Drop what one planned a moment ago."""
    with looking_up("follow_up", follow_up_id, Permission.PEOPLE_ASSIGN) as actor:
        together.take_back(actor, follow_up_id)
    flash(_("Teruggedraaid."), "success")
    return redirect(url_for("people.index"), 303)
