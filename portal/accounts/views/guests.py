"""People from outside with an account: who answers for them, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from portal.accounts.forms import GuestForm
from portal.accounts.service import expiring
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

#: What the form proposes.
HALF_A_YEAR = timedelta(days=182)


@bp.get("/gasten")
@requires(Permission.GUESTS_SPONSOR)
def guests() -> Any:
    """The guests of the own teams."""
    actor = current_actor()
    found = expiring.guests(actor)
    mine = expiring.extendable(actor, found)
    soon = clock.today() + timedelta(days=30)
    return render_template("accounts/guests.html", guests=found, mine=mine, soon=soon)


@bp.route("/gasten/<uuid:guest_id>/verlengen", methods=["GET", "POST"])
@requires(Permission.GUESTS_SPONSOR)
def extend_guest(guest_id: UUID) -> Any:
    """Answer for a guest until another day; an earlier one ends it sooner."""
    with looking_up("role_assignment", guest_id, Permission.GUESTS_SPONSOR) as actor:
        row = expiring.to_extend(actor, guest_id)
    form = GuestForm(data={"valid_until": clock.today() + HALF_A_YEAR})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            expiring.extend(actor, guest_id, form.data["valid_until"])
        if saved:
            flash(_("De laatste dag is gewijzigd. Jij staat ervoor in."), "success")
            return redirect(url_for("accounts.guests"), 303)
    return web.render_form("accounts/extend_guest.html", form, row=row)
