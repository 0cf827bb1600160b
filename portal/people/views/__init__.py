"""HTTP for people: the list, dossiers, and handing over."""

from __future__ import annotations

from portal.people.views import changes, dossiers, handing_over, leaving, together
from portal.people.views.blueprint import bp

__all__ = ["bp", "changes", "dossiers", "handing_over", "leaving", "together"]
