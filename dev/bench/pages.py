"""Which pages are measured, and what the same would be in the generated CRUD."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg

from dev.bench.browser import Browser, Failed
from portal.core import clock
from portal.core.ids import new_id


@dataclass(frozen=True)
class Person:
    """One of the visitor's own young people, by what an address and a search need."""

    id: UUID
    family_name: str


@dataclass(frozen=True)
class Visitor:
    """Somebody with an account: who they are, and with whom they work."""

    login: str
    user_id: UUID
    team_id: UUID
    people: Sequence[Person]

    def person(self, n: int) -> Person:
        """One of them; another for each `n`."""
        return self.people[n % len(self.people)]


Ask = Callable[[Browser, Visitor, int], bytes]


@dataclass(frozen=True)
class Page:
    """One page: who opens it, how, and what Flask-Admin has for it (None: nothing alike)."""

    name: str
    role: str  # part of a login before the numbers
    ask: Ask
    rival: Ask | None = None
    whole: Ask | None = None  # what one does there to see or save as much as on this page
    personal: bool = True  # a page of a worker, so its cost may not grow with the city


def visitor(url: str, login: str) -> Visitor:
    """Look up who has this login and the open dossiers they made, or of their team. `url` is the superuser's."""
    with psycopg.connect(url) as connection:
        user_id, team_id = _one(
            connection,
            "SELECT u.id, r.team_id FROM app_user u JOIN role_assignment r ON r.user_id = u.id WHERE u.login = %s",
            login,
        )
        people = connection.execute(
            "SELECT id, family_name FROM person WHERE status = 'open' AND created_by = %s ORDER BY id", [user_id]
        ).fetchall()
    return Visitor(login, user_id, team_id, [Person(*row) for row in people])


def _one(connection: psycopg.Connection[Any], query: str, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise LookupError(f"nobody has the login {values[0]}")
    return tuple(row)


def contact_form(person_id: UUID, key: UUID) -> dict[str, str]:
    """What a worker fills in."""
    now = clock.to_local(datetime.now(UTC))
    return {
        "people": str(person_id), "channel": "street", "result": "reached", "purpose": "connection",
        "confidentiality": "team", "place": "Sporthal De Meet", "note": "Even gesproken bij de sporthal.",
        "occurred_at": now.strftime("%Y-%m-%dT%H:%M"), "occurred_at-date": now.strftime("%Y-%m-%d"),
        "occurred_at-time": now.strftime("%H:%M"), "follow_up_on": (now + timedelta(days=7)).strftime("%Y-%m-%d"),
        "follow_up_what": "", "duration_min": "", "key": str(key),
    }  # fmt: skip


def _save(browser: Browser, who: Visitor, n: int) -> bytes:
    person = who.person(n).id
    answer = browser.post(f"/contacten/nieuw?jongere={person}", contact_form(person, new_id()))
    if f"/jongeren/{person}" not in browser.location:  # to sign in again, for one
        raise Failed(f"saving a contact led to {browser.location}")
    return answer


def _save_row(browser: Browser, who: Visitor, _n: int) -> bytes:
    return _save_contact(browser, who, new_id())


def _save_all(browser: Browser, who: Visitor, n: int) -> bytes:
    """The same three rows as our one form makes, besides the log: contact, who was there, and what comes next."""
    contact, person, team = str(new_id()), str(who.person(n).id), str(who.team_id)
    now = datetime.now(UTC)
    _save_contact(browser, who, UUID(contact))
    there = {"contact_id": contact, "person_id": person, "contact_team_id": team, "person_team_id": team}
    browser.post("/admin/participant/new/", there | {"occurred_at": now.strftime("%Y-%m-%d %H:%M:%S")}, expected=302)
    follow_up = {"person_id": person, "team_id": team, "contact_id": contact, "assignee_id": str(who.user_id)}
    due_on = (now + timedelta(days=7)).strftime("%Y-%m-%d")
    return browser.post("/admin/follow-up/new/", follow_up | {"what": "", "due_on": due_on}, expected=302)


def _save_contact(browser: Browser, who: Visitor, contact_id: UUID) -> bytes:
    form = {
        "id": str(contact_id), "team_id": str(who.team_id), "worker_id": str(who.user_id),
        "idempotency_key": str(new_id()),
        "occurred_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "duration_min": "15", "channel": "street",
        "result": "reached", "purpose": "connection", "place": "Sporthal De Meet",
        "note": "Even gesproken bij de sporthal.", "confidentiality": "team",
    }  # fmt: skip
    return browser.post("/admin/contact/new/", form, expected=302)


PAGES = (
    Page("Mijn dag", "werker", lambda b, _who, _n: b.get("/mijn-dag")),
    Page(
        "List",
        "werker",
        lambda b, _who, _n: b.get("/jongeren"),
        lambda b, _who, _n: b.get("/admin/person/?page_size=20"),
    ),
    Page(
        "Search",
        "werker",
        lambda b, who, n: b.post("/jongeren/zoeken", {"q": who.person(n).family_name}, expected=200),
        lambda b, who, n: b.get(f"/admin/person/?page_size=20&search={quote(who.person(n).family_name.split()[-1])}"),
    ),
    Page(
        "Dossier",
        "werker",
        lambda b, who, n: b.get(f"/jongeren/{who.person(n).id}"),
        lambda b, who, n: b.get(f"/admin/person/details/?id={who.person(n).id}"),
        lambda b, who, n: b.get(f"/admin/dossier/details/?id={who.person(n).id}"),
    ),
    Page(
        "Team caseload",
        "regisseur",
        lambda b, _who, _n: b.get("/caseload"),
        lambda b, who, _n: b.get(f"/admin/caseload/?team={who.team_id}"),
        personal=False,
    ),
    Page(
        "Team list (50)",
        "regisseur",
        lambda b, _who, _n: b.get("/jongeren"),
        lambda b, _who, _n: b.get("/admin/person/?page_size=50"),
        personal=False,
    ),
    Page("City caseload", "analist", lambda b, _who, _n: b.get("/caseload"), personal=False),
    Page("Save a contact", "werker", _save, _save_row, _save_all),  # last, because it adds to the others
)
