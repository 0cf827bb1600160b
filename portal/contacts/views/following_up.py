"""One follow-up, and everything that can be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.contacts import labels
from portal.contacts.forms import CallForm, FinishForm, MoveForm, PromiseForm, ReassignForm, StepForm
from portal.contacts.models import Channel, Contact, FollowUp, FollowUpKind, Result
from portal.contacts.service import follow_ups, promises
from portal.contacts.views import filling
from portal.contacts.views.blueprint import bp
from portal.core import clock, formats, near, web, workdays
from portal.core.errors import Invalid
from portal.core.forms import Choice, Form
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission

FORMS: dict[str, type[Form]] = {
    "move": MoveForm,
    "finish": FinishForm,
    "promise": PromiseForm,
    "reassign": ReassignForm,
    "step": StepForm,
}
TODAY, OTHER_DAY, NOT_YET = "today", "other", "not_yet"


@bp.get("/vervolg/<uuid:follow_up_id>")
@requires(Permission.CONTACTS_READ)
def follow_up(follow_up_id: UUID) -> Any:
    """One follow-up, and everything that can be done with it."""
    return _follow_up_page(follow_up_id)


@bp.post("/vervolg/<uuid:follow_up_id>/verzetten")
@requires(Permission.CONTACTS_WRITE)
def move_follow_up(follow_up_id: UUID) -> Any:
    """Put it on another day, or say better what it is."""
    form = MoveForm(prefix="move-")
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        _bound(form, follow_ups.get(actor, follow_up_id, Permission.CONTACTS_WRITE))
        if form.validate_on_submit():
            with web.saving(form) as saved:
                follow_ups.move(
                    actor,
                    follow_up_id,
                    due_on=form.data["due_on"],
                    what=form.data["what"],
                    version=form.version.data,
                )
            if saved:
                return _done(_("De wijziging is opgeslagen."))
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


@bp.post("/vervolg/<uuid:follow_up_id>/belofte")
@requires(Permission.CONTACTS_WRITE)
def answer_promise(follow_up_id: UUID) -> Any:
    """Say what came of a promise, and when the young person was told; only then it is closed."""
    form = PromiseForm(prefix="promise-")
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        _offer_talks(form, actor, follow_ups.get(actor, follow_up_id, Permission.CONTACTS_WRITE))
        if form.validate_on_submit():
            with web.saving(form) as saved:
                row = _answer(actor, follow_up_id, form.data)
            if saved and row.told_on:
                return _done(_("De belofte is afgerond."), undo=row)
            if saved:
                return _done(_("Opgeslagen. De belofte blijft staan tot je het hebt verteld."))
    return _follow_up_page(follow_up_id, promise=form)


def _answer(actor: Actor, promise_id: UUID, answers: dict[str, Any]) -> FollowUp:
    told, told_on, told_in = answers["told"], None, None
    if told == TODAY:
        told_on = clock.today()
    elif told == OTHER_DAY:
        told_on = answers["told_on"]
        if told_on is None:
            raise Invalid(told_on=N_("Kies de dag waarop je het hebt verteld."))
    elif told != NOT_YET:
        told_in = UUID(told)
    return promises.answer(
        actor,
        promise_id,
        outcome=answers["outcome"],
        told_on=told_on,
        told_in=told_in,
        note=answers["note"],
        version=answers["version"],
    )


def _offer_talks(form: Form, actor: Actor, promise: FollowUp) -> None:
    """When it can have been told: in one of the last contacts, today, on another day, or not yet."""
    talks = [
        Choice(
            str(talk.id),
            _("In het contact van %(moment)s", moment=formats.moment(talk.at)),
            f"{labels.CHANNEL[Channel(talk.channel)]}, {talk.author}",
        )
        for talk in promises.talks(actor, promise)
    ]
    form["told"].choices = [
        *talks,
        Choice(TODAY, _("Vandaag")),
        Choice(OTHER_DAY, _("Op een andere dag")),
        Choice(NOT_YET, _("Nog niet"), _("De belofte blijft staan tot je het hebt verteld.")),
    ]
    form["told_on"].latest = clock.today()


@bp.post("/vervolg/<uuid:follow_up_id>/gebeld")
@requires(Permission.CONTACTS_WRITE)
def call_follow_up(follow_up_id: UUID) -> Any:
    """Log a call from its row in one tap. Who was not reached is called again on the next working day."""
    form = CallForm()
    with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
        if form.validate_on_submit():
            result = form.data["result"]
            recorded = follow_ups.called(
                actor,
                follow_up_id,
                result=result,
                confidentiality=filling.usual_confidentiality(actor),
                version=form.version.data,
            )
            return _called(recorded.contact, result)
    return _follow_up_page(follow_up_id, call=form)


def _called(contact: Contact, result: Result) -> Response:
    again = workdays.add(clock.today(), 1)
    said = _("Gesproken. Het contact is opgeslagen.")
    if result == Result.NOT_REACHED:
        said = _("Niet bereikt. Je belt %(day)s opnieuw.", day=formats.relative_day(again))
    link = Markup('<a href="{}">{}</a>').format(url_for(".edit", contact_id=contact.id), _("Aanvullen"))
    flash(Markup("{} {}").format(said, link), "success")
    return redirect(url_for("home.my_day"), code=303)


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
    forms = _empty_forms(row) | posted
    if row.kind == FollowUpKind.PROMISE:
        _offer_talks(forms["promise"], actor, row)
    if allowed.reassign:
        forms["reassign"].assignee_id.choices = _workers(actor, follow_up_id)
    body = render_template("contacts/follow_up.html", row=row, task=task, allowed=allowed, labels=labels, forms=forms)
    return make_response(body, 422 if any(form.errors for form in posted.values()) else 200)


def _empty_forms(row: FollowUp) -> dict[str, Form]:
    known = {name: getattr(row, name) for name in ("version", "due_on", "what", "outcome")} | {"note": row.end_note}
    forms = {name: kind(formdata=None, prefix=f"{name}-", data=known) for name, kind in FORMS.items()}
    _bound(forms["move"], row)
    return forms


def _bound(form: Form, row: FollowUp) -> None:
    """From today on, or the day it has; a promise stays about something."""
    today = clock.today()
    form["due_on"].today, form["due_on"].earliest = today, min(today, row.due_on)
    form["due_on"].latest = today + near.AHEAD
    if row.kind == FollowUpKind.PROMISE:
        form["what"].flags.required = True


def _workers(actor: Actor, follow_up_id: UUID) -> list[tuple[UUID, str]]:
    return [(worker.user_id, worker.name) for worker in follow_ups.assignable(actor, follow_up_id)]


def _done(message: str, *, undo: FollowUp | None = None) -> Response:
    button = Markup(render_template("contacts/_undo.html", follow_up=undo)) if undo else ""  # noqa: S704 (own template)
    flash(Markup("{} {}").format(message, button), "success")
    return redirect(url_for("home.my_day"), code=303)
