"""The demo's own pages; registered only when DEMO is on."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.core import clock, db
from portal.privacy.guard import public

bp = Blueprint("demo", __name__)


@bp.post("/demo/dag-verder")
@public
def next_day() -> Response:
    """Move the clock of web and worker one day, and ask for a tick at once."""
    clock.shift(db.session(), timedelta(days=1))
    db.enqueue("tasks.reminders.tick")
    back = request.form.get("back", "")
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    return redirect(back if own else url_for("home.my_day"), 303)
