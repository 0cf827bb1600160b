"""Somebody in a browser who opens pages and answers forms as chance has it: what people do, in no sensible order."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as Tree

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.core import clock

LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#?]*)(?:\?[^"#]*)?(?:#[^"]*)?"')
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
HEAD = re.compile(r"<form\b[^>]*>")
GIVEN = ("Anouar", "Britt", "Cedric", "Dunya", "Emre", "Femke", "Gianni", "Hanan", "Imran", "Jaël", "Kenji", "Lotte")
FAMILY = ("Merel", "Specht", "Roerdomp", "Wulp", "Kievit", "Zwaluw", "Ooievaar", "Tureluur", "Fitis", "Grutto")
TEXTS = (
    "We spraken over school en over thuis; morgen bellen we samen de mentor.",
    "Wil weer sporten. De club heeft plek op woensdag.",
    "Het ging rustig. Volgende week verder over de stage.",
    "School, wijkagent en jongerenwerk trekken samen op, anders lukt het niet.",
)
#: Left to tests of their own: they end sessions, change how somebody signs in, or throw the city's structure over.
LEFT = frozenset({
    "accounts.sign_out", "accounts.end_all_sessions", "accounts.end_session", "accounts.change_password",
    "accounts.turn_on_second_factor", "accounts.turn_off_second_factor", "accounts.recovery_codes", "demo.next_day",
    "accounts.reset_factors", "accounts.edit_user", "accounts.edit_team", "accounts.edit_organisation",
    "accounts.new_organisation", "accounts.new_team", "accounts.set_theme", "accounts.set_language",
    "accounts.new_passkey", "accounts.remove_passkey", "accounts.preferences", "accounts.invite_user",
    "help.put_away", "help.set_shortcuts", "help.show_again", "accounts.confirm", "oversight.change_rule",
    "reminders.mark_all_read", "accounts.search_users", "filters.save", "filters.change", "accounts.me",
})  # fmt: skip
#: What an organisation sees now and then, not each week.
RARE = {
    "accounts.close_user": 0.01, "accounts.edit_role": 0.02, "accounts.move_user": 0.02, "people.close": 0.15,
    "accounts.new_user": 0.05, "accounts.new_role": 0.05, "people.hand_over_all": 0.1,
    "integrity.report": 0.05, "integrity.own": 0.05,
    "integrity.write": 0.1, "integrity.move": 0.1, "drafts.discard": 0.2, "people.search": 0.1, "in_view.step": 2.0,
    "cases.step": 2.0, "trajectories.step": 2.0, "signals.step": 2.0, "accounts.change_norm": 0.1,
}  # fmt: skip


@dataclass
class Form:
    """A form as it stands in a page."""

    action: str
    markup: str
    endpoint: str


@dataclass
class Traces:
    """What all visitors did, to look for what was seldom done."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    old: list[tuple[Any, str, MultiDict[str, Any]]] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    records: defaultdict[Any, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))  # by who saw them


def date_from(dice: Random, control: Tree.Element) -> date:
    """A day for a field: what was lies behind, what is wanted ahead."""
    name, today = control.get("name", ""), clock.today()
    if "birth" in name:
        return today - timedelta(days=dice.randrange(11 * 365, 24 * 365))
    if any(part in name for part in ("agreed", "held", "seen", "said", "informed", "sent", "told", "occurred")):
        return today - timedelta(days=dice.choice((0, 0, 0, 1, 2, 6)))
    if any(part in name for part in ("until", "ends", "planned_end", "valid_until")):
        return today + timedelta(days=dice.choice((7, 21, 45, 80, 150)))
    return today + timedelta(days=dice.choice((0, 0, 1, 2, 5, 9, 14, 30)))


class Answers:
    """Answers for one form, by chance."""

    def __init__(self, dice: Random) -> None:
        """With the dice of the visitor."""
        self.dice = dice
        self.values: MultiDict[str, Any] = MultiDict()
        self.radios: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str]] = []

    def fill(self, form: Tree.Element) -> MultiDict[str, Any]:
        """Every field of it."""
        for control in form.iter():
            self._take(control)
        for name, options in self.radios.items():
            self.values.setlist(name, [self.dice.choice(options)])
        plain = [each for each in self.buttons if not each[0]]
        name, value = self.dice.choice(plain if plain and self.dice.random() < 0.8 else self.buttons or [("", "")])
        if name:
            self.values.setlist(name, [value])
        return self.values

    def _take(self, control: Tree.Element) -> None:
        name, kind = control.get("name"), control.get("type", "text")
        if control.get("disabled") is not None:
            return
        if control.tag == "button":
            if control.get("type", "submit") == "submit":
                self.buttons.append((name or "", control.get("value", "")))
        elif not name:
            return
        elif control.tag == "select":
            self._select(name, control)
        elif control.tag == "textarea":
            self.values.setlist(name, [self._words(control.text or "")])
        elif control.tag == "input":
            self._input(name, kind, control)

    def _words(self, old: str) -> str:
        return old.strip() if old.strip() and self.dice.random() < 0.4 else self.dice.choice(TEXTS)

    def _select(self, name: str, control: Tree.Element) -> None:
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None and o.get("value")]
        real = [o for o in options if o.get("value")]
        if not real:
            return
        if control.get("multiple") is not None:
            picked = self.dice.sample(real, self.dice.randint(0, min(3, len(real))))
        elif chosen and self.dice.random() < 0.5:
            picked = chosen[:1]
        elif control.get("required") is None and len(options) > len(real) and self.dice.random() < 0.2:
            picked = []
        else:
            picked = [self.dice.choice(real)]
        self.values.setlist(name, [o.get("value", "") for o in picked])

    def _input(self, name: str, kind: str, control: Tree.Element) -> None:
        value = control.get("value", "")
        if kind == "radio":
            self.radios.setdefault(name, []).append(value)
        elif kind == "checkbox":
            if self.dice.random() < (0.7 if control.get("checked") is not None else 0.4):
                self.values.add(name, value or "on")
        elif kind == "hidden":
            self.values.add(name, value)
        elif kind == "file":
            self.values.add(name, (BytesIO(b"Een brief."), "brief.txt"))
        elif kind not in ("submit", "button"):
            self.values.add(name, self._typed(name, kind, value, control))

    def _typed(self, name: str, kind: str, value: str, control: Tree.Element) -> str:
        if value and self.dice.random() < 0.6:
            return value
        if kind == "date" or name.endswith(("_on", "birth_date")):
            low, high = control.get("min") or "0001", control.get("max") or "9999"
            return max(low, min(date_from(self.dice, control).isoformat(), high))
        if kind == "datetime-local":
            return f"{date_from(self.dice, control)}T{self.dice.randrange(8, 19):02}:{self.dice.choice(('00', '30'))}"
        if kind == "time":
            return f"{self.dice.randrange(8, 20):02}:{self.dice.choice(('00', '15', '30'))}"
        if kind == "number" or control.get("inputmode") == "numeric":
            low, high = float(control.get("min") or 1), float(control.get("max") or 6)
            return str(int(self.dice.uniform(low, min(high, low + 8))))
        if kind in ("email", "tel", "url"):
            n = self.dice.randrange(10_000)
            return {"email": f"nieuw{n}@demo.example", "tel": "06 12345678", "url": ""}[kind]
        if "given" in name or "call" in name:
            return self.dice.choice(GIVEN)
        if "family" in name:
            return self.dice.choice(FAMILY)
        if "name" in name:
            return f"{self.dice.choice(GIVEN)} {self.dice.choice(FAMILY)}"
        return "" if control.get("required") is None and self.dice.random() < 0.5 else self.dice.choice(TEXTS)


class Visitor:
    """One person for one part of a day."""

    def __init__(self, app: Flask, browser: FlaskClient, who: Any, dice: Random, traces: Traces) -> None:
        """Signed in as `who`."""
        self.app, self.browser, self.who, self.dice, self.traces = app, browser, who, dice, traces
        self.urls = app.url_map.bind("localhost")
        self.menu: set[str] = set()

    def endpoint(self, path: str, method: str = "GET") -> str:
        """What answers this address, with its last part where that says which step."""
        try:
            found, values = self.urls.match(path, method=method)
        except HTTPException:
            return ""
        return f"{found}:{values['slug']}" if "slug" in values else str(found)

    def start(self) -> str:
        """Where to begin: mostly at something seen before, else at an entry of the menu."""
        if not self.menu:
            self.menu = set(self.links_of(self.get("/mijn-dag").text))
        known = list(self.traces.records[self.who.id])[-60:]
        if known and self.dice.random() < 0.65:
            weights = [self._weight(self.endpoint(path), self.traces.tried) for path in known]
            return self.dice.choices(known, weights=weights)[0]
        return self.dice.choice(sorted(self.menu)) if self.menu else "/mijn-dag"

    def wander(self, start: str, clicks: int = 5) -> None:
        """Open a page and go on from it, now to where few have been, now to send a form."""
        path = start
        for _click in range(clicks):
            answer = self.get(path)
            if answer.status_code in (302, 303):
                path = urlsplit(answer.location).path
                continue
            if answer.status_code not in (200, 403) or answer.mimetype != "text/html":
                return
            forms = list(self.forms_of(answer.text, path))
            links = self.links_of(answer.text)
            form = self._choose_form(forms, links)
            if form is not None:
                path = self.send(form) or path
            elif links:
                path = self.dice.choices(list(links), weights=list(links.values()))[0]
            else:
                return

    def get(self, path: str) -> Any:
        """A page."""
        self.traces.tried[self.endpoint(path)] += 1
        return self._answered(self.browser.get(path), f"GET {path}")

    def _answered(self, answer: Any, what: str) -> Any:
        self.traces.answers[what.split()[0], answer.status_code] += 1
        if answer.status_code >= 500:
            self.traces.crashes.append(f"{what} as {self.who.name}: {answer.status_code}")
        return answer

    def forms_of(self, html: str, path: str) -> Iterator[Form]:
        """What can be sent from a page."""
        for markup in FORM.findall(html):
            head = HEAD.match(markup)
            tag = head.group() if head else ""
            if 'method="post"' not in tag:
                continue
            found = re.search(r'\baction="([^"]*)"', tag)
            action = urlsplit(found.group(1)).path if found and found.group(1) else path
            endpoint = self.endpoint(action, "POST")
            if endpoint and endpoint.partition(":")[0] not in LEFT:
                yield Form(action, markup, endpoint)

    def links_of(self, html: str) -> dict[str, float]:
        """Where a page leads to, the less visited the heavier."""
        found: dict[str, float] = {}
        for path in LINK.findall(html):
            endpoint = self.endpoint(path)
            if endpoint and endpoint not in LEFT and not path.startswith("/static"):
                found[path] = self._weight(endpoint, self.traces.tried) * (0.05 if path in self.menu else 1.0)
                if ID.search(path):
                    self.traces.records[self.who.id][path] = None
        return found

    def _weight(self, endpoint: str, seen: Counter[str]) -> float:
        return RARE.get(endpoint.partition(":")[0], 1.0) / (1 + seen[endpoint]) ** 0.6

    def _choose_form(self, forms: list[Form], links: dict[str, float]) -> Form | None:
        if not forms or (links and self.dice.random() < 0.35):
            return None
        weights = [self._weight(form.endpoint, self.traces.sent) for form in forms]
        return self.dice.choices(forms, weights=weights)[0]

    def send(self, form: Form) -> str | None:
        """Answer a form, again when it is not taken; now and then twice. Returns where it led to."""
        for _attempt in range(4):
            parsed = html5lib.parseFragment(form.markup, namespaceHTMLElements=False).find("form")
            if parsed is None:
                return None
            values = Answers(self.dice).fill(parsed)
            self.traces.sent[form.endpoint] += 1
            answer = self.post(form.action, values)
            if answer.status_code in (302, 303):
                self.traces.done[form.endpoint] += 1
                self._again(form.action, values)
                return urlsplit(answer.location).path
            retry = [f for f in self.forms_of(answer.text, form.action) if f.endpoint == form.endpoint]
            self.traces.tried["refused " + form.endpoint] += 1
            said = re.findall(
                r'class="[^"]*(?:error|alert|invalid)[^"]*"[^>]*>(.*?)</(?:p|div|li|a)>', answer.text, re.DOTALL
            )
            self.traces.errors[form.endpoint] = (
                f"{answer.status_code} " + " | ".join(re.sub("<[^>]*>|\\s+", " ", x) for x in said)[:200]
            )
            if not retry:
                return None
            form = retry[0]
        return None

    def post(self, path: str, values: MultiDict[str, Any]) -> Any:
        """Send a form; what carries a file is made again for a second time."""
        fresh = MultiDict(
            (k, (BytesIO(v[0].getvalue()), v[1]) if isinstance(v, tuple) else v) for k, v in values.items(multi=True)
        )
        return self._answered(self.browser.post(path, data=fresh), f"POST {path}")

    def _again(self, path: str, values: MultiDict[str, Any]) -> None:
        """Twice the same form, or keep it for somebody else, later."""
        chance = self.dice.random()
        if chance < 0.08:
            self.post(path, values)
        elif chance < 0.2:
            self.traces.old.append((self.who, path, values))

    def send_old(self) -> None:
        """A form that somebody left open, or that is somebody else's."""
        if self.traces.old:
            _who, path, values = self.traces.old.pop(self.dice.randrange(len(self.traces.old)))
            self.post(path, values)
