"""Addresses of built front-end files: the plain name in, the address with the content hash out."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
PREFIX = "/static/vendor/"


class Manifest(TypedDict):
    """What dev/build_assets.py made: hashed names by plain name, and the icons in the sprite."""

    files: dict[str, str]
    icons: frozenset[str]


def asset(name: str) -> str:
    """Give the address of ``name``: ``css/app.css``, or ``icons.svg#phone`` for one icon.

    Raise KeyError for a file that was not built or an icon that is not in dev/assets/icons.txt.
    """
    file, mark, icon = name.partition("#")
    if mark and icon not in manifest()["icons"]:
        raise KeyError(f"no icon {icon!r}: add it to dev/assets/icons.txt")
    return PREFIX + manifest()["files"][file] + mark + icon


@cache
def manifest() -> Manifest:
    """Read the manifest once; raise FileNotFoundError when the front-end was never built."""
    loaded = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return Manifest(files=loaded["files"], icons=frozenset(loaded["icons"]))


def watch() -> None:
    """Read the manifest anew on the next use, for a server that runs while assets are rebuilt."""
    manifest.cache_clear()
