"""Names as they live in Amsterdam."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text import fold, sort_key


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Özgür", "ozgur"),
        ("El-Idrissi", "el idrissi"),
        ("İlkay Şahin", "ilkay sahin"),
        ("D'Angelo", "d angelo"),
        ("Łukasz", "lukasz"),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("family", ["van der Berg", "vd Berg", "Berg"])
def test_prefixes_do_not_sort(family: str) -> None:
    assert sort_key("Anna", family).startswith("berg")
