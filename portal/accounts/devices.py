"""A browser in two words, so that people recognise their own sessions."""

from __future__ import annotations

#: What stands in a User-Agent, most telling first: others claim to be Chrome or Safari as well.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def name(user_agent: str) -> str:
    """'Chrome · Android'; an empty string for what we do not know."""
    parts = (next((label for mark, label in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return " · ".join(part for part in parts if part)
