"""HTTP for cases: the list, opening one, its page, its steps, and the summary for partners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.accounts.service import directory, norms
from portal.areas import service as areas
from portal.cases import labels, service
from portal.cases.forms import BY_SLUG, FORMS, CaseFilterForm, OpenForm, PartnerForm, StepForm
from portal.cases.models import CaseStep, ConferenceStatus
from portal.cases.service import Filters, Seen, conferring, measuring, nominating, partnering, planning
from portal.cases.service.terms import LONGEST_PAUSE_MONTHS
from portal.cases.views.blueprint import action, bp
from portal.cases.workflow import Event
from portal.core import clock, web
from portal.core.forms import Choice
from portal.drafts.keeping import keeps
from portal.filters import service as filters
from portal.in_view.models import CaseLevel
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

LIST, NARROWING = "cases.index", ("niveau", "stap", "stadsdeel", "mijn")
filters.register(LIST, NARROWING)
STEPS = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.get("/casussen")
@requires(Permission.CASES_READ)
def index() -> Any:
    """The cases in reach, newest first; closed ones are a list of their own."""
    actor = current_actor()
    saved = filters.of(actor, LIST)
    if not request.args and (start := filters.standard(saved)):
        return redirect(f"{url_for(LIST)}?{start}", code=303)
    form = CaseFilterForm(request.args)
    form.stadsdeel.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    closed = request.args.get("toon") == "afgesloten"
    wanted = Filters(
        level=form.niveau.data if form.niveau.data in labels.LEVEL else None,
        status=form.stap.data if form.stap.data in labels.STATUS else None,
        stadsdeel=str(form.stadsdeel.data) if form.stadsdeel.data in areas.places() else "",
        mine=form.mijn.data,
        closed=closed,
    )
    return render_template(
        "cases/index.html",
        page=service.listing(actor, wanted, cursor=request.args.get("na")),
        form=form,
        closed=closed,
        counts=service.counts(actor),
        address=_address,
        saved=saved,
        query=filters.query_of(LIST, request.args),
    )


def _address(**more: Any) -> str:
    """The list with the filters of now."""
    known: dict[str, Any] = {name: request.args.get(name) or None for name in (*NARROWING, "toon")}
    return url_for(LIST, **known | more)


@bp.route("/jongeren/<uuid:person_id>/casus-openen", methods=["GET", "POST"])
@requires(Permission.CASES_DIRECT)
@keeps(_l("Casus openen"), OpenForm)
def open_case(person_id: UUID) -> Any:
    """Open a case for a young person in view."""
    with looking_up("person", person_id, Permission.CASES_DIRECT) as actor:
        person, view = service.to_open(actor, person_id)
    form = OpenForm(data={"level": CaseLevel.DISTRICT})
    form.research_consent_on.latest = clock.today()
    form.level.choices = [
        Choice(str(level), label, labels.LEVEL_EXPLAINED[level])
        for level, label in labels.LEVEL.items()
        if level != CaseLevel.CITY
    ]
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.open_case(actor, person_id, **form.only("reason", "level", "intake", "research_consent_on"))
        if saved:
            flash(_("De casus is geopend. Geef nu iemand de regie."), "success")
            return redirect(url_for("cases.show", case_id=made.id), code=303)
    pilot = view.stadsdeel_code in service.PILOT_AREAS
    return web.render_form("cases/open_case.html", form, person=person, pilot=pilot)


@bp.get("/casussen/<uuid:case_id>")
@requires(Permission.CASES_READ)
def show(case_id: UUID) -> Any:
    """Where it stands: plan, goals, actions, measurements, conferences, who works along, and what happened."""
    with looking_up("youth_case", case_id, Permission.CASES_READ) as actor:
        seen = service.get(actor, case_id)
    return render_template("cases/show.html", seen=seen, **_around(seen))


def _around(seen: Seen) -> dict[str, Any]:
    case_id = seen.case.id
    conferences = conferring.of_case(case_id)
    goals, measured = planning.goals_measured(case_id)
    nominated = nominating.of_case(case_id)
    return {
        "plan": seen.plan,
        "draft": seen.draft,
        "goals": goals,
        "tasks": planning.tasks(case_id),
        "courses": measuring.courses(measured),
        "can_measure": bool(measuring.moments(seen.case)),
        "can_mark": seen.works and not seen.stands_still and seen.case.status in measuring.MARKED_IN,
        "planned": next((one for one in conferences if one.status == ConferenceStatus.PLANNED), None),
        "conferences": [one for one in conferences if one.status != ConferenceStatus.PLANNED],
        "partners": service.partners(case_id),
        "nominations": nominated,
        "history": service.history(seen),
        "actions": [action(seen, row) for row in service.actions(seen) if _offered(seen, row.event, nominated)],
    }


def _offered(seen: Seen, event: Event, nominated: list[nominating.Asked]) -> bool:
    """Whether a step has what it is about: a plan that was written, a level that a partner said yes to."""
    if event is Event.AGREE_PLAN:
        return seen.draft is not None
    further = service.levels_for(seen.case, Event.SCALE_UP)
    return event is not Event.SCALE_UP or any(one.holds and one.nomination.level in further for one in nominated)


@bp.get("/casussen/stappen/<uuid:case_step_id>")
@requires(Permission.CASES_READ)
def event(case_step_id: UUID) -> Response:
    """From the news of a step to its case."""
    with looking_up("case_step", case_step_id, Permission.CASES_READ) as actor:
        case_id = service.find(actor, service.case_of(CaseStep, case_step_id)).case.id
    return redirect(url_for("cases.show", case_id=case_id), code=303)


@bp.route(f"/casussen/<uuid:case_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.CASES_READ)
def step(case_id: UUID, slug: str) -> Any:
    """One step: its questions, and taking it."""
    event = BY_SLUG[slug]
    with looking_up("youth_case", case_id, Permission.CASES_READ) as actor:
        seen = service.get(actor, case_id)
    service.ensure_party(seen, event)
    if request.method == "GET":
        service.ensure_possible(seen, event)
    form = _step_form(event, seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.decide(actor, case_id, event, version=form.data["version"], answers=form.answers())
        if saved:
            flash(_("Opgeslagen: %(what)s.", what=str(labels.HAPPENED[event]).lower()), "success")
            return redirect(url_for("cases.show", case_id=case_id), code=303)
    return web.render_form("cases/step.html", form, seen=seen, event=event)


def _step_form(event: Event, seen: Seen) -> StepForm:
    form = FORMS[event](data={"version": seen.case.version, "director_id": seen.case.director_id})
    today = clock.today()
    if event is Event.PAUSE:
        form.on.latest = clock.months_later(today, LONGEST_PAUSE_MONTHS)
    elif event is Event.AGREE_PLAN:
        form.on.latest = today
    elif event is Event.ASSIGN:
        _who_can_direct(form, seen)
    elif event in (Event.SCALE_UP, Event.SCALE_DOWN):
        form.level.choices = [(level, labels.LEVEL[level]) for level in service.levels_for(seen.case, event)]
    return form


def _who_can_direct(form: StepForm, seen: Seen) -> None:
    """Everybody with what they have in hand already, by name: the norm is of the team and stops nobody."""
    team_id = seen.case.team_id
    held, norm = planning.in_hand(team_id), norms.on([team_id], clock.today())[team_id]
    form.director_id.hint = _("De norm van het team is %(num)s lopende casussen per persoon.", num=norm.cases)
    form.director_id.choices = [
        (user.id, f"{user.name} ({ngettext('%(num)s casus', '%(num)s casussen', held.get(user.id, 0))})")
        for user in planning.colleagues(team_id)
    ]


# --- organisations that work along -------------------------------------------


@bp.route("/casussen/<uuid:case_id>/organisatie", methods=["GET", "POST"])
@requires(Permission.CASES_DIRECT)
def add_partner(case_id: UUID) -> Any:
    """An organisation works along from today."""
    with looking_up("youth_case", case_id, Permission.CASES_DIRECT) as actor:
        seen = service.opened(actor, partnering.to_add(actor, case_id))
    form = PartnerForm()
    form.user_id.choices = [(user.id, user.name) for user in directory.partners()]
    if form.validate_on_submit():
        with web.saving(form) as saved:
            partnering.add(actor, case_id, **form.only("name", "agreed", "user_id"))
        if saved:
            flash(_("De organisatie werkt mee."), "success")
            return redirect(url_for("cases.show", case_id=case_id, _anchor="wie"), code=303)
    return web.render_form("cases/form.html", form, seen=seen, title=_("Organisatie erbij"), button=_("Toevoegen"))


@bp.post("/casussen/organisaties/<uuid:case_partner_id>/stopt")
@requires(Permission.CASES_DIRECT)
def end_partner(case_partner_id: UUID) -> Response:
    """The organisation stops; its contact person sees nothing any more."""
    with looking_up("case_partner", case_partner_id, Permission.CASES_DIRECT) as actor:
        row = partnering.leave(actor, case_partner_id)
    flash(_("De organisatie werkt niet meer mee."), "success")
    return redirect(url_for("cases.show", case_id=row.case_id, _anchor="wie"), code=303)
