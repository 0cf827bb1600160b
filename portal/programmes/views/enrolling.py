"""Enrolling a young person, and every step after that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.core import clock, web
from portal.people.service import purposes
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.programmes import labels, service
from portal.programmes.forms import (
    BY_SLUG,
    FORMS,
    SLUGS,
    DiscloseForm,
    EndForm,
    EnrolForm,
    JudgeForm,
    StepForm,
    TellForm,
)
from portal.programmes.views.blueprint import bp
from portal.programmes.workflow import MACHINE, Party

STEPS = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.route("/jongeren/<uuid:person_id>/inschrijven", methods=["GET", "POST"])
@requires(Permission.ENROLMENTS_PROPOSE)
def enrol(person_id: UUID) -> Any:
    """Propose a programme for a young person of the own caseload."""
    with looking_up("person", person_id, Permission.ENROLMENTS_PROPOSE) as actor:
        person = purposes.read(actor, person_id, Permission.ENROLMENTS_PROPOSE)
    lines = service.open_lines()
    form = EnrolForm(data={"since": clock.today()})
    form.line_id.choices = labels.line_choices(lines)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.propose(actor, person_id, form.wanted())
        if saved:
            flash(labels.outcome(made), "success")
            return redirect(url_for(".enrolment", enrolment_id=made.id), 303)
    today = clock.today()
    outside = [line for line in lines if service.outside_target(person, line, today)]
    return web.render_form("programmes/enrol.html", form, person=person, outside=outside)


@bp.get("/inschrijvingen/<uuid:enrolment_id>")
@requires(Permission.ENROLMENTS_READ)
def enrolment(enrolment_id: UUID) -> Any:
    """One enrolment."""
    with looking_up("enrolment", enrolment_id, Permission.ENROLMENTS_READ) as actor:
        page = service.show(actor, enrolment_id)
    return render_template(
        "programmes/enrolment.html",
        page=page,
        steps=[(row, SLUGS[row.event]) for row in page.possible if row.event in SLUGS],
        may_disclose=page.seen.explained and page.seen.enrolment.person_id is not None,
    )


@bp.route(f"/inschrijvingen/<uuid:enrolment_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.ENROLMENTS_READ)
def step(enrolment_id: UUID, slug: str) -> Any:
    """Take one step."""
    event = BY_SLUG[slug]
    with looking_up("enrolment", enrolment_id, Permission.ENROLMENTS_READ) as actor:
        seen = service.find_enrolment(actor, enrolment_id)
    MACHINE.ensure_party(event, seen.parties)
    service.opened(actor, seen)
    form: StepForm = FORMS[event](data={"version": seen.enrolment.version})
    if isinstance(form, EndForm) and seen.enrolment.group_id is not None:
        form.of_group()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.decide(actor, enrolment_id, event, version=form.data["version"], decision=form.decision())
        if saved:
            flash(_("Opgeslagen: %(what)s.", what=str(labels.HAPPENED[event]).lower()), "success")
            return redirect(url_for(".enrolment", enrolment_id=enrolment_id), 303)
    return web.render_form("programmes/step.html", form, seen=seen, event=event)


@bp.route("/inschrijvingen/<uuid:enrolment_id>/verstrekken", methods=["GET", "POST"])
@requires(Permission.DISCLOSURES_MAKE)
def disclose(enrolment_id: UUID) -> Any:
    """Tell of a young person in another context, on record; who guides them proposes them there."""
    with looking_up("enrolment", enrolment_id, Permission.DISCLOSURES_MAKE) as actor:
        seen = service.opened(actor, service.to_disclose(actor, enrolment_id))
    form = _disclose_form(seen)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            address, said = _disclosed(actor, enrolment_id, form)
        if saved:
            flash(said, "success")
            return redirect(address, 303)
    return web.render_form(
        "programmes/disclose.html", form, seen=seen, to=labels.TOLD_IN[Context(seen.enrolment.context)]
    )


def _disclose_form(seen: service.Seen) -> TellForm:
    if Party.WORKER not in seen.parties:
        return TellForm()
    form = DiscloseForm(data={"since": clock.today()})
    form.line_id.choices = labels.line_choices(service.open_lines(besides=seen.enrolment.context))
    return form


def _disclosed(actor: Actor, enrolment_id: UUID, form: TellForm) -> tuple[str, str]:
    """Where to go on, and what to say."""
    if isinstance(form, DiscloseForm):
        made = service.disclose(actor, enrolment_id, form.wanted(), form.told())
        return url_for(".enrolment", enrolment_id=made.id), labels.outcome(made)
    told = service.tell(actor, enrolment_id, form.told())
    return url_for(".disclosure", disclosure_id=told.id), _(
        "Een ander keurt nu goed dat je dit deelt. Je krijgt daarvan bericht."
    )


@bp.get("/verstrekkingen/<uuid:disclosure_id>")
@requires(Permission.ENROLMENTS_READ)
def disclosure(disclosure_id: UUID) -> Any:
    """What was told in another context, for who works there."""
    with looking_up("disclosure", disclosure_id, Permission.ENROLMENTS_READ) as actor:
        shared = service.show_disclosure(actor, disclosure_id)
    may_judge = actor.can(Permission.DISCLOSURES_APPROVE) and shared.disclosure.by_id != actor.user_id
    return render_template("programmes/disclosure.html", shared=shared, may_judge=may_judge)


@bp.route("/verstrekkingen/<uuid:told_id>/beoordelen", methods=["GET", "POST"])
@requires(Permission.DISCLOSURES_APPROVE)
def judge(told_id: UUID) -> Any:
    """Say whether something may be told in another context, by another than who tells it."""
    with looking_up("disclosure", told_id, Permission.DISCLOSURES_APPROVE) as actor:
        found = service.to_judge(actor, told_id)
    form = JudgeForm(data={"version": found.disclosure.version})
    if form.validate_on_submit():
        answers: dict[str, Any] = form.data
        with web.just_opened(), web.saving(form) as saved:
            made = service.judge(
                actor, told_id, answers["verdict"], note=answers["note"] or "", version=answers["version"]
            )
        if saved:
            flash(labels.judged(made), "success")
            return redirect(_after_judging(actor, told_id), 303)
    return web.render_form("programmes/judge.html", form, found=found)


def _after_judging(actor: Actor, told_id: UUID) -> str:
    """Who reads it goes to what was told, the privacy officer to the list."""
    if actor.can(Permission.ENROLMENTS_READ):
        return url_for(".disclosure", disclosure_id=told_id)
    return url_for(".disclosures")


@bp.get("/verstrekkingen")
@requires(Permission.DISCLOSURES_OVERSEE)
def disclosures() -> Any:
    """Every disclosure without what it says, for the privacy officer."""
    page = service.overseen(current_actor(), request.args.get("na"))
    return render_template("programmes/disclosures.html", page=page)
