"""The demo's own pages; registered only when DEMO is on."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.core import clock, db
from portal.privacy.guard import public
from portal.reminders import slots

bp = Blueprint("demo", __name__)

#: A little past the opening of the slot, so that nobody's clock is still before it.
AFTER = timedelta(seconds=5)


@bp.post("/demo/dag-verder")
@public
def next_day() -> Response:
    """Move the clock of web and worker to the next morning, when the first mails go out, and ask for a tick at once."""
    tomorrow = clock.today() + timedelta(days=1)
    clock.shift(db.session(), slots.of_day(tomorrow)[0].opens + AFTER - clock.now())
    db.enqueue("tasks.reminders.tick")
    back = request.form.get("back", "")
    own = back.startswith("/") and not back.startswith(("//", "/\\"))
    return redirect(back if own else url_for("home.my_day"), 303)
