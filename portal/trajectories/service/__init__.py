"""What can be done with trajectories: find, request, decide, and see them on the board."""

from portal.trajectories.service.board import COLUMN_OF, NORM, Board, Card, Column, Filters, Pace, Pile, board
from portal.trajectories.service.deciding import Decision, decide, propose, swap
from portal.trajectories.service.finding import (
    MatchOffer,
    Seen,
    actions,
    counts,
    ensure_party,
    ensure_possible,
    find,
    for_person,
    get,
    history,
    listing,
    offers,
    path,
    read,
    trajectory_of,
)
from portal.trajectories.service.goals import SharedGoal, register_goals, shared
from portal.trajectories.service.matching import Candidate, candidates
from portal.trajectories.service.requesting import coordinating_teams, possible_lines, request
from portal.trajectories.service.undoing import Undoable, recent, undo, undoable
from portal.trajectories.service.work import Group, work
from portal.trajectories.service.workload import account_changed, places, running

__all__ = [
    "COLUMN_OF",
    "NORM",
    "Board",
    "Candidate",
    "Card",
    "Column",
    "Decision",
    "Filters",
    "Group",
    "MatchOffer",
    "Pace",
    "Pile",
    "Seen",
    "SharedGoal",
    "Undoable",
    "account_changed",
    "actions",
    "board",
    "candidates",
    "coordinating_teams",
    "counts",
    "decide",
    "ensure_party",
    "ensure_possible",
    "find",
    "for_person",
    "get",
    "history",
    "listing",
    "offers",
    "path",
    "places",
    "possible_lines",
    "propose",
    "read",
    "recent",
    "register_goals",
    "request",
    "running",
    "shared",
    "swap",
    "trajectory_of",
    "undo",
    "undoable",
    "work",
]
