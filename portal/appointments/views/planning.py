"""Making an appointment, and everything that can be done with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.appointments import calendar, labels, service
from portal.appointments.forms import CancelForm, ChangeForm, HandOverForm, MomentForm, MoveForm, PlanForm, StepForm
from portal.appointments.models import Appointment, AppointmentStatus
from portal.appointments.service import Clash, Clashing, Page, planning
from portal.appointments.views.blueprint import bp
from portal.core import clock, web
from portal.core.errors import Conflict, NotFound
from portal.core.forms import Choice, Form
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

QUARTER = timedelta(minutes=15)
MORNING = timedelta(hours=10)
USUAL_MINUTES = 30


# --- making one ------------------------------------------------------------------------------------------------------


@bp.route("/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
def new() -> Any:
    """Plan an appointment."""
    actor, person_id = current_actor(), _asked_person()
    form = _plan_form(actor, person_id)
    clashes: list[Clash] = []
    if form.validate_on_submit():
        made: list[Appointment] = []
        if _save(form, clashes, lambda: made.append(_plan(actor, form))):
            return _to(made[0].id, _("De afspraak staat in je agenda."))
    back = url_for("dossier.show", person_id=person_id) if person_id else url_for(".index")
    return web.render_form("appointments/new.html", form, back=back, clashes=clashes)


def _plan(actor: Actor, form: PlanForm) -> Appointment:
    answers: dict[str, Any] = form.data
    return service.plan(
        actor,
        person_ids=answers["people"],
        starts_at=answers["starts_at"],
        ends_at=_ends(form),
        what=answers["what"],
        place=answers["place"],
        colleague_ids=answers["colleagues"],
        despite_clash=answers["despite"],
    )


def _asked_person() -> UUID | None:
    """The young person that the address names; an id that is none, or out of reach, is a 404."""
    given = request.args.get("jongere")
    if given is None:
        return None
    try:
        person_id = UUID(given)
    except ValueError:
        raise NotFound from None
    with looking_up("person", person_id, Permission.CONTACTS_WRITE) as actor:
        people.get(actor, person_id, Permission.CONTACTS_WRITE)
    return person_id


def _plan_form(actor: Actor, person_id: UUID | None) -> PlanForm:
    form = PlanForm(
        data={
            "people": [person_id] if person_id else [],
            "starts_at": _usual_moment(),
            "minutes": USUAL_MINUTES,
            "colleagues": [],
        }
    )
    _offer_company(form, actor)
    return form


def _usual_moment() -> datetime:
    """The next quarter of an hour, or the morning of the day that the address names."""
    morning = clock.day_start(calendar.read(None, request.args.get("dag")).day) + MORNING
    return max(morning, _next_quarter()) if request.args.get("dag") else _next_quarter()


def _next_quarter() -> datetime:
    """The first quarter of an hour that is still to come."""
    now = clock.now().replace(second=0, microsecond=0)
    return now - timedelta(minutes=now.minute % 15) + QUARTER


def _offer_company(form: Any, actor: Actor, page: Page | None = None) -> None:
    listed = [Choice(str(c.id), c.label, c.detail) for c in people.choices(actor, Permission.CONTACTS_WRITE)]
    offered = {choice.value for choice in listed}
    there = [Choice(str(one.id), one.name) for one in page.line.young] if page else []
    form.people.choices = [*listed, *(choice for choice in there if choice.value not in offered)]
    form.colleagues.choices = [Choice(str(user_id), name) for user_id, name in service.company(actor)]


def _ends(form: MomentForm) -> datetime:
    start: datetime = form.data["starts_at"]
    return start + timedelta(minutes=form.data["minutes"])


def _save(form: Form, clashes: list[Clash], call: Callable[[], object]) -> bool:
    """Run the service call; who is taken comes into `clashes`."""
    with web.saving(form) as saved:
        try:
            call()
        except Clashing as taken:
            clashes += taken.found
            raise
    return bool(saved)


# --- one appointment -------------------------------------------------------------------------------------------------


@bp.get("/<uuid:appointment_id>")
@requires(Permission.CONTACTS_READ)
def show(appointment_id: UUID) -> Any:
    """One appointment, and what can be done with it."""
    page = _read(appointment_id)
    return render_template("appointments/show.html", page=page, labels=labels, now=clock.now())


@bp.route("/<uuid:appointment_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
def edit(appointment_id: UUID) -> Any:
    """Change who comes, what about and where."""
    page = _read(appointment_id)
    if not page.may_edit:
        return _back(page)
    actor, clashes = current_actor(), list[Clash]()
    form = _change_form(actor, page)
    if form.validate_on_submit() and _save(form, clashes, lambda: _change(actor, appointment_id, form)):
        return _to(appointment_id, _("De wijziging is opgeslagen."))
    return web.render_form("appointments/edit.html", form, page=page, clashes=clashes)


def _change(actor: Actor, appointment_id: UUID, form: ChangeForm) -> None:
    answers: dict[str, Any] = form.data
    service.change(
        actor,
        appointment_id,
        person_ids=answers["people"],
        what=answers["what"],
        place=answers["place"],
        colleague_ids=answers["colleagues"],
        version=answers["version"],
        despite_clash=answers["despite"],
    )


def _change_form(actor: Actor, page: Page) -> ChangeForm:
    row = page.line.appointment
    form = ChangeForm(
        data={
            "people": [one.id for one in page.line.young],
            "what": row.what,
            "place": row.place,
            "colleagues": list(page.line.going),
            "version": row.version,
        }
    )
    _offer_company(form, actor, page)
    return form


@bp.route("/<uuid:appointment_id>/verzetten", methods=["GET", "POST"])
@requires(Permission.CONTACTS_READ)
def move(appointment_id: UUID) -> Any:
    """Put it on another moment."""
    page = _read(appointment_id)
    if not page.may_move:
        return _back(page)
    actor, clashes, made = current_actor(), list[Clash](), list[Appointment]()
    form = _move_form(page.line.appointment)
    if form.validate_on_submit() and _save(form, clashes, lambda: made.append(_move(actor, appointment_id, form))):
        return _to(made[0].id, _("De afspraak is verzet."), undo=page.line.appointment)
    return web.render_form("appointments/move.html", form, page=page, clashes=clashes)


def _move(actor: Actor, appointment_id: UUID, form: MoveForm) -> Appointment:
    answers: dict[str, Any] = form.data
    return service.move(
        actor,
        appointment_id,
        starts_at=answers["starts_at"],
        ends_at=_ends(form),
        reason=answers["reason"],
        version=answers["version"],
        despite_clash=answers["despite"],
    )


def _move_form(row: Appointment) -> MoveForm:
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    form = MoveForm(data={"starts_at": row.starts_at, "minutes": minutes, "version": row.version})
    form.offer(minutes)
    return form


@bp.route("/<uuid:appointment_id>/afzeggen", methods=["GET", "POST"])
@requires(Permission.CONTACTS_READ)
def cancel(appointment_id: UUID) -> Any:
    """It does not take place; can be undone from the message."""
    page = _read(appointment_id)
    if not page.may_change:
        return _back(page)
    row = page.line.appointment
    form = CancelForm(data={"version": row.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.cancel(current_actor(), appointment_id, reason=form.data["reason"], version=form.version.data)
        if saved:
            return _to(appointment_id, _("De afspraak is afgezegd."), undo=row)
    return web.render_form("appointments/cancel.html", form, page=page)


@bp.post("/<uuid:appointment_id>/geweest")
@requires(Permission.CONTACTS_READ)
def finish(appointment_id: UUID) -> Any:
    """It took place, without young people."""
    form = StepForm()
    with looking_up("appointment", appointment_id, Permission.CONTACTS_READ) as actor:
        if form.validate_on_submit():
            with web.saving(form) as saved:
                row = service.finish(actor, appointment_id, version=form.version.data)
            if saved:
                return _to(appointment_id, _("De afspraak is afgerond."), undo=row)
    return _step_refused(appointment_id, form)


@bp.post("/<uuid:appointment_id>/terugdraaien")
@requires(Permission.CONTACTS_READ)
def undo(appointment_id: UUID) -> Any:
    """Plan it again, shortly after."""
    form = StepForm()
    with looking_up("appointment", appointment_id, Permission.CONTACTS_READ) as actor:
        if form.validate_on_submit():
            service.undo(actor, appointment_id, version=form.version.data)
            return _to(appointment_id, _("De afspraak staat weer in de agenda."))
    return _step_refused(appointment_id, form)


@bp.route("/<uuid:appointment_id>/overdragen", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ASSIGN)
def hand_over(appointment_id: UUID) -> Any:
    """A director gives it to another worker."""
    page = _read(appointment_id)
    if not page.may_hand_over:
        return _back(page)
    row = page.line.appointment
    form = HandOverForm(data={"version": row.version})
    form.owner_id.choices = planning.takers(row)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.hand_over(
                current_actor(), appointment_id, owner_id=form.data["owner_id"], version=form.version.data
            )
        if saved:
            return _to(appointment_id, _("De afspraak is overgedragen."))
    return web.render_form("appointments/hand_over.html", form, page=page)


def _read(appointment_id: UUID) -> Page:
    with looking_up("appointment", appointment_id, Permission.CONTACTS_READ) as actor:
        return service.read(actor, appointment_id)


def _step_refused(appointment_id: UUID, form: StepForm) -> Response:
    return web.render_form("appointments/show.html", form, page=_read(appointment_id), labels=labels, now=clock.now())


def _back(page: Page) -> Response:
    """To the page that shows why this cannot be done. Raises Conflict for what was sent when it had just ended."""
    row = page.line.appointment
    if request.method == "POST" and row.status != AppointmentStatus.PLANNED:
        raise Conflict
    return _to(row.id)


def _to(appointment_id: UUID, message: str = "", *, undo: Appointment | None = None) -> Response:
    """The page of an appointment, with what happened and the way back."""
    if message:
        way_back = render_template("appointments/_undo.html", row=undo) if undo else ""
        flash(Markup("{} {}").format(message, Markup(way_back)), "success")  # noqa: S704 (own template)
    return redirect(url_for(".show", appointment_id=appointment_id), code=303)
