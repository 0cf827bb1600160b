"""HTTP for the questions that the log raises, and for the state of its seals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.audit import state
from portal.core import web
from portal.oversight import labels
from portal.oversight.forms import AnswerForm, QuestionFilter
from portal.oversight.models import Outcome
from portal.oversight.service import questions as service
from portal.oversight.service.questions import Wanted
from portal.oversight.views.blueprint import bp
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.labels import ACTION, PURPOSE, ROLE
from portal.privacy.permissions import Permission


@bp.get("/inzages/vragen")
@requires(Permission.ACCESS_LOG_ALL)
def questions() -> Response:
    """What waits for an answer, or was answered."""
    actor = current_actor()
    form = QuestionFilter(request.args)
    form.validate()
    wanted = Wanted() if form.errors else Wanted(form.soort.data or "", bool(form.beantwoord.data))
    page = service.listing(actor, wanted, cursor=request.args.get("na", ""))
    query = {name: value for name, value in request.args.items() if name != "na"}
    shown = {"page": page, "form": form, "query": query, "labels": labels, "waiting": service.count_open(actor)}
    return make_response(render_template("oversight/questions.html", **shown), 422 if form.errors else 200)


@bp.route("/inzages/vragen/<uuid:question_id>", methods=["GET", "POST"])
@requires(Permission.ACCESS_LOG_ALL)
def question(question_id: UUID) -> Any:
    """One question: what it is about, and its outcome."""
    with looking_up("access_question", question_id, Permission.ACCESS_LOG_ALL) as actor:
        asked, events = service.get(actor, question_id)
    found = asked.question
    form = AnswerForm(data={"outcome": found.outcome, "note": found.note, "version": found.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.answer(
                actor, question_id, outcome=Outcome(form.outcome.data or ""), note=form.note.data or "",
                version=form.version.data,
            )  # fmt: skip
        if saved:
            flash(_("De uitkomst is opgeslagen."), "success")
            return redirect(url_for(".questions"), 303)
    shown = {"asked": asked, "events": events, "labels": labels}
    return web.render_form(
        "oversight/question.html", form, actions=ACTION, purposes=PURPOSE, roles=ROLE, most=service.SHOWN, **shown
    )


@bp.get("/inzages/zegel")
@requires(Permission.ACCESS_LOG_ALL)
def seal() -> str:
    """How far the log is sealed, and which roots left."""
    return render_template("oversight/seal.html", state=state.current(), mails=state.mailed())
