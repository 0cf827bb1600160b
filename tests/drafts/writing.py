"""What a browser sends of a form that is not saved yet, and what is kept of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User, UserSession
from portal.core import clock, db
from portal.drafts.models import Draft
from portal.people.models import Person
from tests.factories.accounts import PASSWORD

ClientAs = Callable[..., FlaskClient]
NEW = "/contacten/nieuw"
NOTE = "Wil met zijn oom praten over thuis"
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def slip_on(page: str) -> str:
    found = re.search(r'name="concept" value="([^"]+)"', page)
    assert found, "the form carries no slip"
    return html.unescape(found.group(1))


def typed(page: str, boy: Person | None = None, note: str = NOTE) -> dict[str, str]:
    """What a browser holds of the contact form with everything filled in."""
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key
    return {
        "concept": slip_on(page),
        "people": str(boy.id) if boy else "",
        "channel": "street",
        "result": "reached",
        "purpose": "connection",
        "note": note,
        "confidentiality": "team",
        "occurred_at": clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "follow_up_on": "none",
        "key": key.group(1),
    }


def write(browser: FlaskClient, boy: Person | None = None, note: str = NOTE, path: str = NEW) -> dict[str, str]:
    """Open the form and let its page keep a draft; returns what was typed."""
    answers = typed(browser.get(path).text, boy, note)
    assert browser.post("/concepten", data=answers).status_code == 200
    return answers


def only_draft() -> Draft:
    with db.unit_of_work():
        return db.session.scalars(select(Draft)).one()


def end_sessions(user: User) -> None:
    with db.unit_of_work():
        db.session.execute(update(UserSession).where(UserSession.user_id == user.id).values(ended_at=clock.now()))


def sign_in(browser: FlaskClient, login: str) -> str:
    """Where the entrance leads."""
    answer = browser.post("/inloggen", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    return answer.location
