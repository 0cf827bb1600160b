"""What the tests that send nonsense share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.architecture.asking import Portal, rows_of


@pytest.fixture
def untouched(portal: Portal, admin_engine: Engine) -> Iterator[None]:
    """What another team has is the same afterwards, down to the last column."""
    zuidoost, stranger = portal.world.zuidoost.id, portal.world.stranger.id
    before = rows_of(admin_engine, zuidoost, stranger)
    assert len(before) > 10
    yield
    assert rows_of(admin_engine, zuidoost, stranger) == before
