"""Invented people and teams for tests (demogegevens)."""

from __future__ import annotations

from tests.factories.world import World

__all__ = ["World"]
