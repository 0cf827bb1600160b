"""HTTP for the dossier: the page, older contacts, paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from portal.areas import service as areas
from portal.contacts import labels as contacts
from portal.core import clock
from portal.dossier import service
from portal.dossier.labels import WHY
from portal.people import labels as people
from portal.people.models import Person
from portal.people.service import TARGET_AGES
from portal.privacy.guard import confirmed_lately, looking_up, requires
from portal.privacy.permissions import Permission
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


@bp.get("/jongeren/<uuid:person_id>/afdrukken")
@requires(Permission.PEOPLE_READ)
@confirmed_lately()
def on_paper(person_id: UUID) -> Any:
    """The dossier on paper."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        dossier = service.on_paper(actor, person_id)
    return render_template("dossier/on_paper.html", dossier=dossier, **_words(dossier.card.person))


def _words(person: Person) -> dict[str, Any]:
    age = person.age_on(clock.today())
    return {
        "age": age,
        "outside_target": age not in TARGET_AGES,
        "area": areas.label(person.area_code),
        "contacts": contacts,
        "people": people,
        "trajectories": trajectories,
        "WHY": WHY,
    }
