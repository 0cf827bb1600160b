"""What many tests look at: how many rows there are, and what a page says."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import db


def count(model: Any) -> int:
    """How many rows of this model there are."""
    with db.unit_of_work():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def page(browser: FlaskClient, path: str, status: int = 200) -> str:
    """What a page says, after looking at its status."""
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)
