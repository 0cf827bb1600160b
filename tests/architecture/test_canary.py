"""One young person with a name like no other goes through the whole portal; the name stays inside it."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from portal.accounts import tokens
from portal.accounts.models import User
from portal.contacts.models import Contact, FollowUp
from portal.core import clock, db
from portal.core.ids import new_id
from portal.core.log import JsonFormatter
from portal.people.models import Person
from portal.reminders import tick
from portal.reminders.models import Dispatch, DispatchState, Notification, Reminder
from portal.settings import settings
from portal.trajectories.models import Trajectory
from tests.factories import World, trajectories
from tests.factories.accounts import PASSWORD, with_password
from tests.reminders.smtp import MailServer

#: Everything that is typed carries this word; names, notes and texts differ behind it.
WORD = "zqxkanarie"
PHONE = "06 91827364"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
#: What a mail, a log line or a queue message needs is here; none of it may hold the word.
EVIDENCE = (
    "access_event", "reminder", "dispatch", "attempt", "notification", "heartbeat", "user_session", "account_token",
    "sign_in_attempt", "access_grant", "app_user",
)  # fmt: skip


def leaks(*texts: object) -> bool:
    """Whether the word or the phone number is in one of these."""
    joined = " ".join(str(each) for each in texts).casefold()
    return WORD in joined or PHONE.replace(" ", "")[2:] in joined.replace(" ", "")


@dataclass
class Watch:
    """A browser that checks every answer on the way."""

    app: Flask
    browser: FlaskClient
    paths: list[str] = field(default_factory=list)

    def get(self, path: str, status: int = 200, **kwargs: Any) -> str:
        """Open a page."""
        return self._checked(self.browser.get(path, **kwargs), path, status)

    def post(self, path: str, data: dict[str, Any], status: int = 303, **kwargs: Any) -> str:
        """Send a form; gives where it leads."""
        return self._checked(self.browser.post(path, data=data, **kwargs), path, status)

    def _checked(self, answer: Any, path: str, status: int) -> str:
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{errors(answer.text)}"
        self.paths.append(path)
        assert not leaks(path, *answer.headers.values()), path
        assert not leaks(self.cookie()), f"{path}: {self.cookie()}"
        if status >= 400 and status != 422:
            assert not leaks(answer.text), path
        elif answer.mimetype == "text/html":
            for address in re.findall(r"""\s(?:href|action|src|hx-[a-z-]+|formaction)=["']([^"']*)""", answer.text):
                assert address.startswith("tel:") or not leaks(address), f"{path}: {address}"
        return str(answer.location or answer.text)

    def cookie(self) -> dict[str, Any]:
        """What the session cookie carries, read as anybody with the browser can read it."""
        made = self.browser.get_cookie("weg")
        reader = SecureCookieSessionInterface().get_signing_serializer(self.app)
        return dict(reader.loads(made.value)) if made and reader else {}


def errors(html: str) -> list[str]:
    """The messages beside the fields, for when a step of the test goes wrong."""
    found = re.findall(r'(id="[^"]*-error"[^>]*>.*?)</p>', html, re.S)
    return [re.sub(r"<[^>]*>", "", each).strip() for each in found]


@pytest.fixture
def lines(app: Flask) -> Iterator[list[str]]:
    """What the process logs, formatted as it is written."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server, and settings that send there."""
    server = MailServer().start()
    monkeypatch.setenv("MAIL_URL", server.url)
    settings.cache_clear()
    yield server
    server.stop()
    settings.cache_clear()


@pytest.fixture
def watch(app: Flask, client_as: Callable[..., FlaskClient]) -> Callable[[User], Watch]:
    """A watching browser of somebody."""
    return lambda user: Watch(app, client_as(user))


def person_form(world: World, **changes: str) -> dict[str, Any]:
    """A young person about whom every answer carries the word."""
    return {
        "team": str(world.noord.id), "given_name": f"{WORD}voor", "family_name": f"{WORD}achter",
        "call_name": f"{WORD}roep", "aliases-0": f"{WORD}ook", "birth_date": "2008-03-01",
        "birth_date_precision": "day", "area_code": "NA", "phone": PHONE, "preferred_language": "nl", "version": "0",
    } | changes  # fmt: skip


def contact_form(person_id: object, **changes: str) -> dict[str, Any]:
    """A contact of which every text carries the word."""
    return {
        "people": [str(person_id)], "channel": "street", "result": "reached", "purpose": "connection",
        "place": f"{WORD}plein", "note": f"{WORD} vertelde over school", "confidentiality": "case_team",
        "occurred_at": clock.to_local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "follow_up_on": (clock.today() + timedelta(days=1)).isoformat(), "follow_up_what": f"{WORD} bellen",
        "key": str(new_id()),
    } | changes  # fmt: skip


def register(world: World, worker: Watch) -> str:
    """Open the dossier, with mistakes on the way; gives its address."""
    worker.post("/jongeren/nieuw", person_form(world, birth_date=f"{WORD}"), 422)
    dossier = worker.post("/jongeren/nieuw", person_form(world))
    assert leaks(worker.get(dossier))
    worker.post("/jongeren/nieuw", person_form(world), 200)  # asks whether it is the same one
    for words in (f"{WORD}voor", f"{WORD}ook"):
        assert leaks(worker.post("/jongeren/zoeken", {"q": words}, 200))
    worker.post("/jongeren/zoeken", {"q": WORD * 20}, 422)
    worker.get("/jongeren")
    related = {"role": "parent", "name": f"{WORD}ouder", "phone": PHONE, "may_be_contacted": "1"}
    worker.post(f"{dossier}/contactpersonen/nieuw", related)
    worker.post(f"{dossier}/contactpersonen/nieuw", related | {"role": WORD}, 422)
    worker.post(f"{dossier}/wijzigen", person_form(world, version="1", call_name=f"{WORD}nieuw"))
    worker.post(f"{dossier}/wijzigen", person_form(world, version="1"), 409)
    return dossier


def work(worker: Watch, dossier: str) -> None:
    """Contacts, follow-ups, and changes of both."""
    person_id = dossier.rpartition("/")[2]
    form = contact_form(person_id)
    for _again in range(2):
        worker.post(f"/contacten/nieuw?jongere={person_id}", form)
        worker.get(dossier)  # takes the flash message
    worker.post("/contacten/nieuw", contact_form(person_id, result=WORD), 422)
    contact = only(Contact)
    changed = form | {"version": str(contact.version), "note": f"{WORD} vertelde over werk"}
    worker.post(f"/contacten/{contact.id}/wijzigen", changed)
    worker.post(f"/contacten/{contact.id}/wijzigen", changed, 409)
    follow_up = f"/vervolg/{only(FollowUp).id}"
    worker.get(follow_up)
    finish = {"finish-reason": f"{WORD} belde zelf", "finish-version": "1"}
    worker.post(f"{follow_up}/afronden", finish)
    worker.get("/mijn-dag")  # shows "Ongedaan maken"
    worker.post(f"{follow_up}/terugzetten", {"step-version": "2"})
    worker.post(f"{follow_up}/afronden", finish | {"finish-version": "2"}, 409)
    worker.post(f"{follow_up}/verzetten", {"move-due_on": WORD, "move-version": "3"}, 422)


def match(world: World, watch: Callable[[User], Watch], dossier: str) -> None:
    """A trajectory, asked for, proposed and answered, with words at each step."""
    worker, coordinator, messenger = watch(world.worker), watch(world.coordinator), watch(world.messenger)
    with db.unit_of_work():
        ruud = trajectories.messenger(world.network, account=world.messenger)
    agreed = {"youth_agreed_on": clock.today().isoformat(), "coordination_team_id": str(world.network.id)}
    asked = {"request_text": f"{WORD} wil sporten", "wish": f"{WORD} graag"} | agreed
    worker.post(f"{dossier}/traject-aanvragen", asked | {"youth_agreed_on": WORD}, 422)
    page = worker.post(f"{dossier}/traject-aanvragen", asked)
    worker.post(f"{dossier}/traject-aanvragen", asked, 422)
    coordinator.get("/trajecten")
    coordinator.post(f"{page}/oppakken", {"version": version()})
    proposal = {"messenger_id": str(ruud.id), "motivation": f"{WORD} en Ruud", "version": version()}
    coordinator.post(f"{page}/voorstel", proposal)
    coordinator.post(f"{page}/voorstel", proposal, 409)
    messenger.get(page)
    messenger.post(f"{page}/messenger-akkoord", {"version": version()})
    worker.post(f"{page}/jongere-akkoord", {"version": version()})
    coordinator.post(f"{page}/kennismaking", {"on": agreed["youth_agreed_on"], "note": WORD, "version": version()})
    coordinator.post(f"{page}/pauzeren", {"note": f"{WORD} is ziek", "version": version()})
    for browser in (worker, coordinator, messenger):
        browser.get(page)
        browser.get(dossier)
    coordinator.post(f"{page}/oppakken", {"version": version()}, 409)


def only(model: Any) -> Any:
    """The one row of a table."""
    with db.unit_of_work():
        return db.session.scalars(select(model)).one()


def version() -> str:
    """Version of the trajectory now."""
    return str(only(Trajectory).version)


def look_around(world: World, watch: Callable[[User], Watch], dossier: str) -> None:
    """Everybody opens what they have; who may not know of the young person gets nothing of the name."""
    stranger = watch(world.stranger)
    for path in ("", "/wijzigen", "/afdrukken", "/tijdlijn", "/sluiten", "/traject-aanvragen"):
        stranger.get(f"{dossier}{path}", 404)
    assert not leaks(stranger.post("/jongeren/zoeken", {"q": "Zoeken"}, 200))
    director = watch(world.director)
    director.post(f"{dossier}/doel", {"purpose": "supervision"}, 303)
    assert leaks(director.get(dossier))
    director.get(f"{dossier}/begeleiders")
    director.post(f"{dossier}/sluiten", {"version": WORD}, 422)
    for who in ("manager", "director", "analyst"):
        browser = watch(getattr(world, who))
        assert not leaks(browser.get("/caseload"), browser.get("/caseload.csv"))
        data = browser.browser.get("/caseload.xlsx").data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert not leaks(*(archive.read(name).decode() for name in archive.namelist()))
    for who, path in (("privacy_officer", "/inzages/alle"), ("administrator", "/herinneringen")):
        assert not leaks(watch(getattr(world, who)).get(path))
    worker = watch(world.worker)
    for path in ("/mijn-dag", "/meldingen?toon=alles", "/inzages", f"{dossier}/afdrukken", f"{dossier}/tijdlijn"):
        worker.get(path)


def fail(app: Flask, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that break with the name in the error, and errors around signing in."""

    def broken() -> None:
        person = db.session.scalars(select(Person)).one()
        raise RuntimeError(f"cannot draw {person.display_name}, {person.phone}")

    broken.access = app.view_functions["home.my_day"].access  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "home.my_day", broken)
        watch.get("/mijn-dag", 500)
    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "home.my_day", unique_violation(watch.app))
        watch.get("/mijn-dag", 500)
    watch.get(f"/contacten/{new_id()}", 404)
    watch.get("/caseload", 403)
    for path in ("/health", "/health/scheduler"):
        measured = watch.browser.get(path)
        assert measured.is_json
        assert not leaks(measured.text, *measured.headers.values()), path
    watch.post("/jongeren/zoeken", {"q": WORD * 200_000}, 413)


def unique_violation(app: Flask) -> Callable[[], None]:
    """A view on which the database itself quotes the name."""

    def broken() -> None:
        person = db.session.scalars(select(Person)).one()
        db.session.execute(
            text("INSERT INTO person_alias SELECT id, :name, person_id, team_id FROM person_alias"),
            {"name": person.display_name},
        )

    broken.access = app.view_functions["home.my_day"].access  # type: ignore[attr-defined]
    return broken


def sign_in(app: Flask) -> None:
    """Names typed at the door, right and wrong."""
    watch = Watch(app, app.test_client())
    watch.post("/inloggen", {"login": f"{WORD}@demo.example", "password": WORD}, 422)
    watch.post("/inloggen", {"login": WORD, "password": ""}, 422)
    watch.post("/wachtwoord-vergeten", {"login": f"{WORD}@demo.example"})
    watch.post("/wachtwoord-vergeten", {"login": "samira"})
    watch.get("/jongeren", 303, headers={"Referer": f"http://localhost/?{WORD}"})
    watch.post("/inloggen", {"login": "samira", "password": PASSWORD})


def queued() -> tuple[str, list[str]]:
    """Everything the broker holds, with message bodies read, and the names of its keys."""
    broker = redis.Redis.from_url(os.environ["BROKER_URL"], decode_responses=True)
    keys = [str(key) for key in broker.scan_iter(count=1000)]
    held: list[str] = []
    for key in keys:
        kind = broker.type(key)
        if kind == "list":
            held += [read_message(each) for each in broker.lrange(key, -500, -1) + broker.lrange(key, 0, 500)]
        elif kind == "hash":
            held += [f"{name} {value}" for name, value in broker.hgetall(key).items()]
        elif kind in {"set", "zset"}:
            held += broker.smembers(key) if kind == "set" else broker.zrange(key, 0, -1)
        elif kind == "string":
            held.append(str(broker.get(key)))
    broker.close()
    return "\n".join(held), keys


def read_message(raw: str) -> str:
    """A Celery message as its receiver reads it."""
    message = json.loads(raw)
    return raw + base64.b64decode(message["body"]).decode()


def test_the_name_stays_inside(
    app: Flask,
    world: World,
    watch: Callable[[User], Watch],
    lines: list[str],
    mail: MailServer,
    freeze: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
    admin_engine: Engine,
) -> None:
    freeze(MONDAY)
    with_password(world.worker)
    worker = watch(world.worker)
    dossier = register(world, worker)
    work(worker, dossier)
    match(world, watch, dossier)
    mail.behaviour = "reject"
    freeze(MONDAY + timedelta(days=1))
    tick.tick("worker")
    dead = only_dead()
    mail.behaviour = "accept"
    watch(world.administrator).post(f"/herinneringen/{dead}/opnieuw", {})
    freeze(MONDAY + timedelta(days=10))
    tick.tick("worker")
    worker = watch(world.worker)  # the session of days ago has ended
    look_around(world, watch, dossier)
    fail(app, worker, monkeypatch)
    sign_in(app)
    for token_id in tokens.unsent():
        tokens.send(token_id)

    assert len(mail.accepted) >= 3
    assert not any(leaks(each.raw.decode(), each.message, plain(each.message)) for each in mail.accepted)

    assert sum('"endpoint": "people.' in line for line in lines) > 10
    assert any('"unexpected error"' in line for line in lines)
    assert [line for line in lines if leaks(line)] == []

    held, keys = queued()
    assert str(dead) in held, "no message reached the broker"
    assert not leaks(held, *keys)
    assert worker.cookie()["sid"] not in held + " ".join(keys)

    with db.unit_of_work():
        assert db.session.scalars(select(Reminder)).all()
        assert db.session.scalars(select(Notification)).all()
    with admin_engine.connect() as connection:
        assert rows_with(connection, "person") == 1
        assert {table: rows_with(connection, table) for table in EVIDENCE} == dict.fromkeys(EVIDENCE, 0)
        plain_phones = text("SELECT count(*) FROM person p, related_person r WHERE p::text || r::text LIKE :phone")
        assert connection.scalar(plain_phones, {"phone": f"%{PHONE[3:]}%"}) == 0


def only_dead() -> Any:
    """A mail that was refused for good."""
    with db.unit_of_work():
        return db.session.scalars(select(Dispatch.id).where(Dispatch.state == DispatchState.DEAD).limit(1)).one()


def plain(message: Any) -> str:
    """The parts of a mail, decoded."""
    return " ".join(str(part.get_content()) for part in message.walk() if not part.is_multipart())


def rows_with(connection: Any, table: str) -> int:
    """How many rows of a table hold the word in any column."""
    found = connection.scalar(
        text(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE :word'), {"word": f"%{WORD}%"}
    )
    return int(found or 0)
