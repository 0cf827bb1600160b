"""A hint at words about origin and belief: it stands beside the text, and bars nothing."""

from __future__ import annotations

import pytest

from portal.core.forms import wording


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("Hij hangt op het plein en is boos.", False), ("Ze gelooft er niet meer in.", False), ("Op het terras.", False),
        ("Een groep MAROKKAANSE jongens.", True), ("Syriër, sinds kort hier", True), ("gaat naar de moskee", True),
        ("Zijn etnische afkomst", True), ("turks", True), ("Turkoois jasje", False), ("geen ras-verschil", True),
    ],
)  # fmt: skip
def test_what_is_about_origin_or_belief(text: str, hinted: bool) -> None:
    assert wording.mentions_origin(text) is hinted
