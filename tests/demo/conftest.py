"""The whole city is made and loaded once for its tests, so they run in one process."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process for all of them."""
    for item in items:
        if "demo" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("demo"))
