"""HTTP for "Mijn dag"."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.accounts.service import absences, expiring
from portal.areas import service as areas
from portal.cases import labels as case_labels
from portal.cases.service import partnering
from portal.contacts.service import to_do
from portal.core.registry import Section
from portal.home.sections import sections
from portal.places import service as places
from portal.privacy import access_log
from portal.privacy.guard import current_actor, requires
from portal.privacy.permissions import Permission
from portal.signals import labels as signal_labels
from portal.signals import service as signals

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.MY_DAY)
def start() -> Response:
    """The front door leads to what has to be done today."""
    return redirect(url_for(".my_day"), code=303)


@bp.get("/gedeeld")
@requires(Permission.CASES_SHARED)
def shared() -> Any:
    """For who is from outside: all that was shared with them, and nothing more."""
    actor = current_actor()
    with access_log.together():
        summaries, reported = partnering.summaries(actor), signals.listing(actor, signals.Shown.OWN)
        watched = places.listing(actor, places.Filters())
    return render_template(
        "home/shared.html",
        summaries=summaries,
        reported=reported.rows,
        more=reported.next_cursor is not None,
        locations=watched.rows,
        area_label=areas.label,
        term=expiring.own_term(actor),
        case_words=case_labels,
        signal_words=signal_labels,
    )


@bp.get("/mijn-dag")
@requires(Permission.MY_DAY)
def my_day() -> Any:
    """What this person has to do; for who has no list of their own, where they can go."""
    actor = current_actor()
    numbers = to_do.team_numbers(actor) if actor.teams(Permission.CASELOAD_READ) else None
    with access_log.together():
        listed = sections(actor)
    away = absences.last_day(actor.away_until) if actor.away_until else None
    return render_template(
        "home/my_day.html",
        sections=listed,
        counters=_counters(listed),
        numbers=numbers,
        away_until=away,
        duty_until=actor.duty_until,
    )


def _counters(listed: list[Section]) -> list[tuple[int, str, str, bool]]:
    """Number, word, anchor and whether it is late; none when there is nothing to choose from."""
    shown = [section for section in listed if section.always]
    if len(shown) < 2 or not any(section.total for section in shown):
        return []
    return [(s.total, s.label, f"#{s.key}" if s.items else "#main", s.late) for s in shown]
