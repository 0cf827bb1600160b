"""The least a page can cost in Flask: as many bytes as asked for, made beforehand. Run by gunicorn."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask

app = Flask(__name__, static_folder=None)


@lru_cache(maxsize=64)
def _bytes(count: int) -> bytes:
    return b"x" * count


@app.route("/<int:count>", methods=["GET", "POST"])
def page(count: int) -> bytes:
    """A page of `count` bytes."""
    return _bytes(count)
