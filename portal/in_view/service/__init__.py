"""All that can be done with young people in view."""

from __future__ import annotations

from portal.in_view.service.deciding import (
    GIVEN,
    WRONG,
    Answers,
    decide,
    receiving_teams,
    register_stripper,
    suspend_missed,
)
from portal.in_view.service.finding import (
    Seen,
    Show,
    Taken,
    counts,
    ensure_possible,
    find,
    for_person,
    get,
    history,
    is_missed,
    is_writable,
    letters,
    listing,
    open_view,
    possible,
    reviews,
    statements,
)
from portal.in_view.service.proposing import Reason, Source, care_partners, propose, stadsdelen_of
from portal.in_view.service.sending import Way, allow_delay, delay, due_on, send
from portal.in_view.service.sending import get as get_letter
from portal.in_view.service.voices import add_statement

__all__ = [
    "GIVEN",
    "WRONG",
    "Answers",
    "Reason",
    "Seen",
    "Show",
    "Source",
    "Taken",
    "Way",
    "add_statement",
    "allow_delay",
    "care_partners",
    "counts",
    "decide",
    "delay",
    "due_on",
    "ensure_possible",
    "find",
    "for_person",
    "get",
    "get_letter",
    "history",
    "is_missed",
    "is_writable",
    "letters",
    "listing",
    "open_view",
    "possible",
    "propose",
    "receiving_teams",
    "register_stripper",
    "reviews",
    "send",
    "stadsdelen_of",
    "statements",
    "suspend_missed",
]
