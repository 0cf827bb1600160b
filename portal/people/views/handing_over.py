"""HTTP for handing over one young person: propose, answer, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import web
from portal.people.forms import AnswerForm, HandOverForm
from portal.people.labels import HAND_OVER
from portal.people.service import handing_over, log_read, proposals, purpose_of_lists
from portal.people.views.blueprint import bp
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission


@bp.route("/jongeren/<uuid:person_id>/overdragen", methods=["GET", "POST"])
@requires(Permission.PEOPLE_UPDATE)
def propose_hand_over(person_id: UUID) -> Any:
    """Ask a colleague to take over this young person."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        person, from_user_id = handing_over.giver(actor, person_id)
        log_read(actor, person, purpose=purpose_of_lists(actor), permission=Permission.PEOPLE_UPDATE)
    form = HandOverForm()
    form.to_user_id.choices = [(user.id, user.name) for user in handing_over.receivers(person, from_user_id)]
    if form.validate_on_submit():
        with web.saving(form) as saved:
            answers: dict[str, Any] = form.data
            handing_over.propose(
                actor,
                person_id,
                to_user_id=answers["to_user_id"],
                note=answers["note"] or "",
                together_days=answers["together_days"] or 0,
                reads_days=answers["reads_days"] or 0,
            )
        if saved:
            flash(_("Je voorstel is verstuurd. Je collega beslist."), "success")
            return redirect(url_for("dossier.show", person_id=person_id), 303)
    waiting = proposals.open_for(actor, person_id)
    return web.render_form("people/hand_over.html", form, person=person, waiting=waiting)


@bp.get("/overdrachten/<uuid:hand_over_id>")
@requires(Permission.PEOPLE_UPDATE)
def hand_over(hand_over_id: UUID) -> Any:
    """One proposal, for who is asked, who asked, and the director."""
    with looking_up("hand_over", hand_over_id, Permission.PEOPLE_UPDATE) as actor:
        proposal = proposals.read(actor, hand_over_id)
    return render_template("people/proposal.html", proposal=proposal, form=AnswerForm(formdata=None), STATUS=HAND_OVER)


@bp.post("/overdrachten/<uuid:hand_over_id>/aannemen")
@requires(Permission.PEOPLE_UPDATE)
def accept_hand_over(hand_over_id: UUID) -> Response:
    """Take over, with everything open."""
    with looking_up("hand_over", hand_over_id, Permission.PEOPLE_UPDATE) as actor:
        done = handing_over.accept(actor, hand_over_id)
    flash(_("Je hebt deze jongere overgenomen, met alles wat openstond."), "success")
    return redirect(url_for("dossier.show", person_id=done.person_id), 303)


@bp.post("/overdrachten/<uuid:hand_over_id>/afwijzen")
@requires(Permission.PEOPLE_UPDATE)
def decline_hand_over(hand_over_id: UUID) -> Any:
    """Not now, with or without a reason."""
    form = AnswerForm()
    with looking_up("hand_over", hand_over_id, Permission.PEOPLE_UPDATE) as actor:
        if not form.validate_on_submit():
            proposal = proposals.read(actor, hand_over_id)
            return web.render_form("people/proposal.html", form, proposal=proposal, STATUS=HAND_OVER)
        handing_over.decline(actor, hand_over_id, note=form.note.data or "")
    flash(_("Je hebt laten weten dat het nu niet gaat."), "success")
    return redirect(url_for("people.hand_over", hand_over_id=hand_over_id), 303)


@bp.post("/overdrachten/<uuid:hand_over_id>/intrekken")
@requires(Permission.PEOPLE_UPDATE)
def withdraw_hand_over(hand_over_id: UUID) -> Response:
    """Take the proposal back."""
    with looking_up("hand_over", hand_over_id, Permission.PEOPLE_UPDATE):
        done = handing_over.withdraw(current_actor(), hand_over_id)
    flash(_("Het voorstel is ingetrokken."), "success")
    return redirect(url_for("people.hand_over", hand_over_id=done.id), 303)
