"""Fixtures: a small city with one of everything in it."""

from __future__ import annotations

import pytest

from tests.factories import World
from tests.factories.filled import Filled


@pytest.fixture
def filled(world: World) -> Filled:
    """One of everything, for the worker's team and for another."""
    return Filled.build(world)
