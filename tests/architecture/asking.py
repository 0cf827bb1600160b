"""What nobody should send, who sends it where, and what no answer may be; for the tests of forms and of addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count, cycle, islice
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as Tree

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.privacy import guard
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from tests.architecture.test_routes import ROLES
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


_forms: dict[UUID, dict[tuple[str, str], PageForm]] = {}


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

    @classmethod
    def build(cls, app: Flask, world: World, filled: Filled, client_as: ClientAs) -> Portal:
        """With something in it of everything; the account that is administered is nobody else's."""
        with_password(world.worker)
        with db.unit_of_work():
            role = select(RoleAssignment.id).where(RoleAssignment.user_id == world.colleague.id)
            partner = user("Esther Proef", world.city, world.network, Role.EXTERNAL_PARTNER)
            filled.own.ids |= {"user_id": world.colleague.id, "role_assignment_id": db.session.scalars(role).one()}
        return cls(app, world, filled, client_as, partner)

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
        """Open every page, and keep its forms by who and where they go; those of the same records are read once."""
        self.forms = _forms.setdefault(self.filled.own.person.id, self.forms)
        if self.forms:
            return
        for _rule, url, who in [*self.gets()]:
            answer = self.browser(who).get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                for form in forms_of(answer.text, url):
                    if len(form.values) >= len(self.forms.get((who, form.action), form).values):
                        self.forms[who, form.action] = form


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


def asked(app: Flask, world: World, filled: Filled, method: str = "GET") -> Iterator[tuple[str, str, str]]:
    """Every address that is not public for three of those who may ask for it: role, endpoint and address.

    The three: the first two of ROLES, who see most, and the others in turn.
    """
    actors = {role: world.actor(getattr(world, role)) for role in ROLES}
    turn = count()
    for rule, how, url in filled.calls(app):
        access: Any = guard.access_of(app, rule.endpoint)
        if how == method and access != "public":
            may = [role for role in ROLES if actors[role].can(access)]
            others = may[2:]
            chosen = may[:2] + ([others[next(turn) % len(others)]] if others else [])
            yield from ((role, rule.endpoint, url) for role in chosen)
