"""HTTP for programmes."""

from __future__ import annotations

from portal.programmes.views import enrolling, managing, reading
from portal.programmes.views.blueprint import bp

__all__ = ["bp", "enrolling", "managing", "reading"]
