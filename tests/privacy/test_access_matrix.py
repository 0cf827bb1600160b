"""Every address × every role × own, team's and foreign record × every way to ask, against access_matrix.txt."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.routing import Rule

from portal.accounts import sessions
from portal.accounts.models import User
from portal.app import limiter
from portal.core import clock, db
from portal.privacy.permissions import Role
from tests.architecture.safe import unsafe
from tests.conftest import empty
from tests.factories import World
from tests.factories.filled import Records, slugs
from tests.factories.relations import ASKED, FOREIGN, NAMES, OWN, TEAM, WITH_MESSENGER, WORDS, Relations

MATRIX = Path(__file__).with_name("access_matrix.txt")
NOBODY = "nobody"
COLUMNS = (NOBODY, *Role)
ADD = f"add a line to tests/privacy/{MATRIX.name}, from the permission matrix of the domain dossier (§4.2)"
RELATIONS = (OWN, TEAM, FOREIGN)
#: In one process: its city is built once.
pytestmark = pytest.mark.xdist_group("matrix")

ALLOWED, REFUSED, UNKNOWN, LED_AWAY, ENTRANCE = "+-?~e"
#: How one asks: as a page, as a piece of a page, and as data.
WAYS: dict[str, dict[str, str]] = {
    "page": {}, "fragment": {"HX-Request": "true"}, "data": {"Accept": "application/json"},
}  # fmt: skip
#: What a form must hold to come as far as the record; the rest of it is empty.
LEAST = {"help.put_away": {"code": "my_day"}}
MOVES = "demo.next_day"  # moves the clock for all; tests/demo has it
#: What is written when somebody is refused, signs in or is seen, and nothing else is.
EVIDENCE = "access_event|access_seal|sign_in_attempt|user_session|app_clock|heartbeat"


# --- the file --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What may happen at an address, per caller: a sign for the own record, the team's and a foreign one."""

    endpoint: str
    slug: str
    cells: dict[str, str]

    def sign(self, caller: str, relation: str) -> str:
        """What is expected."""
        cell = self.cells[caller]
        return cell if len(cell) == 1 else cell[RELATIONS.index(relation)]


def lines() -> dict[tuple[str, str], Line]:
    """The file, by endpoint and word."""
    found: dict[tuple[str, str], Line] = {}
    for number, written in enumerate(MATRIX.read_text().splitlines(), 1):
        if not written.strip() or written.startswith("#"):
            continue
        address, _entity, *cells = written.split()
        endpoint, _, slug = address.partition(":")
        assert len(cells) == len(COLUMNS), f"line {number}: {len(cells)} cells"
        assert all(set(cell) <= set("+-?~e") and len(cell) in (1, 3) for cell in cells), f"line {number}"
        assert (endpoint, slug) not in found, f"line {number}: {address} has a line already"
        found[endpoint, slug] = Line(endpoint, slug, dict(zip(COLUMNS, cells, strict=True)))
    return found


# --- who knows what (§4.2: Person, RelatedPerson, Contact, Promise) --------------------------------------------------

#: What can be recognised on a page, by what it says and about whom.
CANARIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("given", "asked"): ASKED[:1],
    ("family", "asked"): ASKED[1:],
    ("given", "matched"): WITH_MESSENGER[:1],
}
for _relation in RELATIONS:
    CANARIES |= {("given", _relation): NAMES[_relation][:1], ("family", _relation): NAMES[_relation][1:]}
    CANARIES |= {(kind, _relation): (getattr(WORDS[_relation], kind),) for kind in WORDS[OWN].__dataclass_fields__}


def _all_of(kinds: str, relations: str) -> set[tuple[str, str]]:
    return {(kind, relation) for kind in kinds.split() for relation in relations.split()}


#: A worker knows their own; a coordinator who is in a trajectory of the network, with what is shared with those who
#: guide it; a messenger the given name of their own; a director the team, but not what is for its workers.
KNOWS: dict[str, set[tuple[str, str]]] = {
    Role.YOUTH_WORKER: _all_of("given family alias related shared unshared plan", "own asked matched"),
    Role.CM_COORDINATOR: _all_of("given family alias related shared", "own team asked matched"),
    Role.CREDIBLE_MESSENGER: _all_of("given shared", "own matched"),
    Role.JV_DIRECTOR: _all_of("given family alias related shared plan", "own team asked matched"),
}
#: What one address shows beyond that: names to who holds a talk, while it lasts, and to a director what was put right
#: in a note of the team.
ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    (Role.JV_DIRECTOR, "contacts.correction"): _all_of("unshared", "own team"),
    **{
        (Role.MANAGER, f"talks.{page}"): _all_of("given family", "own asked matched")
        for page in ("show", "on_paper", "hand_over")
    },
}


def known(caller: str, endpoint: str) -> set[tuple[str, str]]:
    """What this caller may read at this address."""
    return KNOWS.get(caller, set()) | ALSO.get((caller, endpoint), set())


# --- calling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One request, and what should come of it."""

    endpoint: str
    method: str
    url: str
    relation: str
    sign: str
    public: bool  # nobody needs to sign in for it
    of_record: bool

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.url} ({self.relation}): expected {self.sign}"


def has_record(rule: Rule) -> bool:
    """Whether the address names a record."""
    return any(name.endswith("_id") for name in rule._converters)


def calls(app: Flask, caller: str, records: dict[str, Records]) -> Iterator[Call]:
    """Every address × word × method × relation of one caller."""
    matrix = lines()
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for slug in slugs(rule):
            line = matrix.get((rule.endpoint, slug or "")) or matrix[rule.endpoint, ""]
            for relation in RELATIONS if has_record(rule) else (OWN,):
                url = records[relation].url(app, rule, slug)
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    sign, public = line.sign(caller, relation), line.cells[NOBODY] != ENTRANCE
                    yield Call(rule.endpoint, method, url, relation, sign, public, has_record(rule))


def outcome(answer: Any) -> str:
    """The sign of an answer."""
    status, location = answer.status_code, answer.headers.get("Location", "")
    if location.endswith("/inloggen") or (status == 401 and answer.headers.get("HX-Redirect")):
        return ENTRANCE
    if status == 303:
        return LED_AWAY
    return {403: REFUSED, 404: UNKNOWN, 200: ALLOWED, 409: ALLOWED, 422: ALLOWED}.get(status, str(status))


def fits(call: Call, answer: Any) -> bool:
    """Whether an answer is what is expected."""
    got = outcome(answer)
    if call.sign == ALLOWED:
        failing = call.endpoint in {"health.health", "reminders.scheduler_health"} and got == "503"
        if (call.endpoint, call.method) == ("dossier.say_purpose", "POST") and got == REFUSED:
            return True  # no purpose was chosen; tests/dossier has those of each role
        leaving = call.public or call.endpoint == "accounts.end_all_sessions"
        return got in (ALLOWED, LED_AWAY) or failing or (leaving and got == ENTRANCE)
    return got == call.sign


def said(answer: Any) -> str:
    """Everything in an answer: the body, unpacked when it is a spreadsheet, and the headers."""
    body: bytes = answer.data
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist()) + " ".join(archive.namelist()).encode()
    return f"{answer.headers}{body.decode(errors='replace')}"


class Browser:
    """Asks as one caller, each time with the cookie of the start, so that no call ends the session of the next."""

    def __init__(self, app: Flask, user: User | None) -> None:
        self.app, self.cookie = app, ""
        if user is not None:
            with db.unit_of_work():
                _, token = sessions.start(db.session.merge(user), second_factor=True)
            browser = app.test_client()
            with browser.session_transaction() as cookie:
                cookie["sid"] = token
            made = browser.get_cookie("weg")
            assert made is not None
            self.cookie = made.value

    def ask(self, call: Call, headers: dict[str, str]) -> Any:
        """The answer, whatever it is."""
        browser = self.app.test_client()
        if self.cookie:
            browser.set_cookie("weg", self.cookie)
        data = None if call.method == "GET" else {"version": "1"} | LEAST.get(call.endpoint, {})
        return browser.open(call.url, method=call.method, headers=headers, data=data)


# --- the portal with everything in it --------------------------------------------------------------------------------


@dataclass
class City:
    """The portal, the callers and their records."""

    app: Flask
    relations: Relations
    browsers: dict[str, Browser]
    engine: Engine


@pytest.fixture(scope="module")
def city(flask_app: Flask, admin_engine: Engine) -> Iterator[City]:
    """Filled once: what is allowed is undone after the answer was built, what is refused should change nothing."""
    logging.disable(logging.INFO)
    with db.unit_of_work():
        clock.synchronise(db.session())
    relations = Relations.build(World.build())
    browsers = {str(role): Browser(flask_app, user) for role, user in relations.users.items()}
    yield City(flask_app, relations, browsers | {NOBODY: Browser(flask_app, None)}, admin_engine)
    db.session.remove()
    empty(admin_engine)
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def not_too_often(flask_app: Flask) -> None:
    """Nobody asks as often as these tests do; tests/appointments has the limit of the feed."""
    limiter.reset()


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commit point do everything but commit."""

    def build_and_undo() -> None:
        db.session.flush()
        db.rollback()

    monkeypatch.setattr(db, "commit", build_and_undo)


def fingerprint(engine: Engine) -> dict[str, str]:
    """A number per table that changes when any row of it does."""
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
        kept = [name for name in names if not any(name.startswith(each) for each in EVIDENCE.split("|"))]
        whole = "SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{}\" t"
        return {name: str(connection.scalar(text(whole.format(name)))) for name in kept}


def answers(city: City, caller: str, *, allowed: bool) -> Iterator[tuple[Call, str, Any]]:
    """Every call of one caller that should be allowed, or all the others, in every way, with its answer."""
    who = Role.EXTERNAL_PARTNER if caller == NOBODY else Role(caller)
    for call in calls(city.app, caller, city.relations.records[who]):
        if (call.sign == ALLOWED) == allowed and call.endpoint != MOVES:
            for way in ways(call, caller):
                yield call, way, city.browsers[caller].ask(call, WAYS[way])


def ways(call: Call, caller: str) -> Iterable[str]:
    """In one way per record, another for each: which one differs per address and caller, so that every address is asked
    for in every way. What is allowed is always seen as a page, and now and then in another way as well.
    """
    turn = crc32(f"{caller} {call.endpoint} {call.method}".encode())
    position = RELATIONS.index(call.relation)
    if call.sign in (REFUSED, ENTRANCE) and call.of_record:  # refused before a record is looked for
        return [list(WAYS)[turn % 3]] if turn % len(RELATIONS) == position else []
    if position or call.sign != ALLOWED:
        return [list(WAYS)[(turn + position) % 3]]
    return ["page", ("fragment", "data")[turn % 2]] if turn % 3 == 0 else ["page"]


def leaks(caller: str, call: Call, answer: Any) -> list[str]:
    """What this caller reads here and may not know."""
    return [f"{kind} {relation}" for kind, relation in shown(answer) - known(caller, call.endpoint)]


def shown(answer: Any) -> set[tuple[str, str]]:
    """What is said here, and about whom."""
    page = said(answer)
    return {about for about, words in CANARIES.items() if any(word in page for word in words)}


# --- tests -----------------------------------------------------------------------------------------------------------


def test_every_address_has_a_line_and_every_line_an_address(flask_app: Flask) -> None:
    addresses = {(rule.endpoint, slug or "") for rule in flask_app.url_map.iter_rules() for slug in slugs(rule)}
    written = lines().keys()
    without = {(endpoint, slug) for endpoint, slug in addresses if not {(endpoint, slug), (endpoint, "")} & written}
    assert not without, f"{sorted(without)}: {ADD}"
    endpoints = {(endpoint, "") for endpoint, _ in addresses}
    assert not written - addresses - endpoints, "these addresses are gone: take their lines out"


def test_a_line_speaks_of_a_record_only_where_the_address_has_one(flask_app: Flask) -> None:
    with_record = {rule.endpoint for rule in flask_app.url_map.iter_rules() if has_record(rule)}
    for line in lines().values():
        assert line.endpoint in with_record or {len(cell) for cell in line.cells.values()} == {1}, line.endpoint


@pytest.mark.parametrize("caller", COLUMNS)
def test_what_is_allowed_is_given_and_holds_nothing_more(city: City, undone: None, caller: str) -> None:
    wrong, leaking, count = [], [], 0
    seen: set[tuple[str, str]] = set()
    for call, way, answer in answers(city, caller, allowed=True):
        count += 1
        seen |= shown(answer)
        if not fits(call, answer):
            wrong.append(f"{call} as {way}, got {outcome(answer)}")
        leaking += [f"{call} as {way}: {what}" for what in (*leaks(caller, call, answer), *unsafe(answer))]
    assert not wrong, "\n".join(wrong)
    assert not leaking, "\n".join(leaking)
    assert count >= 15
    unseen = (KNOWS.get(caller, set()) & CANARIES.keys()) - seen
    assert not unseen, "what this caller may read is nowhere, so nothing proves that it is looked for"


@pytest.mark.parametrize("caller", COLUMNS)
def test_what_is_refused_tells_and_changes_nothing(city: City, caller: str) -> None:
    wrong, leaking, count = [], [], 0
    with city.engine.connect() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))  # all of them guess at the same secrets
    before = fingerprint(city.engine)
    for call, way, answer in answers(city, caller, allowed=False):
        count += 1
        if not fits(call, answer):
            wrong.append(f"{call} as {way}, got {outcome(answer)}")
        leaking += [f"{call} as {way}: {what}" for what in (*leaks(caller, call, answer), *unsafe(answer))]
    assert not wrong, "\n".join(wrong)
    assert not leaking, "\n".join(leaking)
    after = fingerprint(city.engine)
    assert [table for table, rows in before.items() if after[table] != rows] == []
    assert count > 100
