"""The English switch is complete."""

from __future__ import annotations

from dev.translations import missing


def test_every_dutch_text_has_an_english_one() -> None:
    assert missing() == []
