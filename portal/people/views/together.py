"""HTTP for one thing for many young people: choose in the list, say what, and read what became of each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.core import web
from portal.core.errors import Invalid
from portal.people.forms import AssignForm
from portal.people.service import assignable_workers, together
from portal.people.views.blueprint import bp
from portal.privacy.guard import current_actor, denied, requires
from portal.privacy.permissions import Permission


@bp.post("/jongeren/toewijzen")
@requires(Permission.PEOPLE_ASSIGN)
def assign_many() -> Any:
    """First asks which worker, then gives all of them that worker and tells what became of each."""
    actor, ids = current_actor(), web.sent_ids("person")
    try:
        people = together.chosen(actor, ids)
    except Invalid as error:
        flash(_(next(iter(error.errors.values()))), "warning")
        return redirect(url_for(".index"), 303)
    form = AssignForm() if "user_id" in request.form else AssignForm(formdata=None)
    teams = {person.team_id for person in people}
    form.user_id.choices = [(user.id, user.name) for user in assignable_workers(*teams)] if teams else []
    if "user_id" not in request.form or not form.validate_on_submit():
        return web.render_form("people/assign_many.html", form, people=people)
    outcomes = together.assign_all(actor, ids, user_id=form.data["user_id"], primary=form.primary.data)
    for outcome in outcomes:
        if outcome.person is None:
            denied(actor, "person", outcome.person_id, Permission.PEOPLE_ASSIGN)
    return render_template("people/assigned_many.html", outcomes=outcomes)
