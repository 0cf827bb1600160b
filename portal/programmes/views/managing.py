"""Changing the catalogue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.service import users
from portal.areas import service as areas
from portal.core import clock, web
from portal.privacy.contexts import Context
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission
from portal.programmes import service
from portal.programmes.forms import FocusForm, JournalForm, LineForm, ProgrammeForm
from portal.programmes.models import OLDEST, YOUNGEST, Programme, ThemeLine
from portal.programmes.views.blueprint import bp


@bp.route("/programmas/nieuw", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def new() -> Any:
    """Add a programme."""
    form = _form()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.create(current_actor(), context=form.data["context"], details=form.details())
        if saved:
            flash(_("Het programma staat in de lijst."), "success")
            return _to(made.id)
    return web.render_form("programmes/edit.html", form, programme=None)


@bp.route("/programmas/<uuid:programme_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def edit(programme_id: UUID) -> Any:
    """Change a programme."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        programme = service.get(actor, programme_id)
    form = _form(programme)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, programme_id, version=form.data["version"] or 0, details=form.details())
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return _to(programme_id)
    return web.render_form("programmes/edit.html", form, programme=programme)


def _form(programme: Programme | None = None) -> ProgrammeForm:
    form = ProgrammeForm(data=_known(programme) if programme else _usual())
    form.organisation_id.choices = [(each.id, each.name) for each in users.organisations()]
    people = list(service.owners())
    if programme is not None and programme.owner not in people:
        people.append(programme.owner)
    form.owner_id.choices = [(user.id, user.name) for user in people]
    others = service.catalogue(current_actor(), ended=True)
    form.builds_on_id.choices = [(each.id, each.name) for each in others if each is not programme]
    del form["context" if programme is not None else "version"]
    return form


def _usual() -> dict[str, Any]:
    return {
        "context": str(Context.VOLUNTARY_GUIDANCE), "theme_line": str(ThemeLine.NEIGHBOURHOODS), "age_from": YOUNGEST,
        "age_until": OLDEST, "starts_on": clock.today(),
    }  # fmt: skip


def _known(programme: Programme) -> dict[str, Any]:
    names = (
        "name", "aim", "organisation_id", "owner_id", "goal", "theme_line", "evidence", "age_from", "age_until",
        "starts_on", "ends_on", "builds_on_id", "why_new", "plan_text", "plan_url", "version",
    )  # fmt: skip
    return {name: getattr(programme, name) for name in names} | {"alliances": "\n".join(programme.alliances)}


@bp.route("/programmas/<uuid:programme_id>/lijnen/nieuw", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def new_line(programme_id: UUID) -> Any:
    """Add a line."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        programme = service.get(actor, programme_id)
    form = LineForm(data={"for_people": True, "active": True})
    del form.version
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.add_line(actor, programme_id, form.details())
        if saved:
            return _to(programme_id, "lijnen")
    return web.render_form("programmes/line.html", form, programme=programme, line=None)


@bp.route("/programmas/<uuid:programme_id>/lijnen/<uuid:line_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def edit_line(programme_id: UUID, line_id: UUID) -> Any:
    """Change a line, or stop it."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        line = service.line_of(actor, programme_id, line_id)
    form = LineForm(obj=line)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update_line(actor, line, version=form.data["version"] or 0, details=form.details())
        if saved:
            return _to(programme_id, "lijnen")
    return web.render_form("programmes/line.html", form, programme=line.programme, line=line)


@bp.route("/programmas/<uuid:programme_id>/focusgebieden/nieuw", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def new_focus(programme_id: UUID) -> Any:
    """Add a focus area."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        programme = service.get(actor, programme_id)
    form = _focus_form(FocusForm(data={"valid_from": clock.today()}))
    del form.version
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.add_focus(actor, programme_id, form.details())
        if saved:
            return _to(programme_id, "focusgebieden")
    return web.render_form("programmes/focus.html", form, programme=programme, focus=None)


@bp.route("/programmas/<uuid:programme_id>/focusgebieden/<uuid:focus_id>", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def edit_focus(programme_id: UUID, focus_id: UUID) -> Any:
    """Change a focus area, or say until when it holds."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        programme, focus = service.get(actor, programme_id), service.focus_of(actor, programme_id, focus_id)
    form = _focus_form(FocusForm(obj=focus))
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update_focus(actor, focus, version=form.data["version"] or 0, details=form.details())
        if saved:
            return _to(programme_id, "focusgebieden")
    return web.render_form("programmes/focus.html", form, programme=programme, focus=focus)


def _focus_form(form: FocusForm) -> FocusForm:
    form.area_code.choices = [(place.code, areas.label(place.code)) for place in areas.current()]
    return form


@bp.route("/programmas/<uuid:programme_id>/leren", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_MANAGE)
def learn(programme_id: UUID) -> Any:
    """Write in the journal."""
    with looking_up("programme", programme_id, Permission.PROGRAMMES_MANAGE) as actor:
        programme = service.get(actor, programme_id)
    form = JournalForm(data={"seen_on": clock.today()})
    if form.validate_on_submit():
        answers: dict[str, Any] = form.data
        with web.saving(form) as saved:
            service.learn(
                actor, programme_id, seen_on=answers["seen_on"], saw=answers["saw"], decided=answers["decided"]
            )
        if saved:
            flash(_("Het staat in het logboek van het programma."), "success")
            return _to(programme_id, "leren")
    return web.render_form("programmes/learn.html", form, programme=programme)


def _to(programme_id: UUID, part: str = "") -> Response:
    return redirect(url_for(".show", programme_id=programme_id, _anchor=part or None), 303)
