"""HTTP for trajectories: the board, one trajectory, its steps, and the request from a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.areas import service as areas
from portal.core import clock, web
from portal.core.errors import NotFound
from portal.core.forms import Choice, SelectField
from portal.drafts.keeping import keeps
from portal.messengers import labels as messenger_labels
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.programmes.labels import line_choices
from portal.programmes.models import ProgrammeLine
from portal.trajectories import labels, policy, service
from portal.trajectories.forms import BY_SLUG, FORMS, SLUGS, FilterForm, ProposeForm, RequestForm, StepForm, SwapForm
from portal.trajectories.models import TrajectoryStatus
from portal.trajectories.service import Candidate, Filters, Seen
from portal.trajectories.workflow import OPEN, Event, Party, Transition

bp = Blueprint("trajectories", __name__)

MOST_SUGGESTED = 5
ENDPOINTS = {Event.PROPOSE_MATCH: "trajectories.propose", Event.SWAP_MESSENGER: "trajectories.swap"}
STEPS = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.context_processor
def _words() -> dict[str, Any]:
    """What the templates of this feature need besides their own data."""
    return {
        "labels": labels,
        "step_url": step_url,
        "at_once": lambda event: FORMS.get(event) is StepForm,
        "column_of": lambda status: service.COLUMN_OF[status],
        "Column": service.Column,
        "Pace": service.Pace,
        "NORM": service.NORM,
        "MOST_SUGGESTED": MOST_SUGGESTED,
        "names": messenger_labels,
        "back": _back,
        "is_open": lambda status: status in OPEN,
        "Party": Party,
        "Event": Event,
        "Status": TrajectoryStatus,
    }


def step_url(trajectory_id: UUID, event: Event) -> str:
    """Where a step is taken."""
    if event in ENDPOINTS:
        return url_for(ENDPOINTS[event], trajectory_id=trajectory_id)
    return url_for("trajectories.step", trajectory_id=trajectory_id, slug=SLUGS[event])


# --- lists -------------------------------------------------------------------


@bp.get("/trajecten")
@requires(Permission.TRAJECTORIES_READ)
def board() -> Any:
    """The board for coordinators, a list for everybody else; closed ones are a list for all."""
    actor = current_actor()
    closed = request.args.get("toon") == "afgesloten"
    if closed or not policy.coordinates(actor):
        page = service.listing(actor, closed=closed, cursor=request.args.get("na"))
        return render_template("trajectories/listing.html", page=page, closed=closed, **_for_messenger(page.rows))
    form = FilterForm(request.args)
    form.stadsdeel.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    filters = _filters(form)
    shown = service.board(actor, filters)
    form.messenger.choices = [(room.messenger.id, room.messenger.display_name) for room in shown.rooms]
    return render_template(
        "trajectories/board.html",
        form=form,
        board=shown,
        filters=filters,
        here=_board_address(),
        address=_board_address,
    )


#: The filters of the board in its address.
FILTERS = ("stadsdeel", "stap", "messenger", "wacht", "mijn")


def _board_address(**more: Any) -> str:
    """The board with the filters of now; a step that is taken from it leads back to this address."""
    known: dict[str, Any] = {name: request.args.get(name) or None for name in FILTERS}
    return url_for("trajectories.board", **known | more)


def _for_messenger(rows: Sequence[Seen]) -> dict[str, Any]:
    """What a messenger still has to answer comes first."""
    own = [seen for seen in rows if seen.party is Party.MESSENGER]
    asked = [seen for seen in own if seen.trajectory.status == TrajectoryStatus.MATCH_PROPOSED]
    return {"proposals": asked, "as_messenger": len(own) == len(rows)}


def _filters(form: FilterForm) -> Filters:
    """What was asked; what cannot be read is no filter."""
    return Filters(
        stadsdeel=_offered(form.stadsdeel),
        column=_offered(form.stap),
        messenger_id=form.messenger.data,
        waiting=_offered(form.wacht),
        mine=form.mijn.data,
        opened=_offered(form.meer),
    )


def _offered(field: SelectField) -> Any:
    return field.data if str(field.data) in {choice.value for choice in field.choices} else None


# --- one trajectory ----------------------------------------------------------


@bp.get("/trajecten/<uuid:trajectory_id>")
@requires(Permission.TRAJECTORIES_READ)
def show(trajectory_id: UUID) -> Any:
    """Where it stands, who takes part, what can be done and what happened."""
    with looking_up("trajectory", trajectory_id, Permission.TRAJECTORIES_READ) as actor:
        seen = service.read(actor, trajectory_id)
    recent = service.recent(actor, trajectory_id) if Party.COORDINATOR in seen.parties else []
    return render_template("trajectories/show.html", seen=seen, recent=recent, **_around(actor, seen))


def _around(actor: Actor, seen: Seen) -> dict[str, Any]:
    offers = service.offers(seen) if seen.party is not Party.DIRECTOR else []
    current = next((offer for offer in offers if offer.is_open), None)
    since = offers[0].match.proposed_at if seen.party is Party.MESSENGER and offers else None
    return {
        "goals": service.shared(actor, seen),
        "offers": offers,
        "current": current,
        "history": service.history(actor, seen, since=since),
        "actions": [_action(seen, row) for row in service.actions(seen, current.match if current else None)],
    }


def _action(seen: Seen, row: Transition) -> dict[str, Any]:
    """How a step is offered: as one button, or as a link to its questions."""
    words = labels.OWN_ANSWER if seen.party is Party.MESSENGER else {}
    return {
        "event": row.event,
        "label": words.get(row.event) or labels.EVENT[row.event],
        "url": step_url(seen.trajectory.id, row.event),
        "at_once": FORMS.get(row.event) is StepForm,
        "grave": row.event in (Event.REJECT, Event.SAFETY_STOP),
    }


@bp.get("/trajecten/stappen/<uuid:event_id>")
@requires(Permission.TRAJECTORIES_READ)
def event(event_id: UUID) -> Any:
    """From the news of a step to its trajectory. Who was taken off it meanwhile hears that, not that it is unknown."""
    try:
        with looking_up("trajectory_event", event_id, Permission.TRAJECTORIES_READ) as actor:
            trajectory_id = service.find(actor, service.trajectory_of(event_id)).trajectory.id
    except NotFound:
        flash(_("Dit traject is niet meer van jou. Daarom kun je het niet openen."), "info")
        return redirect(url_for("trajectories.board"), code=303)
    return redirect(url_for("trajectories.show", trajectory_id=trajectory_id), code=303)


@bp.route(f"/trajecten/<uuid:trajectory_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.TRAJECTORIES_READ)
def step(trajectory_id: UUID, slug: str) -> Any:
    """One step: its questions, and taking it."""
    event = BY_SLUG[slug]
    with looking_up("trajectory", trajectory_id, Permission.TRAJECTORIES_READ) as actor:
        seen = service.get(actor, trajectory_id)
    service.ensure_party(seen, event)
    if request.method == "GET":
        service.ensure_possible(seen, event)
    form = _step_form(event, seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.decide(actor, trajectory_id, event, version=form.data["version"], decision=form.decision())
        if saved:
            flash(_("Opgeslagen: %(what)s.", what=str(labels.HAPPENED[event]).lower()), "success")
            return _after(actor, trajectory_id)
    return web.render_form("trajectories/step.html", form, seen=seen, event=event)


def _step_form(event: Event, seen: Seen) -> StepForm:
    form = FORMS[event](data={"version": seen.trajectory.version})
    if "on" in form:
        form.on.latest = clock.today()
        form.on.earliest = seen.trajectory.started_on
    return form


def _back(default: str) -> str:
    """The board with its filters when the step was taken from there, else `default`."""
    asked = request.values.get("terug", "")
    return web.own_page(asked, default) if asked.partition("?")[0] == url_for("trajectories.board") else default


def _after(actor: Actor, trajectory_id: UUID) -> Response:
    """Back to where it was taken: the board, or the trajectory while it can be seen."""
    if board_address := _back(""):
        return redirect(f"{board_address}#kaart-{trajectory_id}", code=303)
    try:
        service.find(actor, trajectory_id)
    except NotFound:
        return redirect(url_for("trajectories.board"), code=303)
    return redirect(url_for("trajectories.show", trajectory_id=trajectory_id), code=303)


@bp.route("/trajecten/<uuid:trajectory_id>/voorstel", methods=["GET", "POST"])
@requires(Permission.TRAJECTORIES_COORDINATE)
@keeps(_l("Voorstel voor een messenger"), ProposeForm)
def propose(trajectory_id: UUID) -> Any:
    """Propose a messenger; who was first with the last place wins."""
    with looking_up("trajectory", trajectory_id, Permission.TRAJECTORIES_COORDINATE) as actor:
        seen = service.get(actor, trajectory_id)
    if request.method == "GET":
        service.ensure_possible(seen, Event.PROPOSE_MATCH)
    form = ProposeForm(data=_chosen(seen))
    ranked = _candidates(form, actor, seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.propose(actor, trajectory_id, **form.only("version", "messenger_id", "motivation"))
        if saved:
            flash(_("Het voorstel is gedaan. De messenger en de begeleider krijgen bericht."), "success")
            return _after(actor, trajectory_id)
    return web.render_form("trajectories/propose.html", form, seen=seen, ranked=ranked)


@bp.route("/trajecten/<uuid:trajectory_id>/messenger-vervangen", methods=["GET", "POST"])
@requires(Permission.TRAJECTORIES_COORDINATE)
@keeps(_l("Messenger vervangen"), SwapForm)
def swap(trajectory_id: UUID) -> Any:
    """Another messenger in one step: why the one of now stops, and who is proposed."""
    with looking_up("trajectory", trajectory_id, Permission.TRAJECTORIES_COORDINATE) as actor:
        seen = service.get(actor, trajectory_id)
    if request.method == "GET":
        service.ensure_possible(seen, Event.SWAP_MESSENGER)
    form = SwapForm(data=_chosen(seen))
    ranked = _candidates(form, actor, seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.swap(actor, trajectory_id, **form.only("version", "messenger_id", "motivation", "note"))
        if saved:
            flash(_("De messenger is vervangen. Beide messengers en de begeleider krijgen bericht."), "success")
            return _after(actor, trajectory_id)
    return web.render_form("trajectories/swap.html", form, seen=seen, ranked=ranked)


def _chosen(seen: Seen) -> dict[str, Any]:
    """What a fresh form holds: the version, and the messenger that was chosen from the list beside it."""
    messenger_id = request.args.get("messenger", type=UUID)
    return {"version": seen.trajectory.version, "messenger_id": messenger_id}


@bp.route("/trajecten/stappen/<uuid:event_id>/terugdraaien", methods=["GET", "POST"])
@requires(Permission.TRAJECTORIES_COORDINATE)
def undo(event_id: UUID) -> Any:
    """Take an own step back, for as long as nothing followed from it."""
    with looking_up("trajectory_event", event_id, Permission.TRAJECTORIES_COORDINATE) as actor:
        step = service.undoable(actor, event_id)
    form = StepForm(data={"version": step.seen.trajectory.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.undo(actor, event_id, version=form.data["version"])
        if saved:
            flash(_("Teruggedraaid: %(what)s.", what=str(labels.HAPPENED[step.event]).lower()), "success")
            return _after(actor, step.seen.trajectory.id)
    return web.render_form("trajectories/undo.html", form, seen=step.seen, step=step)


def _candidates(form: ProposeForm, actor: Actor, seen: Seen) -> list[Candidate]:
    """Fill in who may be proposed, the best first. A full one can be sent: it was free when the page was opened."""
    ranked = service.candidates(actor, seen)
    form.messenger_id.choices = [
        Choice(str(each.messenger.id), each.messenger.display_name, " · ".join(labels.reasons(each)))
        for each in ranked
        if each.offered or (each.possible and request.method == "POST")
    ]
    if request.method == "POST" and seen.trajectory.messenger:  # sent twice: the version says so
        form.messenger_id.choices.append(Choice(str(seen.trajectory.messenger_id), ""))
    return ranked


# --- the request -------------------------------------------------------------


@bp.route("/jongeren/<uuid:person_id>/traject-aanvragen", methods=["GET", "POST"])
@requires(Permission.TRAJECTORIES_REQUEST)
@keeps(_l("Traject aanvragen"), RequestForm)
def request_new(person_id: UUID) -> Any:
    """Ask for a credible messenger for a young person of the own caseload."""
    with looking_up("person", person_id, Permission.TRAJECTORIES_REQUEST) as actor:
        person = people.read(actor, person_id, Permission.TRAJECTORIES_REQUEST)
    form = _request_form(*service.possible_lines(actor, person_id))
    if form.validate_on_submit():
        with web.saving(form) as saved:
            wanted = form.only(
                "request_text",
                "wish",
                "languages",
                "interests",
                "youth_agreed_on",
                "coordination_team_id",
                "programme_line_id",
            )
            made = service.request(actor, person_id, **wanted)
        if saved:
            flash(_("Het traject is aangevraagd. De coördinatoren krijgen bericht."), "success")
            return redirect(url_for("trajectories.show", trajectory_id=made.id), code=303)
    running = [one for one in service.for_person(actor, person) if one.trajectory.status in OPEN]
    return web.render_form("trajectories/request_new.html", form, person=person, running=running)


def _request_form(lines: Sequence[ProgrammeLine], usual: UUID | None) -> RequestForm:
    form = RequestForm(data={"programme_line_id": usual})
    form.programme_line_id.choices = line_choices(lines)
    form.youth_agreed_on.latest = clock.today()
    teams = service.coordinating_teams()
    form.coordination_team_id.choices = [(team.id, team.name) for team in teams]
    if len(teams) == 1 and form.coordination_team_id.data is None:
        form.coordination_team_id.data = teams[0].id
    return form
