"""HTTP for being away: my own absences, whom I stand in for, and the team's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.forms import AbsenceChangeForm, AbsenceForm
from portal.accounts.labels import COVER
from portal.accounts.models import User
from portal.accounts.service import absences
from portal.accounts.service.absences import Details
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.core.errors import NotFound
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

A_WEEK = timedelta(days=6)  # what the form proposes: an absence that is forgotten ends by itself


@bp.get("/afwezigheid")
@requires(Permission.OWN_ACCOUNT)
def absences_index() -> Any:
    """Who is away or will be, as far as it concerns this person."""
    return render_template("accounts/absences.html", overview=absences.overview(current_actor()), COVER=COVER)


@bp.route("/afwezigheid/nieuw", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def new_absence() -> Any:
    """I am going to be away."""
    actor = current_actor()
    return _new(actor, absences.myself(actor))


@bp.route("/mensen/<uuid:user_id>/afwezig", methods=["GET", "POST"])
@requires(Permission.ABSENCES_MANAGE)
def report_absent(user_id: UUID) -> Any:
    """A colleague of my team is away."""
    with looking_up("user", user_id, Permission.ABSENCES_MANAGE) as actor:
        found = absences.colleague(actor, user_id)
    return _new(actor, found)


def _new(actor: Actor, who: User) -> Any:
    today = clock.today()
    offered = absences.candidates(who.id)
    form = AbsenceForm(data={"first_day": today, "last_day": today + A_WEEK, "replacement_id": _usual(who, offered)})
    form.offer(offered, earliest=today)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            absences.plan(actor, who.id, details=_details(form))
        if saved:
            return _saved(who, actor)
    return _form(form, who, actor)


def _usual(who: User, offered: list[User]) -> UUID | None:
    return absences.usual(who.id, [user.id for user in offered])


def _saved(who: User, actor: Actor) -> Response:
    mine = who.id == actor.user_id
    flash(_("Je bent afwezig gemeld.") if mine else _("Je collega is afwezig gemeld."), "success")
    return redirect(url_for("accounts.absences_index"), 303)


def _form(form: AbsenceForm, who: User, actor: Actor, row: absences.Row | None = None) -> Response:
    """The page also says whom this person would leave in the cold."""
    others = absences.stood_in_between(who.id, clock.now(), clock.now() + absences.LONGEST)
    own = who.id == actor.user_id
    return web.render_form("accounts/absence.html", form, who=who, own=own, row=row, others=others)


@bp.route("/afwezigheid/<uuid:absence_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def edit_absence(absence_id: UUID) -> Any:
    """Longer, shorter, or somebody else who stands in."""
    with looking_up("absence", absence_id, Permission.OWN_ACCOUNT) as actor:
        row = absences.get(actor, absence_id)
        if not absences.may_change(actor, row):
            raise NotFound
        who = absences.person_of(row.user_id)
    form = AbsenceChangeForm(data=_values(row))
    form.offer(absences.candidates(who.id), earliest=_day(row.starts_at) if row.running else clock.today())
    if form.validate_on_submit():
        with web.saving(form) as saved:
            absences.change(actor, absence_id, version=form.version.data, details=_details(form))
        if saved:
            flash(_("De afwezigheid is gewijzigd."), "success")
            return redirect(url_for("accounts.absences_index"), 303)
    return _form(form, who, actor, row)


def _values(row: absences.Row) -> dict[str, Any]:
    return {
        "first_day": _day(row.starts_at),
        "last_day": row.last_day,
        "replacement_id": row.replacement_id,
        "version": row.version,
    }


def _day(moment: datetime) -> Any:
    return clock.to_local(moment).date()


def _details(form: AbsenceForm) -> Details:
    answers: dict[str, Any] = form.data
    return Details(answers["first_day"], answers["last_day"], answers.get("replacement_id"))


@bp.post("/afwezigheid/<uuid:absence_id>/beeindigen")
@requires(Permission.OWN_ACCOUNT)
def end_absence(absence_id: UUID) -> Response:
    """Back again, or not going after all."""
    with looking_up("absence", absence_id, Permission.OWN_ACCOUNT) as actor:
        absences.end(actor, absence_id)
    flash(_("De afwezigheid is beëindigd. Werk en meldingen zijn weer terug."), "success")
    return redirect(url_for("accounts.absences_index"), 303)


@bp.post("/afwezigheid/<uuid:absence_id>/kan-niet")
@requires(Permission.OWN_ACCOUNT)
def decline_absence(absence_id: UUID) -> Response:
    """The one who was asked cannot stand in."""
    with looking_up("absence", absence_id, Permission.OWN_ACCOUNT) as actor:
        absences.decline(actor, absence_id)
    flash(_("Je neemt niet meer waar. De regisseur hoort het meteen."), "success")
    return redirect(url_for("accounts.absences_index"), 303)
