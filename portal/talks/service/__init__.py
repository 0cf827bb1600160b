"""All that can be done with talks, in modules by use case."""

from __future__ import annotations

from portal.talks.service.caseload import Figures, Row
from portal.talks.service.holding import cancel, close, open_list, plan, workers
from portal.talks.service.reading import (
    Overview,
    Page,
    Seen,
    agreement,
    due_agreements,
    get,
    overview,
    show,
    to_hold,
    to_open,
    to_write,
)
from portal.talks.service.writing import add_note, agree, drop, finish, reopen

__all__ = [
    "Figures", "Overview", "Page", "Row", "Seen", "add_note", "agree", "agreement", "cancel", "close", "drop",
    "due_agreements", "finish", "get", "open_list", "overview", "plan", "reopen", "show", "to_hold", "to_open",
    "to_write", "workers",
]  # fmt: skip
