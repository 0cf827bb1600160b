"""HTTP for oversight: who looked at what, on which ground, and what became of each reminder."""

from __future__ import annotations

from portal.oversight.views import accesses, dossiers, grounds, ledger, questions, rules
from portal.oversight.views.blueprint import bp

__all__ = ["accesses", "bp", "dossiers", "grounds", "ledger", "questions", "rules"]
