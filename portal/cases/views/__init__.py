"""HTTP for cases, in modules by what a page is about."""

from __future__ import annotations

from portal.cases.views import cases, conferences, nominations, overseeing, planning
from portal.cases.views.blueprint import bp

__all__ = ["bp", "cases", "conferences", "nominations", "overseeing", "planning"]
