"""HTTP for the dossier: the page, older contacts, paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.areas import service as areas
from portal.cases import labels as cases
from portal.contacts import labels as contacts
from portal.core import clock, web
from portal.core.errors import Forbidden
from portal.core.web import wants_fragment
from portal.dossier import service
from portal.dossier.labels import MEANING, WHY
from portal.in_view import labels as in_view
from portal.people import labels as people
from portal.people.models import Person
from portal.people.service import TARGET_AGES, purposes
from portal.privacy.contexts import Purpose
from portal.privacy.guard import confirmed_lately, current_actor, looking_up, requires
from portal.privacy.labels import PURPOSE
from portal.privacy.permissions import Permission
from portal.privacy.purposes import Part, PurposeNeeded
from portal.programmes import labels as programme_words
from portal.trajectories import labels as trajectories

bp = Blueprint("dossier", __name__)


@bp.get("/jongeren/<uuid:person_id>")
@requires(Permission.PEOPLE_READ)
def show(person_id: UUID) -> Any:
    """One young person's page."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        dossier = service.show(actor, person_id)
    return render_template("dossier/show.html", dossier=dossier, **_words(dossier.card.person))


@bp.get("/jongeren/<uuid:person_id>/tijdlijn")
@requires(Permission.PEOPLE_READ)
def timeline(person_id: UUID) -> Any:
    """Older contacts: a page of its own, of which "Meer laden" takes the list."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        card, page = service.more(actor, person_id, cursor=request.args.get("after"))
    return render_template("dossier/timeline.html", card=card, page=page, **_words(card.person))


@bp.get("/jongeren/<uuid:person_id>/programmas")
@requires(Permission.ENROLMENTS_READ)
def programmes(person_id: UUID) -> Any:
    """What this young person is in, over programmes."""
    with looking_up("person", person_id, Permission.ENROLMENTS_READ) as actor:
        page = service.side_by_side(actor, person_id)
    return render_template("dossier/programmes.html", page=page, **_words(page.card.person))


@bp.get("/jongeren/<uuid:person_id>/afdrukken")
@requires(Permission.PEOPLE_READ)
@confirmed_lately()
def on_paper(person_id: UUID) -> Any:
    """The dossier on paper."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        dossier = service.on_paper(actor, person_id)
    return render_template("dossier/on_paper.html", dossier=dossier, **_words(dossier.card.person))


@bp.route("/jongeren/<uuid:person_id>/doel", methods=["GET", "POST"])
@requires(Permission.PEOPLE_READ)
def say_purpose(person_id: UUID) -> Any:
    """Say, or say again, what a dossier is opened for; then on to the page that asked."""
    back = web.own_page(request.form.get("back", ""), url_for(".show", person_id=person_id))
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        person, possible = purposes.to_ask(actor, person_id)
        if request.method == "POST":
            purposes.say(actor, person_id, _chosen(request.form.get("purpose", "")))
            return redirect(back, 303)
    return _ask(person, possible, back) if possible else redirect(back, 303)


@bp.app_errorhandler(PurposeNeeded)
def ask_purpose(error: PurposeNeeded) -> Any:
    """Whatever page needed it: ask, and go on to that page."""
    back = url_for("dossier.show", person_id=error.person_id)
    if wants_fragment():  # the question would end up in the middle of the page
        return Response(status=403, headers={"HX-Redirect": back})
    person, possible = purposes.to_ask(current_actor(), error.person_id)
    return _ask(person, possible, request.path if request.method == "GET" else back), 403


def _ask(person: Person, possible: Sequence[Purpose], back: str) -> str:
    return render_template("dossier/purpose.html", person=person, possible=possible, back=back, **_PURPOSES)


def _chosen(given: str) -> Purpose:
    try:
        return Purpose(given)
    except ValueError:
        raise Forbidden from None


_PURPOSES = {"PURPOSE": PURPOSE, "MEANING": MEANING}


def _words(person: Person) -> dict[str, Any]:
    age = person.age_on(clock.today())
    return {
        "age": age,
        "outside_target": age not in TARGET_AGES,
        "area": areas.label(person.area_code),
        "cases": cases,
        "contacts": contacts,
        "people": people,
        "trajectories": trajectories,
        "in_view": in_view,
        "programme_words": programme_words,
        "WHY": WHY,
        "Part": Part,
        "PURPOSE": PURPOSE,
    }
