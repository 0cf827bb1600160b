"""All that can be done with appointments. Use cases in modules; upper features call them from here."""

from __future__ import annotations

from portal.appointments.service.clashes import Clash, Clashing, ClashKind
from portal.appointments.service.closing import Happened, Outcome, count_of, keeps_open, resettle, settle
from portal.appointments.service.planning import (
    cancel,
    change,
    company,
    finish,
    hand_over,
    move,
    plan,
    undo,
)
from portal.appointments.service.reading import (
    Busy,
    Line,
    Page,
    Upcoming,
    agenda,
    busy,
    get,
    has_team,
    of_today,
    read,
    upcoming,
    upcoming_rows,
)
from portal.people import service as people

__all__ = [
    "Busy", "Clash", "ClashKind", "Clashing", "Happened", "Line", "Outcome", "Page", "Upcoming", "agenda", "busy",
    "cancel", "change", "company", "count_of", "finish", "get", "hand_over", "has_team", "move", "of_today", "plan",
    "read", "resettle", "settle", "undo", "upcoming", "upcoming_rows",
]  # fmt: skip

people.register_blocker(keeps_open)
