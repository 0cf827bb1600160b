"""HTTP for handing over everything of a colleague who leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import web
from portal.people.forms import LeavingForm, leaving_form
from portal.people.service import leaving
from portal.people.service.leaving import InHand, Item
from portal.people.views.blueprint import bp
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.route("/mensen/<uuid:user_id>/overdragen", methods=["GET", "POST"])
@requires(Permission.WORK_HAND_OVER)
def hand_over_all(user_id: UUID) -> Any:
    """A choice per young person and per duty, and one for all of them."""
    with looking_up("user", user_id, Permission.WORK_HAND_OVER) as actor:
        found = leaving.in_hand(actor, user_id)
    form = _form(found)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            moved = leaving.give_away(
                actor,
                user_id,
                receivers=_receivers(form, found),
                duties=_duties(form, found),
                rest_to=form.everyone.data,
            )
        if saved:
            flash(ngettext("%(num)s jongere is overgedragen.", "%(num)s jongeren zijn overgedragen.", moved), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("people/hand_over_all.html", form, found=found, field=_field)


def _field(record_id: UUID) -> str:
    return f"to_{record_id.hex}"


def _form(found: InHand) -> LeavingForm:
    rows = {
        _field(each.person_id): (each.label, [(user.id, user.name) for user in each.receivers]) for each in found.items
    }
    everybody = [(user.id, user.name) for user in found.receivers]
    duties = {_field(each.absence_id): (each.name, everybody) for each in found.duties}
    form = leaving_form(rows | duties)
    form.everyone.choices = everybody
    for each in found.items:
        form[_field(each.person_id)].hint = _about(each)
    return form


def _about(item: Item) -> str:
    """What is special about this row."""
    if item.closed:
        return str(_("Dit dossier is gesloten."))
    return "" if item.guides else str(_("Hier staat alleen iets open."))


def _chosen(form: LeavingForm, record_id: UUID) -> UUID | None:
    answer: UUID | None = form.data.get(_field(record_id)) or form.everyone.data
    return answer


def _receivers(form: LeavingForm, found: InHand) -> dict[UUID, UUID]:
    chosen = {each.person_id: _chosen(form, each.person_id) for each in found.items}
    return {person_id: user_id for person_id, user_id in chosen.items() if user_id is not None}


def _duties(form: LeavingForm, found: InHand) -> dict[UUID, UUID | None]:
    """Who gets everything takes the duties too, where that is possible; otherwise the director hears."""
    return {each.absence_id: _chosen(form, each.absence_id) for each in found.duties}
