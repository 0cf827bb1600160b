"""HTTP for what was changed in a dossier."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template

from portal.areas import service as areas
from portal.core.formats import full_date
from portal.history.service import Change
from portal.people import labels
from portal.people.service import changes as changing
from portal.people.views.blueprint import bp
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission


@bp.get("/jongeren/<uuid:person_id>/veranderingen")
@requires(Permission.PEOPLE_READ)
def changes(person_id: UUID) -> Any:
    """Who changed what, from what to what, and when."""
    with looking_up("person", person_id, Permission.PEOPLE_READ) as actor:
        card, found = changing.changes(actor, person_id)
    return render_template("people/changes.html", card=card, changes=found, FIELD=labels.FIELD, worded=worded)


def worded(change: Change, text: str) -> str:
    """A value as people read it; an empty one is a dash."""
    if not text:
        return "–"
    words = labels.VALUES.get(change.field)
    if words is not None:
        return str(words.get(text, text))
    if change.field in labels.DATES:
        return full_date(date.fromisoformat(text))
    return areas.label(text) if change.field == "area_code" else text
