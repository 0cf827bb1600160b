"""Every address and every form field with what nobody should send: an answer, a real page, and nothing broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as Tree

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy import guard
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from tests.factories import World
from tests.factories.accounts import PASSWORD, with_password
from tests.factories.filled import Filled
from tests.factories.world import user

ClientAs = Callable[..., FlaskClient]
#: Who posts: the first who may. For some steps of a trajectory it is somebody's own answer.
WHO = (
    "worker",
    "director",
    "coordinator",
    "messenger",
    "administrator",
    "privacy_officer",
    "manager",
    "integrity_officer",
    "trainer",
    "analyst",
    "partner",
)
ANSWERS_OWN = {"jongere-akkoord": "worker", "messenger-akkoord": "messenger"}
#: These end the session that called them.
MOVES = "demo.next_day"  # moves everybody's sessions along with the clock
HEALTH = {"health.health", "reminders.scheduler_health"}  # 503 is their answer
LEAVING = {"accounts.sign_out", "accounts.end_all_sessions", "accounts.end_session"}

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
TEMPLATE = "zzq{{7*7}}zzq${7*7}zzq{%print(7*7)%}zzq%s%(x)s%n"
SQL = "'; DROP TABLE person; --"
HEADER = "/x\r\nX-Evil: 1"
LONG = "x" * 10_000
CONTROL = "a\x00b\x1b[31m\x7f"
STRANGE = "\u202etxt.exe 😀 e\u0301 \ufeff \u2028 \ufffe ١٢٣ 𝟙𝟚"
INJECTION = MARKUP + TEMPLATE + SQL
ATTACKS = {
    "injection": INJECTION, "header": HEADER, "long": LONG, "control": CONTROL, "strange": STRANGE,
    "number": "99999999999999999999", "date": "9999-99-99", "other host": "//elders.example/x",
}  # fmt: skip
FINE = {200, 303, 308, 400, 403, 404, 405, 409, 413, 415, 422, 429}


def check(answer: Any, what: str) -> None:
    """An answer is never a crash, a refusal is a page, and nothing that was sent comes back alive."""
    assert answer.status_code in FINE, f"{what}: {answer.status_code}"
    assert "X-Evil" not in answer.headers, what
    if answer.location:
        away = urlsplit(answer.location.replace("\\", "/"))
        assert away.netloc in ("", "localhost"), f"{what}: {answer.location}"
        assert away.path.startswith("/"), f"{what}: {answer.location}"
    if answer.mimetype != "text/html":
        return
    body = answer.text
    if answer.status_code >= 400:
        assert body.lstrip().startswith("<!doctype html>"), what
        assert body.count("<h1") == 1, what
    assert "<script>alert" not in body, what
    assert "<img src=x" not in body, what
    assert "zzq49" not in body, what
    assert 'href="javascript' not in body, what


# --- forms as they stand in the pages --------------------------------------------------------------------------------


@dataclass
class PageForm:
    """One form of a page: where it goes, and an ordinary answer for each field."""

    action: str
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    choices: set[str] = field(default_factory=set)  # fields of which the answers are given

    def with_one(self, name: str, value: str) -> MultiDict[str, str]:
        """The ordinary answers, and one that is not."""
        changed = self.values.copy()
        changed.setlist(name, [value])
        return changed


USUAL = {
    "date": lambda: clock.today().isoformat(),
    "datetime-local": lambda: clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
    "number": lambda: "1",
    "email": lambda: "iemand@demo.example",
    "tel": lambda: "06 12345678",
    "password": lambda: PASSWORD,
}


FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@cache
def _parsed(markup: str) -> Tree.Element:
    """The form itself; reading HTML costs more than making it."""
    form = html5lib.parseFragment(markup, namespaceHTMLElements=False).find("form")
    assert form is not None
    return form


def forms_of(html: str, path: str) -> Iterator[PageForm]:
    """The forms of a page that are sent by POST; one that many pages have is read once."""
    for markup in FORM.findall(html):
        form = _parsed(markup)
        if form.get("method", "get").lower() == "post":
            made = PageForm(urlsplit(form.get("action") or path).path)
            for control in form.iter():
                _take(made, control)
            yield made


def _take(form: PageForm, control: Tree.Element) -> None:
    name, kind = control.get("name"), control.get("type", "text")
    if not name or name == "csrf_token" or control.tag == "button" or kind == "submit":
        return
    if control.tag == "select":
        form.choices.add(name)
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or [o for o in options if o.get("value")][:1]
        form.values.setlist(name, [o.get("value", "") for o in chosen])
    elif control.tag == "textarea":
        form.values.setlist(name, [(control.text or "").strip() or "Tekst"])
    elif kind in ("radio", "checkbox"):
        if kind == "radio":
            form.choices.add(name)
        if control.get("checked") is not None or (kind == "radio" and name not in form.values):
            form.values.setlist(name, [control.get("value", "on")])
    elif control.tag == "input":
        form.values.setlist(name, [control.get("value") or USUAL.get(kind, lambda: "Tekst")()])


@dataclass
class Portal:
    """The portal with everything in it, and who calls what."""

    app: Flask
    world: World
    filled: Filled
    client_as: ClientAs
    partner: User  # the world has nobody from outside
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    forms: dict[tuple[str, str], PageForm] = field(default_factory=dict)

    def who(self, rule: Rule, url: str) -> str:
        """The first role that may call this."""
        access: Any = guard.access_of(self.app, rule.endpoint)
        if access == "public":
            return "nobody" if rule.endpoint != "accounts.sign_out" else "worker"
        slug = url.rpartition("/")[2]
        if rule.endpoint == "trajectories.step":
            return ANSWERS_OWN.get(slug, "coordinator")
        return next(who for who in WHO if self.actor(who).can(access))

    def user(self, who: str) -> User:
        """One of the world, or from outside it."""
        found: User = self.partner if who == "partner" else getattr(self.world, who)
        return found

    def actor(self, who: str) -> Actor:
        """One of the world, looked up once."""
        if who not in self.actors:
            self.actors[who] = self.world.actor(self.user(who))
        return self.actors[who]

    def browser(self, who: str, endpoint: str = "") -> FlaskClient:
        """A browser of this role; a fresh one where the last call may have signed out."""
        if who == "nobody":
            return self.app.test_client()
        if who not in self.browsers or endpoint in LEAVING:
            self.browsers[who] = self.client_as(self.user(who))
        return self.browsers[who]

    def posts(self) -> Iterator[tuple[Rule, str, str]]:
        """Every address that takes a form, with who sends it; what changes accounts comes last."""
        found = [
            (rule, url)
            for rule, method, url in self.filled.calls(self.app)
            if method == "POST" and rule.endpoint != MOVES
        ]
        for rule, url in sorted(found, key=lambda each: (each[0].endpoint.startswith("accounts."), each[1])):
            yield rule, url, self.who(rule, url)

    def gets(self) -> Iterator[tuple[Rule, str, str]]:
        """Every page, with who opens it."""
        for rule, method, url in self.filled.calls(self.app):
            if method == "GET" and rule.endpoint not in HEALTH:
                yield rule, url, self.who(rule, url)

    def read_forms(self) -> None:
        """Open every page, and keep its forms by who and where they go."""
        for _rule, url, who in [*self.gets()]:
            answer = self.browser(who).get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for form in forms_of(answer.text, url):
                    if len(form.values) >= len(self.forms.get((who, form.action), form).values):
                        self.forms[who, form.action] = form


@pytest.fixture
def portal(app: Flask, world: World, filled: Filled, client_as: ClientAs) -> Portal:
    """The portal with something in it of everything; the account that is administered is nobody else's."""
    with_password(world.worker)
    with db.unit_of_work():
        role = db.session.scalars(select(RoleAssignment.id).where(RoleAssignment.user_id == world.colleague.id)).one()
        partner = user("Esther Proef", world.city, world.network, Role.EXTERNAL_PARTNER)
    filled.own.ids |= {"user_id": world.colleague.id, "role_assignment_id": role}
    return Portal(app, world, filled, client_as, partner)


@pytest.fixture
def untouched(world: World, filled: Filled, admin_engine: Engine) -> Iterator[None]:
    """What another team has is the same afterwards, down to the last column."""
    before = rows_of(admin_engine, world.zuidoost.id, world.stranger.id)
    assert len(before) > 10
    yield
    assert rows_of(admin_engine, world.zuidoost.id, world.stranger.id) == before


def rows_of(engine: Engine, team_id: UUID, user_id: UUID) -> list[str]:
    """Every row that carries this team or is of this user, as text; but for the evidence of what was tried."""
    found: list[str] = []
    with engine.connect() as connection:
        columns = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND"
                " (column_name LIKE '%team_id' OR column_name IN ('recipient_id', 'user_id', 'assignee_id'))"
                " AND table_name NOT LIKE 'access_event%' AND table_name <> 'sign_in_attempt'"
            )
        ).all()
        for table, column in columns:
            rows = connection.scalars(
                text(f'SELECT t::text FROM "{table}" t WHERE "{column}" IN (:team, :user)'),
                {"team": team_id, "user": user_id},
            )
            found += [f"{table} {row}" for row in rows]
    return sorted(set(found))


def in_turn(kinds: Iterable[str], count: int) -> Iterator[list[str]]:
    """`count` of the kinds at a time, over and over: every kind comes by somewhere, and no address meets them all."""
    over_and_over = cycle(list(kinds))
    while True:
        yield list(islice(over_and_over, count))


def fields(portal: Portal) -> set[str]:
    """The name of every field of every form, and some that no form has."""
    return {name for form in portal.forms.values() for name in form.values} | {"back", "more", "anyway", "__class__"}


# --- POST ------------------------------------------------------------------------------------------------------------


def test_every_form_with_every_field_wrong(portal: Portal, untouched: None) -> None:
    portal.read_forms()
    names = fields(portal)
    assert len(names) > 40
    bodies: dict[str, Any] = {"nothing": {}} | {kind: dict.fromkeys(names, bad) for kind, bad in ATTACKS.items()}
    bodies["many of each"] = {name: ["1", INJECTION, ""] for name in names}
    bodies["ids of nothing"] = {name: str(new_id()) for name in names}
    bodies["ids of another team"] = {name: str(portal.filled.foreign.ids["person_id"]) for name in names}
    bodies["brackets"] = {f"{name}[]": "1" for name in names} | {f"{name}[$ne]": "1" for name in names}
    for (rule, url, who), chosen in zip(portal.posts(), in_turn(bodies, 5), strict=False):
        for kind in chosen:
            answer = portal.browser(who, rule.endpoint).post(url, data=bodies[kind])
            check(answer, f"{who} POST {url}: {kind}")


def test_every_form_with_one_field_wrong(portal: Portal, untouched: None) -> None:
    """The other answers are right, so that the wrong one comes as far as it can."""
    portal.read_forms()
    tried, refused = 0, 0
    unoffered, typed = in_turn((str(new_id()), SQL), 1), in_turn((INJECTION, LONG, CONTROL), 1)
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        if form is None:
            continue
        for name in list(form.values):
            for bad in next(unoffered if name in form.choices else typed):
                answer = portal.browser(who, rule.endpoint).post(url, data=form.with_one(name, bad))
                check(answer, f"{who} POST {url}: {name}={bad[:20]!r}")
                tried, refused = tried + 1, refused + (answer.status_code == 422)
                if name in form.choices or bad in (LONG, CONTROL):
                    assert answer.status_code != 303 or not is_kept(portal, bad), f"{url}: {name}={bad[:20]!r}"
    assert tried > 100
    assert refused > tried / 3, f"only {refused} of {tried} came as far as the form"
    for _rule, url, who in portal.gets():
        check(portal.browser(who).get(url), f"{who} GET {url} afterwards")


def is_kept(portal: Portal, value: str) -> bool:
    """Whether the database holds a value somewhere in what people fill in."""
    tables = (
        "person",
        "person_alias",
        "related_person",
        "contact",
        "follow_up",
        "trajectory",
        "match",
        "app_user",
        "team",
    )
    with db.unit_of_work():
        return any(
            db.session.scalar(
                text(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE :v)'),
                {"v": f"%{value.replace(chr(0), '')}%"},
            )
            for table in tables
        )


CONTENT = {
    "json": {"json": {"given_name": MARKUP, "version": {"$gt": 0}}},
    "broken json": {"data": b'{"a": ', "content_type": "application/json"},
    "xml": {"data": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "content_type": "text/xml"},
    "half a character": {"data": b"q=%ed%a0%bd&note=%ed%a0%bd", "content_type": "application/x-www-form-urlencoded"},
    "not utf-8": {"data": b"q=%ff%fe&given_name=%c3%28", "content_type": "application/x-www-form-urlencoded"},
    "broken multipart": {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"},
    "a thousand fields": {"data": {f"f{n}": "1" for n in range(1500)}, "content_type": "multipart/form-data"},
}


def test_every_form_with_another_kind_of_content(portal: Portal, untouched: None) -> None:
    for (rule, url, who), chosen in zip(portal.posts(), in_turn(CONTENT, 2), strict=False):
        for kind in chosen:
            answer = portal.browser(who, rule.endpoint).post(url, **CONTENT[kind])
            check(answer, f"{who} POST {url}: {kind}")
        files = {name: (BytesIO(b"MZ" + b"\x00" * 100), "../../etc/x.exe") for name in ("note", "name", "q", "version")}
        answer = portal.browser(who, rule.endpoint).post(url, data=files, content_type="multipart/form-data")
        check(answer, f"{who} POST {url}: files")


def test_every_form_that_was_filled_from_an_older_version(portal: Portal, untouched: None) -> None:
    portal.read_forms()
    late = 0
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        versions = [name for name in form.values if name.endswith("version")] if form else []
        if form is None or not versions or form.values[versions[0]] == "0":
            continue
        for old in ("0", str(2**31 - 1)):
            answer = portal.browser(who, rule.endpoint).post(url, data=form.with_one(versions[0], old))
            assert answer.status_code in (409, 422), f"{who} {url} version {old}: {answer.status_code}"
            late += answer.status_code == 409
    assert late >= 20, late


def test_records_of_another_team_are_not_found(portal: Portal, untouched: None) -> None:
    foreign = portal.filled.foreign
    tried = 0
    for rule in portal.app.url_map.iter_rules():
        own = set(rule._converters) & {
            "person_id",
            "contact_id",
            "follow_up_id",
            "session_id",
            "related_id",
            "reminder_id",
        }
        worker_may = "trajectory_id" in rule._converters or "event_id" in rule._converters
        if not own and not worker_may:
            continue
        for who in ("worker", "director", "messenger"):
            access: Any = guard.access_of(portal.app, rule.endpoint)
            if not portal.actor(who).can(access):
                continue
            for url in foreign.urls(portal.app, rule):
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    answer = portal.browser(who).open(url, method=method, data={} if method == "POST" else None)
                    check(answer, f"{who} {method} {url}")
                    tried += 1
                    quiet = rule.endpoint == "reminders.mark_read" and answer.status_code == 303
                    gone = rule.endpoint == "trajectories.event" and answer.location == "/trajecten"
                    # The same page for every address, whether or not there is somebody.
                    asks = rule.endpoint == "emergency.open_dossier" and answer.status_code in (200, 422)
                    assert answer.status_code == 404 or quiet or gone or asks, (
                        f"{who} {method} {url}: {answer.status_code}"
                    )
    assert tried > 60


def test_a_part_of_another_record_is_not_found(portal: Portal, untouched: None) -> None:
    """A child's id of another team below an own parent, and the other way round."""
    own, foreign = portal.filled.own.ids, portal.filled.foreign.ids
    director, worker = portal.browser("director"), portal.browser("worker")
    for mine, other in ((own, foreign), (foreign, own)):
        related = f"/jongeren/{mine['person_id']}/contactpersonen/{other['related_id']}"
        assert worker.get(related).status_code == 404
        assert worker.post(f"{related}/weghalen").status_code == 404
        ended = f"/jongeren/{mine['person_id']}/begeleiders/{other['assignment_id']}/beeindigen"
        assert director.post(ended).status_code == 404
    with db.unit_of_work():
        assert db.session.get_one(Person, own["person_id"]).team_id == portal.world.noord.id


# --- GET -------------------------------------------------------------------------------------------------------------

QUERY_NAMES = (
    "after", "before", "na", "toon", "status", "worker", "area", "contact", "sort", "stadsdeel", "messenger", "wacht",
    "periode", "van", "tot", "team", "role", "state", "handeling", "wie", "geweigerd", "toestand", "regel", "ontvanger",
)  # fmt: skip
CURSORS = ("", "x", "%00", "W10", "WyIxIl0", "WyJ4IiwgIngiXQ", "W251bGxd", "eyJhIjoxfQ", LONG, "é", "../..", "-1")


def test_every_page_with_a_strange_address(portal: Portal, untouched: None) -> None:
    queries: dict[str, Any] = {
        kind: [(name, ATTACKS[kind]) for name in QUERY_NAMES] for kind in ("injection", "control", "strange", "number")
    }
    queries["many of each"] = [(name, value) for name in QUERY_NAMES for value in ("", "1", SQL)]
    for (_rule, url, who), chosen in zip(portal.gets(), in_turn(queries, 2), strict=False):
        for kind in chosen:
            check(portal.browser(who).get(url, query_string=queries[kind]), f"{who} GET {url}: {kind}")
        check(portal.browser(who).get(f"{url}?%ff=%fe&a[]=1&&==&{LONG}"), f"{who} GET {url}: broken")


def test_every_list_with_a_strange_cursor(portal: Portal) -> None:
    lists = {
        "/jongeren": ("worker", "after", "before"), "/meldingen": ("worker", "na"), "/trajecten": ("worker", "na"),
        "/inzages": ("worker", "na"), "/inzages/alle": ("privacy_officer", "na"),
        "/herinneringen": ("administrator", "na"), "/mensen": ("administrator", "after"),
        f"/jongeren/{portal.filled.own.ids['person_id']}/tijdlijn": ("worker", "after"),
    }  # fmt: skip
    for url, (who, *names) in lists.items():
        for name in names:
            for cursor in CURSORS:
                answer = portal.browser(who).get(url, query_string={name: cursor})
                check(answer, f"{url} {name}={cursor[:20]}")
                assert answer.status_code in (200, 404, 422), f"{url} {name}={cursor[:20]}: {answer.status_code}"


PATHS = (
    "/jongeren/' OR 1=1", "/jongeren/../mensen", "/jongeren/%00", "/%2e%2e/%2e%2e/etc/passwd", "/jongeren//nieuw",
    "/jongeren/" + "9" * 5000, "/static/../wsgi.py", "/static/vendor/../../core/log.py", "/jongeren/%ff",
    "/nieuw-wachtwoord/%00", "/uitnodiging/<script>alert(1)</script>", "/.git/config", "/jongeren/\u202e",
    "/JONGEREN", "/jongeren/", "/contacten/nieuw?jongere=%00", "/contacten/nieuw?opvolging=x",
)  # fmt: skip


def test_addresses_that_are_none(portal: Portal) -> None:
    for path in PATHS:
        for who in ("worker", "nobody"):
            answer = portal.browser(who).get(path)
            check(answer, f"{who} {path}")
            assert answer.status_code in (303, 308, 404), f"{who} {path}: {answer.status_code}"


def test_two_slashes_do_not_lead_to_another_host(portal: Portal) -> None:
    for path in ("//elders.example", "//elders.example/%2f..", "/\\\\elders.example"):
        answer = portal.browser("worker").get("/", environ_overrides={"PATH_INFO": path})
        check(answer, path)
        assert answer.status_code in (308, 404), path


def test_strange_headers(portal: Portal) -> None:
    worker = portal.browser("worker")
    for headers in (
        {"X-Request-ID": MARKUP}, {"X-Request-ID": "a" * 10_000}, {"Accept-Language": LONG}, {"HX-Request": "true"},
        {"Cookie": "weg=x.y.z"}, {"User-Agent": LONG}, {"Host": "elders.example"}, {"X-Forwarded-For": SQL},
        {"Content-Length": "-1"}, {"X-HTTP-Method-Override": "DELETE"}, {"Range": "bytes=0-1,2-3"},
    ):  # fmt: skip
        check(worker.get("/mijn-dag", headers=headers), json.dumps(headers)[:60])
        check(worker.get("/bestaat-niet", headers=headers), json.dumps(headers)[:60])


def test_the_way_back_is_always_a_page_of_our_own(portal: Portal) -> None:
    for back in ("https://elders.example", "//elders.example", "/\\elders.example", HEADER, "javascript:x"):
        for url in ("/taal", "/kleuren"):
            answer = portal.browser("worker").post(url, data={"language": "nl", "theme": "dark", "back": back})
            assert (answer.status_code, answer.location) == (303, "/"), back


def test_an_empty_form_is_no_answer(portal: Portal) -> None:
    """Also not "as it was": what is saved was sent."""
    portal.read_forms()
    asked = 0
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        if form is None or not [name for name in form.values if name.endswith("version")]:
            continue
        answer = portal.browser(who, rule.endpoint).post(url, data={})
        assert answer.status_code in (409, 422), f"{who} {url}: {answer.status_code}"
        asked += 1
    assert asked > 15
