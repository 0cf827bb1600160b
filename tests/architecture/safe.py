"""What every answer must be, whatever was asked and by whom: its headers, and what its markup may not hold."""

from __future__ import annotations

import re
from typing import Any

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Inline script and style, and whatever else would run or draw past the policy of the page.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|hx-on|js:")
AWAY = re.compile(r'(?:src|href)="(?:https?:)?//(?!localhost)[^"/]+')


def unsafe(answer: Any) -> list[str]:
    """What is wrong with an answer, whatever its status."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = [f"{name} is not {value}" for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append(f"the policy is {policy!r}")
    if not REQUEST_ID.fullmatch(answer.headers.get("X-Request-ID", "")):
        wrong.append("no number of the request")
    if answer.mimetype == "text/html":
        hits = INLINE.search(answer.text), AWAY.search(answer.text)
        wrong += [f"{hit.group()!r} in the page" for hit in hits if hit]
    return wrong
