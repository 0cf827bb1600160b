"""HTTP for who saw a dossier, and for whom one knows in private."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.oversight.service import accesses, declaring
from portal.oversight.views.blueprint import bp
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.labels import ACTION, PURPOSE, ROLE
from portal.privacy.permissions import Permission


@bp.get("/jongeren/<uuid:person_id>/inzages")
@requires(Permission.ACCESS_LOG_TEAM)
def seen_by(person_id: UUID) -> str:
    """Who saw this dossier."""
    with looking_up("person", person_id, Permission.ACCESS_LOG_TEAM) as actor:
        seen = accesses.of_person(actor, person_id, cursor=request.args.get("na", ""))
    words = {"actions": ACTION, "purposes": PURPOSE, "roles": ROLE}
    return render_template("oversight/seen_by.html", seen=seen, person_id=person_id, **words)


@bp.get("/jongeren/<uuid:person_id>/prive-bekend")
@requires(Permission.PEOPLE_READ)
def declared(person_id: UUID) -> str:
    """Whether one knows this young person in private, and why to say so."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        pseudonym, relation = declaring.of_person(actor, person_id)
    return render_template("oversight/declare.html", pseudonym=pseudonym, relation=relation, person_id=person_id)


@bp.post("/jongeren/<uuid:person_id>/prive-bekend")
@requires(Permission.PEOPLE_READ)
def declare(person_id: UUID) -> Response:
    """Say so. The dossier is out of reach after that, so it goes on at the own list."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        declaring.declare(actor, person_id)
    flash(_("Je hebt gemeld dat je deze jongere privé kent."), "success")
    return redirect(url_for(".own_declared"), 303)


@bp.get("/mijn-account/prive-bekend")
@requires(Permission.OWN_ACCOUNT)
def own_declared() -> str:
    """Everybody of whom one said so."""
    return render_template("oversight/own_declared.html", rows=declaring.own(current_actor()))


@bp.post("/mijn-account/prive-bekend/<uuid:relation_id>/beeindigen")
@requires(Permission.OWN_ACCOUNT)
def withdraw(relation_id: UUID) -> Response:
    """It no longer holds."""
    with looking_up("declared_relation", relation_id, Permission.OWN_ACCOUNT) as actor:
        declaring.withdraw(actor, relation_id)
    flash(_("De melding is beëindigd."), "success")
    return redirect(url_for(".own_declared"), 303)
