"""HTTP for programmes."""

from __future__ import annotations

from portal.programmes.views import managing, reading
from portal.programmes.views.blueprint import bp

__all__ = ["bp", "managing", "reading"]
