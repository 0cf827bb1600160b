"""All that can be done with young people. Use cases in modules; upper features call them from here."""

from __future__ import annotations

from portal.people.service.assigning import assign, assignable_workers, end_assignment
from portal.people.service.closing import blockers, close, register_blocker, reopen
from portal.people.service.finding import (
    Card,
    Choice,
    NextStep,
    Worker,
    card,
    choices,
    get,
    hold,
    hold_all,
    log_list,
    log_read,
    purpose_of_lists,
    read,
    register_next_steps,
    stood_in_for,
    workers,
)
from portal.people.service.listing import Filters, Listing, Row, listing, search
from portal.people.service.proposals import Proposal
from portal.people.service.recognising import Alike, Recognised, alike, recognise
from portal.people.service.registering import TARGET_AGES, Details, create, teams_to_register_in, update
from portal.people.service.relating import (
    RelatedDetails,
    add_related,
    get_related,
    read_related,
    remove_related,
    update_related,
)

__all__ = [
    "TARGET_AGES",
    "Alike",
    "Card",
    "Choice",
    "Details",
    "Filters",
    "Listing",
    "NextStep",
    "Proposal",
    "Recognised",
    "RelatedDetails",
    "Row",
    "Worker",
    "add_related",
    "alike",
    "assign",
    "assignable_workers",
    "blockers",
    "card",
    "choices",
    "close",
    "create",
    "end_assignment",
    "get",
    "get_related",
    "hold",
    "hold_all",
    "listing",
    "log_list",
    "log_read",
    "purpose_of_lists",
    "read",
    "read_related",
    "recognise",
    "register_blocker",
    "register_next_steps",
    "remove_related",
    "reopen",
    "search",
    "stood_in_for",
    "teams_to_register_in",
    "update",
    "update_related",
    "workers",
]  # fmt: skip
