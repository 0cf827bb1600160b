"""Dutch by default (the msgids are Dutch), English by the catalog."""

from __future__ import annotations

LANGUAGES = ("nl", "en")


def N_(message: str) -> str:  # noqa: N802 — gettext's customary name
    """Mark a string for translation where it is only stored; it is translated where it is shown."""
    return message
