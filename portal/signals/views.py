"""HTTP for signals: telling, the lists, one signal, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.areas import labels as area_labels
from portal.areas import service as areas
from portal.core import clock, web
from portal.core.forms import Choice
from portal.core.ids import new_id
from portal.drafts.keeping import keeps
from portal.groups import service as groups
from portal.people import service as people
from portal.places import service as places
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.signals import figures as counting
from portal.signals import labels, service
from portal.signals.forms import (
    BY_SLUG,
    FORMS,
    OWN_EVENTS,
    SLUGS,
    DecideForm,
    IdentifyForm,
    JoinForm,
    OwnFilterForm,
    SignalForm,
    StepForm,
    YearForm,
)
from portal.signals.models import PERHAPS_VICTIM, SignalStatus, SubjectKind, Urgency
from portal.signals.service import Seen, Shown, Wanted, overseeing
from portal.signals.workflow import Event

bp = Blueprint("signals", __name__)

OWN_STEPS = ",".join(f"'{SLUGS[event]}'" for event in OWN_EVENTS)
STEPS = ",".join(f"'{slug}'" for event, slug in SLUGS.items() if event not in OWN_EVENTS)
AT_ONCE = (Event.TAKE,)
RECENT = 3  # young people that are one tap away


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "labels": labels, "area": areas.label, "Event": Event, "Shown": Shown, "Status": SignalStatus,
        "SubjectKind": SubjectKind, "Urgency": Urgency, "step_url": step_url,
    }  # fmt: skip


def step_url(signal_id: UUID, event: Event) -> str:
    """Where a step is taken."""
    endpoint = "signals.own_step" if event in OWN_EVENTS else "signals.step"
    return url_for(endpoint, signal_id=signal_id, slug=SLUGS[event])


# --- lists and one signal --------------------------------------------------------------------------------------------


@bp.get("/signalen")
@requires(Permission.SIGNALS_REPORT)
def index() -> Any:
    """What is to be judged by who judges; the own signals for everybody."""
    actor = current_actor()
    has = service.lists(actor)
    asked = request.args.get("toon", "")
    shown = Shown(asked) if asked in has else has[0]
    form = OwnFilterForm(request.args)
    form.validate()
    wanted = None
    if shown is Shown.OWN and not form.errors:
        wanted = Wanted(form.stand.data or None, form.van.data, form.tot.data)
    body = render_template(
        "signals/index.html",
        page=service.listing(actor, shown, request.args.get("na"), wanted),
        form=form,
        shown=shown,
        has=has,
        counts=service.counts(actor),
        now=clock.now(),
        query={name: value for name, value in request.args.items() if name not in ("na", "toon")},
    )
    return make_response(body, 422 if form.errors else 200)


@bp.get("/signalen/<uuid:signal_id>")
@requires(Permission.SIGNALS_REPORT)
def show(signal_id: UUID) -> Any:
    """A signal: everything for who judges it, how it stands for who told it."""
    with looking_up("signal", signal_id, Permission.SIGNALS_REPORT) as actor:
        seen = service.get(actor, signal_id)
    return render_template(
        "signals/show.html",
        seen=seen,
        judged=service.assessment(seen),
        came_of=service.proposal(seen),
        history=service.history(seen),
        actions=[row.event for row in service.actions(seen)],
        alike=service.alike(actor, seen.signal),
        join_form=JoinForm(),
        now=clock.now(),
        at_once=AT_ONCE,
        rings=service.rings(seen),
        to_call=service.to_call(actor, seen),
    )


@bp.get("/signalen/stappen/<uuid:step_id>")
@requires(Permission.SIGNALS_REPORT)
def event(step_id: UUID) -> Any:
    """From the news of a step to its signal."""
    with looking_up("signal_step", step_id, Permission.SIGNALS_REPORT) as actor:
        signal_id = service.signal_of(step_id)
        service.get(actor, signal_id)
    return _to(signal_id)


@bp.get("/signalen/cijfers")
@requires(Permission.SIGNALS_COUNT)
def figures() -> Any:
    """How many signals there were and what became of them; never one of them."""
    actor, form = current_actor(), YearForm(request.args)
    years = counting.years()
    form.jaar.choices = [(year, str(year)) for year in years]
    year = form.jaar.data if form.validate() and form.jaar.data else years[0]
    return render_template(
        "signals/figures.html", form=form, year=year, numbers=counting.numbers(actor, year), FIGURES=counting.FIGURES
    )


@bp.get("/signalen/termijnen")
@requires(Permission.SIGNALS_OVERSEE)
def oversight() -> Any:
    """How long signals wait and whether they go in time, for the privacy officer; nothing of what is in them."""
    return render_template(
        "signals/oversight.html",
        lines=overseeing.overview(current_actor()),
        total=overseeing.total,
        age=overseeing.age,
        today=clock.today(),
    )


# --- telling ---------------------------------------------------------------------------------------------------------


@bp.route("/signalen/nieuw", methods=["GET", "POST"])
@requires(Permission.SIGNALS_REPORT)
@keeps(_l("Signaal doen"), SignalForm)
def new() -> Any:
    """Tell of a signal."""
    actor = current_actor()
    form = _new_form(actor)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.report(actor, story=form.story(), key=form.data["key"])
        if saved:
            flash(_("Je signaal is gedaan. De regisseur kijkt ernaar."), "success")
            return _to(made.id)
    return web.render_form("signals/new.html", form)


def _new_form(actor: Actor) -> SignalForm:
    young, known_groups, known_places = service.subjects(actor)
    subject = SubjectKind.LOCATION if "locatie" in request.args else SubjectKind.PERSON
    usual = {
        "subject_kind": subject, "urgency": Urgency.NORMAL, "key": new_id(),
        "area_code": service.usual_area(actor), "person_id": request.args.get("jongere", type=UUID),
        "location_id": request.args.get("locatie", type=UUID),
    }  # fmt: skip
    form = SignalForm(data=usual)
    form.person_id.choices = [
        Choice(str(one.id), one.label, one.detail, recent=n < RECENT) for n, one in enumerate(young)
    ]
    form.person_id.flags.required = form.nickname.flags.required = True  # one of the two, about a young person
    form.group_id.choices = [(group.id, group.code) for group in known_groups]
    form.location_id.choices = [(place.id, place.name) for place in known_places]
    form.area_code.choices = area_labels.choices()
    return form


# --- steps -----------------------------------------------------------------------------------------------------------


@bp.route(f"/signalen/<uuid:signal_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.SIGNALS_TRIAGE)
def step(signal_id: UUID, slug: str) -> Any:
    """A step of who judges."""
    return _step(signal_id, BY_SLUG[slug], Permission.SIGNALS_TRIAGE)


@bp.route(f"/signalen/<uuid:signal_id>/<any({OWN_STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.SIGNALS_REPORT)
def own_step(signal_id: UUID, slug: str) -> Any:
    """A step of who told it."""
    return _step(signal_id, BY_SLUG[slug], Permission.SIGNALS_REPORT)


def _step(signal_id: UUID, event: Event, permission: Permission) -> Any:
    with looking_up("signal", signal_id, permission) as actor:
        seen = service.get(actor, signal_id)
    service.ensure_possible(seen, event)
    form = FORMS[event](data={"version": seen.signal.version})
    _offer(actor, form, seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            TAKEN[event](actor, signal_id, form)
        if saved:
            flash(_("Opgeslagen: %(what)s.", what=str(labels.HAPPENED[event]).lower()), "success")
            return _to(signal_id)
    judged = service.assessment(seen) if event is Event.CLOSE else None
    return web.render_form(
        f"signals/{'decide' if event is Event.DECIDE else 'step'}.html",
        form,
        seen=seen,
        event=event,
        needs_words=service.needs_words(seen, judged),
        judged=judged,
    )


def _offer(actor: Actor, form: StepForm, seen: Seen) -> None:
    """Fill in what can be chosen."""
    if isinstance(form, IdentifyForm):
        form.person_id.choices = [Choice(str(one.id), one.label, one.detail) for one in people.choices(actor)]
    if not isinstance(form, DecideForm):
        return
    signal = seen.signal
    form.outcome.choices = [
        Choice(one, labels.OUTCOME[one], labels.OUTCOME_DETAIL[one]) for one in service.offered(signal)
    ]
    form.worker_id.choices = list(service.workers(signal).items())
    form.location_id.choices = [(place.id, place.name) for place in places.choices(actor)]
    form.group_id.choices = [(group.id, group.code) for group in groups.choices(actor)]
    form.on.earliest = clock.today()
    if request.method == "GET":
        form.location_id.data, form.group_id.data = signal.location_id, signal.group_id
    for name, needed in (
        ("interest", signal.subject_kind == SubjectKind.PERSON),
        ("victim_perspective", signal.kind in PERHAPS_VICTIM or signal.subject_kind == SubjectKind.PERSON),
        ("guardian_note", signal.under_twelve),
        ("approval_note", signal.under_twelve),
        ("worker_id", signal.person_id is not None),
        ("on", signal.person_id is not None),
    ):
        if not needed:
            del form[name]
    for name, asked in (
        ("interest", True),
        ("victim_perspective", signal.kind in PERHAPS_VICTIM),
        ("guardian_note", True),
        ("approval_note", True),
    ):
        if name in form and asked:
            form[name].flags.required = True  # the service refuses a decision without it


#: What each step calls, with what its form holds.
TAKEN: dict[Event, Callable[[Actor, UUID, Any], Any]] = {
    Event.TAKE: lambda actor, row, form: service.take(actor, row, version=form.data["version"]),
    Event.ASK_INFO: lambda actor, row, form: service.ask(
        actor, row, version=form.data["version"], words=form.data["note"]
    ),
    Event.IDENTIFY: lambda actor, row, form: service.identify(
        actor, row, version=form.data["version"], person_id=form.data["person_id"]
    ),
    Event.DECIDE: lambda actor, row, form: service.decide(
        actor, row, version=form.data["version"], verdict=form.verdict()
    ),
    Event.CLOSE: lambda actor, row, form: service.close(
        actor, row, version=form.data["version"], done=form.data["done"]
    ),
    Event.TELL: lambda actor, row, form: service.tell(
        actor, row, version=form.data["version"], feedback=form.data["feedback"]
    ),
    Event.ANSWER: lambda actor, row, form: service.answer(
        actor, row, version=form.data["version"], words=form.data["note"]
    ),
    Event.WITHDRAW: lambda actor, row, form: service.withdraw(
        actor, row, version=form.data["version"], words=form.data["note"]
    ),
}


@bp.post("/signalen/<uuid:signal_id>/zelfde")
@requires(Permission.SIGNALS_REPORT)
def join(signal_id: UUID) -> Any:
    """Say that an earlier signal is about the same event."""
    form = JoinForm()
    form.other_id.choices = None
    other_id = form.other_id.data if form.validate_on_submit() else None
    with looking_up("signal", signal_id, Permission.SIGNALS_REPORT) as actor:
        service.get(actor, signal_id)
        if other_id is not None:
            service.join(actor, signal_id, other_id)
    if other_id is None:
        flash(_("Kies een signaal."), "warning")
    else:
        flash(_("De twee signalen horen nu bij elkaar."), "success")
    return _to(signal_id)


def _to(signal_id: UUID) -> Response:
    return redirect(url_for("signals.show", signal_id=signal_id), code=303)
