"""Rules for every template: nothing that the content security policy forbids, nothing that skips escaping."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts)
FORBIDDEN = {
    "an inline style": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"hx-on",
    "a javascript: or js: value": r"[\"'](?:javascript|js):",
    "a trigger filter": r"hx-trigger=\"[^\"]*\[",
    "an address of another host": r"(?:src|href|action)=\"(?:https?:)?//",
    "unescaped output": r"\|\s*safe\b|autoescape\s+false",
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_holds_nothing_forbidden(path: Path) -> None:
    text = path.read_text()
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<p style="color:red">', "an inline style"),
        ("<script>x</script>", "an inline script"),
        ('<button onclick="x">', "an event attribute"),
        ('<a href="https://example.nl">', "an address of another host"),
        ("{{ x|safe }}", "unescaped output"),
        ('<p hx-trigger="click[ctrlKey]">', "a trigger filter"),
    ],
)
def test_the_rules_see_what_they_forbid(markup: str, name: str) -> None:
    assert re.search(FORBIDDEN[name], markup)
