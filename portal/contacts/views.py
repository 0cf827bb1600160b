"""HTTP for contacts: record, read and change one; and the follow-ups that come out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.contacts import labels, service
from portal.contacts.forms import (
    CHANNELS_SHOWN,
    ContactForm,
    CorrectForm,
    DetailsForm,
    EditForm,
    FinishForm,
    MoveForm,
    ReassignForm,
    StepForm,
)
from portal.contacts.models import Channel, Confidentiality, Contact, FollowUp, FollowUpStatus
from portal.contacts.service import Details, Next, correcting, follow_ups
from portal.contacts.service.follow_ups import Task
from portal.contacts.service.reading import CORRECTABLE
from portal.contacts.service.recording import MAX_AGE, MAX_AHEAD, MAX_FOLLOW_UP
from portal.core import clock, web
from portal.core.errors import NotFound
from portal.core.forms import Choice, Form
from portal.core.ids import new_id
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission, Role

bp = Blueprint("contacts", __name__)

RECENT = 4
NEXT_WEEK = timedelta(days=7)
DETAILS = ("channel", "result", "purpose", "occurred_at", "duration_min", "place", "note", "confidentiality")


@dataclass(frozen=True)
class Origin:
    """Where the form was opened from: a follow-up, a dossier, another contact, or nothing."""

    person_id: UUID | None = None
    task: Task | None = None
    closed: bool = False  # the follow-up was done or dropped meanwhile
    back: str = ""
    like: Contact | None = None  # the contact just saved, for "Nog een"


# --- recording -------------------------------------------------------------------------------------------------------


@bp.route("/contacten/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
def new() -> Any:
    """Record a contact: who, how, result, what for, what next; the rest is optional."""
    actor = current_actor()
    origin = _origin()
    form = _record_form(actor, origin)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            recorded = _record(actor, form, origin)
        if saved:
            _say_saved(recorded)
            return redirect(origin.back, code=303)
    return web.render_form("contacts/new.html", form, origin=origin)


def _record(actor: Actor, form: ContactForm, origin: Origin) -> service.Recorded:
    answers: dict[str, Any] = form.data
    follow_up = answers["follow_up_on"] and Next(answers["follow_up_on"], answers["follow_up_what"])
    return service.record(
        actor,
        person_ids=answers["people"],
        details=_details(form),
        key=answers["key"],
        follow_up=follow_up,
        from_follow_up=origin.task.id if origin.task else None,
    )


def _say_saved(recorded: service.Recorded) -> None:
    message = _("Contact opgeslagen.") if recorded.new else _("Dit contact was al opgeslagen.")
    again, see = url_for(".new", na=recorded.contact.id), url_for(".show", contact_id=recorded.contact.id)
    links = Markup('<a href="{}">{}</a> · <a href="{}">{}</a>').format(again, _("Nog een"), see, _("Bekijken"))
    flash(Markup("{} {}").format(message, links), "success")


def _origin() -> Origin:
    """What the address names, checked; an id that is none, or out of reach, is a 404."""
    follow_up_id, person_id, earlier_id = _id("opvolging"), _id("jongere"), _id("na")
    if follow_up_id:
        with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
            row, task = follow_ups.read(actor, follow_up_id, Permission.CONTACTS_WRITE)
        return Origin(row.person_id, task, row.status != FollowUpStatus.OPEN, url_for("home.my_day"))
    if person_id:
        with looking_up("person", person_id, Permission.CONTACTS_WRITE) as actor:
            people.get(actor, person_id, Permission.CONTACTS_WRITE)
        return Origin(person_id, back=url_for("dossier.show", person_id=person_id))
    return Origin(back=url_for("home.my_day"), like=_own(earlier_id) if earlier_id else None)


def _own(contact_id: UUID) -> Contact:
    """An own contact, whose channel and place the next one starts with."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        contact = service.get(actor, contact_id)
        if contact.worker_id != actor.user_id:
            raise NotFound
    return contact


def _id(name: str) -> UUID | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotFound from None


def _record_form(actor: Actor, origin: Origin) -> ContactForm:
    habits = service.habits(actor)
    channel = Channel(origin.like.channel) if origin.like else habits.channel
    form = ContactForm(
        data={
            "people": [origin.person_id] if origin.person_id else [],
            "channel": channel,
            "place": origin.like.place if origin.like else "",
            "purpose": habits.purpose,
            "confidentiality": _usual_confidentiality(actor),
            "follow_up_on": clock.today() + NEXT_WEEK,
            "occurred_at": clock.now(),
            "key": new_id(),
        }
    )
    form.people.choices = _choices(actor, habits.recent_people)
    form.channel.choices = _usual_first(form.channel.choices, channel)
    form.place.suggestions = habits.places
    form.follow_up_on.today = form.follow_up_on.earliest = clock.today()
    form.follow_up_on.latest = clock.today() + MAX_FOLLOW_UP
    _bound_moment(form)
    return form


def _usual_confidentiality(actor: Actor) -> Confidentiality:
    """A messenger's note is for those around the trajectory; a worker's for the workers."""
    worker = Role.YOUTH_WORKER in actor.role_names
    return Confidentiality.TEAM if worker else Confidentiality.CASE_TEAM


def _bound_moment(form: DetailsForm) -> None:
    form.occurred_at.earliest, form.occurred_at.latest = clock.now() - MAX_AGE, clock.now() + MAX_AHEAD


def _choices(actor: Actor, recent: Any = ()) -> list[Choice]:
    """Everybody in reach, the recent ones in front; who has no recent contacts gets the first of the list."""
    listed = people.choices(actor, Permission.CONTACTS_WRITE)
    place = {person_id: n for n, person_id in enumerate(recent)}
    ordered = sorted(listed, key=lambda c: place.get(c.id, len(place)))
    return [Choice(str(c.id), c.label, c.detail, recent=n < RECENT) for n, c in enumerate(ordered)]


def _usual_first(choices: list[Choice], channel: Channel) -> list[Choice]:
    """The tiles in their fixed order; a usual one from behind "Meer" takes the last place before it."""
    usual = next(choice for choice in choices if choice.value == channel)
    if usual in choices[:CHANNELS_SHOWN]:
        return choices
    rest = [choice for choice in choices if choice != usual]
    return [*rest[: CHANNELS_SHOWN - 1], usual, *rest[CHANNELS_SHOWN - 1 :]]


def _details(form: DetailsForm) -> Details:
    answers: dict[str, Any] = form.data
    return Details(**{name: answers[name] for name in DETAILS})


# --- one contact -----------------------------------------------------------------------------------------------------


@bp.get("/contacten/<uuid:contact_id>")
@requires(Permission.CONTACTS_READ)
def show(contact_id: UUID) -> Any:
    """One contact, and whether it can still be changed."""
    with looking_up("contact", contact_id, Permission.CONTACTS_READ) as actor:
        page = service.read(actor, contact_id)
    return render_template("contacts/show.html", page=page, labels=labels)


@bp.route("/contacten/<uuid:contact_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
def edit(contact_id: UUID) -> Any:
    """Change an own contact within the term; after it the page says so."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        page = service.read(actor, contact_id)
    if not page.can_edit:
        return redirect(url_for(".show", contact_id=contact_id), code=303)
    form = _edit_form(actor, page)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.change(
                actor,
                contact_id,
                person_ids=form.people.data or (),
                details=_details(form),
                version=form.version.data,
            )
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(url_for(".show", contact_id=contact_id), code=303)
    return web.render_form("contacts/edit.html", form, page=page)


def _edit_form(actor: Actor, page: service.Page) -> EditForm:
    contact = page.contact
    known = {name: getattr(contact, name) for name in (*DETAILS, "version")}
    form = EditForm(data=known | {"people": [p.id for p in page.people]})
    choices = _choices(actor)
    offered = {choice.value for choice in choices}
    closed = [Choice(str(p.id), p.name) for p in page.people if str(p.id) not in offered]
    form.people.choices = [*choices, *closed]
    if contact.confidentiality == Confidentiality.SHARED_COVENANT:
        shared = Confidentiality.SHARED_COVENANT
        form.confidentiality.choices = [
            *form.confidentiality.choices,
            Choice(shared, labels.CONFIDENTIALITY[shared], labels.READERS[shared]),
        ]
    form.occurred_at.latest = clock.now() + MAX_AHEAD
    return form


# --- corrections ------------------------------------------------------------------------------------------------------


@bp.route("/contacten/<uuid:contact_id>/corrigeren", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
def correct(contact_id: UUID) -> Any:
    """Put an own contact right after the term; before it the page offers to change it."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        page = service.read(actor, contact_id)
    if not page.can_correct:
        return redirect(url_for(".show", contact_id=contact_id), code=303)
    form = _correct_form(page)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            _correct(actor, form, contact_id)
        if saved:
            flash(_("De correctie is opgeslagen. De oude versie blijft te lezen."), "success")
            return redirect(url_for(".show", contact_id=contact_id), code=303)
    return web.render_form("contacts/correct.html", form, page=page, labels=labels)


def _correct_form(page: service.Page) -> CorrectForm:
    known = {name: getattr(page.contact, name) for name in (*CORRECTABLE, "version")}
    form = CorrectForm(data=known)
    form.occurred_at.earliest, form.occurred_at.latest = correcting.moments(page.contact)
    return form


def _correct(actor: Actor, form: CorrectForm, contact_id: UUID) -> None:
    answers: dict[str, Any] = form.data
    changes = {name: answers[name] for name in CORRECTABLE}
    service.correct(actor, contact_id, version=form.version.data, changes=changes, reason=answers["reason"])


@bp.get("/contacten/correcties/<uuid:correction_id>")
@requires(Permission.CONTACTS_READ)
def correction(correction_id: UUID) -> Any:
    """To the contact with both versions; when its note is not for this director, that there was a correction."""
    with looking_up("contact_correction", correction_id, Permission.CONTACTS_READ) as actor:
        notice = correcting.notice(actor, correction_id)
    if notice.contact_open:
        return redirect(url_for(".show", contact_id=notice.correction.contact_id, _anchor="correcties"), code=303)
    return render_template("contacts/correction.html", notice=notice, labels=labels)


@bp.post("/contacten/correcties/<uuid:correction_id>/gezien")
@requires(Permission.CORRECTIONS_APPROVE)
def see_correction(correction_id: UUID) -> Any:
    """A director has seen it; twice is once."""
    with looking_up("contact_correction", correction_id, Permission.CORRECTIONS_APPROVE) as actor:
        correcting.see(actor, correction_id)
    flash(_("Je hebt deze correctie gezien."), "success")
    return redirect(url_for(".correction", correction_id=correction_id), code=303)


# --- follow-ups ------------------------------------------------------------------------------------------------------


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
