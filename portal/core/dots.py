"""Lines of short facts, "CAS-2026-00001 · Stadsdeel · Noord", that may break anywhere without a dot left hanging."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask
from markupsafe import Markup, escape

_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_BETWEEN = re.compile(r"\s+·\s+")
_ALONE = ("<br", "<img", "<input", "<use", "<wbr", "<!")


def dots(line: object) -> Markup | object:
    """Each fact in an element of its own, with the dot drawn between them by the style sheet (30-parts.css).

    What is not a line of several facts comes back as it was; dots within an element of the line are left alone.
    """
    if "·" not in str(line):
        return line
    parts = [part.strip() for part in _facts(str(escape(line)))]
    facts = [Markup(part) for part in parts if part]  # noqa: S704, escaped above
    if len(parts) < 2:
        return line
    if len(facts) < 2:
        return Markup("").join(facts)
    alone = (Markup("<span>{}</span>").format(fact) for fact in facts)
    return Markup('<span class="dots">{}</span>').format(Markup(" ").join(alone))


def _facts(html: str) -> Iterator[str]:
    depth, fact = 0, ""
    for token in _TOKEN.findall(html):
        if token.startswith("<"):
            fact += token
            if not token.endswith("/>") and not token.lower().startswith(_ALONE):
                depth += -1 if token.startswith("</") else 1
        elif depth:
            fact += token
        else:
            *whole, rest = _BETWEEN.split(token)
            for part in whole:
                yield fact + part
                fact = ""
            fact += rest
    yield fact


def install(app: Flask) -> None:
    """Give templates the filter."""
    app.add_template_filter(dots)
