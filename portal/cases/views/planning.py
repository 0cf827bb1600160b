"""HTTP for the plan of a case: its text, its goals, its actions, and measuring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.cases import labels, service
from portal.cases.forms import (
    ActionForm,
    ChangeGoalForm,
    CloseGoalForm,
    EndActionForm,
    GoalForm,
    MarkForm,
    MeasureForm,
    PlanForm,
    Share,
    ShareGoalForm,
)
from portal.cases.models import GoalStatus, Moment
from portal.cases.service import Seen, measuring, planning, sharing
from portal.cases.service.measuring import Scale
from portal.cases.service.terms import LONGEST_PLAN_MONTHS
from portal.cases.views.blueprint import bp
from portal.core import clock, web
from portal.core.errors import Conflict
from portal.drafts.keeping import keeps
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

#: When an action is to be ready, unless another day is chosen.
ACTION_WITHIN = timedelta(days=14)


@bp.route("/casussen/<uuid:case_id>/plan", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
@keeps(_l("Plan van een casus"), PlanForm)
def plan(case_id: UUID) -> Any:
    """Write the plan, or a next version of it."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.opened(actor, service.to_work_on(actor, case_id))
    plans = planning.plans(case_id)
    draft, current = planning.draft_of(plans), planning.current_of(plans)
    today = clock.today()
    form = PlanForm(data=_known(draft or current, draft) | ({} if draft else {
        "valid_from": today, "valid_until": clock.months_later(today, LONGEST_PLAN_MONTHS),
    }))  # fmt: skip
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.write_plan(actor, case_id, **form.only(*PLAN, "version"))
        if saved:
            flash(_("Het plan is bewaard. Stel het vast als de jongere ja zegt."), "success")
            return back(seen, "plan")
    return web.render_form("cases/plan.html", form, seen=seen, draft=draft)


PLAN = ("youth_voice", "guardian_voice", "valid_from", "valid_until")


def _known(source: Any, draft: Any) -> dict[str, Any]:
    """What the form starts with: the plan being written, or the words of the one that holds."""
    known = {name: getattr(source, name) for name in PLAN} if source else {}
    return known | {"version": draft.version if draft else None}


def back(seen: Seen, anchor: str) -> Response:
    """To the case, at the part that was changed."""
    return redirect(url_for("cases.show", case_id=seen.case.id, _anchor=anchor), code=303)


def _people(seen: Seen) -> list[tuple[UUID, str]]:
    return [(user.id, user.name) for user in planning.colleagues(seen.case.team_id)]


def _first(people: list[tuple[UUID, str]]) -> UUID | None:
    """The one who is asked first: who fills it in, when that is one of the team."""
    actor = current_actor()
    return actor.user_id if actor.user_id in dict(people) else None


@bp.route("/casussen/<uuid:case_id>/doel", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def new_goal(case_id: UUID) -> Any:
    """A goal for one part of life."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.opened(actor, service.to_work_on(actor, case_id))
    people = _people(seen)
    form = GoalForm(data={"due_on": clock.months_later(clock.today(), 3), "owner_id": _first(people)})
    form.owner_id.choices = people
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.add_goal(actor, case_id, **form.only("domain", "body", "owner_id", "due_on"))
        if saved:
            flash(_("Het doel staat in het plan."), "success")
            return back(seen, "doelen")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Doel toevoegen"), button=_("Doel toevoegen"))


@bp.route("/casussen/doelen/<uuid:goal_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def change_goal(goal_id: UUID) -> Any:
    """The same goal in other words, or for somebody else."""
    with looking_up("case_goal", goal_id, Permission.CASES_WORK) as actor:
        seen, found = planning.get_goal(actor, goal_id)
        service.opened(actor, seen)
    known = {"body": found.body, "owner_id": found.owner_id, "due_on": found.due_on, "version": found.version}
    form = ChangeGoalForm(data=known)
    form.owner_id.choices = _people(seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.change_goal(actor, goal_id, **form.only("body", "owner_id", "due_on", "version"))
        if saved:
            flash(_("Het doel is gewijzigd."), "success")
            return back(seen, "doelen")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Doel wijzigen"), button=_("Opslaan"))


@bp.route("/casussen/doelen/<uuid:goal_id>/delen", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def share_goal(goal_id: UUID) -> Any:
    """Let the messenger of the young person read this goal, or no longer."""
    with looking_up("case_goal", goal_id, Permission.CASES_WORK) as actor:
        seen, found = planning.get_goal(actor, goal_id, service.to_stop)
        service.opened(actor, seen)
        if sharing.trajectory_of(actor, seen) is None and found.shared_with is None:
            flash(_("Er loopt nu geen traject met een credible messenger."), "info")
            return back(seen, "doelen")
    form = ShareGoalForm(data={"version": found.version, "share": Share.YES if found.shared_with else None})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            _share(actor, goal_id, form)
        if saved:
            flash(_("Het doel is opgeslagen."), "success")
            return back(seen, "doelen")
    return web.render_form(
        "cases/form.html", form, seen=seen, title=_("Doel delen"), button=_("Opslaan"), about=found.body
    )


def _share(actor: Actor, goal_id: UUID, form: ShareGoalForm) -> None:
    if form.share.data == Share.YES:
        sharing.share(actor, goal_id, **form.only("informed_on", "version"))
    else:
        sharing.stop(actor, goal_id, **form.only("version"))


@bp.route("/casussen/doelen/<uuid:goal_id>/afronden", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def close_goal(goal_id: UUID) -> Any:
    """Say how far it was reached."""
    with looking_up("case_goal", goal_id, Permission.CASES_WORK) as actor:
        seen, found = planning.get_goal(actor, goal_id, service.to_round_off)
        service.opened(actor, seen)
    if found.status != GoalStatus.OPEN:
        raise Conflict
    form = CloseGoalForm(data={"version": found.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.close_goal(actor, goal_id, **form.only("attainment", "version"))
        if saved:
            flash(_("Het doel is afgerond."), "success")
            return back(seen, "doelen")
    return web.render_form(
        "cases/form.html", form, seen=seen, title=_("Doel afronden"), button=_("Afronden"), about=found.body
    )


@bp.route("/casussen/doelen/<uuid:goal_id>/meting", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def measure(goal_id: UUID) -> Any:
    """How it stands: the young person's own view first, the worker's beside it."""
    with looking_up("case_goal", goal_id, Permission.CASES_WORK) as actor:
        seen, found = measuring.to_measure(actor, goal_id)
        service.opened(actor, seen)
    possible = measuring.moments(seen.case)
    form = MeasureForm(data={"measured_on": clock.today(), "moment": _usual(seen, goal_id)})
    form.moment.choices = [(moment, labels.MOMENT[moment]) for moment in possible]
    form.measured_on.latest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            measuring.measure(actor, goal_id, Scale(**form.only(*Scale.__dataclass_fields__)))
        if saved:
            flash(_("De meting is bewaard."), "success")
            return back(seen, "metingen")
    return web.render_form("cases/measure.html", form, seen=seen, goal=found)


@bp.route("/casussen/<uuid:case_id>/cijfer", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def mark(case_id: UUID) -> Any:
    """What the young person thinks of the help, as a mark."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.find(actor, case_id)
        measuring.ensure_markable(seen)
        service.opened(actor, seen)
    form = MarkForm(data={"mark": seen.case.satisfaction, "on": clock.today(), "version": seen.case.version})
    form.on.latest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            measuring.mark(actor, case_id, **form.only("mark", "on", "assisted", "version"))
        if saved:
            flash(_("Het cijfer is bewaard."), "success")
            return back(seen, "metingen")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Cijfer van de jongere"), button=_("Opslaan"))


def _usual(seen: Seen, goal_id: UUID) -> Moment:
    """The first measurement of a goal is the start; the others are in between, until the case closes."""
    possible = measuring.moments(seen.case)
    asked = any(one.goal_id == goal_id for one in measuring.of_case(seen.case.id))
    return Moment.INTERIM if asked and Moment.INTERIM in possible else possible[0]


@bp.route("/casussen/<uuid:case_id>/actie", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def new_action(case_id: UUID) -> Any:
    """Agree who does what by when."""
    with looking_up("youth_case", case_id, Permission.CASES_WORK) as actor:
        seen = service.opened(actor, service.to_work_on(actor, case_id))
    form = action_form(seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.add_task(actor, case_id, **form.only("what", "owner_id", "owner_name", "due_on"))
        if saved:
            flash(_("De actie staat op de dag van wie het doet."), "success")
            return back(seen, "acties")
    return web.render_form("cases/form.html", form, seen=seen, title=_("Actie afspreken"), button=_("Afspreken"))


def action_form(seen: Seen, *, empty: bool = False) -> ActionForm:
    """The form of an action; `empty`: to stand on a page that is only read."""
    people = _people(seen)
    known = {"due_on": clock.today() + ACTION_WITHIN, "owner_id": _first(people)}
    form = ActionForm(formdata=None, data=known) if empty else ActionForm(data=known)
    form.owner_id.choices = people
    return form


@bp.route("/casussen/acties/<uuid:task_id>", methods=["GET", "POST"])
@requires(Permission.CASES_WORK)
def end_action(task_id: UUID) -> Any:
    """One action: what became of it."""
    with looking_up("case_action", task_id, Permission.CASES_WORK) as actor:
        seen, todo = planning.get_task(actor, task_id)
        service.opened(actor, seen)
    form = EndActionForm(data={"version": todo.task.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            planning.end_task(actor, task_id, **form.only("status", "result", "version"))
        if saved:
            flash(_("De actie is bijgewerkt."), "success")
            return back(seen, "acties")
    return web.render_form("cases/end_action.html", form, seen=seen, todo=todo)
