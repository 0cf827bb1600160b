"""What can be done with trajectories: find, request, decide, and see them on the board."""

from portal.trajectories.service.board import Board, Card, Column, Filters, board
from portal.trajectories.service.deciding import Decision, candidates, decide, propose
from portal.trajectories.service.finding import (
    MatchOffer,
    Seen,
    actions,
    counts,
    ensure_possible,
    find,
    for_person,
    get,
    history,
    listing,
    offers,
    path,
    trajectory_of,
)
from portal.trajectories.service.requesting import coordinating_teams, request
from portal.trajectories.service.work import work_items
from portal.trajectories.service.workload import account_changed, places_taken, running

__all__ = [
    "Board",
    "Card",
    "Column",
    "Decision",
    "Filters",
    "MatchOffer",
    "Seen",
    "account_changed",
    "actions",
    "board",
    "candidates",
    "coordinating_teams",
    "counts",
    "decide",
    "ensure_possible",
    "find",
    "for_person",
    "get",
    "history",
    "listing",
    "offers",
    "path",
    "places_taken",
    "propose",
    "request",
    "running",
    "trajectory_of",
    "work_items",
]
