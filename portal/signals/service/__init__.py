"""All that can be done with signals. Use cases in modules; upper features call them from here."""

from __future__ import annotations

from portal.signals.service.expiring import sweep
from portal.signals.service.finding import (
    Happened,
    Seen,
    Shown,
    Wanted,
    actions,
    alike,
    assessment,
    counts,
    ensure_possible,
    get,
    history,
    listing,
    lists,
    rings,
    signal_of,
    to_call,
)
from portal.signals.service.outcomes import Ref, Verdict, offered, proposal, register, to_propose
from portal.signals.service.reporting import Story, answer, join, report, usual_area, withdraw
from portal.signals.service.reporting import offered as subjects
from portal.signals.service.triaging import ask, close, decide, identify, needs_words, take, tell, workers
from portal.signals.service.work import Work, for_director, to_answer

__all__ = [
    "Happened", "Ref", "Seen", "Shown", "Story", "Verdict", "Wanted", "Work", "actions", "alike", "answer", "ask",
    "assessment", "close", "counts", "decide", "ensure_possible", "for_director", "get", "history", "identify", "join",
    "listing", "lists", "needs_words", "offered", "proposal", "register", "report", "rings", "signal_of", "subjects",
    "sweep", "take", "tell", "to_answer", "to_call", "to_propose", "usual_area", "withdraw", "workers",
]  # fmt: skip
