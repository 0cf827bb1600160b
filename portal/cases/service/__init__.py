"""All that can be done with cases, in modules by use case."""

from __future__ import annotations

from portal.cases.service import conferring, measuring, nominating, overseeing, partnering, planning, sharing, work
from portal.cases.service.deciding import (
    Answers,
    actions,
    decide,
    ensure_party,
    ensure_possible,
    facts,
    levels_for,
)
from portal.cases.service.finding import (
    Filters,
    Moved,
    Running,
    Seen,
    case_of,
    counts,
    find,
    get,
    history,
    listing,
    opened,
    partners,
    path,
    running,
    to_work_on,
)
from portal.cases.service.opening import PILOT_AREAS, open_case, to_open

__all__ = [
    "PILOT_AREAS",
    "Answers",
    "Filters",
    "Moved",
    "Running",
    "Seen",
    "actions",
    "case_of",
    "conferring",
    "counts",
    "decide",
    "ensure_party",
    "ensure_possible",
    "facts",
    "find",
    "get",
    "history",
    "levels_for",
    "listing",
    "measuring",
    "nominating",
    "open_case",
    "opened",
    "overseeing",
    "partnering",
    "partners",
    "path",
    "planning",
    "running",
    "sharing",
    "to_open",
    "to_work_on",
    "work",
]
