"""A hint at words about origin and belief: it stands beside the text, and bars nothing."""

from __future__ import annotations

import pytest

from portal.core import forms
from tests.core.fields import APP, answer, one, page


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("Hij hangt op het plein en is boos.", False), ("Ze gelooft er niet meer in.", False),
        ("Op het terras.", False), ("Ze negeren hem al een week.", False),
        ("Een groep MAROKKAANSE jongens.", True), ("Syriër, sinds kort hier", True), ("gaat naar de moskee", True),
        ("Zijn etnische afkomst", True), ("turks", True), ("Turkoois jasje", False), ("geen ras-verschil", True),
    ],
)  # fmt: skip
def test_a_text_about_origin_or_belief_gets_a_hint_and_is_taken(text: str, hinted: bool) -> None:
    with APP.test_request_context():
        field = answer(forms.TextAreaField("Notitie"), text)
        assert (field.data, field.error) == (text, "")
        shown = one(page(field), "p[@class='wording']/span")
        assert (shown.get("hidden") is None) is hinted
