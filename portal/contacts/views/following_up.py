"""One follow-up, and everything that can be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.contacts import labels
from portal.contacts.forms import FinishForm, MoveForm, ReassignForm, StepForm
from portal.contacts.models import FollowUp
from portal.contacts.service import follow_ups
from portal.contacts.service.recording import MAX_FOLLOW_UP
from portal.contacts.views.blueprint import bp
from portal.core import clock, web
from portal.core.forms import Form
from portal.privacy.actor import Actor
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.get("/vervolg/<uuid:follow_up_id>")
@requires(Permission.CONTACTS_READ)
def follow_up(follow_up_id: UUID) -> Any:
    """One follow-up, and everything that can be done with it."""
    return _follow_up_page(follow_up_id)


@bp.post("/vervolg/<uuid:follow_up_id>/verzetten")
@requires(Permission.CONTACTS_WRITE)
def move_follow_up(follow_up_id: UUID) -> Any:
    """Put it on another day."""
    form = _bounded(MoveForm(prefix="move-"))
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        if form.validate_on_submit():
            with web.saving(form) as saved:
                follow_ups.move(actor, follow_up_id, due_on=form.data["due_on"], version=form.version.data)
            if saved:
                return _done(_("Het vervolg is verzet."))
    return _follow_up_page(follow_up_id, move=form)


@bp.post("/vervolg/<uuid:follow_up_id>/afronden")
@requires(Permission.CONTACTS_WRITE)
def finish_follow_up(follow_up_id: UUID) -> Any:
    """Done without a contact."""
    form = FinishForm(prefix="finish-")
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        if form.validate_on_submit():
            with web.saving(form) as saved:
                row = follow_ups.finish(actor, follow_up_id, reason=form.reason.data, version=form.version.data)
            if saved:
                return _done(_("Het vervolg is afgerond."), undo=row)
    return _follow_up_page(follow_up_id, finish=form)


@bp.post("/vervolg/<uuid:follow_up_id>/vervallen")
@requires(Permission.CONTACTS_WRITE)
def cancel_follow_up(follow_up_id: UUID) -> Any:
    """It need not be done any more; can be undone from the message."""
    form = StepForm(prefix="step-")
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        if form.validate_on_submit():
            row = follow_ups.cancel(actor, follow_up_id, version=form.version.data)
            return _done(_("Het vervolg is vervallen."), undo=row)
    return _follow_up_page(follow_up_id, step=form)


@bp.post("/vervolg/<uuid:follow_up_id>/terugzetten")
@requires(Permission.CONTACTS_WRITE)
def reopen_follow_up(follow_up_id: UUID) -> Any:
    """Undo dropping it, or finishing it without a contact."""
    form = StepForm(prefix="step-")
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        if form.validate_on_submit():
            follow_ups.reopen(actor, follow_up_id, version=form.version.data)
            return _done(_("Het vervolg staat weer open."))
    return _follow_up_page(follow_up_id, step=form)


@bp.post("/vervolg/<uuid:follow_up_id>/overdragen")
@requires(Permission.PEOPLE_ASSIGN)
def reassign_follow_up(follow_up_id: UUID) -> Any:
    """A director gives it to another worker of this young person."""
    form = ReassignForm(prefix="reassign-")
    with looking_up("follow_up", follow_up_id, Permission.PEOPLE_ASSIGN) as actor:
        form.assignee_id.choices = _workers(actor, follow_up_id)
        if form.validate_on_submit():
            with web.saving(form) as saved:
                follow_ups.reassign(
                    actor, follow_up_id, assignee_id=form.data["assignee_id"], version=form.version.data
                )
            if saved:
                return _done(_("Het vervolg is overgedragen."))
    return _follow_up_page(follow_up_id, reassign=form)


def _follow_up_page(follow_up_id: UUID, **posted: Form) -> Response:
    """The page with all its forms; the one that was posted keeps its answers and errors, and makes it a 422."""
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_READ) as actor:
        row, task = follow_ups.read(actor, follow_up_id)
    allowed = follow_ups.allowed(actor, row)
    forms = _empty_forms(row.version) | posted
    if allowed.reassign:
        forms["reassign"].assignee_id.choices = _workers(actor, follow_up_id)
    body = render_template("contacts/follow_up.html", row=row, task=task, allowed=allowed, labels=labels, forms=forms)
    return make_response(body, 422 if any(form.errors for form in posted.values()) else 200)


def _empty_forms(version: int) -> dict[str, Form]:
    kinds = {"move": MoveForm, "finish": FinishForm, "reassign": ReassignForm, "step": StepForm}
    forms = {name: kind(formdata=None, prefix=f"{name}-", data={"version": version}) for name, kind in kinds.items()}
    _bounded(forms["move"])
    return forms


def _bounded(form: MoveForm) -> MoveForm:
    form.due_on.today = form.due_on.earliest = clock.today()
    form.due_on.latest = clock.today() + MAX_FOLLOW_UP
    return form


def _workers(actor: Actor, follow_up_id: UUID) -> list[tuple[UUID, str]]:
    return [(worker.user_id, worker.name) for worker in follow_ups.assignable(actor, follow_up_id)]


def _done(message: str, *, undo: FollowUp | None = None) -> Response:
    button = Markup(render_template("contacts/_undo.html", follow_up=undo)) if undo else ""  # noqa: S704 (own template)
    flash(Markup("{} {}").format(message, button), "success")
    return redirect(url_for("home.my_day"), code=303)
